"""What allauth says when something is not accepted, in the site's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.mail import get_connection
from django.db import transaction
from django.urls import reverse

from home.models import CommunitySettings
from members.security import limits

if TYPE_CHECKING:
    from allauth.account.models import Login
    from django.http import HttpRequest, HttpResponse


WAYS_TO_CONFIRM = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Enter a code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: what happened and what to do."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed.",
        "cannot_remove_primary_email": "This is your main address. Make another one the main address first.",
        "duplicate_email": "You have added this address already.",
        "email_password_mismatch": "That e-mail address and password do not match. Try again, or set a new password.",
        "email_taken": "There is an account with this e-mail address already. Sign in with it.",
        "enter_current_password": "This is not your password. Enter the one that you use now.",
        "incorrect_code": "This code is not right. Look at the newest mail, and type it once more.",
        "incorrect_password": "This is not your password. Try again.",
        "invalid_password_reset": "This link no longer works. Ask for a new one.",
        "max_email_addresses": "You cannot have more than %d addresses. Remove one first.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, or get a code by e-mail.",
        "unverified_primary_email": "Confirm the address first: open the link in the mail that we sent to it.",
        "rate_limited": "Too many tries. Wait 15 minutes, then try again.",
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever is not a member yet comes to see where the request stands."""
        return super().get_login_redirect_url(request) if getattr(request.user, "is_member", False) else reverse("join")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to confirm who one is, in our words."""
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": WAYS_TO_CONFIRM[method["id"]]} for method in methods]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write to somebody. Where there is no account, do as much and write to nobody: the time tells nothing then."""
        if template_prefix != "account/email/unknown_account":
            super().send_mail(template_prefix, email, context)
            return
        context = {"request": self.request, "email": email, "code": self.generate_login_code(), **context}
        message = self.render_mail("account/email/login_code", email, context)
        message.connection = get_connection("operations.mail.OutboxBackend")
        with transaction.atomic():
            message.send()
            transaction.set_rollback(True)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell somebody who asks to join with an address that has an account; not again and again."""
        if limits.may_write(self.request, email):
            super().send_account_already_exists_mail(email)

    # Tries are counted by account and place (members/security/limits.py), before and after a password is looked at.

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        email = credentials.get("email", "").lower()
        return f"{email} {limits.place(request, email)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse, with allauth's error, where too many tries failed: for the account from here, or at all from here."""
        super().pre_authenticate(request, **credentials)
        if limits.is_known(request, credentials.get("email", "")):
            return
        usage = ratelimit.consume(request, app="allauth.account", action="login_failed_network")
        if not usage:
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage.usage += usage.usage  # given back together, where the password is right

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password."""
        limits.count_failure(request, credentials.get("email", ""))

    def is_login_by_code_required(self, login: Login) -> bool:
        """Whether the password is not enough: the account is under attack and this browser is new."""
        records = get_authentication_records(self.request, login.user)
        email = login.email or ""
        return bool(
            email
            and records
            and records[-1]["method"] == "password"
            and not limits.is_known(self.request, email)
            and limits.is_under_attack(self.request, email)
        )

    def post_login(self, request: HttpRequest, user: Any, *, email: str | None, **kwargs: Any) -> HttpResponse:
        """Remember the browser."""
        response = super().post_login(request, user, email=email, **kwargs)
        limits.remember(request, response, email or user.email)
        return response


class MFAAdapter(DefaultMFAAdapter):
    """The second step: what happened and what to do."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": "While two-step sign-in is on, no address can be added. Turn it off first.",
        "incorrect_code": "This code is not right. Enter the one that the app shows now.",
        "unverified_email": "Confirm your e-mail address first; then you can turn on two-step sign-in.",
    }

    def _get_site_name(self) -> str:
        """What a person reads in the app and on the device: the community's name rather than a host's."""
        return str(CommunitySettings.for_request(context.request).name)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - allauth's name
        """What a new passkey is called until its owner says otherwise: "Passkey", "Passkey 2"."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return f"Passkey {number}" if number > 1 else "Passkey"
