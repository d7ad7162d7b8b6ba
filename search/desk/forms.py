"""The form with which editors try a search."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import Page

from search.desk.trials import READERS
from search.models.desk import widely_seen


class PageChooser(AdminPageChooser):
    """Chooses a page that every member may see; shown again with another one's number, it does not say its title."""

    def get_instance(self, value: Any) -> Page | None:
        """The page, unless it is not for every member."""
        page = super().get_instance(value)
        return page if page and widely_seen(page) else None


class TrialForm(forms.Form):
    """The words, whose eyes, words that might be synonyms, and a page whose place is wanted."""

    q = forms.CharField(
        label="Search for", max_length=255, error_messages={"required": "Write what people would search for."}
    )
    reader = forms.ChoiceField(label="Who searches?", choices=READERS, initial="visitor", required=False)
    more = forms.CharField(
        label="Words to try as synonyms",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One word or phrase on each line. They count as the same as what is searched for, in this trial alone.",
    )
    page = forms.ModelChoiceField(
        Page.objects.filter(live=True),
        label="A page that should be found",
        required=False,
        help_text="You see which number it has among the results, or why it is not there.",
        widget=PageChooser(),
        error_messages={"invalid_choice": "Choose a page that is published and that every member may see."},
    )

    def clean_page(self) -> Page | None:
        """Refuse a page that is not for every member."""
        page = self.cleaned_data["page"]
        if page and not widely_seen(page):
            raise forms.ValidationError("Choose a page that is published and that every member may see.")
        return page
