"""Ends sessions in time, and keeps what was typed when one has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import SESSION_KEY

from members.sessions import times, unsent

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class SessionEndMiddleware:
    """Stands after the one that knows the user. Gives the request `session_end` (None for visitors) for pages to tell.

    Asks for the session only where a browser brings one, so that what is the same for everybody stays so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End the session if it is time, else note an act; then answer."""
        request.session_end = None  # type: ignore[attr-defined]
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            end = times.end_of(request.session)
            if end and not end.left:
                unsent.end(request.session)  # before anybody asks who the user is
            elif (end is None or times.by_a_person(request)) and request.user.is_authenticated:
                times.act(request.session, request.user)
            request.session_end = times.end_of(request.session)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.method == "POST" and times.by_a_person(request):
            if unsent.did_not_arrive(request, response):
                return unsent.keep(request, response)
            unsent.note_arrival(request, response)
        return response
