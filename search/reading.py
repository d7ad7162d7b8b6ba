"""When files are read: a row says that a file waits, the clock has it read outside of any request, its pages follow.

A file that is replaced loses its old words at once. Reading may happen twice without harm; a reader that dies is
noticed, and after three tries the file counts as one that cannot be read.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task
from wagtail.models import Page, ReferenceIndex

from home.models import SiteDocument
from search import projection
from search.extraction import run
from search.models import FileText

Status = FileText.Status
TRIES = 3
GIVEN_UP_ON = dt.timedelta(minutes=10)  # a reader that has not answered by then is dead
AT_ONCE = 20
WORK_FOR = 10  # seconds: where there is no worker, the clock itself reads, and has other things to do


@transaction.atomic
def expect(document: SiteDocument) -> None:
    """A document was stored: if its file is new, its text is to be read. In the transaction that stores it."""
    known = FileText.objects.filter(document=document).first()
    if known and known.file_name == document.file.name:
        return
    readable = document.file_extension.lower() in run.READABLE
    values: dict[str, Any] = {
        "status": Status.WAITING if readable else Status.NOT_TEXT,
        "reason": "",
        "parts": [],
        "file_name": document.file.name,
        "tries": 0,
        "queued_at": None,
        "read_at": None,
    }
    FileText.objects.update_or_create(document=document, defaults=values)
    if known:
        _follow(document.pk)


def pages_with(document_id: int) -> set[int]:
    """The primary keys of the pages that use a document."""
    references = ReferenceIndex.objects.filter(
        base_content_type=ReferenceIndex._get_base_content_type(Page),
        to_content_type=ContentType.objects.get_for_model(SiteDocument),
        to_object_id=str(document_id),
    )
    return {int(pk) for pk in references.values_list("object_id", flat=True)}


def _follow(document_id: int) -> None:
    """The pages that use a document repeat its words."""
    projection.mark_stale(projection.page_key(pk) for pk in pages_with(document_id))


def read_waiting() -> None:
    """Have files read that wait for it, and give up on those that nobody could. The clock calls it every few seconds."""
    for document in SiteDocument.objects.filter(text=None)[:200]:  # stored before there were texts
        expect(document)
    long_ago = timezone.now() - GIVEN_UP_ON
    waiting = FileText.objects.filter(status=Status.WAITING)
    died = waiting.filter(tries__gte=TRIES, queued_at__lt=long_ago)
    died.update(status=Status.FAILED, reason="Reading it failed three times.", read_at=timezone.now())
    due = waiting.filter(queued_at=None) | waiting.filter(queued_at__lt=long_ago)
    began = time.monotonic()
    for pk in list(due.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        if time.monotonic() - began > WORK_FOR:
            break
        if due.filter(pk=pk).update(queued_at=timezone.now(), tries=F("tries") + 1):
            read_file.enqueue(pk)


@task(backend="worker")
def read_file(document_id: int) -> None:
    """Read one file and keep its text; its pages are found by it when the clock comes round next."""
    waiting = FileText.objects.filter(document=document_id, status=Status.WAITING).select_related("document").first()
    if waiting is None:
        return
    try:
        with waiting.document.file.open("rb") as file:
            outcome = run.extract(file, waiting.document.file_extension)
    except FileNotFoundError:
        outcome = run.Outcome(Status.FAILED, "The file is missing.")
    with transaction.atomic():
        # Not where the file was replaced meanwhile: that one waits for itself.
        same = FileText.objects.filter(document=document_id, file_name=waiting.file_name, status=Status.WAITING)
        if same.update(status=outcome.status, reason=outcome.reason, parts=outcome.parts, read_at=timezone.now()):
            _follow(document_id)
