"""The calendar that every place has one of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from wagtail.models import Page

from calendar_app import months
from calendar_app.models.occurrences import Occurrence, OccurrenceQuerySet
from home.listings import PER_PAGE
from home.models.indexes import IndexPage

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest

    from home.filters import FilterSet
    from home.models.entries import EntryQuerySet

MOST_IN_A_MONTH = 300  # dates that one table holds; a busier month goes on with the next page


def _in_time(dates: OccurrenceQuerySet, filterset: FilterSet) -> OccurrenceQuerySet:
    if filterset.month:
        last = months.last_day(filterset.month)
        return dates.filter(first_day__lte=last, last_day__gte=filterset.month).order_by("starts_at", "pk")
    return dates.past() if filterset.past else dates.upcoming()


def _entries(filterset: FilterSet) -> EntryQuerySet:
    dates = _in_time(Occurrence.objects.all(), filterset)
    return filterset.base.filter(pk__in=dates.order_by().values("event"))


def _dates(filterset: FilterSet) -> OccurrenceQuerySet:
    return _in_time(Occurrence.objects.of_entries(filterset.entries()), filterset)


class CalendarPage(IndexPage, Page):
    """The events and calls of one section, or those shared by all: what comes, what is over, or a month."""

    lists = ("event", "call", "webinar")
    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types = ["calendar_app.EventPage", "calendar_app.ConferenceCallPage"]
    page_description = "Holds the events and conference calls of a section. Made with the section."

    def listing(self, request: HttpRequest, **options: Any) -> dict[str, Any]:
        """Lists dates, not entries; their order is that of time, so none is on offer."""
        # A month is shown whole. What `when` means is the FilterSet's to say; a number of rows more does no harm.
        per_page = MOST_IN_A_MONTH if "-" in request.GET.get("when", "") else PER_PAGE
        context = super().listing(request, narrow=_entries, rows=_dates, per_page=per_page, **options) | {"sorts": []}
        filterset, today = context["filterset"], timezone.localdate()
        context["ways"] = [
            {"name": name, "url": filterset.address(when=when), "current": filterset.when == when or (when and month)}
            for name, when, month in (
                ("Dates to come", "", None),
                ("Past dates", "past", None),
                ("Month", months.written(today), filterset.month),
            )
        ]
        if filterset.month:
            context |= self._month(filterset.month, filterset, context["page_obj"])
        return context

    def _month(self, first: dt.date, filterset: FilterSet, dates: Any) -> dict[str, Any]:
        beside = [months.beside(first, step) for step in (-1, 1)]
        return {
            "month": months.name(first),
            "weeks": months.weeks(first, dates, timezone.localdate()),
            "months_beside": [
                {"name": months.name(one), "url": filterset.address(when=months.written(one))} for one in beside
            ],
        }
