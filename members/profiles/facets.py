"""Writes the flat rows of profiles: the only writer of `ProfileFacet` and of `Profile.access`.

Called in the transaction of whatever changed a person, a membership or a profile (`members.receivers`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from home import access
from home.models import AccessRule
from members.models import Membership, Profile, ProfileFacet, User
from members.profiles import fields, names
from members.signals import person_changed

if TYPE_CHECKING:
    from collections.abc import Iterator


@transaction.atomic
def project(user_id: int) -> None:
    """Bring one person's rows up to date. Somebody with a part here gets a profile; who has none keeps no row."""
    _write(user_id)
    person_changed.send(sender=User, user_id=user_id)


def _write(user_id: int) -> None:
    if not Membership.objects.filter(user=user_id, active=True, user__is_active=True).exists():
        ProfileFacet.objects.filter(profile__user=user_id).delete()
        Profile.objects.filter(user=user_id).update(access=None)
        return
    Profile.objects.get_or_create(user_id=user_id)
    profile = Profile.objects.with_parts().get(user=user_id)
    rules: dict[str, AccessRule] = {}

    def rule(field: str) -> AccessRule | None:
        keys = fields.rule_of(profile, field)
        if not keys:
            return None
        text = access.rule_text(keys)
        if text not in rules:
            rules[text] = AccessRule.objects.get_or_create(text=text)[0]
        return rules[text]

    Profile.objects.filter(pk=profile.pk).update(access=rule("name"))
    rows = [
        ProfileFacet(profile=profile, name=name, value=value, access=found)
        for name, field, values in _values(profile)
        if (found := rule(field))
        for value in sorted(values)
    ]
    profile.facets.all().delete()
    ProfileFacet.objects.bulk_create(rows)


def _values(profile: Profile) -> Iterator[tuple[str, str, set[str]]]:
    """Facet, the field whose audience it has, and its values."""
    user: Any = profile.user
    parts = fields.parts_of(profile)
    yield "word", "name", names.words_of(user.first_name, user.last_name)
    yield "state", "places", {part.section.slug for part in parts if part.section}
    yield "role", "places", {part.role for part in parts}
    yield "topic", "topics", {topic.slug for topic in profile.topics.all()}
    yield "organization", "organization", {" ".join(user.organization.split())[:80]} - {""}


def complete() -> None:
    """Make the rows of members who have none yet, such as those who were made in bulk. The clock calls it."""
    members = Membership.objects.filter(active=True, user__is_active=True).values("user")
    for pk in User.objects.filter(pk__in=members, profile__access=None).order_by("pk").values_list("pk", flat=True):
        project(pk)
