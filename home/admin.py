"""The vocabularies in the admin: what there is, how much each term is used, and two terms made one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import re_path
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.options import ModelAdmin, ModelAdminGroup
from wagtail_modeladmin.views import DeleteView, InstanceSpecificView

from home.models import Population, Requirement, Setting, Stage, Topic
from home.terms import merge, use_count, with_uses

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class TermPermissions(PermissionHelper):
    """Everybody who works in the admin sees the vocabularies; changing them takes the right (`members.roles`)."""

    def user_can_list(self, user: Any) -> bool:
        """Whoever has access to the admin."""
        return user.has_perm("wagtailadmin.access_admin")


class TermButtons(ButtonHelper):
    """Adds “Merge”."""

    def get_buttons_for_obj(self, obj, exclude=None, classnames_add=None, classnames_exclude=None):
        buttons = super().get_buttons_for_obj(obj, exclude, classnames_add, classnames_exclude)
        if self.permission_helper.user_can_delete_obj(self.request.user, obj):
            buttons.append(
                {
                    "url": self.url_helper.get_action_url("merge", obj.pk),
                    "label": "Merge",
                    "classname": self.finalise_classname(["button-secondary", *(classnames_add or [])]),
                    "title": f"Merge “{obj}” into another term",
                }
            )
        return buttons


class DeleteTermView(DeleteView):
    """Deletes a term that nothing uses; says how many pages use the others, and offers to merge."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        merge_url = self.url_helper.get_action_url("merge", self.pk_quoted)
        return super().get_context_data(uses=use_count(self.instance), merge_url=merge_url, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse where the term is in use."""
        if use_count(self.instance):
            return self.render_to_response(self.get_context_data())
        return super().post(request, *args, **kwargs)


class MergeForm(forms.Form):
    """Into which term."""

    into = forms.ModelChoiceField(queryset=Topic.objects.none(), label="Merge into")

    def __init__(self, *args: Any, term: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = type(term).objects.exclude(pk=term.pk)


class MergeTermView(InstanceSpecificView):
    """Choose a term, read what will happen, confirm."""

    page_title = "Merge"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """For those who may delete the term."""
        if not self.permission_helper.user_can_delete_obj(request.user, self.instance):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def uses(self) -> int:
        """How many pages carry the term."""
        return use_count(self.instance)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for the target."""
        return self._answer(MergeForm(term=self.instance))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for confirmation; then merge."""
        form = MergeForm(request.POST, term=self.instance)
        if not form.is_valid():
            return self._answer(form)
        into = form.cleaned_data["into"]
        if "confirmed" not in request.POST:
            return self._answer(form, into=into)
        name = self.instance.name
        count = merge(self.instance, into, request.user)
        pages = "1 page" if count == 1 else f"{count} pages"
        messages.success(request, f"“{name}” is now “{into}”, on {pages}.")
        return redirect(self.index_url)

    def _answer(self, form: MergeForm, into: Any = None) -> HttpResponse:
        context = self.get_context_data(form=form, into=into, uses=self.uses, into_uses=into and use_count(into))
        return TemplateResponse(self.request, "home/admin/merge_term.html", context)


class TermAdmin(ModelAdmin):
    """What the five lists share."""

    list_display = ("name", "description", "uses")
    list_export = ("name", "description", "uses")
    search_fields = ("name", "description")
    list_per_page = 50
    menu_icon = "tag"
    delete_view_class = DeleteTermView
    delete_template_name = "home/admin/delete_term.html"
    permission_helper_class = TermPermissions
    button_helper_class = TermButtons
    panels = [FieldPanel("name"), FieldPanel("description")]

    def uses(self, term: Any) -> int:
        """How many pages carry it."""
        return term.uses

    uses.short_description = "Pages that use it"  # type: ignore[attr-defined]
    uses.admin_order_field = "uses"  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the counts, in one query."""
        return with_uses(super().get_queryset(request))

    def merge_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        """Make this term another."""
        return MergeTermView.as_view(model_admin=self, instance_pk=instance_pk)(request)

    def get_admin_urls_for_registration(self) -> tuple[Any, ...]:
        """Adds the merge."""
        pattern, name = self.url_helper.get_action_url_pattern("merge"), self.url_helper.get_action_url_name("merge")
        return (*super().get_admin_urls_for_registration(), re_path(pattern, self.merge_view, name=name))


class TopicAdmin(TermAdmin):
    """What things are about."""

    model = Topic


class SettingAdmin(TermAdmin):
    """Where care is given."""

    model = Setting


class PopulationAdmin(TermAdmin):
    """Whom things are for."""

    model = Population


class StageAdmin(TermAdmin):
    """How far along."""

    model = Stage
    menu_label = "Stages of implementation"


class RequirementAdmin(TermAdmin):
    """What it takes to implement."""

    model = Requirement
    menu_label = "What it takes"


class VocabularyGroup(ModelAdminGroup):
    """The vocabularies in the menu."""

    menu_label = "Vocabularies"
    menu_icon = "tag"
    menu_order = 800
    items = (TopicAdmin, SettingAdmin, PopulationAdmin, StageAdmin, RequirementAdmin)
