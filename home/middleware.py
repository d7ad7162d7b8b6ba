"""Two small things that every answer passes: who may store it, and where an old address leads."""

from __future__ import annotations

from django.utils.cache import add_never_cache_headers, patch_cache_control
from wagtail.contrib.redirects.middleware import RedirectMiddleware as WagtailRedirectMiddleware
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect

from home import access
from home.views import refuse


class CacheControlMiddleware:
    """An answer to somebody who is signed in, or that refuses, is `private, no-store`; a view may say otherwise first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Answer, then add the header where the view set none."""
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            if request.user.is_authenticated or response.status_code in (302, 401, 403):
                patch_cache_control(response, private=True, no_store=True)
            elif request.method not in ("GET", "HEAD"):
                add_never_cache_headers(response)
        return response


class RedirectMiddleware(WagtailRedirectMiddleware):
    """Wagtail's redirects, but a new address is told only to people who may see the page there."""

    def process_response(self, request, response):
        """Follow the redirect, or refuse as the page itself would."""
        answer = super().process_response(request, response)
        if answer is response or response.status_code != 404:
            return answer
        redirect = get_redirect(request, Redirect.normalise_path(request.get_full_path(), decode_unicode=False))
        if redirect is None:
            redirect = get_redirect(request, Redirect.normalise_path(request.path, decode_unicode=False))
        page = redirect.redirect_page if redirect else None
        if page is None:
            return answer
        page = page.specific
        if not page.live:
            return response
        return answer if access.can_see(request.user, page) else refuse(request, page)
