"""A new place gets its calendar."""

from django.dispatch import receiver

from calendar_app.models import CalendarPage
from home.signals import place_created


@receiver(place_created)
def add_calendar(page, **kwargs) -> None:
    """Make the calendar of a new home page or section."""
    page.add_child(instance=CalendarPage(title="Calendar", slug="calendar"))
