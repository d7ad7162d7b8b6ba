"""What a page may refer to: nothing that the person who writes it could not have chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry

from home.permissions import choosable

if TYPE_CHECKING:
    from collections.abc import Iterable

NOT_YOURS = (
    "This page uses a file, a picture or a page that you cannot choose. Take it off, or ask somebody who can choose it."
)


def references(*things: Any) -> set[tuple[int, int]]:
    """What these pages, or parts of pages, refer to as they are in memory: (content type, id)."""
    return {
        (kind, int(pk))
        for thing in things
        for kind, pk, *_ in ReferenceIndex._extract_references_from_object(thing)
        if str(pk).isdigit()
    }


def refuse_what_is_not_theirs(page: Page, parts: Iterable[Any], user: Any) -> None:
    """Raise ValidationError if the page newly refers to something that this person could not have chosen.

    Takes the page and its parts (children of inline panels) as they are about to be saved. A file is as visible as the
    pages that use it, so naming another section's private file by its number would open it to the world.
    """
    if user.is_superuser:
        return
    before = set()
    if page.pk:
        saved = Page.objects.get(pk=page.pk).specific  # read again: `page` holds what was sent
        before = references(saved, saved.get_latest_revision_as_object())
    new = references(page, *parts) - before
    for model in (Page, get_document_model(), get_image_model()):
        kind = ReferenceIndex._get_base_content_type(model).pk
        ids = {pk for found, pk in new if found == kind}
        if ids and theirs(model, user).filter(pk__in=ids).count() < len(ids):
            raise ValidationError(NOT_YOURS)


def theirs(model: type[Any], user: Any) -> Any:
    """The pages, documents or images that this person may choose."""
    if model is Page:
        return choosable(user)
    policy = policy_registry.get_by_type(model)
    return policy.instances_user_has_any_permission_for(user, ["choose", "change"])
