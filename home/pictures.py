"""Restricted pictures: none on a public page, and none of a picture's public copies left once it is restricted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from wagtail.models import Page, ReferenceIndex

from home.access import PUBLIC

if TYPE_CHECKING:
    from home.models import SiteImage

ON_A_PUBLIC_PAGE = (
    "Anyone can see this page, but its picture “{}” is only for pages that are not public. Choose another picture, or "
    "who can see the page."
)
ALREADY_PUBLIC = "A page that anyone can see shows this picture. Take it off that page first."


def refuse_restricted(page: Page) -> None:
    """Raise ValidationError if publishing this page, as it is in memory, would show a restricted picture to anyone."""
    from home.models import SiteImage

    if hasattr(page, "access_keys") and PUBLIC not in page.access_keys():
        return
    for_members = set(getattr(page, "members_only_fields", ()))
    pictures = ReferenceIndex._get_base_content_type(SiteImage).pk
    ids = {
        int(pk)
        for kind, pk, path, _ in ReferenceIndex._extract_references_from_object(page)
        if kind == pictures and path.split(".")[0] not in for_members
    }
    refused = SiteImage.objects.filter(pk__in=ids, restricted=True).first() if ids else None
    if refused:
        raise ValidationError(ON_A_PUBLIC_PAGE.format(refused.title))


def move(image: SiteImage, old: str) -> list[str]:
    """Bring a picture's file to where its new restriction wants it; give the names of the files that must go.

    Takes the name under which the row has the file. In the caller's transaction: a copy is made (where no new file was
    uploaded anyway), and the old file and the renditions go after the transaction (`remove_leftovers`), so that a
    failure leaves the picture whole; until they are gone the row remembers them.
    """
    storage = image.file.storage
    if image.file._committed and image.file.name == old:  # type: ignore[attr-defined]
        with storage.open(old) as content:
            image.file = storage.save(image.get_upload_to(old.rsplit("/", 1)[-1]), content)
    renditions = list(image.renditions.all())
    for rendition in renditions:
        rendition.delete()
    return [old, *(rendition.file.name for rendition in renditions)]


def remove_leftovers(image_id: int | None = None) -> None:
    """Remove the files that pictures have left behind: of one picture, or (the clock, every minute) of all."""
    from home.models import SiteImage

    images: Any = SiteImage.objects.exclude(leftovers=[])
    for image in images.filter(pk=image_id) if image_id else images:
        for name in image.leftovers:
            image.file.storage.delete(name)
        SiteImage.objects.filter(pk=image.pk, leftovers=image.leftovers).update(leftovers=[])
