"""The dates of events, as rows. Derived; rebuilt in the transaction of every save."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from home.models import Entry

if TYPE_CHECKING:
    import datetime as dt

    from calendar_app.models.events import EventPage


class OccurrenceQuerySet(models.QuerySet):
    """The editors' words for groups of dates."""

    def upcoming(self, now: dt.datetime | None = None) -> OccurrenceQuerySet:
        """Not over yet, soonest first."""
        return self.filter(ends_at__gt=now or timezone.now()).order_by("starts_at", "pk")

    def past(self, now: dt.datetime | None = None) -> OccurrenceQuerySet:
        """Over, latest first."""
        return self.filter(ends_at__lte=now or timezone.now()).order_by("-starts_at", "-pk")

    def of_entries(self, entries: Any) -> OccurrenceQuerySet:
        """The dates of these entries, each with its event and entry at hand."""
        from calendar_app.models.events import EventPage

        theirs = entries.order_by().filter(pk=models.OuterRef("event_id"))
        events = EventPage.objects.select_related("entry__section", "entry__access")
        # Fetched apart, so that the database sorts narrow rows.
        return self.filter(models.Exists(theirs)).prefetch_related(models.Prefetch("event", events))

    def visible_to(self, user: Any) -> OccurrenceQuerySet:
        """The dates of the events that this person may see."""
        return self.of_entries(Entry.objects.visible_to(user))


class Occurrence(models.Model):
    """One date of a published event. `starts_at` and `ends_at` are UTC; the days are local to the event."""

    event = models.ForeignKey("calendar_app.EventPage", on_delete=models.CASCADE, related_name="occurrences")
    recurrence_id = models.CharField(max_length=15)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    first_day = models.DateField()
    last_day = models.DateField()
    tz = models.CharField(max_length=40)
    all_day = models.BooleanField(default=False)
    status = models.CharField(max_length=16)
    tzdata_version = models.CharField(max_length=16)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "recurrence_id"], name="occurrence_once")]
        indexes = [
            models.Index(fields=["starts_at"], name="occurrence_starts"),
            models.Index(fields=["ends_at"], name="occurrence_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.recurrence_id}"


def rebuild(event: EventPage) -> None:
    """Make the rows of an event what its fields say; none where it is not live. Keys survive where the date does."""
    import tzdata

    spans = event.spans() if event.live else []
    rows = [
        Occurrence(
            event_id=event.pk,
            recurrence_id=span.recurrence_id,
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            first_day=span.first_day,
            last_day=span.last_day,
            tz=event.tz,
            all_day=event.all_day,
            status=event.status,
            tzdata_version=tzdata.IANA_VERSION,
        )
        for span in spans
    ]
    Occurrence.objects.filter(event_id=event.pk).exclude(recurrence_id__in=[row.recurrence_id for row in rows]).delete()
    if rows:
        Occurrence.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["event", "recurrence_id"],
            update_fields=[
                "starts_at",
                "ends_at",
                "first_day",
                "last_day",
                "tz",
                "all_day",
                "status",
                "tzdata_version",
            ],
        )
