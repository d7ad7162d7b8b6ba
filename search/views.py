"""The search page, and what it offers while somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from search.desk.picks import picks_for
from search.desk.terms import note_search
from search.page import context_of
from search.rights import rights_of
from search.suggestions import suggestions

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LONGEST = 80  # characters of what is typed that suggestions are made for


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything the reader may see that matches; with the editors' picks, and counted for them by its words alone."""
    context = context_of(request)
    typed = context["typed"]
    if typed.words and not typed.chosen and context["page_obj"].number == 1:
        # A choice or a second page is the same search still.
        note_search(typed.words, context["of_total"] if typed is context["filterset"] else 0)
        context["picks"] = picks_for(typed.words, request.user, rights_of(request.user))
    return render(request, "search/search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """`{"suggestions": [{"label", "what", "url"}]}` for `?q=`, within the reader's rights."""
    typed = request.GET.get("q", "").replace("\x00", "")[:LONGEST]
    response = JsonResponse({"suggestions": suggestions(typed, request.user)})
    if not request.user.is_authenticated:
        patch_cache_control(response, public=True, max_age=60)
    return response
