"""Memberships in the admin. Administrators only: Wagtail lets whoever may change users make themselves one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import SimpleListFilter
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.options import ModelAdmin

from home.models import SectionPage
from members.models import Membership

if TYPE_CHECKING:
    from django.http import HttpRequest


class SectionFilter(SimpleListFilter):
    """By section, or what belongs to the whole community."""

    title = "section"
    parameter_name = "place"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All sections by name, after the whole community."""
        sections = SectionPage.objects.order_by("title").values_list("pk", "title")
        return [("all", "Whole community"), *((str(pk), title) for pk, title in sections)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Only the chosen one's."""
        if self.value() == "all":
            return queryset.filter(section=None)
        return queryset.filter(section=self.value()) if (self.value() or "").isdigit() else queryset


class MembershipAdmin(ModelAdmin):
    """Who belongs where, in which role."""

    model = Membership
    menu_icon = "group"
    menu_order = 810
    list_display = ("user", "position", "email", "place", "role", "still", "since")
    list_filter = ("active", "role", SectionFilter)
    list_export = ("name", "position", "email", "place", "role", "active", "since")
    list_select_related = ("user", "section")
    list_per_page = 50
    search_fields = (
        "user__email",
        "user__first_name",
        "user__last_name",
        "user__organization",
        "section__title",
    )
    panels = [FieldPanel("user"), FieldPanel("section"), FieldPanel("role"), FieldPanel("active")]

    def name(self, membership: Membership) -> str:
        """The person's."""
        return str(membership.user)

    def position(self, membership: Membership) -> str:
        """What the person does, and where."""
        return membership.user.position

    position.admin_order_field = "user__organization"  # type: ignore[attr-defined]

    def email(self, membership: Membership) -> str:
        """The address that the person signs in with."""
        return membership.user.email

    email.admin_order_field = "user__email"  # type: ignore[attr-defined]

    def still(self, membership: Membership) -> str:
        """Whether it is in force, in a word: Wagtail's admin has no picture for it."""
        return "Yes" if membership.active else "No"

    still.short_description = "active"  # type: ignore[attr-defined]
    still.admin_order_field = "active"  # type: ignore[attr-defined]

    def place(self, membership: Membership) -> str:
        """The section, or all."""
        return str(membership.section or "Whole community")

    place.short_description = "section"  # type: ignore[attr-defined]
    place.admin_order_field = "section__title"  # type: ignore[attr-defined]
