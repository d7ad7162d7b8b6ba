"""Keeps programs that send to every form out of a form that anybody can send, at no cost to a person.

A field that no person sees must stay empty, and a form is sent no sooner than three seconds and no later than a day
after it was opened. What stops a form says what to do, and keeps what was typed.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

SOONEST = 3  # seconds
LATEST = 24 * 60 * 60
TRAP = "website"

_signer = signing.TimestampSigner(salt="home.traps")

if TYPE_CHECKING:
    from django.http import QueryDict

    _Base = forms.Form  # what a type checker sees below the mixin: every form that uses it
else:
    _Base = object


class ForPeople(_Base):
    """Mixed into a form, before its base. The template shows `components/trap.html`."""

    trap = TRAP
    opened = ""  # which opened form this is, once it has been found to be one

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        token = _signer.sign(secrets.token_hex(16))
        self.fields["opened"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=token)

    def clean(self) -> dict[str, Any] | None:
        """Take a form that a person may have sent; first a person puts right what is wrong with the fields."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if self.data.get(TRAP):
            raise ValidationError(
                "Send it once more: a field that has to stay empty was filled in, perhaps by your browser."
            )
        try:
            self.opened = _signer.unsign(self.data.get("opened", ""), max_age=LATEST)
        except signing.BadSignature:
            self._open_again()
            raise ValidationError("This form was open for more than a day. Look over it and send it again.") from None
        if self._is_too_soon():
            raise ValidationError("That was very fast. Wait three seconds, then send it again.")
        return cleaned

    def _is_too_soon(self) -> bool:
        try:
            _signer.unsign(self.data["opened"], max_age=SOONEST)
        except signing.SignatureExpired:
            return False
        return True

    def _open_again(self) -> None:
        typed = cast("QueryDict", self.data).copy()
        typed["opened"] = self.fields["opened"].initial
        self.data = typed
