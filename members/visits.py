"""When a person was last here, and up to when all news counts as seen. Reasons: docs/decisions/0017-visits.md

A visit ends when its person has been away for half an hour. Two moments a person tell all of it: `active_at`, noted at
most once a minute, and `seen_at`, which moves to the end of the last visit when a new one begins, or to now by a press.
Nothing that a page shows depends on how often it is asked for.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from members.models import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

AWAY = dt.timedelta(minutes=30)
NOTE_EVERY = dt.timedelta(minutes=1)


def note(user: Any, now: dt.datetime) -> None:
    """Note that a person is here: one narrow write a minute at most, and none that two requests could do twice."""
    last = user.active_at
    if last and now - last < NOTE_EVERY:
        return
    seen = user.seen_at
    # What was noted may be a minute old, so whoever was away for less than half an hour never counts as away.
    if last and now - last >= AWAY + NOTE_EVERY and (seen is None or seen < last):
        seen = last
    if User.objects.filter(pk=user.pk, active_at=last).update(active_at=now, seen_at=seen):
        user.active_at, user.seen_at = now, seen


def mark_seen(user: Any) -> None:
    """All that is published by now counts as seen."""
    user.seen_at = timezone.now()
    User.objects.filter(pk=user.pk).update(seen_at=user.seen_at)


class ReaderMiddleware:
    """For whoever is signed in: notes the visit, and shows times in their zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the reader's zone. A HEAD is no visit: programs ask it."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:  # nor may a feed vary by cookie because we asked
            return self.get_response(request)
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        if request.method != "HEAD":
            note(user, timezone.now())
        with timezone.override(user.zone):
            return self.get_response(request)
