"""What a reader may find, in the words of a `SearchRequest`."""

from __future__ import annotations

from typing import Any, TypedDict

from django.contrib.auth.models import AnonymousUser

from home import access
from home.models import AccessRule


class Rights(TypedDict):
    """The rules that let a reader in, and whether they may read what is for members alone."""

    rules: tuple[int, ...]
    members: bool


def rights_of(user: Any) -> Rights:
    """The rights of a user, as of now. One query."""
    rules = tuple(AccessRule.objects.allowing(user).order_by("pk").values_list("pk", flat=True))
    return {"rules": rules, "members": access.allows(access.keys_for(user), {access.MEMBERS})}


def of_anyone() -> Rights:
    """The rights of somebody who is not signed in."""
    return rights_of(AnonymousUser())
