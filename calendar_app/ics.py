"""Writes iCalendar (RFC 5545). Pure: takes values, gives bytes; no database, no clock, no settings.

What calendar programs really do with a feed decides the details (docs/decisions/0005-time.md): a VTIMEZONE in RRULE form
for every zone used, since Outlook ignores lists of dates; DTSTAMP is the last publish, never now, so that an unchanged
calendar is the same bytes; the end is the end *instant* back in local time.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vDDDTypes, vRecur, vText, vUri

if TYPE_CHECKING:
    from collections.abc import Iterable

PRODID = "-//Learning Community//Worksite//EN"
LONGEST_DESCRIPTION = 1000
REFRESH = "PT4H"

# RFC 5545 section 3.1: no control characters but tab and line feed in text.
_NOT_TEXT = dict.fromkeys([*range(9), *range(11, 32), 127])


@dataclass(frozen=True)
class Entry:
    """One date of an event, as a calendar program should know it.

    `uid` is whole (`<uuid>@host`), `status` one of RFC 5545's (CONFIRMED, TENTATIVE, CANCELLED), `starts_at` and
    `ends_at` are instants, the days are local and inclusive and count where it is all-day.
    """

    uid: str
    sequence: int
    stamp: dt.datetime
    title: str
    url: str
    tz: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    first_day: dt.date
    last_day: dt.date
    all_day: bool = False
    status: str = "CONFIRMED"
    description: str = ""
    location: str = ""
    categories: tuple[str, ...] = field(default=())


def calendar(name: str, entries: Iterable[Entry], *, tz: str, source: str) -> bytes:
    """A calendar to publish.

    Takes its name, its entries, the zone that most of its readers are in, and its own address.
    """
    entries = list(entries)
    document = Calendar()
    document.add("version", "2.0")
    document.add("prodid", PRODID)
    document.add("calscale", "GREGORIAN")
    document.add("method", "PUBLISH")
    document.add("name", vText(_text(name)))
    document.add("x-wr-calname", vText(_text(name)))
    document.add("x-wr-timezone", tz)
    document.add("source", vUri(source), {"VALUE": "URI"})
    document.add("refresh-interval", vDDDTypes(dt.timedelta(hours=4)), {"VALUE": "DURATION"})
    document.add("x-published-ttl", REFRESH)
    for zone in sorted({entry.tz for entry in entries if not entry.all_day}):
        document.add_component(vtimezone(zone))
    for entry in entries:
        document.add_component(_vevent(entry))
    return document.to_ical(sorted=False)


def _vevent(entry: Entry) -> Event:
    cancelled = entry.status == "CANCELLED"
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp)
    event.add("last-modified", entry.stamp)
    if entry.all_day:
        event.add("dtstart", entry.first_day)
        event.add("dtend", entry.last_day + dt.timedelta(days=1))
    else:
        zone = ZoneInfo(entry.tz)
        event.add("dtstart", entry.starts_at.astimezone(zone))
        if entry.ends_at > entry.starts_at:
            event.add("dtend", _end(entry.ends_at, zone))
    event.add("summary", f"Cancelled: {_text(entry.title)}" if cancelled else _text(entry.title))
    event.add("status", entry.status)
    # Nobody is busy on a day that is a deadline, nor for what does not take place.
    event.add("transp", "TRANSPARENT" if cancelled or entry.all_day else "OPAQUE")
    if entry.description:
        event.add("description", _shortened(_text(entry.description), entry.url))
    if entry.location:
        event.add("location", _text(entry.location))
    if entry.categories:
        event.add("categories", list(entry.categories))
    event.add("url", entry.url)
    return event


def _end(instant: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The end in local time; in UTC where the local time comes twice and this is the second (readers take the first)."""
    local = instant.astimezone(zone)
    return instant.astimezone(dt.UTC) if local.fold else local


