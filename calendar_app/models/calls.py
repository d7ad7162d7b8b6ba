"""Conference calls: how to join (for members only), agenda, notes."""

from __future__ import annotations

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from calendar_app.models.events import EventPage
from home.blocks import NOTE_FEATURES
from home.models import Audience


class ConferenceCallPage(EventPage):
    """A call. Whoever may see the page sees when it is; how to join and the notes are for members alone."""

    join_url = models.URLField("link", blank=True, help_text="Only members see how to join.")
    phone = models.CharField(max_length=40, blank=True)
    passcode = models.CharField(max_length=40, blank=True)
    one_tap = models.CharField(
        "one-tap number", max_length=80, blank=True, help_text="For phones, for example: +16145550142,,480219#"
    )
    relay = models.CharField(
        max_length=160, blank=True, default="Dial 711 for telecommunications relay.", verbose_name="relay service"
    )
    captioning = models.CharField(max_length=255, blank=True, help_text="Where live captions are, and who gives them.")
    accommodation_contact = models.CharField(
        max_length=255, blank=True, help_text="Whom to ask for an interpreter or other help, and by when."
    )
    notes = RichTextField(
        blank=True,
        features=NOTE_FEATURES,
        help_text="What was said and decided. Members only, also on a public call.",
    )

    parent_page_types = ["calendar_app.CalendarPage"]
    page_description = "A call with link, phone and passcode for members, an agenda, and notes afterwards."
    type_name = "call"
    ways_to_add = (("Conference call", ""),)
    default_audience = Audience.MEMBERS
    audience_reason = "Calls and their notes are for members unless you say otherwise: people speak freely on them."
    members_only_fields = ("notes", "agenda", "materials")

    content_panels = [
        FieldPanel("title"),
        EventPage.when_panel,
        FieldPanel("join_url", heading="Link to join"),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("passcode")], heading="By phone (members only)"),
        FieldPanel("audience"),
        InlinePanel("agenda", heading="Agenda", label="item", classname="collapsed"),
        InlinePanel("materials", heading="Materials", label="file", classname="collapsed"),
        FieldPanel("notes", classname="collapsed"),
        MultiFieldPanel(
            [
                FieldPanel("summary"),
                FieldPanel("one_tap"),
                FieldPanel("relay"),
                FieldPanel("captioning"),
                FieldPanel("accommodation_contact"),
                FieldPanel("body"),
                FieldPanel("place"),
                *EventPage.more_panels,
            ],
            heading="More",
            classname="collapsed",
        ),
    ]


class AgendaItem(Orderable):
    """One item of a call's agenda."""

    call = ParentalKey(ConferenceCallPage, on_delete=models.CASCADE, related_name="agenda")
    title = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    speaker = models.CharField(max_length=120, blank=True)

    panels = [FieldPanel("title"), FieldRowPanel([FieldPanel("minutes"), FieldPanel("speaker")])]

    def __str__(self) -> str:
        return self.title
