"""Who may give which role to whom, and what nobody gives away by accident.

A lead gives the roles of their own section, an administrator those of every place; nobody gives more than they have.
The last lead of a place and the last administrator of the site stay, until somebody else is one.
A place is a section, or None for the whole community.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from members.models import Membership, Role, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from home.models import SectionPage

RANKS = list(Role)  # from the least to the most
SEATS = [Role.LEAD, Role.EDITOR, Role.REVIEWER]

NO_LEAD = "{place} would have no lead. Make somebody else its lead first, or hand over."
NO_ADMINISTRATOR = "The site would have no administrator. Appoint somebody else first."


def place_name(section: SectionPage | None) -> str:
    """What people call a place."""
    return section.title if section else "The whole community"


def leads(section: SectionPage | None) -> QuerySet[Membership]:
    """The memberships that lead a place now."""
    return Membership.objects.filter(section=section, role=Role.LEAD, active=True, user__is_active=True)


def places_led(user: Any) -> list[SectionPage | None]:
    """The places that a person leads, by name; the whole community last."""
    led = [membership.section for membership in user.active_memberships() if membership.role == Role.LEAD]
    return sorted(led, key=lambda section: (section is None, place_name(section)))


def manages(user: Any, section: SectionPage | None) -> bool:
    """Whether a person looks after the members of a place: its leads, and administrators."""
    return bool(user.is_authenticated and user.is_active) and (user.is_superuser or section in places_led(user))


def grantable(user: Any, section: SectionPage | None) -> list[Role]:
    """The roles that a person may give and take in a place, from the least to the most."""
    return list(RANKS) if manages(user, section) else []


def is_only_lead(membership: Membership) -> bool:
    """Whether a place would have no lead without this membership."""
    return (
        membership.active
        and membership.role == Role.LEAD
        and membership.user.is_active
        and not leads(membership.section).exclude(pk=membership.pk).exists()
    )


def led_alone(user: Any) -> list[Membership]:
    """The memberships by which a person is the only lead of a place."""
    mine = user.memberships.filter(active=True, role=Role.LEAD).select_related("section", "user")
    return [membership for membership in mine if is_only_lead(membership)]


def is_only_administrator(user: Any) -> bool:
    """Whether the site would have no administrator without this person."""
    administrators = User.objects.filter(is_superuser=True, is_active=True)
    return user.is_superuser and user.is_active and not administrators.exclude(pk=user.pk).exists()


def ask_before_leaving(user: Any) -> None:
    """Raise ValidationError, in words, where a person cannot go yet: they lead a place alone, or the whole site."""
    sentences = [NO_LEAD.format(place=place_name(membership.section)) for membership in led_alone(user)]
    if is_only_administrator(user):
        sentences.append(NO_ADMINISTRATOR)
    if sentences:
        raise ValidationError(sentences)


@transaction.atomic
def assign(membership: Membership, role: Role | None, by: Any, *, vacant: bool = False) -> None:
    """Give a person a role in a place; None ends the membership.

    Takes a membership that may be new. Raises PermissionDenied where `by` has no say over the role that is given or
    the one that is taken, ValidationError where the place would have no lead. `vacant` says that this is meant;
    it counts from administrators alone.
    """
    # Two leads who put each other out at the same moment wait here, and the second one is told.
    list(leads(membership.section).select_for_update(of=("self",)).values_list("pk"))
    if membership.pk:
        membership.refresh_from_db()
    allowed = grantable(by, membership.section)
    if not allowed or (role is not None and role not in allowed):
        raise PermissionDenied
    if membership.pk and role != Role.LEAD and is_only_lead(membership) and not (vacant and by.is_superuser):
        raise ValidationError(NO_LEAD.format(place=place_name(membership.section)))
    if role is not None:
        membership.role = role
    membership.active = role is not None
    membership.changed_by = by
    membership.save()


def open_seats() -> dict[int | None, list[Role]]:
    """The roles that nobody has, by the key of each section."""
    from home.models import SectionPage

    held = set(
        Membership.objects.filter(active=True, user__is_active=True, role__in=SEATS)
        .values_list("section_id", "role")
        .distinct()
    )
    sections = SectionPage.objects.values_list("pk", flat=True)
    return {pk: [seat for seat in SEATS if (pk, seat.value) not in held] for pk in sections}
