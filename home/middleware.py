"""Small things that every answer passes: how it is packed, who may store it, and where an old address leads."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpResponsePermanentRedirect, HttpResponseRedirect
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.deprecation import MiddlewareMixin
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect

from home import access
from home.views import refuse


class CompressionMiddleware(GZipMiddleware):
    """Text leaves compressed, but for answers from whose length somebody could learn what is in them.

    That takes a secret and text of an attacker's choice in one answer (BREACH): a page for somebody who is signed in, at
    an address with a query. Files are left alone: they are compressed in themselves, and asked for in parts.
    """

    TEXT = ("text/", "application/json", "application/xml", "application/atom+xml", "application/manifest+json")

    def process_response(self, request, response):
        """Compress what is text and gives nothing away."""
        if response.streaming or not response.get("Content-Type", "").startswith(self.TEXT):
            return response
        if request.GET and getattr(request, "user", None) and request.user.is_authenticated:
            return response
        return super().process_response(request, response)


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


class RedirectMiddleware(MiddlewareMixin):
    """Old addresses lead to new ones, but a new address is told only to people who may see the page there.

    Wagtail's own middleware tells it to everybody; so its lookup is used, and not its answer.
    """

    def process_response(self, request, response):
        """Follow the redirect, or refuse as the page itself would."""
        redirect = self._redirect(request) if response.status_code == 404 else None
        page = redirect.redirect_page and redirect.redirect_page.specific if redirect else None
        if redirect is None or not redirect.link or (page and (not page.live or has_expired(page))):
            return response
        if page and not access.can_see(request.user, page):
            return refuse(request, page)
        answer = (HttpResponsePermanentRedirect if redirect.is_permanent else HttpResponseRedirect)(redirect.link)
        if not request.user.is_authenticated:
            patch_cache_control(answer, public=True, no_cache=True)  # the page may close to visitors later
        return answer

    @staticmethod
    def _redirect(request):
        path = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
        return get_redirect(request, path) or get_redirect(request, urlsplit(path).path)


def has_expired(page) -> bool:
    """Whether a page is past its expiry, also in the minute before the clock takes it down."""
    return bool(page.expire_at and page.expire_at <= timezone.now())
