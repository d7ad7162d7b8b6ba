"""How long somebody stays signed in: half a day, and for those who may enter the admin until half an hour without an act.

Both times stand in the session itself, so a page that tells its end asks no database. An act is written at most once a
minute. docs/decisions/0019-sessions.md says what counts as one.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth import SESSION_KEY

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest

# Seconds.
IDLE = 30 * 60
LONGEST = 12 * 60 * 60
WRITTEN_EVERY = 60

_TIMES = "times"


@dataclass(frozen=True)
class End:
    """When a session ends, and whether an act moves that on."""

    at: float  # seconds since 1970
    moves: bool

    @property
    def left(self) -> int:
        """Whole seconds from now; 0 once it has ended."""
        return max(0, int(self.at - time.time()))

    @property
    def time(self) -> dt.datetime:
        """The same for people."""
        return dt.datetime.fromtimestamp(self.at, dt.UTC)


def by_a_person(request: HttpRequest) -> bool:
    """Whether somebody opened a page or sent a form; not the polls, autosaves, previews and pings of an open page.

    Browsers say what an answer is for; old ones at least that they want a page.
    """
    purpose = request.headers.get("Sec-Fetch-Dest")
    return purpose == "document" if purpose else "text/html" in request.headers.get("Accept", "")


def begin(session: SessionBase, user: Any) -> None:
    """Somebody has signed in."""
    now = time.time()
    session[_TIMES] = {"began": now, "acted": now, "staff": user.has_perm("wagtailadmin.access_admin")}


def act(session: SessionBase, user: Any, *, at_once: bool = False) -> None:
    """Somebody did something. Written if the last time is a minute old, or `at_once`."""
    times = session.get(_TIMES)
    if times is None:  # opened before there were times
        begin(session, user)
    elif at_once or time.time() - times["acted"] >= WRITTEN_EVERY:
        staff = user.has_perm("wagtailadmin.access_admin")  # roles come and go in mid-session
        session[_TIMES] = {**times, "acted": time.time(), "staff": staff}


def end_of(session: SessionBase) -> End | None:
    """When this session ends; None if nobody is signed in with it."""
    times = session.get(_TIMES)
    if SESSION_KEY not in session or times is None:
        return None
    # Whoever gives the password or a code again in mid-session has signed in anew.
    again = [record["at"] for record in session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])]
    longest = max(times["began"], *again) + LONGEST if again else times["began"] + LONGEST
    idle = times["acted"] + IDLE
    if times["staff"] and idle < longest:
        return End(idle, moves=True)
    return End(longest, moves=False)
