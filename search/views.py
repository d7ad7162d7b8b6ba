"""The search page: words in title and summary, with the same filters as every listing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from home.filters import TYPES
from home.listings import listing

FACETS = ["type", "state", "topic", "kind", "setting", "population", "source", "year"]


def search(request: HttpRequest) -> HttpResponse:
    """Everything the reader may see that matches."""
    return render(request, "search/search.html", listing(request, tuple(TYPES), facets=FACETS))
