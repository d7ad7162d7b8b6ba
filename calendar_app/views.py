"""Calendars to subscribe to, and the file of one event. What to join by (link, number, passcode) is in none of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page, require_safe

from calendar_app import ics
from calendar_app.models import EventPage, Occurrence
from home import access, feeds
from home.filters import TYPES as TYPE_NAMES
from home.models import CommunitySettings, Entry, SectionPage
from home.views import refuse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

TYPES = ("event", "call", "webinar")
# Calendar programs load a feed whole; dates that ended before this are left to the site itself.
KEPT = dt.timedelta(days=90)

# iCalendar knows no "postponed": what has no new date yet is tentative.
STATUS = {
    EventPage.Status.CONFIRMED: "CONFIRMED",
    EventPage.Status.TENTATIVE: "TENTATIVE",
    EventPage.Status.CANCELLED: "CANCELLED",
    EventPage.Status.POSTPONED: "TENTATIVE",
}
ONLINE = {
    "call": "Conference call – number on the event page",
    "webinar": "Webinar – link on the event page",
}


def _location(event: EventPage, kind: str) -> str:
    place = ", ".join(part for part in (event.place, event.address) if part)
    return place or ONLINE.get(kind, "")


def _in_calendar(occurrences: Iterable[Occurrence]) -> list[ics.Entry]:
    """The dates as a calendar program should know them. Each needs its event and its entry at hand."""
    host = urlsplit(settings.SITE_URL).hostname
    found = []
    for occurrence in occurrences:
        event = occurrence.event
        entry = event.entry
        postponed = occurrence.status == EventPage.Status.POSTPONED
        found.append(
            ics.Entry(
                uid=f"{event.uid}@{host}",
                sequence=event.sequence,
                stamp=entry.updated_at,
                title=f"Postponed: {entry.title}" if postponed else entry.title,
                url=feeds.absolute(entry.url),
                tz=occurrence.tz,
                starts_at=occurrence.starts_at,
                ends_at=occurrence.ends_at,
                first_day=occurrence.first_day,
                last_day=occurrence.last_day,
                all_day=occurrence.all_day,
                status=STATUS[EventPage.Status(occurrence.status)],
                description=entry.teaser,
                location=_location(event, entry.type),
                categories=(TYPE_NAMES[entry.type],),
            )
        )
    return found


def _answer(name: str, entries: list[ics.Entry], *, tz: str, request: HttpRequest, filename: str) -> HttpResponse:
    document = ics.calendar(name, entries, tz=tz, source=feeds.absolute(request.path))
    response = HttpResponse(document, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return feeds.publicly(response, max((entry.stamp for entry in entries), default=feeds.BEFORE_ANYTHING))


@require_safe
@conditional_page
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The public dates of a section, or with `all` of the whole community, as one calendar to subscribe to."""
    place = feeds.place_of(slug)
    entries = Entry.objects.visible_to(AnonymousUser()).of_type(*TYPES)
    community = CommunitySettings.for_request(request).name
    name, tz = community, settings.TIME_ZONE
    if isinstance(place, SectionPage):
        entries = entries.in_section(place)
        name, tz = f"{place.title} · {community}", place.time_zone
    occurrences = Occurrence.objects.of_entries(entries).filter(ends_at__gt=timezone.now() - KEPT)
    found = _in_calendar(occurrences.order_by("starts_at", "pk"))
    return _answer(name, found, tz=tz, request=request, filename=f"{slug}.ics")


@require_safe
@conditional_page
def event(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The file of one event, for those who may see its page. 404 where none is published."""
    page = get_object_or_404(EventPage.objects.live(), uid=uid)
    if not access.can_see(request.user, page):
        if page.has_expired_by_now():
            raise Http404("This event has expired.")
        return refuse(request, page.specific)
    occurrences = page.occurrences.select_related("event__entry").order_by("starts_at", "pk")
    found = _in_calendar(occurrences)
    response = _answer(page.title, found, tz=page.tz, request=request, filename=f"{page.slug}.ics")
    if not access.can_see(AnonymousUser(), page):
        del response.headers["Cache-Control"]
        patch_cache_control(response, private=True, no_store=True)
    return response
