"""The people that tests see the site as. The names are those of the demonstration logins."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from members import beginning
from tests import factories

# persona -> memberships as (section title or None for the whole community, role)
PERSONAS: dict[str, list[tuple[str | None, str]]] = {
    "visitor": [],
    "pending": [],
    "ohio-member": [("Ohio", "member")],
    "texas-member": [("Texas", "member")],
    "ohio-reviewer": [("Ohio", "reviewer")],
    "ohio-editor": [("Ohio", "editor")],
    "texas-editor": [("Texas", "editor")],
    "ohio-lead": [("Ohio", "lead")],
    "community-editor": [(None, "editor")],
    "admin": [],
}

# Made when a test asks for them, since most have no use for them: somebody who was declined, a second State's lead.
FURTHER: dict[str, list[tuple[str | None, str]]] = {"declined": [], "texas-lead": [("Texas", "lead")]}


def make_people() -> None:
    """Make every persona's account. None of them is new here."""
    for name, memberships in PERSONAS.items():
        if name == "visitor":
            continue
        rights = {"is_superuser": True, "is_staff": True} if name == "admin" else {}
        beginning.close(factories.user(f"{name}@worksite.example", *memberships, first_name=name, **rights))


def person(name: str):
    """The user of a persona; an AnonymousUser for `visitor`. Those of `FURTHER` are made on the way."""
    from members.models import User

    if name == "visitor":
        return AnonymousUser()
    email = f"{name}@worksite.example"
    if name in FURTHER and not User.objects.filter(email=email).exists():
        _make_further(name, email)
    return User.objects.get(email=email)


def _make_further(name: str, email: str) -> None:
    from members.models import JoinRequest

    user = factories.user(email, *FURTHER[name], first_name=name)
    if name == "declined":
        now = timezone.now()
        section = factories.section("Ohio")
        JoinRequest.objects.create(
            user=user, section=section, work="Work", sent_at=now, decided_at=now, reason="Not a State’s work."
        )
