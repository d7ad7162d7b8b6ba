"""What must follow a write of Wagtail's that does not pass through our own `save`."""

from django.dispatch import receiver
from wagtail.signals import post_page_move

from home import entries


@receiver(post_page_move)
def project_moved_subtree(instance, **kwargs) -> None:
    """Sections, addresses and rules of all that moved. In the caller's transaction (`SitePage.move`, admin posts)."""
    entries.project_subtree(instance)
