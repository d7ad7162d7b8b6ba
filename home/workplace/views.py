"""The create and edit forms of pages: who sees what beside Publish, and no save over somebody else's by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import formats, timezone
from wagtail.admin import messages
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.log_actions import log
from wagtail.models import Page

from home.models import Audience, ContentPage, SectionPage
from home.workplace import audience

if TYPE_CHECKING:
    from wagtail.models import Revision


class LostUpdateGuard:
    """Mixed into the edit views: a save over a newer revision is refused once, with all that was typed.

    Wagtail refuses this for autosave alone. The form that is shown again carries the newer revision, so saving it is
    a deliberate choice.
    """

    def dispatch(self, request: HttpRequest, page_id: int, **kwargs: Any) -> HttpResponse:
        """Hold the page's row for as long as a save lasts, so that two saves at once follow each other."""
        if request.method != "POST":
            return super().dispatch(request, page_id, **kwargs)
        with transaction.atomic():
            get_object_or_404(Page.objects.select_for_update(of=("self",)).only("pk"), pk=page_id)
            return super().dispatch(request, page_id, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Save, unless somebody else did first."""
        if not self.is_out_of_date:
            return super().form_valid(form)
        form.restore_required_fields()
        self._say_who_was_first()
        self.has_unsaved_changes = True
        return self.render_to_response(self.get_context_data())

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say both: what is wrong, and that somebody else saved first."""
        if self.is_out_of_date:
            self._say_who_was_first()
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Without autosave while a conflict stands: it would overwrite before anyone chose to."""
        context = super().get_context_data(**kwargs)
        if self.request.method == "POST" and self.is_out_of_date:
            context["autosave_enabled"] = False
        return context

    def _say_who_was_first(self) -> None:
        newest: Revision = self.latest_revision
        at = formats.time_format(timezone.localtime(newest.created_at), "g:i a")
        day = "" if timezone.localdate(newest.created_at) == timezone.localdate() else f" on {newest.created_at:%B %-d}"
        if newest.user_id == self.request.user.pk:
            who = "you in another window"
        else:
            who = str(newest.user) if newest.user_id else "the site itself"
        messages.error(
            self.request,
            f"This page was saved at {at}{day} by {who}, after you opened it. Your text is kept, nothing was saved over. "
            "Compare first. If you then save this form, it replaces what was saved.",
            buttons=[messages.button(self._comparison(newest), "Compare", new_window=True)],
        )

    def _comparison(self, newest: Revision) -> str:
        opened = self.request.POST.get("overwrite_revision_id") or self.request.POST.get("loaded_revision_id", "")
        known = opened.isdigit() and int(opened) != newest.pk and self.page.revisions.filter(pk=opened).exists()
        before = opened if known else "live" if self.page.live else "earliest"
        return reverse("wagtailadmin_pages:revisions_compare", args=(self.page.pk, before, newest.pk))


class PageEditView(LostUpdateGuard, EditView):
    """The edit form of every page."""


class PageRevertView(PageEditView, RevisionsRevertView):
    """The form that starts from an older version."""


class ContentCreateView(CreateView):
    """The form of a new content page."""

    template_name = "workplace/create_page.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds who will see the page."""
        context = super().get_context_data(**kwargs)
        draft = _as_chosen(self.form, self.page_class(section=self.form.section))
        publishes = self.parent_page_perms.can_publish_subpage()
        return context | {
            "who_sees": audience.who_sees(None, audience.keys_after(draft), publishes=publishes),
            "who_sees_url": reverse("who_sees", args=(self.parent_page.pk,)),
        }


class ContentEditView(PageEditView):
    """The edit form of a content page."""

    def get_template_names(self) -> list[str]:
        """Ours around Wagtail's; the parts that autosave asks for stay Wagtail's."""
        ours = {"wagtailadmin/pages/edit.html": "workplace/edit_page.html"}
        return [ours.get(name, name) for name in super().get_template_names()]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds who sees the page now, and who will."""
        context = super().get_context_data(**kwargs)
        live = self.page_class.objects.get(pk=self.page.pk)
        draft = _as_chosen(self.form, self.page)
        return context | {
            "who_sees": audience.who_sees(
                audience.keys_now(live),
                audience.keys_after(draft),
                starts=self.page.go_live_at,
                publishes=self.page_perms.can_publish(),
            ),
            "who_sees_url": reverse("who_sees", args=(self.page.pk,)),
            "can_close": live.live and self.page_perms.can_publish(),
        }

    @property
    def action_method(self) -> Any:
        """What the pressed button does. Closing is a save of the draft first, so nothing that was typed is lost."""
        if self.request.POST.get("action-close-now") and self.page_perms.can_publish():
            return self.close_action
        return self.action_name_and_method[1]

    def close_action(self) -> HttpResponse:
        """Save the draft, and give the live page its narrower audience at once. What else is live stays."""
        with transaction.atomic():
            response = self.save_action()
            live = self.page_class.objects.get(pk=self.page.pk)
            if response.status_code == 302 and audience.narrows(
                audience.keys_now(live), audience.keys_after(self.page)
            ):
                live.audience = self.page.audience
                live.also_in.set(self.page.also_in.all())
                live.save()
                log(live, "wagtail.edit", user=self.request.user)
                messages.success(self.request, f"Closed. {audience.published(live)}")
        return response


class ContentRevertView(ContentEditView, RevisionsRevertView):
    """The form that starts from an older version of a content page."""


def _as_chosen(form: Any, draft: ContentPage) -> ContentPage:
    """The page as its form says it, also where the form was refused: the audience and sections that were chosen."""
    chosen = ContentPage(section=draft.section, audience=draft.audience)
    if form.is_bound:
        if form.cleaned_data.get("audience"):
            chosen.audience = form.cleaned_data["audience"]
        chosen.also_in = list(form.cleaned_data.get("also_in", []))
    elif draft.pk:
        chosen.also_in = list(draft.also_in.all())
    return chosen


def who_sees(request: HttpRequest, page_id: int) -> JsonResponse:
    """The sentence for an audience that an editor has just chosen.

    Takes a content page, or the page under which one is being made, and `audience` and `also_in` as the form has
    them. Refuses people who may not edit there.
    """
    page = get_object_or_404(Page, pk=page_id).specific
    tester = page.permissions_for_user(request.user)
    live = page if isinstance(page, ContentPage) else None
    if not (tester.can_edit() if live else tester.can_add_subpage()):
        raise PermissionDenied
    section = page.section if live else SectionPage.objects.ancestor_of(page, inclusive=True).last()
    chosen = request.GET.get("audience")
    draft = ContentPage(section=section, audience=chosen if chosen in Audience.values else Audience.MEMBERS)
    further = [pk for pk in request.GET.getlist("also_in") if pk.isdecimal() and len(pk) < 19]
    draft.also_in = list(SectionPage.objects.filter(pk__in=further))
    found = audience.who_sees(
        audience.keys_now(live),
        audience.keys_after(draft),
        starts=page.go_live_at if live else None,
        publishes=tester.can_publish() if live else tester.can_publish_subpage(),
    )
    return JsonResponse({"sentence": found.sentence, "narrows": found.narrows})


def say_where_and_who(request: HttpRequest, page: Page) -> None:
    """After publishing: the address, and who sees the page there."""
    if isinstance(page, ContentPage) and not isinstance(request.user, AnonymousUser):
        sentence = audience.published(page)
        if sentence:
            messages.info(request, sentence)
