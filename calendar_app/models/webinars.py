"""Webinars: announced, held, and kept at the same address."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from calendar_app.models.events import EventPage
from home.blocks import ARTICLE_FEATURES
from home.models import Audience


def _document(name: str, help_text: str = ""):
    return models.ForeignKey(
        "home.SiteDocument",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=name,
        help_text=help_text,
    )


class WebinarPage(EventPage):
    """A webinar, before and after. Its recording, captions, transcript and slides join the page that announced it."""

    class Picture(models.TextChoices):
        """WCAG 2.2, 1.2.3 and 1.2.5: whether the recording needs an audio description."""

        UNKNOWN = "unknown", "Nobody has checked yet"
        NO = "no", "No, everything shown is also said"
        YES = "yes", "Yes, and there is an audio-described version"

    registration_url = models.URLField("registration link", blank=True)
    recording = _document("recording", "An MP4 or WebM file.")
    recording_url = models.URLField(
        "recording elsewhere", blank=True, help_text="When the file is too large to keep here."
    )
    captions = _document("captions", "A WebVTT file (.vtt).")
    transcript = RichTextField(blank=True, features=ARTICLE_FEATURES)
    slides = _document("slides")
    picture_needs_words = models.CharField(
        "does the picture show anything that nobody says?",
        max_length=8,
        choices=Picture.choices,
        default=Picture.UNKNOWN,
    )
    audio_described = _document("audio-described version")

    parent_page_types = ["library.WebinarArchivePage"]
    page_description = "A webinar: announced first, then with recording, captions, transcript and slides."
    type_name = "webinar"
    ways_to_add = (("Webinar", ""), ("Recording", "panel-child-content-recording-section"))
    default_audience = Audience.PUBLIC
    audience_reason = "Webinars are public unless you say otherwise: they are made to be passed on."

    content_panels = [
        FieldPanel("title"),
        FieldPanel("summary"),
        EventPage.when_panel,
        FieldPanel("registration_url"),
        FieldPanel("audience"),
        InlinePanel("speakers", heading="Speakers", label="speaker"),
        MultiFieldPanel(
            [
                FieldPanel("recording"),
                FieldPanel("recording_url"),
                FieldPanel("captions"),
                FieldPanel("slides"),
                FieldPanel("transcript"),
                FieldPanel("picture_needs_words"),
                FieldPanel("audio_described"),
            ],
            heading="Recording",
            classname="collapsed",
        ),
        MultiFieldPanel(
            [FieldPanel("body"), FieldPanel("place"), *EventPage.more_panels],
            heading="More",
            classname="collapsed",
        ),
    ]

    @property
    def held(self) -> bool:
        """Whether it is over."""
        return self.spans()[-1].ends_at <= timezone.now()

    @property
    def has_recording(self) -> bool:
        """Whether there is anything to watch."""
        return bool(self.recording_id or self.recording_url)

    def clean(self) -> None:
        """An audio-described version is there when it is said to be."""
        super().clean()
        if self.picture_needs_words == self.Picture.YES and not self.audio_described_id:
            raise ValidationError({"audio_described": "Add the audio-described version, or choose another answer."})

    def entry_values(self) -> dict[str, Any]:
        """Adds what there is to watch and read."""
        parts = [
            ("Recording", self.has_recording),
            ("captions", self.captions_id),
            ("transcript", self.transcript),
            ("slides", self.slides_id),
        ]
        return super().entry_values() | {"detail": ", ".join(word for word, there in parts if there).capitalize()}


class Speaker(Orderable):
    """Who speaks at a webinar."""

    webinar = ParentalKey(WebinarPage, on_delete=models.CASCADE, related_name="speakers")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=160, blank=True, help_text="Role and organisation.")

    panels = [FieldRowPanel([FieldPanel("name"), FieldPanel("role")])]

    def __str__(self) -> str:
        return self.name
