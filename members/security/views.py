"""The pages of signing in that allauth has not, or that would change something by being opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.stages import LoginByCodeStage
from allauth.account.views import ConfirmLoginCodeView
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.security import second_step

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

WAYS = {"passkey": "mfa_add_webauthn", "app": "mfa_activate_totp"}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def set_up(request: HttpRequest) -> HttpResponse:
    """Why the admin asks for a second step, and the ways to one. Where somebody wanted to go is kept for afterwards."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if not wanted or not get_adapter(request).is_safe_url(wanted):
        wanted = reverse("wagtailadmin_home")
    if request.method == "POST" and request.POST.get("way") in WAYS:
        request.session[second_step.WAY_BACK] = wanted
        return redirect(WAYS[request.POST["way"]])
    kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    return render(request, "mfa/set_up.html", {"kinds": kinds, "wanted": wanted})


class RecoveryCodesView(ViewRecoveryCodesView):
    """allauth's, which shows the codes once. Opening the page shows none: it would be the once. A press does."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """How many are left, and the button."""
        codes = get_object_or_404(Authenticator, user=request.user, type=Authenticator.Type.RECOVERY_CODES).wrap()
        context = {
            "can_show": not codes.did_view,
            "unused": len(codes.get_unused_codes()),
            "total_count": app_settings.RECOVERY_CODE_COUNT,
        }
        return self.render_to_response(context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The codes; the second time, where they are not."""
        context = self.get_context_data()
        if not context["can_view_codes"]:
            return redirect("mfa_view_recovery_codes")
        return self.render_to_response(context | {"shown": True})


recovery_codes = never_cache(RecoveryCodesView.as_view())


class ConfirmCodeView(ConfirmLoginCodeView):
    """allauth's, with the code of the mail's link filled in. Signing in takes a press."""

    def get_initial(self) -> dict[str, Any]:
        """What the address says."""
        return {**super().get_initial(), "code": self.request.GET.get("code", "")[:20]}


_confirm_code = ConfirmCodeView.as_view()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirm_code(request: HttpRequest) -> HttpResponse:
    """Where a sign-in code is entered. The mail may be read on another device: there, the page says what to do."""
    if request.method != "POST" and "code" in request.GET and not request.user.is_authenticated:
        stage = get_pending_stage(request)
        if stage is None or stage.key != LoginByCodeStage.key:
            return render(request, "account/login_code_elsewhere.html", {"code": request.GET["code"][:20]})
    return _confirm_code(request)
