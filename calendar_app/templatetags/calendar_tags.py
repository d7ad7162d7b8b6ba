"""What pages show of dates."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone

from calendar_app import times
from calendar_app.models import EventPage, Occurrence
from home.listings import of_place
from home.models import Entry, SiteDocument

if TYPE_CHECKING:
    from calendar_app.expansion import Span
    from calendar_app.models import WebinarPage
    from home.models import SectionPage

register = template.Library()

NEXT_DATES = 60  # how many dates to come are looked through for the next one of each work group


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """A day or a moment as "Thu, Dec 10, 2026"."""
    return times.day(_local_day(value)) if value else ""


@register.filter
def short_day(value: dt.date | dt.datetime | None) -> str:
    """A day or a moment as "Dec 10, 2026"."""
    return times.day(_local_day(value), weekday=False) if value else ""


@register.filter
def weekday(value: dt.date) -> str:
    """A day of this time of year as "Monday, November 16"."""
    return times.long_day(value)


@register.filter
def moment(value: dt.datetime | None) -> str:
    """A moment as "Thu, Dec 10, 2026, 2:00 p.m. Eastern", in the site's zone."""
    if not value:
        return ""
    local = timezone.localtime(value)
    return f"{times.day(local.date())}, {times.clock(local.time())} {times.zone_name(timezone.get_current_timezone_name())}"


@register.filter
def when(occurrence: Occurrence) -> times.When:
    """A row of the calendar in words."""
    return times.when(occurrence, occurrence.tz, all_day=occurrence.all_day)


@register.simple_tag
def next_date(page: EventPage) -> Span:
    """The date of an event that a reader comes for: the next that is not over, else the last."""
    spans = page.spans()
    now = timezone.now()
    return next((span for span in spans if span.ends_at > now), spans[-1])


@register.simple_tag
def with_files(page: WebinarPage) -> WebinarPage:
    """A webinar with its files at hand, read together instead of one by one."""
    names = ("recording", "captions", "slides", "audio_described")
    ids = {name: getattr(page, f"{name}_id") for name in names}
    documents = SiteDocument.objects.in_bulk([pk for pk in ids.values() if pk])
    for name, pk in ids.items():
        setattr(page, name, documents.get(pk))
    return page


@register.simple_tag
def when_of(page: EventPage, span: Span) -> times.When:
    """One date of an event in words."""
    return times.when(span, page.tz, all_day=page.all_day or page.start_time is None)


@register.simple_tag
def hours_elsewhere(dated: Span | Occurrence, tz: str) -> list[times.InZone]:
    """The hours of a date in the zones of most members, the event's own first."""
    return times.elsewhere(dated, tz)


@register.simple_tag
def hours_everywhere(dated: Span | Occurrence, tz: str) -> list[times.InZone]:
    """The hours of a date in all our zones."""
    return times.everywhere(dated, tz)


@register.filter
def is_over(dated: Span | Occurrence) -> bool:
    """Whether a date has passed."""
    return dated.ends_at <= timezone.now()


@register.filter
def is_cancelled(dated: Occurrence | EventPage) -> bool:
    """Whether a date does not take place as it was announced."""
    return dated.status in (EventPage.Status.CANCELLED, EventPage.Status.POSTPONED)


@register.filter
def status_name(occurrence: Occurrence) -> str:
    """The state of a date in a word: "Cancelled"."""
    return EventPage.Status(occurrence.status).label


@register.filter
def is_today(occurrence: Occurrence) -> bool:
    """Whether a date is today, on its own calendar."""
    today = timezone.localdate(timezone=times.ZoneInfo(occurrence.tz))
    return occurrence.first_day <= today <= occurrence.last_day


@register.simple_tag(takes_context=True)
def upcoming(context: dict[str, Any], places: list[Any] | None = None, limit: int = 3) -> list[Occurrence]:
    """The next dates that this reader may see: of some sections and those for all; without any, of all sections."""
    entries = Entry.objects.visible_to(context["request"].user)
    if places:
        entries = of_place(entries, [place.slug for place in places], shared=True)
    return list(Occurrence.objects.of_entries(entries).upcoming()[:limit])


@register.simple_tag(takes_context=True)
def with_next_dates(context: dict[str, Any], sections: list[SectionPage]) -> list[dict[str, Any]]:
    """Each of these sections with the next date that this reader may see there, if there is one. Two queries at most."""
    if not sections:
        return []
    entries = Entry.objects.visible_to(context["request"].user).filter(section__in=sections)
    soonest: dict[int, Occurrence] = {}
    rows = Occurrence.objects.upcoming().filter(event__in=entries.order_by().values("pk"))
    for occurrence in rows.select_related("event").only("first_day", "event__section")[:NEXT_DATES]:
        soonest.setdefault(occurrence.event.section_id, occurrence)
    return [{"section": section, "next": soonest.get(section.pk)} for section in sections]


def _local_day(value: dt.date | dt.datetime) -> dt.date:
    return timezone.localdate(value) if isinstance(value, dt.datetime) else value
