"""Agreeing to the privacy notice: asked on joining, and at the first sign-in after its version was raised in the admin.

Until then, every page leads to the question, but those that somebody needs to decide: the notice itself, one's data,
deleting the account, the contact form, and signing out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from allauth.account.signals import user_logged_in
from django.conf import settings
from django.dispatch import receiver
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.models import Site

from home.models import CommunitySettings
from members.models import Consent

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

ASKED = "asked_to_agree"  # in the session of somebody who has not answered yet
NOTICE = "/privacy/"
OPEN = (NOTICE, "/my/consent/", "/my/data/", "/my/delete/", "/accounts/", "/contact/", "/livez", "/readyz")


def version() -> int:
    """The version of the notice that holds now."""
    return CommunitySettings.for_site(Site.objects.get(is_default_site=True)).privacy_version


def agree(user: Any) -> None:
    """Note that somebody agrees to the notice as it is now."""
    Consent.objects.get_or_create(user=user, version=version())


def has_agreed(user: Any) -> bool:
    """Whether somebody agreed to the notice as it is now."""
    return Consent.objects.filter(user=user, version__gte=version()).exists()


@receiver(user_logged_in)
def ask_at_sign_in(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Whoever signs in and has not agreed yet is asked on the next page."""
    if not has_agreed(user):
        request.session[ASKED] = True


class ConsentMiddleware:
    """Leads whoever is asked to the question."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; or, where a question is open, lead to it, and from there back."""
        # Without the cookie there is no session to look into, and a look would make every answer vary by cookie.
        asked = settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.get(ASKED)
        if asked and not request.path.startswith(OPEN):
            return redirect(f"{reverse('my_consent')}?{urlencode({'next': request.get_full_path()})}")
        return self.get_response(request)
