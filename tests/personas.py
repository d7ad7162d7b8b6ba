"""The people that tests see the site as. The names are those of the demonstration logins."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

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


def make_people() -> None:
    """Make every persona's account."""
    for name, memberships in PERSONAS.items():
        if name == "visitor":
            continue
        rights = {"is_superuser": True, "is_staff": True} if name == "admin" else {}
        factories.user(f"{name}@worksite.example", *memberships, first_name=name, **rights)


def person(name: str):
    """The user of a persona; an AnonymousUser for `visitor`."""
    from members.models import User

    if name == "visitor":
        return AnonymousUser()
    return User.objects.get(email=f"{name}@worksite.example")
