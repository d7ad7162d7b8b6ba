"""What all our pages share, and `ContentPage`, from which everything published in a section derives."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import Http404
from django.utils import timezone
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageViewRestriction, ReferenceIndex

from home import access, entries, pictures
from home.forms import ContentPageForm, SitePageForm
from home.permissions import ContentPermissionTester, SitePermissionTester, StructuralPermissionTester
from home.previews import PreviewAs
from home.signals import pages_changed


class Audience(models.TextChoices):
    """Who may see a content page."""

    PUBLIC = "public", "Anyone"
    MEMBERS = "members", "Members of the community"
    SECTION = "section", "Members of this section"


class SitePage(PreviewAs):
    """Mixed into every page type: whole moves and renames, previews as others see it, and no privacy of Wagtail's own.

    The audience rule is the only one (`home.access`), so Wagtail's page privacy offers nothing.
    """

    private_page_options: list[str] = []

    def get_admin_display_title(self):
        """What the admin calls the page: a published page by the title that readers see.

        Wagtail would give the draft's title, in choosers also to people who may not see the draft.
        """
        return self.title if self.live else super().get_admin_display_title()

    base_form_class = SitePageForm

    def permissions_for_user(self, user):
        """Only administrators delete for good."""
        return SitePermissionTester(user, self)

    def route(self, request, path_components):
        """Find the page at a path below this one by one look at the database.

        Wagtail looks twice at each level, ten queries for a resource of a section. None of our types has addresses of
        its own below it, so the whole path names one page or none.
        """
        if not path_components:
            return super().route(request, path_components)
        if any("\x00" in part for part in path_components):  # PostgreSQL takes no such text
            raise Http404
        url_path = f"{self.url_path}{'/'.join(path_components)}/"
        page = Page.objects.filter(slug=path_components[-1], url_path=url_path, path__startswith=self.path).first()
        if page is None:
            raise Http404
        return page.specific.route(request, [])

    def get_view_restrictions(self):
        """None: Wagtail's page privacy is off (a check fails where a row exists), so no page view asks for it."""
        return PageViewRestriction.objects.none()

    # What a save touches without changing anything that a visitor sees.
    _BOOKKEEPING = {
        "latest_revision",
        "latest_revision_created_at",
        "draft_title",
        "has_unpublished_changes",
        "locked",
        "locked_at",
        "locked_by",
    }

    def save(self, *args, **kwargs):
        """Save the page and what follows from it as one write; a new address also changes the rows of all below.

        Raises ValidationError where publishing would show a restricted picture to anyone.
        """
        touched = kwargs.get("update_fields")
        with transaction.atomic():
            if touched is None and self.live:
                pictures.refuse_restricted(self)
            before = Page.objects.filter(pk=self.pk).values_list("url_path", flat=True).first() if self.pk else None
            result = super().save(*args, **kwargs)
            if before and before != self.url_path:
                entries.project_subtree(self)
            if touched is None or not set(touched) <= self._BOOKKEEPING:
                self.save_derived()
        return result

    def save_derived(self) -> None:
        """Write what follows from the page, in its transaction. Subclasses add theirs.

        Here: the references that decide who reads its files. Wagtail writes them in a background task; one that never
        ran would leave a file open that was taken off the page.
        """
        ReferenceIndex.create_or_update_for_object(self)
        pages_changed.send(sender=type(self), pages=[Page.objects.get(pk=self.pk).specific])  # type: ignore[attr-defined]

    def move(self, target, pos=None, user=None):
        """Move with all below, in one transaction with their rows (`home.receivers`)."""
        with transaction.atomic():
            return super().move(target, pos=pos, user=user)

    def copy(self, *args, **kwargs):
        """Copy in one transaction."""
        with transaction.atomic():
            return super().copy(*args, **kwargs)


class StructuralPage(SitePage):
    """Mixed into home, section and index pages, which are made with their section and stay."""

    content_panels = [FieldPanel("title", permission="superuser")]
    promote_panels = [FieldPanel("slug", permission="superuser")]

    def permissions_for_user(self, user):
        """A tester that keeps editors from taking a section apart."""
        return StructuralPermissionTester(user, self)


