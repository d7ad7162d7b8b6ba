"""Announcements, and the index that every place has of them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from home.blocks import NOTE_FEATURES
from home.models.base import Audience, ContentPage
from home.models.indexes import IndexPage


class AnnouncementIndexPage(IndexPage, Page):
    """The announcements of one section, or those shared by all."""

    lists = ("announcement",)
    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types = ["home.AnnouncementPage"]
    page_description = "Holds the announcements of a section. Made with the section."


class AnnouncementPage(ContentPage):
    """Something that people should know, for a while."""

    class Kind(models.TextChoices):
        """What sort of announcement it is."""

        NEWS = "news", "News"
        POLICY = "policy_change", "Policy change"
        FUNDING = "funding", "Funding"
        TRAINING = "training_notice", "Training"
        JOB = "job", "Job"
        REQUEST = "request", "Request for help"

    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.NEWS)
    body = RichTextField(
        blank=True,
        features=[*NOTE_FEATURES, "image"],
        help_text="Paste from Word as it is: headings, lists, links and tables stay.",
    )
    pinned_until = models.DateField(null=True, blank=True, help_text="Stays on top of the list through this day.")
    urgent_from = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Shows a banner on this section's pages from this time on; on every page if it is shared by all.",
    )
    urgent_until = models.DateTimeField(null=True, blank=True, help_text="The banner goes away by itself.")

    parent_page_types = ["home.AnnouncementIndexPage"]
    page_description = "News, a policy change, funding, a training, a job or a request. Can expire by itself."
    type_name = "announcement"
    ways_to_add = (("Announcement", ""),)
    default_audience = Audience.MEMBERS
    audience_reason = "Announcements are for members unless you say otherwise: many name people, dates and drafts."

    content_panels = [
        FieldPanel("title"),
        FieldPanel("summary"),
        FieldPanel("kind"),
        FieldPanel("body"),
        FieldPanel("audience"),
        MultiFieldPanel(
            [
                FieldPanel("topics"),
                FieldPanel("also_in"),
                FieldPanel("pinned_until"),
                FieldRowPanel([FieldPanel("urgent_from"), FieldPanel("urgent_until")], heading="Urgent banner"),
                FieldPanel("review_by"),
            ],
            heading="More",
            classname="collapsed",
        ),
    ]

    def clean(self) -> None:
        """An urgent banner has a start before its end."""
        super().clean()
        if self.urgent_until and not self.urgent_from:
            raise ValidationError({"urgent_from": "Say from when the banner shows."})
        if self.urgent_from and self.urgent_until and self.urgent_until <= self.urgent_from:
            raise ValidationError({"urgent_until": "The banner must end after it starts."})

    def entry_values(self) -> dict[str, Any]:
        """Adds kind, pin, banner and year."""
        values = super().entry_values()
        return values | {
            "kind": self.kind,
            "year": values["published_at"].year,
            "pinned_until": self.pinned_until,
            "urgent_from": self.urgent_from,
            "urgent_until": self.urgent_until,
        }

    def entry_facets(self) -> set[tuple[str, str]]:
        """Adds kind and year."""
        year = str(self.entry_values()["year"])
        return super().entry_facets() | {("kind", self.kind), ("year", year)}
