"""The clock's jobs that belong to no app of ours: Wagtail's scheduling, tasks left behind, and sweeping up."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import structlog
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page, Revision, UploadedFile

if TYPE_CHECKING:
    from collections.abc import Callable

logger = structlog.get_logger(__name__)

# A task may take this long. One that runs longer has lost its worker and is given to another.
TASK_MINUTES = 10
TASK_TRIES = 3
KEEP_UPLOADS = dt.timedelta(days=1)
KEEP_TASKS = dt.timedelta(days=14)


def publish_scheduled() -> None:
    """Publish what is scheduled, take down what has expired.

    What Wagtail's command of this name does for pages, but each page is one transaction, and one that fails keeps no
    other from its time: raises RuntimeError in the end, naming those that failed.
    """
    now = timezone.now()
    expired = Page.objects.filter(live=True, expire_at__lte=now).specific()
    scheduled = Revision.page_revisions.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at")
    failed = [
        *(f"take down page {page.pk}" for page in expired if not _done(_take_down, page)),
        *(f"publish page {revision.object_id}" for revision in scheduled if not _done(_publish, revision)),
    ]
    if failed:
        raise RuntimeError(f"Could not {', '.join(failed)}.")


def _take_down(page: Page) -> None:
    page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _publish(revision: Revision) -> None:
    revision.publish(log_action="wagtail.publish.scheduled")


def _done(action: Callable[[Any], None], thing: Any) -> bool:
    try:
        with transaction.atomic():
            action(thing)
    except Exception:
        logger.exception("schedule_not_kept")
        return False
    return True


def reap_tasks() -> None:
    """Put tasks whose worker died back in the queue; after the third worker, call them failed."""
    lost = timezone.now() - dt.timedelta(minutes=TASK_MINUTES)
    for task in DBTaskResult.objects.running().filter(started_at__lt=lost):
        logger.warning("task_left_running", task=task.task_path, workers=len(task.worker_ids))
        same = DBTaskResult.objects.running().filter(pk=task.pk, started_at=task.started_at)
        if len(task.worker_ids) < TASK_TRIES:
            same.update(status="READY", started_at=None)
        else:
            same.update(
                status="FAILED",
                finished_at=timezone.now(),
                exception_class_path="builtins.TimeoutError",
                traceback=f"{TASK_TRIES} workers ended or took over {TASK_MINUTES} minutes while they ran this task.",
            )


def sweep() -> None:
    """Forget what nobody will ask for again: ended sessions, finished tasks, files uploaded but never filed."""
    call_command("clearsessions")
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEEP_TASKS).delete()
    for upload in UploadedFile.objects.all():
        try:
            forgotten = upload.file.storage.get_modified_time(upload.file.name) < timezone.now() - KEEP_UPLOADS
        except FileNotFoundError:
            forgotten = True
        if forgotten:
            upload.file.delete(save=False)
            upload.delete()
