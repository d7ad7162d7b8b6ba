"""What the library does behind the scenes."""

from __future__ import annotations

import datetime as dt
import io

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from library import permissions
from library.importing import plans, reports
from library.importing.rows import Refusal
from library.models import ResourceImport

UNCONFIRMED_FOR = dt.timedelta(days=1)
KEPT_FOR = dt.timedelta(days=30)
BROKE = "Something broke on our side. Try again. If it fails again, tell an administrator."

State = ResourceImport.State


@task(backend="worker")
def import_resources(import_id: int) -> None:
    """Carry out a confirmed import: all of it, or nothing and a sentence that says why.

    Whoever holds the row does the work, and only a row that is still queued is worked on. So a task that runs twice,
    or a second one for the same import, imports nothing twice; a worker that dies leaves the row queued.
    """
    try:
        with transaction.atomic():
            rows = ResourceImport.objects.select_for_update(skip_locked=True)
            job = rows.filter(pk=import_id, state=State.QUEUED).first()
            if job:
                _carry_out(job)
    except Refusal as refusal:
        _note_failure(import_id, str(refusal))
    except ValidationError as error:
        _note_failure(import_id, " ".join(error.messages))
    except Exception:
        _note_failure(import_id, BROKE)
        raise


def _carry_out(job: ResourceImport) -> None:
    permissions.check_import(job)
    plan = plans.carry_out(
        job.table(),
        job.library,
        audience=job.audience,
        publish=job.publish,
        user=job.owner,
        create_topics=job.create_topics,
    )
    job.state, job.problem, job.counts, job.report = State.DONE, "", plan.counts, report_of(plan)
    job.ended_at = timezone.now()
    job.save()


def _note_failure(import_id: int, problem: str) -> None:
    queued = ResourceImport.objects.filter(pk=import_id, state=State.QUEUED)
    queued.update(state=State.FAILED, problem=problem, ended_at=timezone.now())


def report_of(plan: plans.Plan) -> str:
    """The report of a plan as CSV text."""
    file = io.StringIO(newline="")
    reports.write(plan, file)
    return file.getvalue()


def remove_old_imports() -> None:
    """Forget imports, with their files, that nobody confirmed for a day; the others, with their reports, after 30 days.

    The file of an import that is done goes after a day too: what was in it is in the library.
    """
    now = timezone.now()
    a_day_ago = now - UNCONFIRMED_FOR
    unconfirmed = Q(state=State.UPLOADED, created_at__lt=a_day_ago) | Q(state=State.FAILED, ended_at__lt=a_day_ago)
    with transaction.atomic():
        jobs = ResourceImport.objects.select_for_update(skip_locked=True).defer("report")
        for job in jobs.filter(unconfirmed | Q(created_at__lt=now - KEPT_FOR)):
            job.delete()
        for job in jobs.filter(state=State.DONE, ended_at__lt=a_day_ago).exclude(file=""):
            job.file.delete()
