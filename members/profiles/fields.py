"""The fields of a profile, and the one place that decides which of them a reader gets.

Pages, lists, the directory's facets, exports and search all ask `visible_fields` or `rule_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.urls import reverse

from home import access
from members.models import Membership, Role
from members.profiles.names import initials

if TYPE_CHECKING:
    from collections.abc import Callable

    from members.models import Profile


class Audience(models.TextChoices):
    """Who sees a field. Whoever it is about sees all."""

    PUBLIC = "public", "Anyone"
    MEMBERS = "members", "Members"
    SECTIONS = "sections", "Members in my sections"
    NOBODY = "nobody", "Nobody"


@dataclass(frozen=True)
class Field:
    """One field: what it is called, who sees it unless its person says otherwise, whom they may choose, its value."""

    name: str
    label: str
    default: Audience
    value: Callable[[Profile], Any]
    choices: tuple[Audience, ...] = tuple(Audience)


def name_of(user: Any) -> str:
    """What other members call somebody: never the address, which stands for people without a name elsewhere."""
    return user.get_full_name() or "Somebody without a name"


def _account(name: str) -> Callable[[Profile], Any]:
    return lambda profile: getattr(profile.user, name)


def _own(name: str) -> Callable[[Profile], Any]:
    return lambda profile: getattr(profile, name)


def parts_of(profile: Profile) -> list[Membership]:
    """A person's active memberships, the one with most to do first."""
    rank = {role: place for place, role in enumerate(reversed(Role))}
    return sorted(
        profile.user.active_memberships(),
        key=lambda one: (rank[Role(one.role)], one.section.title if one.section else ""),
    )


FIELDS = {
    field.name: field
    for field in (
        Field(
            "name", "Name", Audience.MEMBERS, lambda profile: name_of(profile.user), (Audience.PUBLIC, Audience.MEMBERS)
        ),
        Field("photo", "Photo", Audience.MEMBERS, _own("photo")),
        Field("pronouns", "Pronouns", Audience.MEMBERS, _own("pronouns")),
        Field("job_title", "Role title", Audience.MEMBERS, _account("job_title")),
        Field("organization", "Organization", Audience.MEMBERS, _account("organization")),
        Field("places", "Sections and roles", Audience.MEMBERS, parts_of),
        Field("topics", "Knows about", Audience.MEMBERS, lambda profile: list(profile.topics.all())),
        Field("asked_about", "Can be asked about", Audience.MEMBERS, _own("asked_about")),
        Field("about", "About", Audience.MEMBERS, _own("about")),
        Field("links", "Links", Audience.MEMBERS, lambda profile: profile.links.split()),
        Field("phone", "Phone", Audience.SECTIONS, _own("phone")),
        Field("email", "E-mail address", Audience.NOBODY, _account("email")),
    )
}


def audience_of(profile: Profile, name: str) -> Audience:
    """Who sees a field of this person."""
    return Audience(profile.audiences.get(name, FIELDS[name].default))


def rule_of(profile: Profile, name: str) -> set[str]:
    """The keys of `home.access` that open a field; none where nobody sees it."""
    audience = audience_of(profile, name)
    if audience == Audience.SECTIONS:
        return {access.section_key(one.section_id) for one in profile.user.active_memberships() if one.section_id}
    return set() if audience == Audience.NOBODY else {audience.value}


def is_listed(profile: Profile) -> bool:
    """Whether there is such a person for others: an open account with a part here."""
    return bool(profile.user.is_active and profile.user.active_memberships())


def fields_for(profile: Profile, held: frozenset[str]) -> dict[str, Any]:
    """The fields that somebody who holds these keys gets, with their values; empty ones are left out.

    Whoever may not see the name gets nothing. What is for nobody is for administrators neither.
    """
    if not (is_listed(profile) and access.allows(held, rule_of(profile, "name"))):
        return {}
    rules = {name: rule_of(profile, name) for name in FIELDS}
    open_fields = [field for name, field in FIELDS.items() if rules[name] and access.allows(held, rules[name])]
    return {field.name: value for field in open_fields if (value := field.value(profile))}


def visible_fields(profile: Profile, reader: Any) -> dict[str, Any]:
    """The fields that a reader gets, by name, in the order of `FIELDS`. One's own are all there."""
    if reader is not None and reader.is_authenticated and reader.is_active and reader.pk == profile.user_id:
        return {name: value for name, field in FIELDS.items() if (value := field.value(profile))}
    return fields_for(profile, access.keys_for(reader))


@dataclass(frozen=True)
class Card:
    """A person as one reader sees them: what the templates show. `fields` is what `visible_fields` gave."""

    profile: Profile
    fields: dict[str, Any]

    @property
    def url(self) -> str:
        """The person's page."""
        return self.profile.get_absolute_url()

    @property
    def initials(self) -> str:
        """Two letters that stand for them where there is no photo."""
        return initials(self.fields["name"])

    @property
    def position(self) -> str:
        """What they do and where: "Nurse, Twin Falls hospital"."""
        return ", ".join(filter(None, [self.fields.get("job_title"), self.fields.get("organization")]))

    @property
    def parts(self) -> str:
        """Sections and roles in a line: "Lead in Ohio, member in Peer workforce"."""
        words = [
            f"{one.get_role_display().lower()} {f'in {one.section.title}' if one.section else 'for the whole community'}"
            for one in self.fields.get("places", ())
        ]
        text = ", ".join(words)
        return text[:1].upper() + text[1:]

    @property
    def topic_names(self) -> str:
        """What they know about, in a line. Names of topics have an "and" of their own."""
        return ", ".join(str(topic) for topic in self.fields.get("topics", ()))

    def photo(self, size: int) -> str:
        """The address of the photo in a size of `members.profiles.photos`; empty without one."""
        stem = self.fields.get("photo")
        return reverse("person_photo", args=[self.profile.uuid, f"{stem}-{size}"]) if stem else ""

    @property
    def small_photo(self) -> str:
        """For lists."""
        return self.photo(96)

    @property
    def large_photo(self) -> str:
        """For the person's page."""
        return self.photo(480)


def card(profile: Profile, reader: Any) -> Card:
    """A person as a reader sees them."""
    return Card(profile, visible_fields(profile, reader))