def _shortened(text: str, url: str) -> str:
    if len(text) > LONGEST_DESCRIPTION:
        text = text[: LONGEST_DESCRIPTION - 1].rstrip() + "…"
    return f"{text}\n\n{url}"


def _text(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").translate(_NOT_TEXT)


# Time zones ----------------------------------------------------------------------------------------------------------

# The rule that goes on for ever, in the footer of a TZif file (RFC 9636 section 3.3; POSIX TZ): `EST5EDT,M3.2.0,M11.1.0`.
_NAME = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]+>)"
_OFFSET = r"[+-]?\d+(?::\d+){0,2}"
_FOOTER = re.compile(
    rf"(?P<std>{_NAME})(?P<offset>{_OFFSET})"
    rf"(?:(?P<dst>{_NAME})(?P<dst_offset>{_OFFSET})?,(?P<begin>[^,]+),(?P<end>[^,]+))?"
)
_CHANGE = re.compile(rf"M(?P<month>\d+)\.(?P<week>[1-5])\.(?P<day>[0-6])(?:/(?P<time>{_OFFSET}))?")
_WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_SINCE = 1970


@functools.cache
def vtimezone(key: str) -> Timezone:
    """A zone as its rule for the future has it. Takes an IANA name; raises ValueError for a rule of another form."""
    match = _FOOTER.fullmatch(_footer(key))
    if match is None:
        raise ValueError(f"The rule of {key} is of a form that is not understood.")
    zone = Timezone()
    zone.add("tzid", key)
    standard = -_delta(match["offset"])  # POSIX counts westwards
    if match["dst"] is None:
        zone.add_component(_observance(TimezoneStandard(), match["std"], standard, standard))
        return zone
    summer = -_delta(match["dst_offset"]) if match["dst_offset"] else standard + dt.timedelta(hours=1)
    zone.add_component(_observance(TimezoneDaylight(), match["dst"], standard, summer, match["begin"]))
    zone.add_component(_observance(TimezoneStandard(), match["std"], summer, standard, match["end"]))
    return zone


def _footer(key: str) -> str:
    data = files("tzdata").joinpath("zoneinfo", *key.split("/")).read_bytes()
    return data.rstrip(b"\n").rsplit(b"\n", 1)[1].decode("ascii")


def _delta(text: str) -> dt.timedelta:
    sign = -1 if text.startswith("-") else 1
    hours, minutes, seconds = (*map(int, text.lstrip("+-").split(":")), 0, 0)[:3]
    return sign * dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _observance(part, name: str, before: dt.timedelta, after: dt.timedelta, change: str = ""):
    """Half of a zone: from when it holds (wall time before the change), the offset before and since, and its rule."""
    start = dt.datetime(_SINCE, 1, 1)  # noqa: DTZ001 - RFC 5545 wants local time here
    rule = None
    if change:
        match = _CHANGE.fullmatch(change)
        if match is None:
            raise ValueError(f"The change {change} is of a form that is not understood.")
        week, weekday = int(match["week"]), _WEEKDAYS[int(match["day"])]
        start = _first_change(int(match["month"]), week, int(match["day"])) + _delta(match["time"] or "2")
        rule = {
            "FREQ": "YEARLY",
            "BYMONTH": int(match["month"]),
            "BYDAY": f"{-1 if week == 5 else week}{weekday}",
        }
    part.add("dtstart", start)
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    part.add("tzname", name.strip("<>"))
    if rule:
        part.add("rrule", vRecur(rule))
    return part


def _first_change(month: int, week: int, weekday: int) -> dt.datetime:
    """Midnight of the nth (fifth: last) weekday of a month in the first year; weekdays count from Sunday."""
    days = [
        day
        for day in (dt.datetime(_SINCE, month, 1) + dt.timedelta(days=n) for n in range(31))  # noqa: DTZ001
        if day.month == month and (day.weekday() + 1) % 7 == weekday
    ]
    return days[-1 if week == 5 else week - 1]
