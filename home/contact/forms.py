"""The form itself. Programs that send to every form are kept out by three things that cost a person nothing.

A field that no person sees must stay empty; a form is sent no sooner than three seconds and no later than a day after
it was opened; and the same message from the same opened form is kept once. What stops a message says what to do, and
keeps what was typed.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from home.models import ContactMessage, SectionPage

SOONEST = 3  # seconds
LATEST = 24 * 60 * 60
TRAP = "website"
EVERYBODY = "all"

_signer = signing.TimestampSigner(salt="home.contact")


class ContactForm(forms.ModelForm):
    """Name, address, what it is about, whose it is, the message."""

    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    section = forms.ChoiceField(label="Who should read it?", initial=EVERYBODY)

    class Meta:
        model = ContactMessage
        fields = ["name", "email", "about", "section", "text"]
        labels = {"name": "Your name", "email": "Your e-mail address", "about": "What is it about?", "text": "Message"}
        help_texts = {"email": "We answer to this address. Nobody else sees it."}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "text": forms.Textarea(attrs={"rows": 8}),
        }
        error_messages = {
            "name": {"required": "Enter your name."},
            "email": {
                "required": "Enter your e-mail address, for example name@agency.gov.",
                "invalid": "Enter an e-mail address like name@agency.gov.",
            },
            "about": {"required": "Choose what it is about."},
            "text": {"required": "Write your message."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [("", "Choose one"), *ContactMessage.About.choices]
        self.fields["opened"].initial = _signer.sign(secrets.token_hex(16))
        sections = SectionPage.objects.live().order_by("title").values_list("slug", "title")
        self.fields["section"].choices = [(EVERYBODY, "The whole community"), *sections]

    def clean_name(self) -> str:
        """One line, whatever was sent."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_section(self) -> SectionPage | None:
        """The section itself; none for the whole community."""
        return SectionPage.objects.filter(slug=self.cleaned_data["section"]).first()

    def clean(self) -> dict[str, Any]:
        """Take a form that a person may have sent."""
        cleaned = super().clean()
        if self.errors:  # first what a person can put right
            return cleaned
        if self.data.get(TRAP):
            raise ValidationError(
                "Send it once more: a field that has to stay empty was filled in, perhaps by your browser."
            )
        try:
            opened = _signer.unsign(self.data.get("opened", ""), max_age=LATEST)
        except signing.BadSignature:
            self._open_again()
            raise ValidationError("This form was open for more than a day. Look over it and send it again.") from None
        if self._is_too_soon():
            raise ValidationError("That was very fast. Wait three seconds, then send it again.")
        typed = [str(cleaned.get(name)) for name in self._meta.fields]
        self.instance.fingerprint = hashlib.sha256("\0".join([opened, *typed]).encode()).hexdigest()
        return cleaned

    def _is_too_soon(self) -> bool:
        try:
            _signer.unsign(self.data["opened"], max_age=SOONEST)
        except signing.SignatureExpired:
            return False
        return True

    def _open_again(self) -> None:
        self.data = self.data.copy()
        self.data["opened"] = self.fields["opened"].initial
