"""The demonstration community's events, calls and webinars. Texts: `home/data/demo/`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction

from calendar_app.models import AgendaItem, ConferenceCallPage, EventPage
from home import demo, demo_text
from home.models import SectionPage

if TYPE_CHECKING:
    from home.models import HomePage

SHARED_ZONE = "America/New_York"


def make() -> None:
    """Events and calls. Webinars stand in the archive and have files, so `library.demo` makes them."""
    for place, texts in demo.places():
        for values in texts.get("event", []):
            _event(place, **values)
        for values in texts.get("call", []):
            _call(place, joining=texts["joining"], **values)


def when(place: HomePage | SectionPage, days: int, start: str, minutes: int) -> dict[str, Any]:
    """The fields that say when: on a workday that many days from today, at a wall time of the place's zone.

    An empty `start` makes it all-day; `minutes` are then days.
    """
    zone = place.time_zone if isinstance(place, SectionPage) else SHARED_ZONE
    date = {"start_date": demo.day(days, workday=True), "tz": zone}
    if not start:
        return date | {"all_day": True, "start_time": None, "duration": dt.timedelta(days=minutes)}
    return date | {"start_time": dt.time.fromisoformat(start), "duration": dt.timedelta(minutes=minutes)}


@transaction.atomic
def _event(
    place: HomePage | SectionPage, /, slug: str, *, days: int, start: str, minutes: int, text: str, **values: Any
) -> None:
    parent = demo.index_of(place, "calendar")
    if demo.missing(parent, slug):
        demo.publish(
            EventPage,
            parent,
            slug,
            uid=demo.identity(place.slug, slug),
            body=demo_text.stream(text),
            **when(place, days, start, minutes),
            **values,
        )


@transaction.atomic
def _call(
    place: HomePage | SectionPage,
    /,
    slug: str,
    *,
    days: int,
    start: str,
    minutes: int,
    agenda: list[list[Any]],
    joining: dict[str, str],
    notes: str = "",
    **values: Any,
) -> None:
    parent = demo.index_of(place, "calendar")
    if demo.missing(parent, slug):
        demo.publish(
            ConferenceCallPage,
            parent,
            slug,
            uid=demo.identity(place.slug, slug),
            notes=demo_text.html(notes) if notes else "",
            agenda=[AgendaItem(title=title, minutes=length, speaker=who) for title, length, who in agenda],
            **when(place, days, start, minutes),
            **(joining | values),
        )
