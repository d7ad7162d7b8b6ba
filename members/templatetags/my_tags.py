"""What the front page and the follow buttons show of the person who is signed in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone

from home import listings
from home.models import Topic
from members import beginning, following
from members.my import rooms

if TYPE_CHECKING:
    from home.filters import FilterSet
    from home.models import SectionPage
    from members.profiles.fields import Card

register = template.Library()

SPANS = (7, 30)  # days; the first is shown to whoever was never here before


@register.simple_tag(takes_context=True)
def my_news(context: dict[str, Any]) -> dict[str, Any]:
    """What is new for this member since the last visit, or for the days that the address asks for (`?days=30`).

    Gives the `items` (`home.listings.News`), the `days` (0: since the last visit), and the `spans` to choose from.
    """
    request = context["request"]
    user = request.user
    chosen = following.followed(user)
    asked = request.GET.get("days")
    days = next((span for span in SPANS if str(span) == asked), 0 if user.seen_at else SPANS[0])
    first = [*user.own_sections(), *chosen.sections]
    items = listings.news(user, _start(days) if days else user.seen_at, first, [topic.slug for topic in chosen.topics])
    spans = [{"days": span, "current": span == days} for span in ((0, *SPANS) if user.seen_at else SPANS)]
    return {"items": items, "days": days, "spans": spans, "own": user.own_sections(), "topics": chosen.topics}


def _start(days: int) -> dt.datetime:
    day = timezone.localdate() - dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


@register.simple_tag(takes_context=True)
def my_waiting(context: dict[str, Any]) -> list[rooms.Waiting]:
    """What waits for this person, room by room."""
    user = context["request"].user
    return rooms.waiting_for(user) if user.pk else []  # for the reader of a preview nothing does


@register.simple_tag(takes_context=True)
def my_beginning(context: dict[str, Any]) -> dict[str, Any]:
    """The open steps of a new member's path, with the items to read; nothing where the path is over."""
    user = context["request"].user
    steps = beginning.open_steps(user) if user.pk else []
    if not steps:
        return {}
    items = beginning.to_read(user, user.own_sections()) if "read" in steps else []
    return {"steps": steps, "items": items}


@register.simple_tag(takes_context=True)
def peers(context: dict[str, Any]) -> list[Card]:
    """Three people to know, by topic."""
    user = context["request"].user
    return beginning.peers(user, user.own_sections())


@register.inclusion_tag("components/follow.html", takes_context=True)
def follow_section(context: dict[str, Any], section: SectionPage) -> dict[str, Any]:
    """The button that follows a section, for members of other ones."""
    user = context["request"].user
    if not _can_follow(user) or section.pk in {one.pk for one in user.own_sections()}:
        return {}
    follows = user.follows.filter(section=section).exists()
    return _button(context, "section", section.slug, section.title, follows=follows)


@register.inclusion_tag("components/follow.html", takes_context=True)
def follow_topic(context: dict[str, Any], filterset: FilterSet) -> dict[str, Any]:
    """The button that follows a topic, where a list is filtered by this topic and no other."""
    user = context["request"].user
    chosen = filterset.chosen.get("topic", [])
    topic = Topic.objects.filter(slug=chosen[0]).first() if len(chosen) == 1 else None
    if topic is None or not _can_follow(user):
        return {}
    return _button(context, "topic", topic.slug, topic.name, follows=user.follows.filter(topic=topic).exists())


def _can_follow(user: Any) -> bool:
    """Members can; the reader of a preview is nobody who could."""
    return bool(user.pk and user.is_authenticated and user.is_member)


def _button(context: dict[str, Any], kind: str, slug: str, name: str, *, follows: bool) -> dict[str, Any]:
    request = context["request"]
    return {"request": request, "kind": kind, "slug": slug, "name": name, "follows": follows}
