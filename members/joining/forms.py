"""The forms of joining: the request with a new account, a further section, an answer, and a list to invite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import transaction

from home.models import SectionPage
from home.traps import ForPeople
from members import forms as account
from members.joining import inviting
from members.models import JoinRequest, User
from members.privacy import consent
from members.security.passwords import NotFromHere

if TYPE_CHECKING:
    from django.http import HttpRequest

LARGEST_LIST = 100_000  # bytes


def _sections() -> list[tuple[str, Any]]:
    """All sections by name, States before work groups."""
    places: list[tuple[str, str]] = []
    groups: list[tuple[str, str]] = []
    for slug, title, kind in SectionPage.objects.live().order_by("title").values_list("slug", "title", "kind"):
        (groups if kind == SectionPage.Kind.WORK_GROUP else places).append((slug, title))
    return [("", "Choose one"), *((name, rows) for name, rows in (("States", places), ("Work groups", groups)) if rows)]


def _section() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="State or work group",
        choices=_sections,
        help_text="Its lead answers you. You can ask for others later.",
        error_messages={"required": "Choose a State or a work group."},
    )


def _work() -> forms.CharField:
    return forms.CharField(
        label="What do you work on?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="A sentence or two. Those who answer you read it, nobody else.",
        error_messages={"required": "Write a sentence on what you work on."},
    )


class OneLine(forms.CharField):
    """A text without line breaks, whatever was sent."""

    def to_python(self, value: Any) -> str:
        """The words with one space between them."""
        return " ".join(str(super().to_python(value) or "").split())


def _line(label: str, most: int, missing: str, autocomplete: str) -> OneLine:
    return OneLine(
        label=label,
        max_length=most,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": missing},
    )


class AskForm(ForPeople, account.SignupForm):
    """Make an account and ask to join with it."""

    labels = {"email": "Work e-mail address"}
    field_order = ["name", "email", "section", "organization", "job_title", "work", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {
            "name": _line("Your name", 160, "Enter your name.", "name"),
            "section": _section(),
            "organization": _line("Organization", 160, "Enter where you work.", "organization"),
            "job_title": _line("Role title", 120, "Enter what you are there.", "organization-title"),
            "work": _work(),
        }
        self.fields["email"].error_messages["required"] = "Enter your e-mail address, for example name@agency.gov."
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Nor may the password hold what else stands in the form: allauth tells its rules the address alone."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "password1" in cleaned:
            person = User(first_name=cleaned.get("name", ""), organization=cleaned.get("organization", ""))
            try:
                NotFromHere().validate(cleaned["password1"], person)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return cleaned

    def try_save(self, request: HttpRequest) -> Any:
        """As allauth does; an address that has an account costs as much time as one that has none."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    @transaction.atomic
    def save(self, request: HttpRequest) -> Any:
        """The account, and its request, which waits for the address to be confirmed."""
        user = super().save(request)
        first, _, last = self.cleaned_data["name"].partition(" ")
        user.first_name, user.last_name = first[:150], last[:150]
        user.organization, user.job_title = self.cleaned_data["organization"], self.cleaned_data["job_title"]
        user.save(update_fields=["first_name", "last_name", "organization", "job_title"])
        section = SectionPage.objects.get(slug=self.cleaned_data["section"])
        JoinRequest.objects.create(user=user, section=section, work=self.cleaned_data["work"])
        consent.agree(user)  # the sentence above the button says so
        return user


class FurtherForm(forms.Form):
    """Ask for one more section, by somebody who has an account."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields |= {"section": _section(), "work": _work()}

    def clean_section(self) -> SectionPage:
        """The section: none that they are in, none that they have asked for."""
        section = SectionPage.objects.get(slug=self.cleaned_data["section"])
        if self.user.memberships.filter(section=section, active=True).exists():
            raise forms.ValidationError(f"You are a member in {section} already.")
        if self.user.join_requests.filter(section=section, decided_at=None).exists():
            raise forms.ValidationError(f"You have asked {section} already.")
        return section


class DeclineForm(forms.Form):
    """Why not."""

    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The person reads it, word for word.",
        error_messages={"required": "Write the reason. The person reads it."},
    )


class InviteForm(forms.Form):
    """Whom to invite: one person, or a list."""

    people = forms.CharField(
        label="Names and e-mail addresses",
        required=False,
        max_length=LARGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One person a line, for example: Jo Rivera, jo.rivera@agency.gov",
    )
    file = forms.FileField(
        label="Or a CSV file",
        required=False,
        help_text="With a column of e-mail addresses. A table can also be copied from Excel and pasted above.",
        error_messages={"empty": "This file is empty."},
    )

    def clean_file(self) -> str:
        """The text of the file."""
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > LARGEST_LIST:
            raise forms.ValidationError("This file is larger than 100 kB. Invite in several lists.")
        data = file.read()
        if b"\0" in data:
            raise forms.ValidationError("This is no CSV file. Save the table as CSV and add it again.")
        try:
            return str(data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return str(data.decode("cp1252", errors="replace"))

    def clean(self) -> dict[str, Any]:
        """Somebody has to be named."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not (cleaned["people"].strip() or cleaned["file"].strip()):
            self.add_error("people", "Enter at least one person.")
        return cleaned

    def text(self) -> str:
        """Both lists, one below the other."""
        return f"{self.cleaned_data['people']}\n{self.cleaned_data['file']}"


class SendForm(forms.Form):
    """The people of a list that was looked over, as the preview gave them out."""

    people = forms.CharField(widget=forms.HiddenInput)

    @staticmethod
    def signed(lines: list[inviting.Line], place: str) -> str:
        """What the preview puts into its form."""
        people = [[line.email, line.name] for line in lines if not line.problem]
        return signing.dumps({"place": place, "people": people}, salt="members.invite", compress=True)

    def lines(self, place: str) -> list[inviting.Line]:
        """The people; none where the list is another place's or older than a day."""
        try:
            data = signing.loads(self.cleaned_data["people"], salt="members.invite", max_age=24 * 60 * 60)
        except signing.BadSignature:
            return []
        return [inviting.Line(*person) for person in data["people"]] if data["place"] == place else []
