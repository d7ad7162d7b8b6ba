"""The second step of signing in, and the admin's door, which opens only after it.

Whoever may enter the admin needs a second step, and the session that asks must have passed it: by a code, by a passkey,
by setting it up, or in a browser that the person trusts after a code.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals
from allauth.mfa.internal.flows.trust import is_trusted_browser
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.conf import settings
from django.dispatch import receiver
from django.shortcuts import redirect
from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from members.models import User

STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes only stand in for one of these
DEMONSTRATION_DOMAIN = "@worksite.example"
WAY_BACK = "after_second_step"  # in the session: where somebody wanted to go before setting it up


def has_one(user: Any) -> bool:
    """Whether a person has set a second step up."""
    return bool(is_mfa_enabled(user, list(STEPS)))


def passed(request: HttpRequest) -> bool:
    """Whether this session has passed the second step. Somebody who has none has not."""
    if not has_one(request.user):
        return False
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records) or is_trusted_browser(request, request.user)


def is_spared(user: Any) -> bool:
    """Whether a login is one of the demonstration's, on a developer's machine: everybody knows its password anyway."""
    return settings.DEBUG and settings.DEMONSTRATION and user.email.endswith(DEMONSTRATION_DOMAIN)


def second_step_first(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap an admin view: whoever may enter but has not passed the second step is led to it, and then back."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or not user.has_perm("wagtailadmin.access_admin"):
            return view(request, *args, **kwargs)  # to sign in, or refused: the door itself says so
        if is_spared(user) or passed(request):
            return view(request, *args, **kwargs)
        wanted = request.get_full_path() if request.method == "GET" else reverse("wagtailadmin_home")
        return redirect(f"{reverse('second_step')}?{urlencode({'next': wanted})}")

    return answer


@receiver(signals.authenticator_added)
def count_setting_up(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Setting it up counts as passing it, here. Other sessions end: they were opened without it."""
    if authenticator.type in STEPS:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        end_other_sessions(request, user)
