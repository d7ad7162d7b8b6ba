"""From an event's fields to its dates. Pure: no database, no clock.

Dates are computed in local wall time and the zone is attached last, the end on its own (RFC 5545 section 3.3.10; reasons
and measurements: docs/decisions/0005-time.md). A local time that the spring change skips is kept with the offset before
the gap, one that the autumn change repeats is its first pass (section 3.3.5).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Span:
    """One date of an event.

    `recurrence_id` is the original local start (`20260706T100000`, or `20260706` for all-day), `starts_at` and
    `ends_at` are instants in UTC, `first_day` and `last_day` are local dates, both inclusive.
    """

    recurrence_id: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    first_day: dt.date
    last_day: dt.date


def to_utc(local: dt.datetime, tz: str) -> dt.datetime:
    """The instant of a local wall time. Takes a naive datetime and an IANA zone name; gives an aware one in UTC."""
    return local.replace(tzinfo=ZoneInfo(tz), fold=0).astimezone(dt.UTC)


def span(start: dt.date, time: dt.time | None, duration: dt.timedelta, tz: str) -> Span:
    """The date that begins at `start`, `time` in `tz` and lasts `duration` of wall time.

    Without a time it is all-day: `duration` counts whole days, at least one, and the end is the midnight after the last.
    """
    if time is None:
        days = max(duration.days, 1)
        begin = dt.datetime.combine(start, dt.time())
        end = begin + dt.timedelta(days=days)
        last = start + dt.timedelta(days=days - 1)
        return Span(f"{start:%Y%m%d}", to_utc(begin, tz), to_utc(end, tz), start, last)
    begin = dt.datetime.combine(start, time)
    end = begin + duration
    starts_at, ends_at = to_utc(begin, tz), to_utc(end, tz)
    return Span(f"{begin:%Y%m%dT%H%M%S}", starts_at, max(starts_at, ends_at), start, end.date())
