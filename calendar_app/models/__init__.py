"""What happens: calendars, events, conference calls, webinars and their dates; one family a file."""

from calendar_app.models.calendars import CalendarPage
from calendar_app.models.calls import AgendaItem, ConferenceCallPage
from calendar_app.models.events import EventPage, Material
from calendar_app.models.occurrences import Occurrence
from calendar_app.models.webinars import Chapter, Speaker, Transcript, WebinarPage

__all__ = [
    "AgendaItem",
    "CalendarPage",
    "Chapter",
    "ConferenceCallPage",
    "EventPage",
    "Material",
    "Occurrence",
    "Speaker",
    "Transcript",
    "WebinarPage",
]
