"""Whether the worksite can do its work: `/livez` (it runs) and `/readyz` (all it needs is there).

A check is a function without arguments that gives a plain sentence if something is wrong, else an empty string;
`settings.READY_CHECKS` names them by dotted path, so that an app may add its own. What `settings.DEGRADED_CHECKS` asks for
is missed by nobody at once: something else takes its place, less well.
"""

from __future__ import annotations

import datetime as dt
import shutil
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache

from operations import clock
from operations.models import Heartbeat, OutgoingMail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

logger = structlog.get_logger(__name__)

CLOCK_LATE = dt.timedelta(minutes=5)
MAIL_LATE = dt.timedelta(minutes=30)
DEAD_LETTERS_SINCE = dt.timedelta(days=1)
FREE_BYTES = 500 * 1024 * 1024


@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of anything else."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """503 if a check does not pass. 200 with `degraded` if only something that can be done without is missing, else `ok`.

    The reasons are for administrators.
    """
    problems, worse = _problems(settings.READY_CHECKS), {}
    if "database" not in problems:
        worse = _problems(settings.DEGRADED_CHECKS)
    answer: dict[str, object] = {"status": "unavailable" if problems else "degraded" if worse else "ok"}
    if "database" not in problems and request.user.is_superuser:
        answer["problems"] = problems | worse
    return JsonResponse(answer, status=503 if problems else 200)


def _problems(checks: Iterable[str]) -> dict[str, str]:
    found = {path.rsplit(".", 1)[1]: _ask(path) for path in checks}
    return {name: problem for name, problem in found.items() if problem}


def _ask(path: str) -> str:
    try:
        return import_string(path)()
    except Exception as error:
        logger.exception("health_check_failed", check=path)
        return f"The check itself failed: {type(error).__name__}."


def database() -> str:
    """Whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "The database does not answer."
    return ""


def migrations() -> str:
    """Whether the tables are those of this version."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} migrations have not been applied." if missing else ""


def clock_runs() -> str:
    """Whether every job of the clock ran lately, and ran well."""
    beats = {beat.job: beat for beat in Heartbeat.objects.all()}
    for job in clock.jobs():
        beat = beats.get(job.path)
        if beat is None or beat.due_at < timezone.now() - CLOCK_LATE:
            return f"The clock does not run: {job.path} is overdue."
        if beat.error:
            return f"{job.path} failed: {beat.error}"
    return ""


def mail() -> str:
    """Whether mail leaves."""
    late = OutgoingMail.objects.waiting().filter(created_at__lt=timezone.now() - MAIL_LATE).count()
    dead = OutgoingMail.objects.dead().filter(closed_at__gt=timezone.now() - DEAD_LETTERS_SINCE).count()
    if late:
        return f"{late} messages have waited for more than half an hour."
    return f"{dead} messages could not be delivered since yesterday." if dead else ""


def disk() -> str:
    """Whether there is room for uploads."""
    for place in (settings.MEDIA_ROOT, settings.PRIVATE_ROOT):
        existing = next(path for path in (place, *place.parents) if path.exists())
        free = shutil.disk_usage(existing).free
        if free < FREE_BYTES:
            return f"Only {free // 1024**2} MB are free where uploads are kept."
    return ""
