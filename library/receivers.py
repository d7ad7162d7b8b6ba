"""A new place gets its library and its webinar archive."""

from django.dispatch import receiver

from home.signals import place_created
from library.models import LibraryPage, WebinarArchivePage


@receiver(place_created)
def add_library_and_archive(page, **kwargs) -> None:
    """Make the library and the archive of a new home page or section."""
    page.add_child(instance=LibraryPage(title="Library", slug="library"))
    page.add_child(instance=WebinarArchivePage(title="Webinars", slug="webinars"))
