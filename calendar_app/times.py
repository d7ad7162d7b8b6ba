"""How a day and a time are shown to people. The one place that says it; pages, mails and lists all ask it.

A time is shown as the clock on the wall says it in the event's zone, with the zone's name beside it
("2:00–3:00 p.m. Eastern"), a day as "Thu, Dec 10, 2026". Pure: no database, no clock.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date

from home.places import TIME_ZONES

NBSP = "\u00a0"
DASH = "–"
ZONE_NAMES = dict(TIME_ZONES)
# The zones in which most members live. A time is given in all of them, so that nobody has to compute.
MAIN_ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")


class Dated(Protocol):
    """What has a beginning and an end: an `Occurrence`, or a `Span` of `calendar_app.expansion`."""

    @property
    def starts_at(self) -> dt.datetime: ...
    @property
    def ends_at(self) -> dt.datetime: ...
    @property
    def first_day(self) -> dt.date: ...
    @property
    def last_day(self) -> dt.date: ...


@dataclass(frozen=True)
class When:
    """A date of an event in words.

    `days` is "Thu, Dec 10, 2026" (or from-to), `hours` is "2:00–3:00 p.m." and empty where the days say all,
    `zone` is the zone's name; `starts` and `ends` are for `<time datetime>`.
    """

    days: str
    hours: str
    zone: str
    starts: str
    ends: str

    def __str__(self) -> str:
        return ", ".join(part for part in (self.days, f"{self.hours} {self.zone}".strip()) if part)


@dataclass(frozen=True)
class InZone:
    """The same hours in another zone: its name, the hours, and the day where it is not the event's own.

    `tz` is its IANA name, `starts` and `ends` are as in `When`.
    """

    zone: str
    hours: str
    day: str = ""
    tz: str = ""
    starts: str = ""
    ends: str = ""


def day(date: dt.date, *, weekday: bool = True, year: bool = True) -> str:
    """A day in words: "Thu, Dec 10, 2026", without the weekday or the year where they are not wanted."""
    text = f"{format_date(date, 'M')}{NBSP}{date.day}"
    if weekday:
        text = f"{format_date(date, 'D')}, {text}"
    return f"{text}, {date.year}" if year else text


def long_day(date: dt.date, *, weekday: bool = True) -> str:
    """A day of this time of year in full words: "Monday, November 16", or "November 16"."""
    text = f"{format_date(date, 'F')}{NBSP}{date.day}"
    return f"{format_date(date, 'l')}, {text}" if weekday else text


def clock(time: dt.time) -> str:
    """A time in words: "2:00 p.m.", "noon", "midnight". Seconds are left out."""
    if time.minute == 0 and time.hour in (0, 12):
        return "noon" if time.hour else "midnight"
    return f"{time.hour % 12 or 12}:{time.minute:02d}{NBSP}{'p.m.' if time.hour >= 12 else 'a.m.'}"


def clock_range(start: dt.time, end: dt.time) -> str:
    """Two times in words; "p.m." is said once where it holds for both: "2:00–3:00 p.m."."""
    first, last = clock(start), clock(end)
    if first == last:
        return first
    if first[-4:] == last[-4:] and NBSP in first and NBSP in last:
        first = first.split(NBSP)[0]
    return first + DASH + last


def position(seconds: float) -> str:
    """A time in a recording as players show it: "0:05", "12:30", "1:02:30"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def at(moment: dt.datetime, tz: str) -> str:
    """A moment of a day that is known: "2:45 p.m. Eastern"."""
    return f"{clock(moment.astimezone(ZoneInfo(tz)).time())} {zone_name(tz)}"


def zone_name(tz: str) -> str:
    """What members call a zone: "Eastern". One that is not on our list is called by its city."""
    return ZONE_NAMES.get(tz) or tz.rsplit("/", maxsplit=1)[-1].replace("_", " ")


def when(dated: Dated, tz: str, *, all_day: bool = False) -> When:
    """A date of an event in words, in its own zone. Takes the date, its IANA zone, and whether it is all-day."""
    if all_day:
        first, last = dated.first_day, dated.last_day
        return When(_days(first, last), "", "", first.isoformat(), last.isoformat())
    zone = ZoneInfo(tz)
    start, end = dated.starts_at.astimezone(zone), dated.ends_at.astimezone(zone)
    ends_on = _last_day(start, end)
    iso = (start.isoformat(timespec="minutes"), end.isoformat(timespec="minutes"))
    if start.date() == ends_on:
        return When(day(start.date()), _hours(start, end), zone_name(tz), *iso)
    text = f"{day(start.date())}, {clock(start.time())} to {day(ends_on)}, {clock(end.time())}"
    return When(f"{text} {zone_name(tz)}", "", "", *iso)


def elsewhere(dated: Dated, tz: str, zones: tuple[str, ...] = MAIN_ZONES) -> list[InZone]:
    """The hours of a date in the event's zone, first, and then in the other zones, each name once."""
    return list(_in_zones(dated.starts_at, dated.ends_at, tz, zones))


@lru_cache(maxsize=256)  # the next date stands on many pages, and writing out the hours of ten zones takes a while
def _in_zones(starts_at: dt.datetime, ends_at: dt.datetime, tz: str, zones: tuple[str, ...]) -> tuple[InZone, ...]:
    home_day = starts_at.astimezone(ZoneInfo(tz)).date()
    rows: dict[str, InZone] = {}
    for name in (tz, *zones):
        zone = ZoneInfo(name)
        start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
        other_day = "" if start.date() == home_day else day(start.date(), year=False)
        iso = (start.isoformat(timespec="minutes"), end.isoformat(timespec="minutes"))
        rows.setdefault(zone_name(name), InZone(zone_name(name), _hours(start, end), other_day, name, *iso))
    return tuple(rows.values())


def everywhere(dated: Dated, tz: str) -> list[InZone]:
    """The hours of a date in every zone of the States and territories."""
    return elsewhere(dated, tz, tuple(ZONE_NAMES))


def for_reader(words: When, tz: str) -> str:
    """The hours of a date for a reader in that zone: "1:00–2:00 p.m. for you (Central)"; empty where the clocks agree."""
    zone = ZoneInfo(tz)
    start, end = (dt.datetime.fromisoformat(text).astimezone(zone) for text in (words.starts, words.ends))
    if start.isoformat()[:16] == words.starts[:16]:
        return ""
    other_day = "" if start.date().isoformat() == words.starts[:10] else f"{day(start.date(), year=False)}, "
    return f"{other_day}{_hours(start, end)} for{NBSP}you{NBSP}({zone_name(tz)})"


def _hours(start: dt.datetime, end: dt.datetime) -> str:
    hours = clock_range(start.time(), end.time())
    # On the night when clocks go back, an hour later can read the same or earlier.
    return hours if end.utcoffset() == start.utcoffset() or end == start else f"{clock(start.time())} to {_told(end)}"


def _told(moment: dt.datetime) -> str:
    return f"{clock(moment.time())} ({moment.tzname()})"


def _last_day(start: dt.datetime, end: dt.datetime) -> dt.date:
    """The day that an event ends on; midnight still belongs to the evening before it."""
    at_midnight = end.time() == dt.time() and end.date() > start.date()
    return end.date() - dt.timedelta(days=1) if at_midnight else end.date()


def _days(first: dt.date, last: dt.date) -> str:
    return day(first) if first == last else f"{day(first)} to {day(last)}"
