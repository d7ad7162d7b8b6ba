"""Handing over what a departing person looks after in a place: pages and calls, reviews that wait, and the role.

One step, one transaction, two lines in the audit log (who gave, who took over).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import get_text_list
from wagtail.models import Page, WorkflowState

from home.models import SectionPage
from members import authority
from members.models import Action, Membership, Role, record

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _pages_in(section: SectionPage | None) -> QuerySet[Page]:
    if section:
        return Page.objects.descendant_of(section, inclusive=True)
    shared = Page.objects.all()
    for path in SectionPage.objects.values_list("path", flat=True):
        shared = shared.exclude(path__startswith=path)
    return shared


def pages_of(user: Any, section: SectionPage | None) -> QuerySet[Page]:
    """The pages of a place, drafts too, that are a person's."""
    return _pages_in(section).filter(owner=user)


def reviews_of(user: Any, section: SectionPage | None) -> QuerySet[WorkflowState]:
    """The reviews of a place's pages that a person asked for and that are not over."""
    asked = WorkflowState.objects.active().filter(
        requested_by=user, base_content_type=ContentType.objects.get_for_model(Page)
    )
    # The log of reviews holds the keys of pages as text, so the two tables do not join.
    ids = [int(pk) for pk in asked.values_list("object_id", flat=True)]
    here = _pages_in(section).filter(pk__in=ids).values_list("pk", flat=True)
    return asked.filter(object_id__in=[str(pk) for pk in here])


def belongings(membership: Membership) -> list[str]:
    """What a person has to hand over in a place, in words: "2 resources", "1 call", "1 review", "the role of lead"."""
    counts = Counter(
        getattr(ContentType.objects.get_for_id(pk).model_class(), "type_name", "") or "page"
        for pk in pages_of(membership.user, membership.section).values_list("content_type", flat=True)
    )
    counts["review"] = reviews_of(membership.user, membership.section).count()
    things = [f"{count} {name}{'' if count == 1 else 's'}" for name, count in sorted(counts.items()) if count]
    if membership.active and membership.role != Role.MEMBER:
        things.append(f"the role of {membership.get_role_display().lower()}")
    return things


@transaction.atomic
def hand_over(giver: Membership, taker: Membership, by: Any, *, stays: bool) -> str:
    """Hand everything of one person in a place over to another member there; gives what it was, in words.

    The taker gets the giver's role if it is more than theirs; the giver stays as a member, or leaves. Raises
    PermissionDenied where `by` has no say in the place or the two are not two of its members.
    """
    section = giver.section
    same_place = giver.section_id == taker.section_id and giver.user_id != taker.user_id
    if not (authority.manages(by, section) and same_place and taker.active and taker.user.is_active):
        raise PermissionDenied
    what = get_text_list(belongings(giver), "and") or "nothing"
    if giver.active and authority.RANKS.index(Role(giver.role)) > authority.RANKS.index(Role(taker.role)):
        authority.assign(taker, Role(giver.role), by)
    reviews_of(giver.user, section).update(requested_by=taker.user)
    _pages_in(section).filter(locked_by=giver.user).update(locked_by=taker.user)
    pages_of(giver.user, section).update(owner=taker.user)
    record(Action.HAND_OVER, by=by, about=giver.user, section=section, detail=f"Handed over: {what}")
    record(Action.HAND_OVER, by=by, about=taker.user, section=section, detail=f"Took over: {what}")
    if giver.active:
        authority.assign(giver, Role.MEMBER if stays else None, by)
    return what
