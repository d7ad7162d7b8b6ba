"""What pages say of the person who is signed in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import template
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list

from members import authority
from members.profiles import directory
from members.profiles.fields import card

if TYPE_CHECKING:
    from home.models import SectionPage

register = template.Library()

PEOPLE_SHOWN = 6


@register.filter
def initials(user: Any) -> str:
    """Two letters that stand for a person."""
    names = [name for name in (user.first_name, user.last_name) if name] or [user.email]
    return "".join(name[0] for name in names).upper()


@register.filter
def belongs(user: Any) -> str:
    """Where a person belongs: "a member in Ohio and Texas". Nobody yet: "not yet a member"."""
    if user.is_superuser:
        return "an administrator"
    memberships = user.active_memberships()
    if not memberships:
        return "not yet a member"
    titles = sorted(membership.section.title for membership in memberships if membership.section_id)
    return f"a member in {get_text_list(titles, 'and')}" if titles else "a member of the whole community"


@register.filter
def own_sections(user: Any) -> list[SectionPage]:
    """The sections that a person belongs to."""
    if not user.is_authenticated:
        return []
    return [membership.section for membership in user.active_memberships() if membership.section_id]


@register.simple_tag
def has_lead(section: SectionPage) -> bool:
    """Whether somebody leads a section."""
    return authority.leads(section).exists()


@register.simple_tag
def open_seats() -> dict[int | None, list[Any]]:
    """The roles that nobody has, by the key of each section."""
    return authority.open_seats()


@register.filter
def seats_in_words(seats: list[Any] | None) -> str:
    """Roles that nobody has: "Lead, reviewer"; "All" where it is every one."""
    names = [seat.label for seat in seats or []]
    return "All" if len(names) == len(authority.SEATS) else ", ".join(names).capitalize()


@register.filter
def leads_a_place(user: Any) -> bool:
    """Whether a person looks after the members of a place: a lead, or an administrator."""
    return user.is_superuser or bool(authority.places_led(user))


@register.simple_tag(takes_context=True)
def people_of(context: dict[str, Any], section: SectionPage) -> dict[str, Any]:
    """The first people of a section whom this reader may see, its leads before others, and where all of them are:
    `cards`, `address`, `words`."""
    user = context["request"].user
    found, count = directory.of_section(user, section, limit=PEOPLE_SHOWN)
    words = f"All {count} people" if count > len(found) else "In the directory"
    return {
        "cards": [card(profile, user) for profile in found],
        "address": f"{reverse('people')}?state={section.slug}",
        "words": words,
    }


@register.filter
def spoken(name: str) -> str:
    """The name of a value of "my data" in words: "what_you_wrote" gives "What you wrote"."""
    return name.replace("_", " ").capitalize()


@register.filter
def spoken_value(value: Any) -> str:
    """A value of "my data" in words: lists in a line each, yes and no, times in full."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, (list, tuple)):
        return linebreaksbr("\n".join(map(str, value)))
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M %Z}"
    return linebreaksbr(str(value))
