"""The form with which editors upload a table of resources."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.models import Page

from home.models import Audience, SectionPage
from library import permissions
from library.importing import columns, plans, tables
from library.importing.rows import MAX_ROWS, Refusal
from library.models import ResourceImport, ResourcePage

SHARED = "Whole community"


class ResourceImportForm(forms.ModelForm):
    """A file, the library that it goes into, and how. Takes the person who uploads, and offers what they may do.

    What the import itself would refuse is said here, beside the field that it is about.
    """

    publish = forms.TypedChoiceField(
        label="What happens to them",
        choices=[(True, "They are published"), (False, "They stay drafts until somebody publishes them")],
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
        initial=True,
    )

    class Meta:
        model = ResourceImport
        fields = ["file", "library", "audience", "publish", "create_topics"]
        widgets = {
            "file": forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
            "audience": forms.RadioSelect,
        }
        labels = {"create_topics": "Add topics that the community does not have yet"}
        help_texts = {
            "file": (
                f"A CSV or Excel (.xlsx) file of at most {tables.MAX_BYTES // 1024**2} MB and {MAX_ROWS:,} rows. "
                "Its first row names the columns; only the title is required."
            ),
            "audience": ResourcePage.audience_reason,
            "create_topics": "Without this, topics that are not in the list are left out, and you are told which.",
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.owner = user
        self._offer_libraries()
        if not permissions.may_add_topics(user):
            del self.fields["create_topics"]

    def _offer_libraries(self) -> None:
        libraries = permissions.importable(self.instance.owner)
        paths = list(libraries.values_list("pk", "path"))
        sections = dict(SectionPage.objects.values_list("path", "title"))
        names = {pk: sections.get(path[: -Page.steplen], SHARED) for pk, path in paths}
        field: Any = self.fields["library"]
        field.queryset = libraries
        field.label_from_instance = lambda library: names[library.pk]
        if len(names) == 1:
            field.initial, field.empty_label = paths[0][0], None
        named = [name for name in names.values() if name != SHARED]
        only = named[0] if len(names) == len(named) == 1 else "the section that you choose"
        audience: Any = self.fields["audience"]
        audience.choices = [
            (value, f"Members in {only}" if value == Audience.SECTION else label)
            for value, label in Audience.choices
            if named or value != Audience.SECTION
        ]

    def clean_file(self) -> Any:
        """Refuse what is no table, is too large or has no title."""
        file = self.cleaned_data["file"]
        try:
            if file.size > tables.MAX_BYTES:
                raise tables.too_big(file.size)
            columns.find(tables.read(file.read()).header)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        finally:
            file.seek(0)
        self.instance.file_name = file.name[:255]
        return file

    def clean(self) -> dict[str, Any]:
        """Refuse an audience that the chosen library cannot have."""
        cleaned = super().clean() or {}
        if cleaned.get("library") and cleaned.get("audience"):
            try:
                plans.check(cleaned["library"], cleaned["audience"])
            except Refusal as refusal:
                self.add_error("audience", str(refusal))
        return cleaned
