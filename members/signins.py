"""Writes into the audit log who signed in and out, who was refused, and who changed how they sign in.

It listens to the framework's signals, so that whatever view opens a session, there is a line.
"""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from members.models import Action, User, record
from members.sessions import times, unsent


@receiver(user_logged_in)
def note_sign_in(request: Any, user: User, **kwargs: Any) -> None:
    """A session was opened."""
    record(Action.SIGNED_IN, by=user, request=request)
    times.begin(request.session, user)
    unsent.offer_after_sign_in(request.session, user)


@receiver(user_logged_out)
def note_sign_out(request: Any, user: User | None, **kwargs: Any) -> None:
    """A session was ended by its owner."""
    if user:
        record(Action.SIGNED_OUT, by=user, request=request)


@receiver(user_login_failed)
def note_refusal(credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
    """Somebody tried a wrong password. What was typed is not kept: it may be a password in the wrong field."""
    email = credentials.get("email") or credentials.get("username") or ""
    about = User.objects.filter(email__iexact=email).first() if email else None
    record(Action.REFUSED, about=about, detail="Password", request=request)


@receiver(account.login_code_rejected)
def note_wrong_mail_code(request: Any, user: User, **kwargs: Any) -> None:
    """Somebody tried a wrong code of a mail."""
    record(Action.REFUSED, about=user, detail="Code by mail", request=request)


@receiver(mfa.authentication_failed)
def note_wrong_code(request: Any, user: User, **kwargs: Any) -> None:
    """The second step failed."""
    record(Action.REFUSED, about=user, detail="Second step", request=request)


# What changes how somebody signs in, in a few words.
CHANGES = {
    account.password_set: "Password set",
    account.password_changed: "Password changed",
    account.password_reset: "Password reset by mail",
    account.email_changed: "Main address changed",
    account.email_added: "Address added",
    account.email_removed: "Address removed",
    mfa.authenticator_added: "Second step added",
    mfa.authenticator_removed: "Second step removed",
    mfa.authenticator_reset: "Recovery codes made anew",
}


def note_change(signal: Any, request: Any, user: User, **kwargs: Any) -> None:
    """Somebody changed how they sign in."""
    record(Action.SECURITY, by=user, about=user, detail=CHANGES[signal], request=request)


for _signal in CHANGES:
    _signal.connect(note_change)
