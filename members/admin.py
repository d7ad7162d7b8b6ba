"""Memberships and the audit log in the admin. Administrators only: whoever may change users can make themselves one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import SimpleListFilter
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import CreateView, DeleteView, EditView

from home.models import SectionPage
from members.models import Action, AuditEntry, Helper, Membership

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


class BySomebody:
    """Mixed into views that save a membership: the audit log learns who did."""

    def form_valid(self, form):
        form.instance.changed_by = self.request.user
        return super().form_valid(form)


class CreateMembershipView(BySomebody, CreateView):
    """A new one."""


class EditMembershipView(BySomebody, EditView):
    """Another role, or its end."""


class DeleteMembershipView(DeleteView):
    """Forgets it."""

    def delete_instance(self):
        self.instance.changed_by = self.request.user
        super().delete_instance()


class MembershipAdmin(ModelAdmin):
    """Who belongs where, in which role."""

    model = Membership
    create_view_class = CreateMembershipView
    edit_view_class = EditMembershipView
    delete_view_class = DeleteMembershipView
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


class ActionFilter(SimpleListFilter):
    """By what was done."""

    title = "what"
    parameter_name = "what"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All that can be in the log."""
        return list(Action.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Only the chosen."""
        return queryset.filter(action=self.value()) if self.value() else queryset


class AdministratorsRead(PermissionHelper):
    """Administrators read the log; nobody writes, edits or deletes a line."""

    def user_has_any_permissions(self, user: Any) -> bool:
        """Whether the menu shows it."""
        return user.is_superuser

    user_can_list = user_has_any_permissions

    def user_can_create(self, user: Any) -> bool:
        """The site writes it."""
        return False

    def user_can_edit_obj(self, user: Any, obj: AuditEntry) -> bool:
        """What was is not changed."""
        return False

    user_can_delete_obj = user_can_edit_obj


class AuditAdmin(ModelAdmin):
    """The audit log: the newest first."""

    model = AuditEntry
    menu_label = "Audit log"
    menu_icon = "history"
    menu_order = 900
    add_to_settings_menu = True
    list_display = ("at", "what", "detail", "who", "whom", "place", "address")
    list_export = ("at", "what", "detail", "who", "whom", "place", "address")
    list_filter = (ActionFilter, SectionFilter, "at")
    list_select_related = ("by", "about", "section")
    list_per_page = 50
    search_fields = ("by__email", "by__last_name", "about__email", "about__last_name", "detail")
    history_view_enabled = False
    permission_helper_class = AdministratorsRead

    def what(self, line: AuditEntry) -> str:
        """The action in words."""
        return line.what

    what.admin_order_field = "action"  # type: ignore[attr-defined]

    def who(self, line: AuditEntry) -> str:
        """The person who did it."""
        return _named(line.by) or "–"

    who.admin_order_field = "by__email"  # type: ignore[attr-defined]

    def whom(self, line: AuditEntry) -> str:
        """The person whom it concerns."""
        return _named(line.about) or "–"

    whom.admin_order_field = "about__email"  # type: ignore[attr-defined]

    def place(self, line: AuditEntry) -> str:
        """The section, if it is about one."""
        return str(line.section or "–")

    place.short_description = "section"  # type: ignore[attr-defined]
    place.admin_order_field = "section__title"  # type: ignore[attr-defined]


class HelperAdmin(ModelAdmin):
    """Whose lead answers requests to join a section that has no lead yet."""

    model = Helper
    menu_label = "Helpers"
    menu_icon = "help"
    menu_order = 811
    list_display = ("section", "helped_by")
    list_select_related = ("section", "helped_by")
    list_per_page = 60
    panels = [FieldPanel("section"), FieldPanel("helped_by")]


def _named(person: Any) -> str:
    return f"{person}, {person.email}" if person and person.get_full_name() else str(person or "")
