"""The calendar that every place has one of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wagtail.models import Page

from calendar_app.models.occurrences import Occurrence, OccurrenceQuerySet
from home.models.indexes import IndexPage

if TYPE_CHECKING:
    from django.http import HttpRequest

    from home.filters import FilterSet
    from home.models.entries import EntryQuerySet


def _in_time(dates: OccurrenceQuerySet, filterset: FilterSet) -> OccurrenceQuerySet:
    return dates.past() if filterset.past else dates.upcoming()


def _entries(filterset: FilterSet) -> EntryQuerySet:
    dates = _in_time(Occurrence.objects.all(), filterset)
    return filterset.base.filter(pk__in=dates.order_by().values("event"))


def _dates(filterset: FilterSet) -> OccurrenceQuerySet:
    return _in_time(Occurrence.objects.of_entries(filterset.entries()), filterset)


class CalendarPage(IndexPage, Page):
    """The events and calls of one section, or those shared by all: what comes, and on request what is over."""

    lists = ("event", "call", "webinar")
    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types = ["calendar_app.EventPage", "calendar_app.ConferenceCallPage"]
    page_description = "Holds the events and conference calls of a section. Made with the section."

    def listing(self, request: HttpRequest, **options: Any) -> dict[str, Any]:
        """Lists dates, not entries; their order is that of time, so none is on offer."""
        return super().listing(request, narrow=_entries, rows=_dates, **options) | {"sorts": []}
