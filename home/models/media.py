"""Documents and images.

A document's file is private: it leaves through `/files/<uuid>/`, which asks `home.access`, and keeps that address when
the file is replaced. An image is a plain file unless it is restricted.
"""

import uuid

from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.db import models, transaction
from django.urls import reverse
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition

from home import access, pictures, webvtt
from home.storage import RESTRICTED, ImageStorage


def _private_storage():
    return storages["private"]


class SiteDocument(AbstractDocument):
    """A file that pages offer. As visible as the published pages that use it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(upload_to="documents", storage=_private_storage, verbose_name="file")

    admin_form_fields = ("title", "file", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        permissions = [("choose_sitedocument", "Can choose document")]

    def clean(self) -> None:
        """Captions that players would not show whole are refused when they are added, with the line and what to do."""
        super().clean()
        if self.file and not self.file._committed and self.file_extension.lower() == "vtt":  # type: ignore[attr-defined]
            try:
                webvtt.parse(self.file.read())
            except webvtt.WebVTTError as error:
                raise ValidationError({"file": str(error)}) from error
            finally:
                self.file.seek(0)

    @property
    def url(self) -> str:
        """The stable address of the newest version."""
        return reverse("file", args=[self.uuid])


class SiteImage(AbstractImage):
    """A picture. Restricted ones are served only to people who can see a page that uses them."""

    file = models.ImageField(
        upload_to=AbstractImage._meta.get_field("file").upload_to,
        storage=ImageStorage(),
        width_field="width",
        height_field="height",
        verbose_name="file",
    )
    restricted = models.BooleanField(
        "Only for pages that are not public",
        default=False,
        help_text="Tick this when the picture shows something that only members may see. It cannot be used on a "
        "public page then.",
    )

    # Names of files that this picture had and that must go. Emptied once they are gone.
    leftovers = models.JSONField(default=list, editable=False)

    admin_form_fields = ("title", "file", "description", "restricted", "collection", "tags")

    class Meta(AbstractImage.Meta):
        permissions = [("choose_siteimage", "Can choose image")]

    def get_upload_to(self, filename: str) -> str:
        """Wagtail's path, in the private place when the image is restricted."""
        path = super().get_upload_to(filename)
        return RESTRICTED + path if self.restricted else path

    def clean(self) -> None:
        """A picture that a public page shows cannot be restricted."""
        super().clean()
        if self.pk and self.restricted and access.can_see_file(None, self):
            raise ValidationError({"restricted": pictures.ALREADY_PUBLIC})

    def save(self, *args, **kwargs) -> None:
        """Save; where the restriction changed, the file moves with it and nothing stays where it was."""
        whole = self.pk and kwargs.get("update_fields") is None
        with transaction.atomic():
            before = SiteImage.objects.select_for_update().filter(pk=self.pk).first() if whole else None
            if before and before.restricted != self.restricted:
                if self.restricted and access.can_see_file(None, self):
                    raise ValidationError({"restricted": pictures.ALREADY_PUBLIC})
                self.leftovers = [*before.leftovers, *pictures.move(self, before.file.name)]  # type: ignore[union-attr]
                transaction.on_commit(lambda: pictures.remove_leftovers(self.pk))
            super().save(*args, **kwargs)


class SiteRendition(AbstractRendition):
    """A resized copy of an image, kept where the image is kept."""

    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)

    def get_upload_to(self, filename: str) -> str:
        """Wagtail's path, in the private place when the image is restricted."""
        path = super().get_upload_to(filename)
        return RESTRICTED + path if self.image.restricted else path
