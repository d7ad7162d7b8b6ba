"""What must follow a write of Wagtail's that does not pass through our own `save`."""

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.signals import page_unpublished, post_page_move

from home import entries
from home.models import SiteImage, SiteRendition


@receiver(post_page_move)
def project_moved_subtree(instance, **kwargs) -> None:
    """Sections, addresses and rules of all that moved. In the caller's transaction (`SitePage.move`, admin posts)."""
    entries.project_subtree(instance)


@receiver(page_unpublished)
def remove_row_of_unpublished(instance, **kwargs) -> None:
    """Wagtail takes down an expired page as a plain `Page`, so that no `save` of ours is called."""
    entries.project([instance.pk])


@receiver(post_delete, sender=SiteImage)
@receiver(post_delete, sender=SiteRendition)
def remove_the_file(instance, **kwargs) -> None:
    """A picture that is gone is gone from its address too: Wagtail leaves that to a background task."""
    transaction.on_commit(lambda: instance.file.storage.delete(instance.file.name))
