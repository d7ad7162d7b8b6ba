"""Answers to what went wrong, that ask no database and no context: any of them may be what broke, or be overloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from allauth.core.internal.ratelimit import get_rates
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template

from operations.uploads import FileTooLarge

if TYPE_CHECKING:
    from django.http import HttpRequest

MEGABYTE = 1024 * 1024


def _answer(status: int, template: str = "", **context: Any) -> HttpResponse:
    response = HttpResponse(get_template(f"{template or status}.html").render(context), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where what was sent is too large: then with the file's name, its size and the limit."""
    if isinstance(exception, FileTooLarge):
        limit = settings.WAGTAILDOCS_MAX_UPLOAD_SIZE
        return _answer(413, name=exception.name, size=_megabytes(exception.size), limit=_megabytes(limit))
    if isinstance(exception, RequestDataTooBig):
        return _answer(413, limit=_megabytes(settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
    return _answer(400)


def form_not_sent(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403, where a form lacks this browser's token: somebody signed in anew meanwhile, or it came from elsewhere.

    What was typed is held in the answer to be sent again, but only if the browser says that the form is one of ours; and
    neither files nor passwords.
    """
    ours = f"{request.scheme}://{request.get_host()}" == request.headers.get("Origin")
    typed = [(name, value) for name, values in request.POST.lists() for value in values] if ours else []
    fields = [pair for pair in typed if pair[0] != "csrfmiddlewaretoken" and "password" not in pair[0]]
    return _answer(403, "403_csrf", fields=fields, address=request.get_full_path(), csrf_token=get_token(request))


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """429, and how long to wait: the span of the limit on what was asked for (`ACCOUNT_RATE_LIMITS` and allauth's own)."""
    name = request.resolver_match.url_name if request.resolver_match else None
    rates = get_rates(app="allauth.account", action=(name or "").removeprefix("account_"))
    seconds = int(max((rate.duration for rate in rates), default=60))
    response = _answer(429, minutes=-(-seconds // 60))
    response.headers["Retry-After"] = str(seconds)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500, with the beginning of the id that every log line of this request carries."""
    return _answer(500, reference=str(structlog.contextvars.get_contextvars().get("request_id", ""))[:8])


def under_maintenance(until: str, *, retry_after: int) -> HttpResponse:
    """503, until about when (may be empty: nobody has said), and after how many seconds a program may ask again."""
    response = _answer(503, until=until)
    response.headers["Retry-After"] = str(retry_after)
    return response


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.1f}".removesuffix(".0") + "\u00a0MB"
