"""The address that stops somebody's weekly letter, for the mail itself (RFC 8058).

The token in it names the person and the letter, nothing else, and works for as long as the secret key does: an old letter
can still be stopped. Opening the address changes nothing.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core import signing
from django.urls import reverse

from members.models import Letter, User

_signer = signing.Signer(salt="members.letters.stopping")
ONE_CLICK = "List-Unsubscribe=One-Click"


def address(user: Any) -> str:
    """Where this person's letter is stopped, with the host."""
    return urljoin(f"{settings.SITE_URL}/", reverse("letter_stop", args=[_signer.sign(str(user.pk))]))


def headers(user: Any) -> dict[str, str]:
    """What mail programs need to show a button that stops it."""
    return {"List-Unsubscribe": f"<{address(user)}>", "List-Unsubscribe-Post": ONE_CLICK}


def by_token(token: str) -> User | None:
    """The person whom a token names; none where it was never one, or they are gone."""
    try:
        pk = _signer.unsign(token)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk).first()


def stop(user: User) -> None:
    """No letter any more. Twice is once."""
    User.objects.filter(pk=user.pk).update(letter=Letter.OFF)
