"""The search page, and what it offers while somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST, require_safe

from search import wishes
from search.desk.picks import picks_for
from search.desk.terms import is_from_here, note_search
from search.page import context_of
from search.rights import rights_of
from search.suggestions import suggestions

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from home.models import SectionPage

LONGEST = 80  # characters of what is typed that suggestions are made for


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything the reader may see that matches, with the editors' picks.

    What was typed on this site is counted, by its words alone; a link that is opened, by a person or a program, is not.
    """
    context = context_of(request)
    typed = context["typed"]
    if typed.words and not typed.chosen and context["page_obj"].number == 1:
        # A choice or a second page is the same search still.
        if is_from_here(request):
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


@login_required
@require_POST
def wish(request: HttpRequest) -> HttpResponse:
    """Put what was searched for (`q`) under what a section of the member (`section`) is looking for, if it was ticked
    (`wish`). Leads back to the search, which says what became of it.
    """
    typed = request.POST.get("q", "").replace("\x00", "")[:255]
    own = wishes.sections_of(request.user)
    section = next((one for one in own if one.slug == request.POST.get("section")), None)
    if section is None:
        messages.error(request, "Nothing was sent. Only members of a section can put a wish under its name.")
    elif request.POST.get("wish") != "yes":
        messages.error(request, "Nothing was sent. Tick the box first: everybody will be able to read your wish.")
    elif not ratelimit.consume(request, action="wish", user=request.user):
        messages.error(request, "Nothing was sent. You have sent several wishes today; send this one tomorrow.")
    else:
        _keep_wish(request, section, typed)
    return redirect(f"{reverse('search')}?{urlencode({'q': typed})}")


def _keep_wish(request: HttpRequest, section: SectionPage, typed: str) -> None:
    try:
        new = wishes.wish(request.user, section, typed)
    except ValueError:
        messages.error(request, "Nothing was sent. Say in a few words what you are looking for.")
        return
    if new:
        text = f"It stands now under what {section.title} is looking for. We write to you once, when something matches."
        messages.success(request, text)
    else:
        messages.info(request, "You have asked for this before. We write to you once, when something matches.")
