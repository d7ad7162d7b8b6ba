"""People who have signed in, for measurements and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from members.security import second_step

if TYPE_CHECKING:
    from members.models import User


def signed_in(user: User) -> Client:
    """A client with this person's session, past the second step where the admin asks for it."""
    client = Client()
    client.force_login(user)
    if user.enters_admin:
        if not second_step.has_one(user):
            TOTP.activate(user, generate_totp_secret())
        session = client.session
        session["account_authentication_methods_user"] = str(user.pk)
        session["account_authentication_methods"] = [{"method": "mfa", "at": 0, "type": "totp"}]
        session.save()
    return client
