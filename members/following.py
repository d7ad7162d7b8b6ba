"""What a person follows: sections and topics. Their own sections come first without being followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from home.models import SectionPage, Topic
from members.models import Follow

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Followed:
    """The sections that somebody follows and is no member of, and the topics; both by name."""

    sections: list[SectionPage]
    topics: list[Topic]


def followed(user: Any) -> Followed:
    """What somebody follows; the reader of a preview follows nothing. Two queries."""
    if user.pk is None:
        return Followed([], [])
    own = {section.pk for section in user.own_sections()}
    sections = SectionPage.objects.live().filter(pk__in=user.follows.values("section")).order_by("title")
    topics = Topic.objects.filter(pk__in=user.follows.values("topic")).order_by("name")
    return Followed([section for section in sections if section.pk not in own], list(topics))


def follow(user: Any, thing: SectionPage | Topic) -> None:
    """Follow a section or a topic; twice is once."""
    Follow.objects.get_or_create(user=user, **_part(thing))


def unfollow(user: Any, thing: SectionPage | Topic) -> None:
    """Follow it no longer."""
    user.follows.filter(**_part(thing)).delete()


@transaction.atomic
def follow_exactly(user: Any, things: Iterable[SectionPage | Topic]) -> None:
    """Follow these and nothing else."""
    wanted = [_part(thing) for thing in things]
    keep = [follow.pk for follow in user.follows.all() if _key(follow) in wanted]
    user.follows.exclude(pk__in=keep).delete()
    Follow.objects.bulk_create([Follow(user=user, **part) for part in wanted], ignore_conflicts=True)


def move_topic(term: Any, into: Any) -> None:
    """Whoever followed a topic that became another one follows that."""
    people = list(Follow.objects.filter(topic=term.pk).values_list("user", flat=True))
    rows = [Follow(user_id=pk, topic_id=into.pk) for pk in people]
    Follow.objects.bulk_create(rows, ignore_conflicts=True)


def _part(thing: Any) -> dict[str, Any]:
    return {"section_id" if isinstance(thing, SectionPage) else "topic_id": thing.pk}


def _key(follow: Follow) -> dict[str, Any]:
    return {"section_id": follow.section_id} if follow.section_id else {"topic_id": follow.topic_id}
