"""The clock: runs the jobs of `settings.CLOCK_JOBS` when they are due.

A job is a function that takes nothing, may run twice without harm, and is done in a few seconds. Two clocks at once
share the work: a job's row in `Heartbeat` says when it is due, and only who moves that time forward runs it.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from operations.models import Heartbeat

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Job:
    """A function by its dotted path, and how often it runs."""

    path: str
    every: dt.timedelta


def jobs() -> list[Job]:
    """What the settings ask for."""
    return [Job(path, dt.timedelta(seconds=seconds)) for path, seconds in settings.CLOCK_JOBS.items()]


def run_due() -> bool:
    """Run every job that is due. Gives whether all that ran went well; one that fails keeps no other from running.

    Where none is due it costs one query, so that the clock may look often.
    """
    resting = set(Heartbeat.objects.filter(due_at__gt=timezone.now()).values_list("job", flat=True))
    failed = [job.path for job in jobs() if job.path not in resting and _claim(job) and not _run(job)]
    return not failed


def _claim(job: Job) -> bool:
    now = timezone.now()
    Heartbeat.objects.get_or_create(job=job.path, defaults={"due_at": now})
    mine = Heartbeat.objects.filter(job=job.path, due_at__lte=now)
    return bool(mine.update(due_at=now + job.every, started_at=now))


def _run(job: Job) -> bool:
    begun = time.monotonic()
    values: dict[str, object]
    try:
        import_string(job.path)()
    except Exception as error:
        logger.exception("clock_job_failed", job=job.path)
        values = {"error": f"{type(error).__name__}: {error}"[:2000]}
    else:
        values = {"error": "", "succeeded_at": timezone.now()}
    Heartbeat.objects.filter(job=job.path).update(duration=time.monotonic() - begun, **values)
    return not values["error"]
