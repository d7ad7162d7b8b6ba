"""What allauth says when something is not accepted, in the site's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.urls import reverse

if TYPE_CHECKING:
    from django.http import HttpRequest


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
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
        "unverified_primary_email": "Confirm the address first: open the link in the mail that we sent to it.",
        "rate_limited": "Too many tries. Wait a few minutes, then try again.",
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever is not a member yet comes to see where the request stands."""
        return super().get_login_redirect_url(request) if getattr(request.user, "is_member", False) else reverse("join")


class MFAAdapter(DefaultMFAAdapter):
    """The second step: what happened and what to do."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": "While two-step sign-in is on, no address can be added. Turn it off first.",
        "incorrect_code": "This code is not right. Enter the one that the app shows now.",
        "unverified_email": "Confirm your e-mail address first; then you can turn on two-step sign-in.",
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - allauth's name
        """What a new passkey is called until its owner says otherwise: "Passkey", "Passkey 2"."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return f"Passkey {number}" if number > 1 else "Passkey"
