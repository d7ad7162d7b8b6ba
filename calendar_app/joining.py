"""Whether one can join now: the one rule, for pages, the front page's band and mails. Pure: no database, no clock.

The number and the PIN are shown to members at any time; only the way in by web waits until shortly before the beginning.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from calendar_app import times

if TYPE_CHECKING:
    from calendar_app.times import Dated

OPENS = dt.timedelta(minutes=15)
NOTES_WITHIN = dt.timedelta(days=7)


class State(StrEnum):
    """Where a date stands."""

    OFF = "off"  # cancelled or postponed
    BEFORE = "before"
    SOON = "soon"  # the quarter of an hour before
    LIVE = "live"
    OVER = "over"


@dataclass(frozen=True)
class Joining:
    """The state of one date, and the times that its sentences name."""

    state: State
    opens: str
    begins: str
    ends: str
    notes_due: str  # empty once it has passed

    @property
    def open(self) -> bool:
        """Whether the way in by web is open."""
        return self.state in (State.SOON, State.LIVE)


def state(dated: Dated, now: dt.datetime, *, off: bool = False) -> State:
    """The state of a date at that moment; `off` where it does not take place. It is over at its very end."""
    if off:
        return State.OFF
    if now >= dated.ends_at:
        return State.OVER
    if now >= dated.starts_at:
        return State.LIVE
    return State.SOON if now >= dated.starts_at - OPENS else State.BEFORE


def joining(dated: Dated, tz: str, now: dt.datetime, *, off: bool = False) -> Joining:
    """What a page says about joining a date of that zone at that moment."""
    due = (dated.ends_at + NOTES_WITHIN).astimezone(ZoneInfo(tz)).date()
    return Joining(
        state(dated, now, off=off),
        times.at(dated.starts_at - OPENS, tz),
        times.at(dated.starts_at, tz),
        times.at(dated.ends_at, tz),
        times.day(due) if now.astimezone(ZoneInfo(tz)).date() <= due else "",
    )
