"""A panel of the admin's home page: files that nobody finds by their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from wagtail.permissions import policy_registry

from home.models import SiteDocument
from home.workplace.panels import SHOWN, Task, TaskPanel
from search.models import FileText

if TYPE_CHECKING:
    from collections.abc import Iterable


class UnreadFilesPanel(TaskPanel):
    """Files without words, and files that could not be read: scans, passwords, damage."""

    name = "unread-files"
    order = 140
    heading = "Files that nobody finds by their words"
    empty = "Every file can be found by its words."

    def tasks(self, user: Any) -> Iterable[Task]:
        """Those that this person may replace, the newest first."""
        policy = policy_registry.get_by_type(SiteDocument)
        theirs = policy.instances_user_has_any_permission_for(user, ["change"]).values("pk")
        texts = FileText.objects.filter(status__in=[FileText.Status.EMPTY, FileText.Status.FAILED], document__in=theirs)
        texts = texts.select_related("document__collection").order_by("-read_at", "-pk")
        return [
            Task(
                text.document.title,
                str(text.document.collection),
                text.said,
                reverse("wagtaildocs:edit", args=(text.document_id,)),
            )
            for text in texts[: SHOWN + 1]
        ]
