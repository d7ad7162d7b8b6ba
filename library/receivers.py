"""A new place gets its library and its webinar archive; an uploaded table goes with its import."""

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from home.signals import place_created
from library.models import LibraryPage, ResourceImport, WebinarArchivePage


@receiver(place_created)
def add_library_and_archive(page, **kwargs) -> None:
    """Make the library and the archive of a new home page or section."""
    page.add_child(instance=LibraryPage(title="Library", slug="library"))
    page.add_child(instance=WebinarArchivePage(title="Webinars", slug="webinars"))


@receiver(post_delete, sender=ResourceImport)
def remove_the_table(instance, **kwargs) -> None:
    """Remove the uploaded file, also where the import went with its owner or its library."""
    if instance.file:
        transaction.on_commit(lambda: instance.file.storage.delete(instance.file.name))
