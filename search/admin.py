"""The lists of search in the admin: synonyms, picks, and what people search for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin import SimpleListFilter
from django.urls import reverse
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin, ModelAdminGroup

from search.desk.forms import PageChooser
from search.desk.views import keeps_search
from search.models import Pick, SearchTerm, SynonymGroup

if TYPE_CHECKING:
    from django.http import HttpRequest


class ForKeepers(PermissionHelper):
    """Whoever keeps the vocabularies keeps the words of search."""

    def user_has_any_permissions(self, user: Any) -> bool:
        """The same for all."""
        return keeps_search(user)

    def user_has_specific_permission(self, user: Any, perm_codename: str) -> bool:
        """The same for all."""
        return keeps_search(user)


class ForReading(ForKeepers):
    """Numbers that nobody writes by hand."""

    def user_can_create(self, user: Any) -> bool:
        """They come by themselves."""
        return False

    def user_can_edit_obj(self, user: Any, obj: Any) -> bool:
        """They stay as they are."""
        return False

    def user_can_delete_obj(self, user: Any, obj: Any) -> bool:
        """They go by themselves."""
        return False


class SynonymAdmin(ModelAdmin):
    """Words that mean the same."""

    model = SynonymGroup
    menu_icon = "repeat"
    search_fields = ("words",)
    list_per_page = 100
    permission_helper_class = ForKeepers
    panels = [
        HelpPanel(template="search/admin/try_first.html"),
        FieldPanel("words", widget=forms.Textarea(attrs={"rows": 6})),
    ]


class PickAdmin(ModelAdmin):
    """Pages above the results."""

    model = Pick
    menu_label = "Editors’ picks"
    menu_icon = "pick"
    list_display = ("__str__", "for_searches", "order")
    list_select_related = ("page",)
    search_fields = ("words",)
    permission_helper_class = ForKeepers
    panels = [FieldPanel("page", widget=PageChooser), FieldPanel("words"), FieldPanel("note"), FieldPanel("order")]

    def for_searches(self, pick: Pick) -> str:
        """The searches, in a line."""
        return "; ".join(" ".join(found) for found in pick.searches)

    for_searches.short_description = "For searches of"  # type: ignore[attr-defined]


class FoundNothing(SimpleListFilter):
    """The gaps: what people looked for in vain."""

    title = "result"
    parameter_name = "gap"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """One choice beside all."""
        return [("1", "Found nothing")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those that found nothing at least once."""
        return queryset.filter(empty__gt=0) if self.value() else queryset


class TermAdmin(ModelAdmin):
    """What people search for, day by day; what found nothing can be listed alone."""

    model = SearchTerm
    menu_label = "What people search for"
    menu_icon = "search"
    list_display = ("words", "day", "searches", "empty", "results", "clicks")
    list_export = ("day", "words", "searches", "empty", "results", "clicks")
    list_filter = (FoundNothing, "day")
    search_fields = ("words",)
    list_per_page = 50
    permission_helper_class = ForReading


class TryItem(MenuItem):
    """“Try a search”, for who keeps the words of search."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For keepers."""
        return keeps_search(request.user)


class SearchGroup(ModelAdminGroup):
    """Search in the menu."""

    menu_label = "Site search"  # "Search" is what Wagtail calls its own box above
    menu_icon = "search"
    menu_order = 802
    items = (SynonymAdmin, PickAdmin, TermAdmin)

    def get_submenu_items(self) -> list[MenuItem]:
        """The lists, and the way to try a search."""
        return [
            *super().get_submenu_items(),
            TryItem("Try a search", reverse("try_search"), icon_name="view", order=50),
        ]
