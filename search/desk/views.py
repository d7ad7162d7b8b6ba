"""Trying a search, in the admin; and counting that a result was opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.core import ratelimit
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from search.desk import trials
from search.desk.forms import TrialForm
from search.desk.terms import is_from_here, note_click

if TYPE_CHECKING:
    from django.http import HttpRequest


def keeps_search(user: Any) -> bool:
    """Whether a person keeps the words of search: whoever keeps the vocabularies of the whole community."""
    return user.has_perm("home.change_topic")


@require_safe
def try_search(request: HttpRequest) -> HttpResponse:
    """What a search would find, and why. Raises PermissionDenied for who does not keep the words of search."""
    if not keeps_search(request.user):
        raise PermissionDenied
    form = TrialForm(request.GET if "q" in request.GET else None)
    trial = None
    if form.is_valid():
        asked = form.cleaned_data
        trial = trials.attempt(
            asked["q"],
            trials.rights_as(asked["reader"], request.user),
            more=asked["more"].splitlines(),
            page=asked["page"].pk if asked["page"] else None,
        )
    return render(request, "search/admin/try.html", {"form": form, "trial": trial})


@csrf_exempt  # it changes one number and needs no session; only pages of this site may ask
@require_POST
def clicked(request: HttpRequest) -> HttpResponse:
    """A result was opened: a script of the search page says so, with the words. Always answers 204."""
    if is_from_here(request) and ratelimit.consume(request, action="search_click"):
        note_click(request.POST.get("q", "")[:255])
    return HttpResponse(status=204)
