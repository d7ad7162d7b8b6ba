"""One list for each content type: filtered, and exported as CSV or XLSX."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.db.models import Q
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.pages import PageListingViewSet

from home.filters import TYPES
from home.models import Audience, ContentPage, SectionPage, Topic
from home.permissions import explorable
from home.workplace import adding, audience

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHARED = "shared"
STATUS = {
    "live": ("Published", {"live": True, "has_unpublished_changes": False}),
    "changed": ("Published, with a newer draft", {"live": True, "has_unpublished_changes": True}),
    "draft": ("Draft", {"live": False, "expired": False}),
    "expired": ("Expired", {"live": False, "expired": True}),
}
ICONS = {"announcement": "info-circle", "event": "date", "call": "group", "webinar": "media", "resource": "doc-full"}


def _sections(request: Any) -> list[tuple[str, str]]:
    found = SectionPage.objects.filter(pk__in=explorable(request.user).values("pk")).order_by("title")
    return [*((str(pk), title) for pk, title in found.values_list("pk", "title")), (SHARED, "Whole community")]


class ContentFilterSet(WagtailFilterSet):
    """What an editor looks for."""

    section = django_filters.MultipleChoiceFilter(
        label="Section", choices=[], widget=forms.CheckboxSelectMultiple, method="in_sections"
    )
    topics = django_filters.ModelMultipleChoiceFilter(
        label="Topic", queryset=Topic.objects.all(), widget=forms.CheckboxSelectMultiple, method="about"
    )
    audience = django_filters.MultipleChoiceFilter(
        label="Who can see it", choices=Audience.choices, widget=forms.CheckboxSelectMultiple, method="open_to"
    )
    status = django_filters.ChoiceFilter(
        label="Status",
        choices=[(value, label) for value, (label, _) in STATUS.items()],
        empty_label="Any",
        widget=forms.RadioSelect,
        method="with_status",
    )
    latest_revision_created_at = django_filters.DateFromToRangeFilter(
        label="Last changed", widget=DateRangePickerWidget
    )

    class Meta:
        model = ContentPage
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["section"].extra["choices"] = _sections(self.request)

    def in_sections(self, pages: QuerySet, name: str, values: list[str]) -> QuerySet:
        """In one of these sections, or shared."""
        wanted = Q(section__in=[value for value in values if value != SHARED])
        if SHARED in values:
            wanted |= Q(section__isnull=True)
        return _narrow(pages, wanted) if values else pages

    def about(self, pages: QuerySet, name: str, topics: Any) -> QuerySet:
        """About one of these topics."""
        return _narrow(pages, Q(topics__in=topics)) if topics else pages

    def open_to(self, pages: QuerySet, name: str, values: list[str]) -> QuerySet:
        """With one of these audiences."""
        return _narrow(pages, Q(audience__in=values)) if values else pages

    def with_status(self, pages: QuerySet, name: str, value: str) -> QuerySet:
        """In this state."""
        return _narrow(pages, Q(**STATUS[value][1]))


def _narrow(pages: QuerySet, wanted: Q) -> QuerySet:
    """Only these. By key, since Wagtail's search refuses a queryset filtered by columns that it does not index."""
    return pages.filter(pk__in=ContentPage.objects.filter(wanted).values("pk"))


class AudienceColumn(Column):
    """Who can see the page, in a word or three."""

    def get_value(self, instance: ContentPage) -> str:
        """The words."""
        return audience.in_one_word(instance)


class SectionColumn(Column):
    """Whose page it is."""

    def get_value(self, instance: ContentPage) -> str:
        """The section's name."""
        return place_name(instance)


def place_name(page: ContentPage) -> str:
    """The name of a page's section, or that it is shared."""
    return page.section.title if page.section else "Whole community"


class ContentListView(IndexView):
    """The list. Holds what the explorer would show this person, of exactly this type."""

    base_columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label="Title", sort_key="title", classname="title"),
        SectionColumn("section", label="Section"),
        AudienceColumn("audience", label="Who can see it", sort_key="audience"),
        DateColumn("latest_revision_created_at", label="Updated", sort_key="latest_revision_created_at", width="12%"),
        PageStatusColumn("status", label="Status", sort_key="live", width="12%"),
    ]
    base_filterset_class = ContentFilterSet

    @property
    def verbose_name(self) -> str:
        """What editors call one thing in this list."""
        return self.model.get_verbose_name().lower()

    @property
    def verbose_name_plural(self) -> str:
        """What editors call the things in this list."""
        return TYPES[self.model.type_name].lower()

    @property
    def add_item_label(self) -> str:
        """The button that begins another."""
        return f"Add {self.verbose_name}"

    def get_page_title(self) -> str:
        """The heading."""
        return TYPES[self.model.type_name]

    list_export = ["title", "section", "audience", "status", "updated", "address"]
    export_headings = {
        "title": "Title",
        "section": "Section",
        "audience": "Who can see it",
        "status": "Status",
        "updated": "Updated",
        "address": "Address",
    }

    def get_base_queryset(self) -> QuerySet:
        """Pages of this type that the person may explore; not the retired ones, which have a list of their own."""
        pages = super().get_base_queryset().exact_type(self.model)
        return _narrow(pages, Q(retired_at__isnull=True)).prefetch_related("section")

    def to_row_dict(self, item: ContentPage) -> OrderedDict[str, Any]:
        """One row of an export."""
        return OrderedDict(
            title=item.get_admin_display_title(),
            section=place_name(item),
            audience=audience.in_one_word(item),
            status=str(item.status_string),
            updated=item.latest_revision_created_at,
            address=item.full_url if item.live else "",
        )


def _listing(model: type[ContentPage]) -> PageListingViewSet:
    plural = TYPES[model.type_name]
    return PageListingViewSet(
        model.type_name,
        model=model,
        index_view_class=ContentListView,
        columns=ContentListView.base_columns,
        filterset_class=ContentFilterSet,
        url_prefix=f"content/{model.type_name}",
        menu_label=plural,
        icon=ICONS[model.type_name],
        export_filename=plural.lower().replace(" ", "-"),
    )


class ContentListings(ViewSetGroup):
    """The lists, under one entry of the menu."""

    menu_label = "Content"
    menu_icon = "list-ul"
    menu_order = 150

    def __init__(self) -> None:
        self.items = [_listing(model) for model in adding.content_types()]
        super().__init__()
