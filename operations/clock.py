"""The clock: runs the jobs of `settings.CLOCK_JOBS` when they are due.

A job is a function that takes nothing, may run twice without harm, and is done in a few seconds. Two clocks at once
share the work: a job's row in `Heartbeat` says when it is due, and only who moves that time forward runs it.

Jobs that are due more often than every two seconds are those that somebody waits for. They have a thread of their own, so
that they are in time while others take as long as they take.
"""

from __future__ import annotations

import datetime as dt
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone
from django.utils.module_loading import import_string

from operations.models import Heartbeat

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable

logger = structlog.get_logger(__name__)

PROMPT = dt.timedelta(seconds=2)
PAUSE = 0.25  # seconds between two looks at what is due


@dataclass(frozen=True)
class Job:
    """A function by its dotted path, and how often it runs."""

    path: str
    every: dt.timedelta


def jobs() -> list[Job]:
    """What the settings ask for."""
    return [Job(path, dt.timedelta(seconds=seconds)) for path, seconds in settings.CLOCK_JOBS.items()]


def run_until(stop: threading.Event) -> None:
    """Run what is due when it is due, until `stop` is set; then end after the jobs that are running.

    Raises what keeps a thread from going on, such as a database that is away; the other one ends with it.
    """
    lanes = [[job for job in jobs() if (job.every < PROMPT) is prompt] for prompt in (True, False)]
    with ThreadPoolExecutor(len(lanes)) as pool:
        running = [pool.submit(_run_lane, lane, stop) for lane in lanes]
        wait(running, return_when=FIRST_COMPLETED)
        stop.set()
    for lane in running:
        lane.result()


def _run_lane(lane: list[Job], stop: threading.Event) -> None:
    try:
        while not stop.is_set():
            close_old_connections()
            run_due(lane)
            stop.wait(PAUSE)
    finally:
        connection.close()


def run_due(among: Iterable[Job] | None = None) -> bool:
    """Run every job that is due, or those among some. Gives whether all that ran went well; one that fails keeps no other
    from running.

    Where none is due it costs one query, so that the clock may look often.
    """
    resting = set(Heartbeat.objects.filter(due_at__gt=timezone.now()).values_list("job", flat=True))
    due = (job for job in (jobs() if among is None else among) if job.path not in resting)
    failed = [job.path for job in due if _claim(job) and not _run(job)]
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
