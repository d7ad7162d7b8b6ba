"""What must follow a write of Wagtail's that does not pass through our own `save`."""

from django.dispatch import receiver
from wagtail.signals import page_unpublished, post_page_move

from home import entries


@receiver(post_page_move)
def project_moved_subtree(instance, **kwargs) -> None:
    """Sections, addresses and rules of all that moved. In the caller's transaction (`SitePage.move`, admin posts)."""
    entries.project_subtree(instance)


@receiver(page_unpublished)
def remove_row_of_unpublished(instance, **kwargs) -> None:
    """Wagtail takes down an expired page as a plain `Page`, so that no `save` of ours is called."""
    entries.project([instance.pk])
