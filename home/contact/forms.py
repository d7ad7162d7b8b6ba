"""The form itself: kept for people by `home.traps`, and the same message from the same opened form is kept once."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms

from home.models import ContactMessage, SectionPage
from home.traps import ForPeople

EVERYBODY = "all"
TYPED = ["name", "email", "about", "section", "text"]


def _places() -> list[tuple[str, str]]:
    sections = SectionPage.objects.live().order_by("title").values_list("slug", "title")
    return [(EVERYBODY, "The whole community"), *sections]


class ContactForm(ForPeople, forms.ModelForm):
    """Name, address, what it is about, whose it is, the message."""

    about = forms.ChoiceField(
        label="What is it about?",
        choices=[("", "Choose one"), *ContactMessage.About.choices],
        error_messages={"required": "Choose what it is about."},
    )
    file = forms.UUIDField(required=False, widget=forms.HiddenInput)  # the view says whether the sender may see it
    section = forms.ChoiceField(label="Who should read it?", choices=_places, initial=EVERYBODY)

    class Meta:
        model = ContactMessage
        fields = TYPED
        labels = {"name": "Your name", "email": "Your e-mail address", "text": "Message"}
        help_texts = {"email": "Only those who answer you see it."}
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
            "text": {"required": "Write your message."},
        }

    def clean_name(self) -> str:
        """One line, whatever was sent."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_section(self) -> SectionPage | None:
        """The section itself; none for the whole community."""
        return SectionPage.objects.filter(slug=self.cleaned_data["section"]).first()

    def clean(self) -> dict[str, Any] | None:
        """Note what was sent from which opened form."""
        cleaned = super().clean()
        if cleaned and not self.errors:
            typed = [str(cleaned.get(name)) for name in self._meta.fields or ()]
            self.instance.fingerprint = hashlib.sha256("\0".join([self.opened, *typed]).encode()).hexdigest()
        return cleaned
