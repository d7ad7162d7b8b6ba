"""The forms of the member list: a role, a person who gets one, and who takes over."""

from __future__ import annotations

from django import forms

from members import authority
from members.models import Membership, Role, User

WHAT_A_ROLE_MAY = {
    Role.MEMBER: "Member: reads what is for members here",
    Role.REVIEWER: "Reviewer: also writes drafts and approves those of others",
    Role.EDITOR: "Editor: also publishes",
    Role.LEAD: "Lead: also looks after the members",
}
ENDED = "none"


class RoleForm(forms.Form):
    """What somebody is here from now on."""

    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect, error_messages={"required": "Choose a role."})
    vacant = forms.BooleanField(required=False)

    def __init__(self, *args, membership, by, **kwargs):
        super().__init__(*args, **kwargs)
        place = authority.place_name(membership.section)
        self.fields["role"].choices = [
            *((role.value, WHAT_A_ROLE_MAY[role]) for role in authority.grantable(by, membership.section)),
            (ENDED, "No role: the membership here ends, what they wrote stays"),
        ]
        self.fields["role"].initial = membership.role if membership.active else ENDED
        if by.is_superuser and authority.is_only_lead(membership):
            self.fields["vacant"].label = f"{place} may be without a lead for now"
        else:
            del self.fields["vacant"]

    def chosen(self) -> Role | None:
        """The role; None where the membership ends."""
        value = self.cleaned_data["role"]
        return None if value == ENDED else Role(value)


class AppointForm(forms.Form):
    """A person with an account, and a role. For administrators: others invite, and the form tells who has an account."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="Of somebody who has an account here.",
        error_messages={
            "required": "Enter the person's e-mail address.",
            "invalid": "Enter an address like name@agency.gov.",
        },
    )
    role = forms.ChoiceField(label="Role", choices=[(role.value, WHAT_A_ROLE_MAY[role]) for role in Role])

    def clean_email(self) -> User:
        """The person."""
        user = User.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True).first()
        if user is None:
            raise forms.ValidationError("Nobody has an account with this address. Ask the person to join first.")
        return user


class HandOverForm(forms.Form):
    """Who takes over, and what becomes of the one who hands over."""

    taker = forms.ModelChoiceField(
        Membership.objects.none(),
        label="Who takes over?",
        empty_label="Choose a member",
        error_messages={"required": "Choose who takes over.", "invalid_choice": "Choose a member from the list."},
    )
    afterwards = forms.ChoiceField(
        widget=forms.RadioSelect, initial="leaves", error_messages={"required": "Choose one of the two."}
    )

    def __init__(self, *args, membership, **kwargs):
        super().__init__(*args, **kwargs)
        place = authority.place_name(membership.section)
        others = Membership.objects.filter(section=membership.section, active=True, user__is_active=True)
        others = others.exclude(pk=membership.pk).select_related("user", "section")
        self.has_takers = others.exists()
        self.fields["taker"].queryset = others.order_by("user__last_name", "user__first_name")
        self.fields["taker"].label_from_instance = lambda one: f"{one.user}, {one.get_role_display().lower()}"
        self.fields["afterwards"].label = f"What is {membership.user} afterwards?"
        self.fields["afterwards"].choices = [
            ("leaves", f"No longer a member {'here' if membership.section is None else 'in ' + place}"),
            ("stays", "Still a member, with no other role"),
        ]
