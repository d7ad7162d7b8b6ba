"""The frame of the tree: home, the index of sections, and a section for each State, territory or work group."""

from __future__ import annotations

from django.db import models, transaction
from django.shortcuts import redirect
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Collection, Orderable, Page

from home.models.announcements import AnnouncementIndexPage
from home.models.base import StructuralPage
from home.places import TIME_ZONES
from home.signals import place_created


class Place(StructuralPage):
    """Mixed into the pages that hold one of each index page: the home page (for all) and every section."""

    def save(self, *args, **kwargs):
        """Save; a new place gets its index pages, collection and groups in the same transaction."""
        new = self.pk is None
        with transaction.atomic():
            result = super().save(*args, **kwargs)
            if new:
                self._furnish()
        return result

    def _furnish(self) -> None:
        name = self.title if isinstance(self, SectionPage) else "Whole community"
        self.collection = Collection.get_first_root_node().add_child(name=name)
        type(self).objects.filter(pk=self.pk).update(collection=self.collection)
        self.add_child(instance=AnnouncementIndexPage(title="Announcements", slug="announcements"))
        place_created.send(sender=type(self), page=self)


class HomePage(Place, Page):
    """The front page of the worksite; holds what is shared by all."""

    introduction = RichTextField(
        blank=True, features=["bold", "italic", "link", "ol", "ul"], help_text="Who we are, in two or three sentences."
    )
    how_to_join = RichTextField(
        blank=True, features=["bold", "italic", "link", "ol", "ul"], help_text="What a person does to take part."
    )
    collection = models.OneToOneField(Collection, null=True, editable=False, on_delete=models.PROTECT, related_name="+")

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "home.SectionIndexPage",
        "home.StandardPage",
        "home.AnnouncementIndexPage",
        "calendar_app.CalendarPage",
        "library.LibraryPage",
        "library.WebinarArchivePage",
    ]
    page_description = "The front page. There is one."
    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("how_to_join")]
    exclude_fields_in_copy = ["collection"]


class SectionIndexPage(StructuralPage, Page):
    """All sections, as a map and a list."""

    introduction = models.CharField(max_length=255, blank=True)

    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.SectionPage"]
    page_description = "The list of States, territories and work groups. There is one."
    content_panels = [*Page.content_panels, FieldPanel("introduction")]

    def serve(self, request, *args, **kwargs):
        """The list; with `?go=ohio` (the chooser on the home page) the way straight to that section."""
        chosen = SectionPage.objects.live().filter(slug=request.GET.get("go", "")).first()
        return redirect(chosen.get_url(request)) if chosen else super().serve(request, *args, **kwargs)


class SectionPage(Place, Page):
    """A State's, a territory's or a work group's part of the site. Always public itself."""

    class Kind(models.TextChoices):
        """What a section is of."""

        STATE = "state", "State"
        TERRITORY = "territory", "Territory"
        WORK_GROUP = "work_group", "Work group"

    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.WORK_GROUP)
    code = models.CharField(
        "short name",
        max_length=4,
        unique=True,
        help_text="Two to four capital letters for the tile: the USPS code of a State, or an abbreviation.",
    )
    hhs_region = models.PositiveSmallIntegerField("HHS region", null=True, blank=True)
    time_zone = models.CharField(
        max_length=40,
        choices=TIME_ZONES,
        default="America/New_York",
        help_text="The zone of most members. New events start with it.",
    )
    other_time_zone = models.CharField(max_length=40, choices=TIME_ZONES, blank=True)
    introduction = models.CharField(
        max_length=200, blank=True, help_text="One sentence that says what this section is known for."
    )
    contact_name = models.CharField(max_length=100, blank=True)
    contact_email = models.EmailField(blank=True, help_text="Anyone can see this address.")
    collection = models.OneToOneField(Collection, null=True, editable=False, on_delete=models.PROTECT, related_name="+")

    parent_page_types = ["home.SectionIndexPage"]
    subpage_types = [
        "home.AnnouncementIndexPage",
        "calendar_app.CalendarPage",
        "library.LibraryPage",
        "library.WebinarArchivePage",
        "home.StandardPage",
    ]
    page_description = "A section for a State, a territory or a work group, with its calendar, library and archive."
    exclude_fields_in_copy = ["collection"]
    content_panels = [
        FieldPanel("title", permission="superuser"),
        FieldPanel("introduction"),
        MultiFieldPanel([FieldPanel("contact_name"), FieldPanel("contact_email")], heading="Contact"),
        InlinePanel("wishes", heading="What we are looking for", label="wish"),
        MultiFieldPanel([FieldPanel("time_zone"), FieldPanel("other_time_zone")], heading="Time zones"),
        MultiFieldPanel(
            [
                FieldPanel("kind", permission="superuser"),
                FieldPanel("code", permission="superuser"),
                FieldPanel("hhs_region", permission="superuser"),
            ],
            heading="Set by administrators",
        ),
    ]
    promote_panels = [FieldPanel("slug", permission="superuser")]

    def __str__(self) -> str:
        return self.title


class Wish(Orderable):
    """Something a section is looking for."""

    section = ParentalKey(SectionPage, on_delete=models.CASCADE, related_name="wishes")
    text = models.CharField("we are looking for", max_length=200)
    since = models.DateField("asked on")
    answered = models.DateField("answered on", null=True, blank=True, help_text="Leave empty while it is open.")

    panels = [FieldPanel("text"), FieldPanel("since"), FieldPanel("answered")]

    class Meta(Orderable.Meta):
        verbose_name_plural = "wishes"

    def __str__(self) -> str:
        return self.text
