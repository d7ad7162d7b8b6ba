"""Webinars: announced, held, and kept at the same address."""

from __future__ import annotations

import contextlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from calendar_app import transcripts
from calendar_app.forms import MomentField
from calendar_app.models.events import EventPage
from home import webvtt
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


class Moment(models.DurationField):
    """A time in a recording, typed as players show it: 12:30."""

    def formfield(self, **kwargs: Any) -> Any:
        """A field that reads 12:30 as minutes and seconds."""
        return super().formfield(**{"form_class": MomentField} | kwargs)

    def deconstruct(self) -> Any:
        """For migrations it is any duration."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.DurationField", args, kwargs


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
    poster = models.ForeignKey(
        "home.SiteImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The picture that stands there until somebody presses play. Without one, ours does.",
    )
    captions = _document("captions", "A WebVTT file (.vtt). The transcript is made from it.")
    transcript = RichTextField(
        blank=True, features=ARTICLE_FEATURES, help_text="Only where there are no captions to make it from."
    )
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
                FieldPanel("poster"),
                FieldPanel("captions"),
                InlinePanel("chapters", heading="Chapters", label="chapter"),
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
        """An audio-described version is there when it is said to be; the captions can be read."""
        super().clean()
        try:
            self.spoken()
        except webvtt.WebVTTError as error:
            raise ValidationError({"captions": f"These captions cannot be used. {error}"}) from error
        if self.picture_needs_words == self.Picture.YES and not self.audio_described_id:
            raise ValidationError({"audio_described": "Add the audio-described version, or choose another answer."})

    def spoken(self) -> list[dict[str, Any]]:
        """What is said in the recording, chapter by chapter (`transcripts.Part`); without captions, the chapters alone.

        Reads the file: pages read the row that `write_own_rows` wrote. A file that is lost says nothing, so that the page
        can still be saved. Raises WebVTTError.
        """
        cues: list[webvtt.Cue] = []
        if self.captions:
            with contextlib.suppress(FileNotFoundError), self.captions.file.open("rb") as file:
                cues = webvtt.parse(file.read())
        chapters = [(chapter.start.total_seconds(), chapter.title) for chapter in self.chapters.all()]
        return transcripts.transcript(cues, chapters)

    def write_own_rows(self) -> None:
        """Write the transcript too; the entry says whether there is one."""
        super().write_own_rows()
        Transcript.rebuild(self)

    def entry_values(self) -> dict[str, Any]:
        """Adds what there is to watch and read."""
        parts = [
            ("Recording", self.has_recording),
            ("captions", self.captions_id),
            ("transcript", self.transcript or self.captions_id),
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


class Chapter(models.Model):
    """A part of a recording: listed under the player, a heading in the transcript."""

    webinar = ParentalKey(WebinarPage, on_delete=models.CASCADE, related_name="chapters")
    start = Moment("begins at", help_text="Minutes and seconds, for example 12:30.")
    title = models.CharField(max_length=160)

    panels = [FieldRowPanel([FieldPanel("start"), FieldPanel("title")])]

    class Meta:
        ordering = ["start"]

    def __str__(self) -> str:
        return self.title


class Transcript(models.Model):
    """What is said in a recording, from its captions. Derived; rebuilt in the transaction of every save."""

    webinar = models.OneToOneField(WebinarPage, on_delete=models.CASCADE, primary_key=True, related_name="+")
    parts = models.JSONField()

    def __str__(self) -> str:
        return f"Transcript of {self.webinar_id}"

    @classmethod
    def rebuild(cls, webinar: WebinarPage) -> None:
        """Make the row of a webinar what its captions say; none where it is not live or has none.

        Captions that can no longer be read leave no transcript: the page must still be saved and shown.
        """
        try:
            parts = webinar.spoken() if webinar.live else []
        except webvtt.WebVTTError:
            parts = []
        if parts:
            cls.objects.update_or_create(webinar=webinar, defaults={"parts": parts})
        else:
            cls.objects.filter(webinar=webinar).delete()
