"""The pages of one's own data: taking it along, deleting the account, agreeing to the privacy notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from home.views import refuse
from members import authority
from members.models import Action, record
from members.privacy import consent, leaving
from members.privacy.export import archive
from members.roster.views import slug_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def _sends(request: HttpRequest) -> bool:
    """Whether something is asked for, and not only looked at: then the password comes first."""
    return request.method == "POST"


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(enabled=_sends)
def data(request: HttpRequest) -> Any:
    """What one can take along; sent, the archive. The password again comes first, and a line in the audit log says so."""
    if not request.user.is_authenticated:
        return refuse(request)
    if request.method != "POST":
        return render(request, "members/privacy/data.html")
    if too_many := ratelimit.consume_or_429(request, action="own_data", user=request.user):
        return too_many
    record(Action.EXPORTED, by=request.user, about=request.user, detail="Own data (ZIP)", request=request)
    name = f"my-data-{timezone.localdate():%Y-%m-%d}.zip"
    response = FileResponse(archive(request.user), as_attachment=True, filename=name)
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(enabled=_sends)
def delete(request: HttpRequest) -> HttpResponse:
    """What goes and what stays; sent, the end of the account. Who leads a place alone reads what to do first."""
    user: Any = request.user
    if not user.is_authenticated:
        return refuse(request)
    if request.method == "POST":
        try:
            leaving.leave(user, request)
        except ValidationError:
            return redirect("my_delete")  # where the reasons stand
        logout(request)
        messages.success(request, "Your account is deleted.")
        return redirect("/")
    context = {
        "alone": [
            (authority.place_name(one.section), slug_of(one.section), one.pk) for one in authority.led_alone(user)
        ],
        "only_administrator": authority.is_only_administrator(user),
    }
    return render(request, "members/privacy/delete.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest) -> HttpResponse:
    """The question whether somebody agrees to the privacy notice, and what else they can do."""
    if not request.user.is_authenticated:
        return refuse(request)
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    if not get_adapter(request).is_safe_url(wanted):
        wanted = "/"
    if request.method == "POST":
        consent.agree(request.user)
        request.session.pop(consent.ASKED, None)
        return redirect(wanted)
    context = {"wanted": wanted, "agreed": consent.has_agreed(request.user), "notice": consent.NOTICE}
    return render(request, "members/privacy/consent.html", context)
