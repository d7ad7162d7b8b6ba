"""A person's own pages: what is theirs and waits for them, their settings, and the buttons that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from home.models import SectionPage, Topic
from home.views import refuse
from members import beginning, following, visits
from members.my.forms import SettingsForm
from members.my.rooms import rooms_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def my(request: HttpRequest) -> HttpResponse:
    """My worksite: every room, and what waits in it."""
    if not request.user.is_authenticated:
        return refuse(request)
    return render(request, "members/my/my.html", {"rooms": rooms_of(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """One's own choices."""
    user = request.user
    if not user.is_authenticated:
        return refuse(request)
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("my_settings")
    return render(request, "members/my/settings.html", {"form": form})


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Mark all as seen."""
    if not _is_member(request):
        return refuse(request)
    visits.mark_seen(request.user)
    return redirect("/")


@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Follow the `section` or the `topic` that the form names by its slug, or (`stop`) no longer."""
    if not _is_member(request):
        return refuse(request)
    thing: Any = (
        SectionPage.objects.live().filter(slug=request.POST.get("section", "")).first()
        or Topic.objects.filter(slug=request.POST.get("topic", "")).first()
    )
    if thing is None:
        messages.error(request, "This is not there any more.")
    elif "stop" in request.POST:
        following.unfollow(request.user, thing)
        messages.success(request, f"You no longer follow {thing}.")
    else:
        following.follow(request.user, thing)
        messages.success(
            request, f"You follow {thing}. Its news stands out on your front page and in your weekly letter."
        )
    return redirect(_back(request))


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Tick a step of the first path off (`step`), or close the path."""
    if not _is_member(request):
        return refuse(request)
    if "step" in request.POST:
        beginning.tick(request.user, request.POST["step"])
    else:
        beginning.close(request.user)
    return redirect("/")


def _is_member(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_member", False))


def _back(request: HttpRequest) -> str:
    """The page of this site on which the button stood."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if safe and back.startswith("/") else "/my/settings/"
