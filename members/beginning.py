"""The path of a new member: five items to read, the next call, three peers, one thing to share.

It stands on the front page from the first membership on, until every step is ticked off or it is closed; never again
after that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from home.listings import of_place
from home.models import Entry, EntryFacet
from members.models import Beginning
from members.profiles import directory
from members.profiles.fields import card

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from home.models import SectionPage
    from members.profiles.fields import Card

STEPS = ("read", "call", "peers", "share")
ITEMS = 5
FROM_OWN = 3
PEERS = 3
TOPICS = 5


def begin(user: Any) -> None:
    """Open the path for a new member; nothing where there was one before."""
    Beginning.objects.get_or_create(user=user)


def open_steps(user: Any) -> list[str]:
    """The steps that are still to do, none where the path is closed. One query."""
    path = Beginning.objects.filter(user=user, closed_at=None).first()
    return [step for step in STEPS if step not in path.done] if path else []


@transaction.atomic
def tick(user: Any, step: str) -> None:
    """Tick a step off; the last one closes the path."""
    path = Beginning.objects.select_for_update().filter(user=user, closed_at=None).first()
    if path and step in STEPS:
        path.done = [one for one in STEPS if one in {*path.done, step}]
        path.closed_at = timezone.now() if len(path.done) == len(STEPS) else None
        path.save(update_fields=["done", "closed_at"])


def close(user: Any) -> None:
    """Close the path, whatever is left."""
    Beginning.objects.filter(user=user, closed_at=None).update(closed_at=timezone.now())


def to_read(user: Any, own: list[SectionPage]) -> list[Entry]:
    """Five items: up to three of the person's own sections, what is pinned first, then what is newest elsewhere."""
    entries = (
        Entry.objects.visible_to(user)
        .of_type("announcement", "resource", "webinar")
        .select_related("section", "access")
    )
    mine = list(of_place(entries, [section.slug for section in own]).pinned_first()[:ITEMS]) if own else []
    shown = [entry.pk for entry in mine]
    others = list(entries.of_type("resource").exclude(pk__in=shown).order_by("-published_at", "-pk")[:ITEMS])
    kept = mine[: max(FROM_OWN, ITEMS - len(others))]
    return [*kept, *others][:ITEMS]


def peers(user: Any, own: list[SectionPage]) -> list[Card]:
    """Three people whom the directory finds by the topics that the person follows or knows about, else by those that
    their own sections publish on."""
    topics = list(user.follows.filter(topic__isnull=False).values_list("topic__slug", flat=True))
    topics = topics or list(user.profile.topics.values_list("slug", flat=True))
    if not topics:
        entries = Entry.objects.visible_to(user).filter(section__in=own)
        topics = _most_frequent(EntryFacet.objects.filter(name="topic", entry__in=entries.order_by().values("pk")))
    return [card(profile, user) for profile in directory.knowing_about(user, topics, limit=PEERS)]


def _most_frequent(tags: QuerySet[EntryFacet]) -> list[str]:
    return [
        row["value"] for row in tags.order_by().values("value").annotate(count=Count("pk")).order_by("-count")[:TOPICS]
    ]
