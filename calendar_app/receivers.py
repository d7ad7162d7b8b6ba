"""A new place gets its calendar; new captions give a new transcript."""

from django.db.models.signals import post_save
from django.dispatch import receiver

from calendar_app.models import CalendarPage, Transcript, WebinarPage
from home.models import SiteDocument
from home.signals import place_created


@receiver(place_created)
def add_calendar(page, **kwargs) -> None:
    """Make the calendar of a new home page or section."""
    page.add_child(instance=CalendarPage(title="Calendar", slug="calendar"))


@receiver(post_save, sender=SiteDocument)
def read_captions_again(instance, **kwargs) -> None:
    """A captions file that was replaced under its address gives its webinars their transcripts anew."""
    if instance.file_extension.lower() == "vtt":
        for webinar in WebinarPage.objects.filter(captions=instance):
            Transcript.rebuild(webinar)
