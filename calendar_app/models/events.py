"""Events: what has a date. Calls and webinars are events too."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from calendar_app.expansion import Span, span
from calendar_app.forms import EventPageForm
from calendar_app.models import occurrences
from home.blocks import BodyBlock
from home.models import Audience, ContentPage
from home.places import TIME_ZONES

LONGEST = dt.timedelta(days=14)


class EventPage(ContentPage):
    """A series of dates; without a rule, one date. Holds wall time and a zone, never an instant (decision 0005)."""

    class Status(models.TextChoices):
        """RFC 5545 section 3.8.1.11, and "postponed", which it lacks."""

        CONFIRMED = "confirmed", "Confirmed"
        TENTATIVE = "tentative", "Tentative"
        CANCELLED = "cancelled", "Cancelled"
        POSTPONED = "postponed", "Postponed"

        @property
        def called_off(self) -> bool:
            """Whether it does not take place as it was announced."""
            return self in (EventPage.Status.CANCELLED, EventPage.Status.POSTPONED)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.CONFIRMED)
    start_date = models.DateField("date")
    start_time = models.TimeField("starts at", null=True, blank=True, help_text="In the zone below. Empty if all day.")
    duration = models.DurationField(
        "lasts", default=dt.timedelta(hours=1), help_text="Hours and minutes, for example 1:30:00. Days for all-day."
    )
    all_day = models.BooleanField("all day", default=False)
    tz = models.CharField("time zone", max_length=40, choices=TIME_ZONES, default="America/New_York")
    moved_from_date = models.DateField(
        "moved from", null=True, blank=True, help_text="Where people had planned for another date: that date."
    )
    moved_from_time = models.TimeField("at", null=True, blank=True)
    place = models.CharField(max_length=160, blank=True, help_text="Where people meet, for example: Riffe Center.")
    address = models.CharField(max_length=255, blank=True)
    room_access = models.TextField(
        blank=True, help_text="Step-free entrance, parking, hearing loop, whom to ask for an interpreter."
    )
    body = StreamField(BodyBlock(), blank=True)

    base_form_class = EventPageForm
    parent_page_types = ["calendar_app.CalendarPage"]
    page_description = "A meeting, training or deadline with a date. People can meet in a place."
    exclude_fields_in_copy = [*ContentPage.exclude_fields_in_copy, "uid", "sequence"]
    type_name = "event"
    ways_to_add: tuple[tuple[str, str], ...] = (("Event", ""),)
    default_audience = Audience.PUBLIC
    audience_reason = "Events are public unless you say otherwise: people plan by them, and most are open to all."

    when_panel = FieldRowPanel(
        [
            FieldPanel("start_date"),
            FieldPanel("start_time", help_text="In the section's time zone, unless More says another."),
            FieldPanel("duration", help_text="Hours and minutes, for example 1:30. Or: 2 days."),
        ],
        heading="When",
    )
    more_panels = [
        FieldRowPanel([FieldPanel("tz"), FieldPanel("all_day"), FieldPanel("status")]),
        FieldRowPanel([FieldPanel("moved_from_date"), FieldPanel("moved_from_time")]),
        FieldPanel("topics"),
        FieldPanel("also_in"),
        FieldPanel("address"),
        FieldPanel("room_access"),
        FieldPanel("review_by"),
    ]
    content_panels = [
        FieldPanel("title"),
        FieldPanel("summary"),
        when_panel,
        FieldPanel("place"),
        FieldPanel("body"),
        InlinePanel("materials", heading="Materials", label="file", classname="collapsed"),
        FieldPanel("audience"),
        MultiFieldPanel(more_panels, heading="More", classname="collapsed"),
    ]

    def starts_with(self, section: Any) -> dict[str, Any]:
        """A new event starts in the zone of its section."""
        return super().starts_with(section) | {"tz": section.time_zone}

    def spans(self) -> list[Span]:
        """The dates that the fields say."""
        return [span(self.start_date, None if self.all_day else self.start_time, self.duration, self.tz)]

    def clean(self) -> None:
        """A timed event has a time; nothing lasts longer than fourteen days or less than nothing."""
        super().clean()
        if not self.all_day and self.start_time is None:
            raise ValidationError({"start_time": "Say when it starts, or tick “all day”."})
        if self.moved_from_time and not self.moved_from_date:
            raise ValidationError({"moved_from_date": "Say which day it was moved from, too."})
        if self.duration is not None and not dt.timedelta() <= self.duration <= LONGEST:
            raise ValidationError({"duration": "Between nothing and 14 days."})

    def write_own_rows(self) -> None:
        """Write the dates; the entry repeats the next of them."""
        occurrences.rebuild(self)

    def save(self, *args, **kwargs):
        """Save; a change that calendar programs must notice raises SEQUENCE (RFC 5545 section 3.8.7.4), never lowers it."""
        with transaction.atomic():
            if self.pk and kwargs.get("update_fields") is None:
                before = EventPage.objects.filter(pk=self.pk).values(*self._SIGNIFICANT, "sequence").first()
                if before:
                    changed = any(before[name] != getattr(self, name) for name in self._SIGNIFICANT)
                    self.sequence = before["sequence"] + int(changed)
            return super().save(*args, **kwargs)

    _SIGNIFICANT = ("status", "start_date", "start_time", "duration", "all_day", "tz", "place", "address")

    def with_content_json(self, content):
        """A revision's content on this page; its identity and SEQUENCE stay."""
        page = super().with_content_json(content)
        page.uid, page.sequence = self.uid, self.sequence
        return page

    def entry_values(self) -> dict[str, Any]:
        """Adds the first date and the year."""
        spans = self.spans()
        return super().entry_values() | {
            "starts_at": spans[0].starts_at,
            "ends_at": spans[-1].ends_at,
            "year": self.start_date.year,
            "kind": self.type_name,
        }

    def entry_facets(self) -> set[tuple[str, str]]:
        """Adds kind, year and status."""
        return super().entry_facets() | {("kind", self.type_name), ("year", str(self.start_date.year))}


class Material(Orderable):
    """A file for an event or call: slides, a form to fill in, what to read before."""

    event = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="materials")
    document = models.ForeignKey("home.SiteDocument", on_delete=models.PROTECT, related_name="+", verbose_name="file")
    label = models.CharField(max_length=160, blank=True, help_text="What this file is, where its title does not say.")

    panels = [FieldPanel("document"), FieldPanel("label")]

    def __str__(self) -> str:
        return self.label or str(self.document)
