"""The panels of the admin's home page: ways to add, drafts, what awaits approval, what is due."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse
from django.utils import formats, timezone
from wagtail.admin.ui.components import Component
from wagtail.models import GroupApprovalTask, Page, TaskState, WorkflowState, get_default_page_content_type
from wagtail.permissions import policy_registry

from home.contact import inbox
from home.models import ContentPage
from home.workplace import adding, audience

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

SHOWN = 10
SOON = dt.timedelta(days=30)


@dataclass(frozen=True)
class Task:
    """One row: a page, where it stands, what is to be done or known, and the address where one does it."""

    title: str
    place: str
    note: str
    url: str


def editable(user: Any) -> QuerySet[ContentPage]:
    """The content pages that this person may edit: by right, or their own where they may add."""
    policy = policy_registry.get_by_type(Page)
    by_right = policy.instances_user_has_any_permission_for(user, {"change", "publish"}).values("pk")
    where_adding = policy.instances_user_has_permission_for(user, "add").values("pk")
    return ContentPage.objects.filter(
        Q(pk__in=by_right) | Q(owner=user, pk__in=where_adding), retired_at__isnull=True
    ).select_related("section", "content_type")


def task(page: ContentPage, note: str) -> Task:
    """The row of a page; its title is the draft's."""
    place = page.section.title if page.section else "Whole community"
    return Task(
        page.draft_title or page.title,
        f"{page.page_type_display_name}, {place}",
        note,
        reverse("wagtailadmin_pages:edit", args=(page.pk,)),
    )


class TaskPanel(Component):
    """A list of tasks under a heading, or a sentence when there is none."""

    template_name = "workplace/task_panel.html"
    name = ""
    heading = ""
    empty = ""

    def tasks(self, user: Any) -> Iterable[Task]:
        """The rows, the most urgent first; one more than is shown says that there are more."""
        raise NotImplementedError

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """The rows and the words around them."""
        tasks = list(self.tasks(parent_context["request"].user))
        return {"panel": self, "tasks": tasks[:SHOWN], "more": len(tasks) > SHOWN, "shown": SHOWN}


class AddPanel(Component):
    """Ways to add, for each place in which the person may."""

    name = "add"
    order = 100
    template_name = "workplace/add_panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> Mapping[str, Any]:
        """The first places in full; an administrator's other fifty are folded away."""
        places = adding.places_to_add(parent_context["request"].user)
        return {"places": places[:3], "further": places[3:]}


class DraftsPanel(TaskPanel):
    """What is written and not published yet."""

    name = "drafts"
    order = 110
    heading = "Drafts in your sections"
    empty = "There are no drafts. Everything that was written is published."

    def tasks(self, user: Any) -> Iterable[Task]:
        """Pages that are not live, or whose live version lacks the latest changes; newest first."""
        drafts = editable(user).filter(Q(live=False) | Q(has_unpublished_changes=True))
        pages = list(drafts.order_by("-latest_revision_created_at", "-pk")[: SHOWN + 1])
        waiting = set(
            WorkflowState.objects.active()
            .filter(base_content_type=get_default_page_content_type(), object_id__in=[str(page.pk) for page in pages])
            .values_list("object_id", flat=True)
        )
        return [task(page, self._note(page, waiting=str(page.pk) in waiting)) for page in pages]

    def _note(self, page: ContentPage, *, waiting: bool) -> str:
        if page.go_live_at and page.go_live_at > timezone.now() and page.approved_schedule:
            return f"Goes live {audience.day_and_time(page.go_live_at)}"
        saved = page.latest_revision_created_at
        when = f", saved {audience.day_and_time(saved)}" if saved else ""
        state = "Awaits approval" if waiting else "Published, with changes that are not" if page.live else "Draft"
        return state + when


class ApprovalPanel(TaskPanel):
    """What somebody asked this person's group to approve."""

    name = "approval"
    order = 120
    heading = "Awaiting your approval"
    empty = "Nothing awaits your approval."

    def tasks(self, user: Any) -> Iterable[Task]:
        """Longest waiting first. Wagtail's own way asks the database once for every section's task."""
        tasks = GroupApprovalTask.objects.filter(active=True)
        if not user.is_superuser:
            tasks = tasks.filter(groups__user=user)
        states = (
            TaskState.objects.filter(
                status=TaskState.STATUS_IN_PROGRESS,
                workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
                task__in=tasks.values("pk"),
            )
            .select_related("revision__user")
            .order_by("started_at")[: SHOWN + 1]
        )
        asked = {int(state.revision.object_id): state for state in states}
        pages = ContentPage.objects.filter(pk__in=asked).select_related("section", "content_type").in_bulk()
        return [
            task(pages[pk], f"{self._who(state)} asked on {audience.day_and_time(state.started_at)}")
            for pk, state in asked.items()
            if pk in pages
        ]

    def _who(self, state: TaskState) -> str:
        return str(state.revision.user) if state.revision.user else "Somebody"


class DuePanel(TaskPanel):
    """What goes away or should be looked at within thirty days."""

    name = "due"
    order = 130
    heading = "Expiring or due for review within 30 days"
    empty = "Nothing expires or is due for review in the next 30 days."

    def tasks(self, user: Any) -> Iterable[Task]:
        """Published pages, soonest first."""
        now, today = timezone.now(), timezone.localdate()
        expiring = Q(expire_at__gt=now, expire_at__lte=now + SOON)
        pages = editable(user).filter(expiring | Q(review_by__lte=today + SOON), live=True)
        due = sorted(((*self._due(page, now, today), page) for page in pages), key=lambda row: (row[0], row[2].pk))
        return [task(page, note) for _, note, page in due[: SHOWN + 1]]

    def _due(self, page: ContentPage, now: dt.datetime, today: dt.date) -> tuple[dt.date, str]:
        dues = []
        if page.review_by and page.review_by <= today + SOON:
            late = "Review was due" if page.review_by < today else "Review by"
            dues.append((page.review_by, f"{late} {formats.date_format(page.review_by, 'M j')}"))
        if page.expire_at and now < page.expire_at <= now + SOON:
            dues.append((timezone.localdate(page.expire_at), f"Expires {audience.day_and_time(page.expire_at)}"))
        return min(dues)


class MessagesPanel(TaskPanel):
    """What came by the contact form and nobody has answered."""

    name = "messages"
    order = 125
    heading = "Messages that wait for an answer"
    empty = "No message waits for an answer."

    def tasks(self, user: Any) -> Iterable[Task]:
        """Longest waiting first."""
        waiting = inbox.theirs(user).filter(answered_at=None).select_related("section").order_by("sent_at")
        return [
            Task(
                str(message),
                message.place,
                f"Sent {audience.day_and_time(message.sent_at)}",
                reverse("home_contactmessage_modeladmin_inspect", args=(message.pk,)),
            )
            for message in waiting[: SHOWN + 1]
        ]


# Wagtail's own panels that say the same again.
REPLACED = {"workflow_objects_to_moderate", "user_objects_in_workflow_moderation"}


def put_panels(request: Any, panels: list[Component]) -> None:
    """Our panels instead of Wagtail's that they replace; its recent edits and locked pages stay below."""
    panels[:] = [panel for panel in panels if getattr(panel, "name", "") not in REPLACED]
    panels += [AddPanel(), DraftsPanel(), ApprovalPanel(), DuePanel()]
    if inbox.has_inbox(request.user):
        panels.append(MessagesPanel())
