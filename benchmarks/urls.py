"""The site's addresses and one more: a view that does nothing, to measure the others by."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from worksite.urls import urlpatterns as site


def bare(request: HttpRequest) -> HttpResponse:
    """A few bytes of text, through the same middleware and workers as every page."""
    return HttpResponse("bare", content_type="text/plain")


urlpatterns = [path("bare", bare), *site]
