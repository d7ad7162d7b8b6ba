"""Writes the search documents of people, as far as their profiles allow.

A document is open to whoever may see the name. What is shown to the same people or more are its words; what is for members,
where the name is public, are words for members. What is for one's own sections, or for nobody, cannot be searched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from members.models import Profile
from members.profiles import fields
from members.profiles.fields import Audience
from search import projection
from search.models import SearchDocument
from search.texts import joined

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY = "person:"
WORDS = ("job_title", "organization", "topics", "asked_about", "about")


def person_key(user_id: int) -> str:
    """The key of a person's document."""
    return f"{KEY}{user_id}"


@transaction.atomic
def project(user_ids: Iterable[int]) -> None:
    """Bring the documents of these people up to date: write those that others may find, bury the others."""
    wanted = set(user_ids)
    profiles = Profile.objects.listed().filter(user__in=wanted, access__isnull=False).with_parts()
    sources = [_source(profile) for profile in profiles]
    if sources:
        projection.write(sources)
    projection.bury(person_key(pk) for pk in wanted - {profile.user_id for profile in profiles})


def _source(profile: Profile) -> projection.Source:
    name = fields.audience_of(profile, "name")
    as_open = [Audience.PUBLIC] if name == Audience.PUBLIC else [Audience.PUBLIC, Audience.MEMBERS]
    held = {field: fields.FIELDS[field].value(profile) for field in fields.FIELDS}
    shown = {field: fields.audience_of(profile, field) in as_open for field in fields.FIELDS}
    open_words, members_words = [], []
    for field in WORDS:
        value = held[field]
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        if shown[field]:
            open_words.append(text)
        elif fields.audience_of(profile, field) == Audience.MEMBERS:
            members_words.append(text)
    position = [held[field] for field in ("job_title", "organization") if shown[field]]
    facets = {("type", "person")}
    if shown["places"]:
        facets |= {("state", one.section.slug) for one in held["places"] if one.section}
    if shown["topics"]:
        facets |= {("topic", topic.slug) for topic in held["topics"]}
    values = {
        "type": "person",
        "section_id": None,
        "access_id": profile.access_id,
        "title": held["name"][:255],
        "summary": ", ".join(filter(None, position)),
        "authors": "",
        "url": profile.get_absolute_url(),
        "text": joined(open_words),
        "members_text": joined(members_words),
        "published_at": profile.user.date_joined,
        "starts_at": None,
        "expires_at": None,
    }
    return projection.Source(person_key(profile.user_id), values, facets, [])


def out_of_step() -> list[int]:
    """Who has no document and should have one, as after an upgrade, or the other way round."""
    there = {
        int(key.removeprefix(KEY))
        for key in SearchDocument.objects.present().filter(key__startswith=KEY).values_list("key", flat=True)
    }
    listed = set(Profile.objects.listed().filter(access__isnull=False).values_list("user", flat=True))
    return sorted(listed ^ there)
