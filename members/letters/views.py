"""The page behind the address that stops a letter: a GET asks, a POST does it. No cookie, no sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from members.letters import stopping
from members.models import Letter

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@csrf_exempt  # mail programs send it, without a cookie; the token is what it takes
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, or (POST of `List-Unsubscribe=One-Click`) stop. The page tells nothing of the person."""
    user = stopping.by_token(token)
    asked = request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click"
    if user and asked:
        stopping.stop(user)
    over = user is not None and (asked or user.letter == Letter.OFF)
    response = render(
        request, "members/letters/stop.html", {"known": bool(user), "over": over}, status=200 if user else 404
    )
    patch_cache_control(response, private=True, no_store=True)
    return response
