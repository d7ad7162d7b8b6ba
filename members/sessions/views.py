"""How long one stays signed in, staying longer, and what was not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_safe

from home.views import refuse
from members.sessions import times

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> JsonResponse:
    """For the script of an open page: the seconds left (0: signed out), whether an act moves the end, whose session it is,
    and a token for forms opened before it. A post is an act."""
    user = request.user
    if request.method == "POST" and user.is_authenticated:
        times.act(request.session, user, at_once=True)
    end = times.end_of(request.session)
    said = (
        {"left": 0}
        if end is None
        else {"left": end.left, "moves": end.moves, "user": user.pk, "csrf": get_token(request)}
    )
    response = JsonResponse(said)
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_safe
def session_back(request: HttpRequest) -> HttpResponse:
    """Where somebody lands who signed in again in a second tab."""
    return render(request, "members/sessions/back.html")


@require_http_methods(["GET", "HEAD", "POST"])
def unsent(request: HttpRequest) -> HttpResponse:
    """What one typed that was not sent. A post throws one form away."""
    if not request.user.is_authenticated:
        return refuse(request)
    mine = request.user.unsent_forms
    if request.method == "POST":
        form = next((form for form in mine.all() if str(form.pk) == request.POST.get("form")), None)
        if form is None:
            raise Http404
        form.delete()
        request.session["unsent"] = mine.exists()
        return HttpResponseRedirect(reverse("unsent"))
    return render(request, "members/sessions/unsent.html", {"forms": mine.all()})
