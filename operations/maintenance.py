"""While a file is there, everybody reads that the site is being updated, and until when.

The file is `MAINTENANCE_FILE`; what stands in it ("3:00 p.m. Eastern") is read to people. It is looked for at every request,
so it works without a restart and without a database. Health addresses answer all the while, and static files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from operations import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

ALWAYS_UP = ("/livez", "/readyz")
TRY_AGAIN = 10 * 60  # seconds, for programs


class MaintenanceMiddleware:
    """Answers 503 in place of the site."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, unless the file is there."""
        until = None if request.path in ALWAYS_UP else _until()
        if until is None:
            return self.get_response(request)
        return errors.under_maintenance(until, retry_after=TRY_AGAIN)


def _until() -> str | None:
    """What stands in the file, in one line; None where there is no file."""
    try:
        text = Path(settings.MAINTENANCE_FILE).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    return " ".join(text.split())[:80]
