"""When a letter is due: on Monday from 7 a.m. on, by the reader's clock. Pure: no database, no clock of its own."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

MONDAY = 0
HOUR = dt.time(7)


def due(now: dt.datetime, tz: str) -> dt.date | None:
    """The Monday whose letter is due at that moment in a zone (an IANA name); None on other days, and before seven.

    A clock that stood still in the morning is in time until midnight. Two zones in which it is Monday at once have the
    same one.
    """
    local = now.astimezone(ZoneInfo(tz))
    return local.date() if local.weekday() == MONDAY and local.time() >= HOUR else None


def due_anywhere(now: dt.datetime) -> bool:
    """Whether it can be Monday after seven anywhere: where the date changes first, it is fourteen hours later than UTC."""
    earliest, latest = now + dt.timedelta(hours=14), now - dt.timedelta(hours=12)
    return MONDAY in (earliest.weekday(), latest.weekday(), now.weekday())
