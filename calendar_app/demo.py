"""The demonstration community's events, calls and webinars. Texts: `home/data/demo/`.

Calls that are told at length stand with their section's texts; the monthly ones of a whole year are rows of `calls.csv`.
"""

from __future__ import annotations

import csv
import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils.text import slugify

from calendar_app.models import AgendaItem, ConferenceCallPage, EventPage
from home import demo, demo_text
from home.models import SectionPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wagtail.models import Page

    from home.models import HomePage

SHARED_ZONE = "America/New_York"
MONTHLY = demo.TEXTS / "calls.csv"
ANNOUNCED = 21  # days before a monthly call
MOVED_BY = 2  # days that a call was moved


def make() -> None:
    """Events and calls. Webinars stand in the archive and have files, so `library.demo` makes them."""
    with MONTHLY.open(encoding="utf-8", newline="") as file:
        monthly = list(csv.DictReader(file))
    for place, texts in demo.places():
        rows = [row for row in monthly if row["section"] == demo.name_of(place)]
        demo.publish(_pages(place, texts, rows))


def _pages(place: HomePage | SectionPage, texts: dict[str, Any], monthly: list[dict[str, str]]) -> Iterator[demo.New]:
    """What is still to be made in the calendar of a place."""
    calendar = demo.index_of(place, "calendar")
    calls = [*(_monthly(place, **row) for row in monthly), *texts.get("call", [])]
    for values in texts.get("event", []):
        if demo.missing(calendar, values["slug"]):
            yield _event(place, calendar, **values)
    for values in calls:
        if demo.missing(calendar, values["slug"]):
            yield _call(place, calendar, **(texts["joining"] | values))


def when(place: HomePage | SectionPage, days: int, start: str, minutes: int) -> dict[str, Any]:
    """The fields that say when: on a workday that many days from today, at a wall time of the place's zone.

    An empty `start` makes it all-day; `minutes` are then days.
    """
    zone = place.time_zone if isinstance(place, SectionPage) else SHARED_ZONE
    date = {"start_date": demo.day(days, workday=True), "tz": zone}
    if not start:
        return date | {"all_day": True, "start_time": None, "duration": dt.timedelta(days=minutes)}
    return date | {"start_time": dt.time.fromisoformat(start), "duration": dt.timedelta(minutes=minutes)}


def _event(
    place: HomePage | SectionPage,
    calendar: Page,
    /,
    slug: str,
    *,
    days: int,
    start: str,
    minutes: int,
    text: str,
    **values: Any,
) -> demo.New:
    return demo.new(
        EventPage,
        calendar,
        slug,
        uid=demo.identity(place.slug, slug),
        body=demo_text.stream(text),
        **when(place, days, start, minutes),
        **values,
    )


def _call(
    place: HomePage | SectionPage,
    calendar: Page,
    /,
    slug: str,
    *,
    days: int,
    start: str,
    minutes: int,
    agenda: list[list[Any]],
    notes: str = "",
    **values: Any,
) -> demo.New:
    return demo.new(
        ConferenceCallPage,
        calendar,
        slug,
        uid=demo.identity(place.slug, slug),
        notes=demo_text.html(notes) if notes else "",
        agenda=[AgendaItem(title=title, minutes=length, speaker=who) for title, length, who in agenda],
        **when(place, days, start, minutes),
        **values,
    )


def _monthly(
    place: HomePage | SectionPage,
    *,
    section: str,
    days: str,
    start: str,
    minutes: str,
    title: str,
    topic: str,
    summary: str,
    notes: str,
    change: str,
) -> dict[str, Any]:
    """What `_call` takes for one call of a monthly series.

    `notes` say what was decided on a call that was held; `change` is cancelled or moved.
    """
    length = int(minutes)
    changed: dict[str, Any] = {}
    if change == "moved":
        changed = {
            "moved_from_date": demo.day(int(days) - MOVED_BY, workday=True),
            "moved_from_time": dt.time.fromisoformat(start),
        }
    elif change:
        changed = {"status": change}
    return {
        "slug": slugify(title),
        "title": title,
        "summary": summary,
        "topics": [topic],
        "audience": "members" if isinstance(place, SectionPage) else "public",
        "published": min(int(days) - ANNOUNCED, -1),
        "days": int(days),
        "start": start,
        "minutes": length,
        "agenda": [
            ["News since the last call", 10, ""],
            [title.partition(": ")[2].capitalize(), length - 20, ""],
            ["What each of us takes home", 10, ""],
        ],
        "notes": "# What was decided\n\n" + "\n".join(f"- {one.rstrip('.')}" for one in notes.split(". "))
        if notes
        else "",
        **changed,
    }
