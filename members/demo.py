"""The demonstration community's people: one login for each part that a person can have."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from home.models import SectionPage
from members.models import Membership, Role, User

PASSWORD = "learning-community"  # noqa: S105 - printed on every development machine; production refuses these logins
DOMAIN = "worksite.example"

# login -> first name, last name, memberships as (section's code or None for the whole community, role). All invented.
PERSONAS: dict[str, tuple[str, str, list[tuple[str | None, str]]]] = {
    "ohio-member": ("Dana", "Whitfield", [("OH", Role.MEMBER)]),
    "texas-member": ("Luis", "Arredondo", [("TX", Role.MEMBER)]),
    "pending": ("Robin", "Sayles", []),
    "ohio-reviewer": ("Priya", "Raman", [("OH", Role.REVIEWER)]),
    "ohio-editor": ("Marcus", "Bellweather", [("OH", Role.EDITOR)]),
    "texas-editor": ("Carol", "Tisdale", [("TX", Role.EDITOR)]),
    "ohio-lead": ("Joanne", "Kerrigan", [("OH", Role.LEAD)]),
    "community-editor": ("Theo", "Nakamura", [(None, Role.EDITOR)]),
    "admin": ("Alex", "Admin", []),
}
LABELS = {
    "pending": "has asked to join, not yet approved",
    "admin": "administrator",
}


def make() -> None:
    """Every persona, able to sign in."""
    for login, (first_name, last_name, memberships) in PERSONAS.items():
        _person(login, first_name, last_name, memberships)


def lines() -> list[str]:
    """One line a persona, for whoever starts the site: address, password, part."""
    width = max(map(len, PERSONAS)) + len(DOMAIN) + 1
    return [f"{f'{login}@{DOMAIN}':<{width}}  {PASSWORD}  {_part(login)}" for login in PERSONAS]


def _part(login: str) -> str:
    if login in LABELS:
        return LABELS[login]
    [(code, role)] = PERSONAS[login][2]
    section = SectionPage.objects.get(code=code).title if code else "the whole community"
    return f"{Role(role).label.lower()} in {section}"


@transaction.atomic
def _person(login: str, first_name: str, last_name: str, memberships: list[tuple[str | None, str]]) -> None:
    email = f"{login}@{DOMAIN}"
    user = User.objects.filter(email=email).first()
    if user is None:
        rights = {"is_staff": True, "is_superuser": True} if login == "admin" else {}
        user = User.objects.create_user(email, PASSWORD, first_name=first_name, last_name=last_name, **rights)
        for code, role in memberships:
            Membership.objects.create(
                user=user, section=SectionPage.objects.get(code=code) if code else None, role=role
            )
    if not EmailAddress.objects.filter(user=user).exists():
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
