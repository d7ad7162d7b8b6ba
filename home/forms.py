"""Forms of the admin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.models import register_form_field_override
from wagtail.fields import RichTextField

from home import outline, pictures, references

if TYPE_CHECKING:
    from collections.abc import Iterator

# Several values are boxes to tick: a list that needs the control key loses what was chosen.
register_form_field_override(ParentalManyToManyField, override={"widget": forms.CheckboxSelectMultiple})


class SitePageForm(WagtailAdminPageForm):
    """The form of every page: headings in order before anything is published or sent for review.

    The address may be left out: it is then made from the title.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean(self) -> dict[str, Any]:
        """Refuse headings that skip a level. A draft may still be saved with them."""
        cleaned = super().clean()
        if not self.is_deferred_validation:
            for field in self.instance._meta.get_fields():
                if isinstance(field, RichTextField) and cleaned.get(field.name):
                    problem = outline.out_of_order(outline.headings(cleaned[field.name]))
                    if problem:
                        self.add_error(field.name, problem)
        return cleaned

    def is_valid(self) -> bool:
        """Refuse what this person could not have chosen, named by number in what was sent; and, before anything is
        published or sent for review, a restricted picture on a page that anyone can see.
        """
        if not super().is_valid():
            return False
        try:
            if self.for_user:
                references.refuse_what_is_not_theirs(self.instance, self._parts(self), self.for_user)
            if not self.is_deferred_validation:
                pictures.refuse_restricted(self.instance)
        except ValidationError as error:
            self.add_error(None, error)
        return not self.errors

    def _parts(self, form: Any) -> Iterator[Any]:
        for formset in getattr(form, "formsets", {}).values():
            for child in formset.forms:
                if child not in formset.deleted_forms:
                    yield child.instance
                    yield from self._parts(child)


class ContentPageForm(SitePageForm):
    """The form of a content page: its audience in words, and what its place already says."""

    SHARED = "This page belongs to the whole community. Choose “Members of the community” or “Anyone”."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = self._section()
        if self.section and not self.instance.pk:
            self.instance.section = self.section  # for the preview; a save asks the tree
            self.initial |= self.instance.starts_with(self.section)
        if "audience" in self.fields:
            self._word_the_audience()
        if "also_in" in self.fields and self.section:
            field = self.fields["also_in"]
            field.queryset = field.queryset.exclude(pk=self.section.pk)

    def _section(self) -> Any:
        from home.models import SectionPage

        if self.instance.pk:
            return self.instance.section
        if self.parent_page is None:
            return None
        return SectionPage.objects.ancestor_of(self.parent_page, inclusive=True).order_by("-depth").first()

    def _word_the_audience(self) -> None:
        from home.models import Audience

        field = self.fields["audience"]
        words = dict(Audience.choices)
        if self.section:
            words[Audience.SECTION] = f"Only members in {self.section.title}"
        else:
            del words[Audience.SECTION]
            field.error_messages["invalid_choice"] = self.SHARED
        field.widget = forms.RadioSelect()
        field.choices = list(words.items())
        field.help_text = self.instance.audience_reason
