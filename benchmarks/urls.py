"""The site's addresses, a view that does nothing, to measure the others by, and the pictures, which a web server serves."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.static import serve

from worksite.urls import urlpatterns as site


def bare(request: HttpRequest) -> HttpResponse:
    """A few bytes of text, through the same middleware and workers as every page."""
    return HttpResponse("bare", content_type="text/plain")


pictures = path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT})
urlpatterns = [path("bare", bare), pictures, *site]
