"""What every answer carries, whoever made it: pages, static files, refusals, redirects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseNotAllowed
from django.middleware.security import SecurityMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]


class HeadersMiddleware(SecurityMiddleware):
    """Stands before Django's own, which adds nothing to the answers that are made before it is done (a host refused).

    Also: no other site may draw what is here into its pages, and nobody is told what a proxy added to a request (TRACE).
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:  # type: ignore[override]
        """Leave TLS to Django's own; it stands below."""
        return None if request.method in METHODS else HttpResponseNotAllowed(METHODS)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:  # type: ignore[override]
        """Add what is not there."""
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return super().process_response(request, response)  # type: ignore[return-value]
