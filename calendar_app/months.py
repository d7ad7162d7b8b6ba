"""A month as a calendar on the wall shows it: weeks from Sunday to Saturday, each day with its dates. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.dateformat import format as format_date

if TYPE_CHECKING:
    from collections.abc import Iterable

    from calendar_app.models import Occurrence

WEEKS = calendar.Calendar(calendar.SUNDAY)


@dataclass(frozen=True)
class Day:
    """One square: its day, whether it belongs to the month and is today, and what takes place on it."""

    date: dt.date
    outside: bool
    today: bool
    dates: list[Occurrence]


def last_day(first: dt.date) -> dt.date:
    """The last day of the month that begins on that day."""
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def weeks(first: dt.date, occurrences: Iterable[Occurrence], today: dt.date) -> list[list[Day]]:
    """The month's squares with its dates, each on all of its days (as the event's own calendar says)."""
    occurrences = list(occurrences)
    return [
        [
            Day(
                date,
                date.month != first.month,
                date == today,
                [one for one in occurrences if one.first_day <= date <= one.last_day],
            )
            for date in week
        ]
        for week in WEEKS.monthdatescalendar(first.year, first.month)
    ]


def beside(first: dt.date, step: int) -> dt.date:
    """The first day of the month before (-1) or after (1)."""
    index = first.year * 12 + first.month - 1 + step
    return dt.date(index // 12, index % 12 + 1, 1)


def name(first: dt.date) -> str:
    """ "December 2026"."""
    return format_date(first, "F Y")


def written(first: dt.date) -> str:
    """ "2026-12", as an address says it."""
    return f"{first:%Y-%m}"
