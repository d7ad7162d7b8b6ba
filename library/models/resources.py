"""The resource library: one record holds files, links and what is known of them (Dublin Core's terms where it has one)."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from home import files
from home.blocks import BodyBlock
from home.models import Audience, ContentPage
from home.models.indexes import IndexPage
from home.places import place_choices


class LibraryPage(IndexPage, Page):
    """The resource library of one section, or the one shared by all."""

    lists = ("resource",)
    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types = ["library.ResourcePage"]
    page_description = "Holds the resources of a section. Made with the section."


class ResourcePage(ContentPage):
    """A library record. A record without a file or link is a pointer: it says "no copy here"."""

    class Kind(models.TextChoices):
        """What sort of thing it is (dcterms:type)."""

        SCREENING_TOOL = "screening_tool", "Screening tool"
        POLICY = "policy", "Policy or memo"
        REPORT = "report", "Report"
        GUIDE = "guide", "Guide or manual"
        TRAINING = "training", "Training material"
        SLIDES = "slides", "Slides"
        BUDGET = "budget", "Budget or rate sheet"
        DATA = "data", "Data"
        ARTICLE = "article", "Article"
        OTHER = "other", "Other"

    class Licence(models.TextChoices):
        """What readers may do with it (dcterms:license)."""

        PUBLIC_DOMAIN = "public_domain", "Public domain: use freely"
        CC0 = "cc0", "CC0: use freely"
        CC_BY = "cc_by", "CC BY: use freely, name the source"
        CC_BY_NC = "cc_by_nc", "CC BY-NC: not for sale, name the source"
        PERMISSION = "permission", "Ask the publisher"
        UNKNOWN = "unknown", "Not known"

    class Language(models.TextChoices):
        """ISO 639-1 codes (dcterms:language)."""

        ENGLISH = "en", "English"
        SPANISH = "es", "Spanish"
        CHINESE = "zh", "Chinese"
        VIETNAMESE = "vi", "Vietnamese"
        KOREAN = "ko", "Korean"
        TAGALOG = "tl", "Tagalog"
        RUSSIAN = "ru", "Russian"
        ARABIC = "ar", "Arabic"
        FRENCH = "fr", "French"
        HAITIAN = "ht", "Haitian Creole"
        OTHER = "mul", "Several or another"

    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.OTHER)
    authors = models.CharField(max_length=1000, blank=True, help_text="Names, separated by semicolons.")
    publisher = models.CharField(max_length=255, blank=True)
    year = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1800), MaxValueValidator(2100)]
    )
    source_state = models.CharField(
        "source State",
        max_length=2,
        blank=True,
        choices=place_choices,
        help_text="The State that made it, if a State did.",
    )
    licence = models.CharField(max_length=16, choices=Licence.choices, default=Licence.UNKNOWN)
    language = models.CharField(max_length=3, choices=Language.choices, default=Language.ENGLISH)
    settings = ParentalManyToManyField("home.Setting", blank=True, related_name="+")
    populations = ParentalManyToManyField("home.Population", blank=True, related_name="+")
    stages = ParentalManyToManyField("home.Stage", blank=True, related_name="+")
    requirements = ParentalManyToManyField(
        "home.Requirement", blank=True, related_name="+", verbose_name="what it takes"
    )
    version = models.CharField(max_length=40, blank=True, help_text="For example: 3, or May 2026.")
    change_note = models.CharField(
        "what changed", max_length=255, blank=True, help_text="One sentence on what is new in this version."
    )
    body = StreamField(BodyBlock(), blank=True)

    parent_page_types = ["library.LibraryPage"]
    page_description = "A file, several files or a link that others can use, with what is known of it."
    type_name = "resource"
    ways_to_add = (("Resource", ""),)
    default_audience = Audience.PUBLIC
    audience_reason = "Resources are public unless you say otherwise: sharing between States is what we are for."

    content_panels = [
        FieldPanel("title"),
        FieldPanel("summary"),
        FieldPanel("kind"),
        InlinePanel("files", heading="Files", label="file"),
        InlinePanel("links", heading="Links", label="link"),
        FieldPanel("topics"),
        FieldPanel("audience"),
        MultiFieldPanel(
            [
                FieldPanel("body"),
                FieldPanel("authors"),
                FieldRowPanel([FieldPanel("publisher"), FieldPanel("year")]),
                FieldRowPanel([FieldPanel("source_state"), FieldPanel("language"), FieldPanel("licence")]),
                FieldPanel("settings"),
                FieldPanel("populations"),
                FieldPanel("stages"),
                FieldPanel("requirements"),
                FieldRowPanel([FieldPanel("version"), FieldPanel("change_note")]),
                FieldPanel("also_in"),
                FieldPanel("review_by"),
            ],
            heading="More",
            classname="collapsed",
        ),
    ]

    @property
    def has_copy(self) -> bool:
        """Whether the reader can get the thing itself here or by a link."""
        return bool(self.files.all() or self.links.all())

    def formats(self) -> list[str]:
        """The file types on offer, in order, without repeats (`pdf`, `docx`)."""
        return list(dict.fromkeys(item.document.file_extension.lower() for item in self.files.all()))

    def detail(self) -> str:
        """The small line of a listing: first file's type and size, "Link", or "No copy here"."""
        items = list(self.files.all())
        if items:
            document = items[0].document
            more = f" and {len(items) - 1} more" if len(items) > 1 else ""
            return files.describe(document) + more
        return "Link" if self.links.all() else "No copy here"

    def entry_values(self) -> dict[str, Any]:
        """Adds kind, year and the small line."""
        return super().entry_values() | {"kind": self.kind, "year": self.year, "detail": self.detail()}

    def entry_facets(self) -> set[tuple[str, str]]:
        """Adds kind, year, source State, language, format and the vocabularies."""
        one = {"kind": self.kind, "year": self.year, "source": self.source_state, "language": self.language}
        several = {
            "setting": self.settings,
            "population": self.populations,
            "stage": self.stages,
            "needs": self.requirements,
        }
        return (
            super().entry_facets()
            | {(name, str(value)) for name, value in one.items() if value}
            | {(name, term.slug) for name, terms in several.items() for term in terms.all()}
            | {("format", extension) for extension in self.formats()}
        )


class ResourceFile(Orderable):
    """A file of a resource."""

    resource = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="files")
    document = models.ForeignKey("home.SiteDocument", on_delete=models.PROTECT, related_name="+", verbose_name="file")
    label = models.CharField(max_length=160, blank=True, help_text="What this file is, if there are several.")

    panels = [FieldPanel("document"), FieldPanel("label")]

    def __str__(self) -> str:
        return self.label or str(self.document)


class ResourceLink(Orderable):
    """A place elsewhere where the thing can be had."""

    resource = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="links")
    url = models.URLField("address", max_length=1000)
    label = models.CharField(max_length=160, blank=True)

    panels = [FieldPanel("url"), FieldPanel("label")]

    def __str__(self) -> str:
        return self.label or self.url
