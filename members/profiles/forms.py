"""The form of one's own profile: each field, and beside it who sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from home.models import Topic
from members.joining.forms import OneLine
from members.models import Profile
from members.profiles import photos
from members.profiles.fields import FIELDS, audience_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from members.models import User

MOST_LINKS = 5
SEEN = "see_"  # the field that says who sees `phone` is `see_phone`
# What stands in the form, field by field; a field of the profile may be several here.
SHOWN = {
    "name": ("first_name", "last_name"),
    "photo": ("photo", "remove_photo"),
    **{name: (name,) for name in ("pronouns", "job_title", "organization")},
    "places": (),
    **{name: (name,) for name in ("topics", "asked_about", "about", "links", "phone")},
    "email": (),
}


def _line(label: str, most: int, autocomplete: str = "off", hint: str = "", *, missing: str = "") -> OneLine:
    return OneLine(
        label=label,
        max_length=most,
        required=bool(missing),
        help_text=hint,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": missing},
    )


def _text(label: str, most: int, hint: str, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=False, help_text=hint, widget=forms.Textarea(attrs={"rows": rows})
    )


class ProfileForm(forms.Form):
    """What a person tells of themselves. Saving it is one write; nothing is written before."""

    first_name = _line("First name", 150, "given-name", missing="Enter your first name.")
    last_name = _line("Last name", 150, "family-name", missing="Enter your last name.")
    photo = forms.FileField(
        label="Photo",
        required=False,
        help_text="JPEG, PNG, WebP or AVIF, up to 10 MB. We cut it to a square and keep nothing of the file itself: no "
        "place, no time, no camera.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}),
        error_messages={"empty": "This file is empty."},
    )
    remove_photo = forms.BooleanField(label="Remove my photo", required=False)
    pronouns = _line("Pronouns", 40, hint="For example: she/her")
    job_title = _line("Role title", 120, "organization-title")
    organization = _line("Organization", 160, "organization")
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.order_by("name"),
        label="What you know about",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="People find you by it.",
    )
    asked_about = _text(
        "What people can ask you about", 400, "In your words, for example: billing for peer services.", 2
    )
    about = _text("About you", 1000, "A few sentences.", 4)
    links = _text("Links", 1000, f"One address a line, up to {MOST_LINKS}, for example https://agency.gov/team", 2)
    phone = _line("Phone", 40, "tel")

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        user: Any = profile.user
        known = {name: getattr(user, name) for name in ("first_name", "last_name", "job_title", "organization")}
        own = ("pronouns", "asked_about", "about", "links", "phone")
        known |= {name: getattr(profile, name) for name in own}
        known["topics"] = list(profile.topics.values_list("pk", flat=True)) if profile.pk else []
        known |= {f"{SEEN}{name}": audience_of(profile, name) for name in FIELDS}
        super().__init__(*args, initial=known, **kwargs)
        self.profile = profile
        if not profile.photo:
            del self.fields["remove_photo"]
        for name, field in FIELDS.items():
            self.fields[f"{SEEN}{name}"] = forms.ChoiceField(
                label=f"Who sees {_spoken(name)}?", choices=[(one.value, one.label) for one in field.choices]
            )

    def parts(self) -> Iterator[tuple[str, list[forms.BoundField], forms.BoundField]]:
        """Each field of the profile: its name, its controls, and the control that says who sees it."""
        for name, shown in SHOWN.items():
            yield name, [self[one] for one in shown if one in self.fields], self[f"{SEEN}{name}"]

    def clean_photo(self) -> dict[int, bytes] | None:
        """The picture, made anew."""
        file = self.cleaned_data["photo"]
        return photos.squares(file) if file else None

    def clean_links(self) -> str:
        """Addresses of the web alone, one a line."""
        links = self.cleaned_data["links"].split()
        if len(links) > MOST_LINKS:
            raise ValidationError(f"These are {len(links)} addresses. Keep at most {MOST_LINKS}.")
        for link in links:
            try:
                URLValidator(schemes=["https", "http"])(link)
            except ValidationError:
                raise ValidationError(f"“{link}” is no web address. Begin it with https://") from None
        return "\n".join(links)

    def clean_phone(self) -> str:
        """Something that can be dialed."""
        phone: str = self.cleaned_data["phone"]
        if phone and sum(letter.isdigit() for letter in phone) < 7:
            raise ValidationError("Enter a phone number with its area code, for example 614-555-0142.")
        return phone

    @transaction.atomic
    def save(self) -> None:
        """Write account and profile. The files of a photo that is no longer used go after the transaction."""
        new, user = self.cleaned_data, self.profile.user
        profile = self.profile if self.profile.pk else Profile.objects.get_or_create(user=user)[0]
        before = profile.photo
        for name in ("first_name", "last_name", "job_title", "organization"):
            setattr(user, name, new[name])
        for name in ("pronouns", "asked_about", "about", "links", "phone"):
            setattr(profile, name, new[name])
        profile.audiences = {name: new[f"{SEEN}{name}"] for name in FIELDS}
        if new["photo"]:
            profile.photo = photos.store(new["photo"])
        elif new.get("remove_photo"):
            profile.photo = ""
        user.save(update_fields=["first_name", "last_name", "job_title", "organization"])
        profile.save()
        profile.topics.set(new["topics"])
        if before and before != profile.photo:
            transaction.on_commit(lambda: photos.remove(before))


def _spoken(name: str) -> str:
    words = {
        "asked_about": "what you can be asked about",
        "topics": "what you know about",
        "places": "your sections and roles",
        "about": "what you wrote about yourself",
        "email": "your e-mail address",
    }
    return words.get(name, f"your {FIELDS[name].label.lower()}")


def profile_of(user: User) -> Profile:
    """A person's profile; a new one that is not saved yet where they have none."""
    return Profile.objects.filter(user=user).select_related("user").first() or Profile(user=user)