class ContentPage(SitePage, Page):
    """Anything published in a section, or shared by all: announcement, event, call, webinar, resource.

    `section` is derived from the tree on every save and belongs to no revision: a page that was moved and whose older
    draft is then published must not go back to its former section.
    """

    section = models.ForeignKey(
        "home.SectionPage", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    also_in = ParentalManyToManyField(
        "home.SectionPage",
        blank=True,
        related_name="+",
        verbose_name="also listed in",
        help_text="Other sections whose pages should list this too. Their members can see it.",
    )
    audience = models.CharField("who can see this", max_length=16, choices=Audience.choices, default=Audience.MEMBERS)
    summary = models.TextField(
        blank=True, help_text="One or two plain sentences. They stand under the title in every list."
    )
    topics = ParentalManyToManyField("home.Topic", blank=True, related_name="+")
    review_by = models.DateField(
        null=True, blank=True, help_text="When somebody should check that this is still right."
    )
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    live_when_retired = models.BooleanField(default=False, editable=False)

    is_creatable = False
    subpage_types: list[str] = []
    base_form_class = ContentPageForm
    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel(
                    "slug",
                    heading="Last part of the address",
                    help_text="Made from the title. An old address leads to the new one.",
                ),
                FieldPanel("seo_title"),
                FieldPanel("search_description", help_text="Left empty, search engines show the summary."),
            ],
            heading="Address and search engines",
            help_text="Nothing here needs doing: the address is made from the title.",
        ),
    ]
    exclude_fields_in_copy = ["section", "retired_at", "live_when_retired"]

    type_name = ""  # the word in entries and addresses: announcement, event, call, webinar, resource
    ways_to_add: tuple[tuple[str, str], ...] = ()  # what "Add to Ohio" calls it, and the part of the form it opens at
    default_audience: str = Audience.MEMBERS
    audience_reason = ""  # why the default is what it is; the form says so
    members_only_fields: tuple[str, ...] = ()  # parts that only members see, whatever the page's audience

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if not args and "audience" not in kwargs:
            kwargs["audience"] = self.default_audience
        super().__init__(*args, **kwargs)

    @classmethod
    def get_verbose_name(cls) -> str:
        """What the admin calls this type: the word that editors use."""
        return cls.ways_to_add[0][0] if cls.ways_to_add else super().get_verbose_name()

    def starts_with(self, section: Any) -> dict[str, Any]:
        """What the form of a new page in this section starts with. Subclasses say what they take from it."""
        return {}

    def has_expired_by_now(self) -> bool:
        """Whether its expiry has passed, also in the minute before the clock unpublishes it."""
        return bool(self.expire_at and self.expire_at <= timezone.now())

    def nearest_section(self) -> Any:
        """The section that this page stands in, or None where it is shared by all."""
        from home.models.sections import SectionPage

        if not self.path:
            return None
        return SectionPage.objects.ancestor_of(self).order_by("-depth").first()

    def access_keys(self) -> set[str]:
        """The keys that open this page, any one of them. Shared content is never for one section only."""
        if self.audience == Audience.PUBLIC:
            return {access.PUBLIC}
        if self.audience == Audience.MEMBERS or self.section_id is None:
            return {access.MEMBERS}
        return {access.section_key(pk) for pk in [self.section_id, *(section.pk for section in self.also_in.all())]}

    def entry_values(self) -> dict[str, Any]:
        """The columns of this page's entry, without its rule. Subclasses add theirs."""
        return {
            "type": self.type_name,
            "section_id": self.section_id,
            "title": self.title,
            "teaser": self.summary,
            "url": self.get_url() or "",
            "published_at": self.first_published_at or timezone.now(),
            "updated_at": self.last_published_at or self.first_published_at or timezone.now(),
            "expires_at": self.expire_at,
        }

    def entry_facets(self) -> set[tuple[str, str]]:
        """The facet values of this page, as (name, value). Subclasses add theirs; the names are `home.filters`'."""
        sections = [self.section] if self.section_id else []
        return {("state", section.slug) for section in [*sections, *self.also_in.all()]} | {
            ("topic", topic.slug) for topic in self.topics.all()
        }

    def permissions_for_user(self, user):
        """Retire instead of delete."""
        return ContentPermissionTester(user, self)

    def clean(self) -> None:
        """Refuse an audience that the place cannot have."""
        super().clean()
        if self.audience == Audience.SECTION and self.path and self.nearest_section() is None:
            raise ValidationError({"audience": ContentPageForm.SHARED})

    def save(self, *args, **kwargs):
        """Save, with the section that the tree says."""
        with transaction.atomic():
            if kwargs.get("update_fields") is None:
                if self.path:
                    self.section = self.nearest_section()
                if self.live:
                    self.retired_at = None  # publishing a retired page puts it back too
            return super().save(*args, **kwargs)

    def save_derived(self) -> None:
        """Write what follows from the page, in its transaction."""
        entries.project([self.pk])

    def write_own_rows(self) -> None:
        """Write the rows that only pages of this type have, before the entry is written. Subclasses say which."""

    def with_content_json(self, content):
        """A revision's content on this page; the section stays the tree's."""
        page = super().with_content_json(content)
        page.section_id = self.section_id
        page.retired_at = self.retired_at
        page.live_when_retired = self.live_when_retired
        return page
