"""Serves the demonstration as production would, for Lighthouse and for the screenshots.

Everything lies in var/served/: database, files, static files. It is made once and used again; `fresh` makes it anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "served"
PORT = int(os.environ.get("PORT") or 8198)
ORIGIN = f"http://localhost:{PORT}"


@contextmanager
def served(*, fresh: bool = False) -> Iterator[str]:
    """Django set up on the demonstration, and a server of it; gives the server's address."""
    if fresh:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "benchmarks.served_settings",
        "DATABASE_URL": f"sqlite:///{FOLDER / 'db.sqlite3'}",
        "MEDIA_ROOT": str(FOLDER / "media"),
        "PRIVATE_ROOT": str(FOLDER / "private"),
        "SITE_URL": ORIGIN,
        "PYTHONPATH": str(ROOT),
    }
    _prepare()
    # A fixed command line: the interpreter's own gunicorn. No timeout: the workers' clock stands elsewhere than its own.
    command = [sys.executable, "-m", "gunicorn", "django.core.wsgi:get_wsgi_application()", "--workers", "2"]
    command += ["--timeout", "0", "--bind", f"localhost:{PORT}", "--log-level", "error"]
    server = subprocess.Popen(command, cwd=FOLDER)  # noqa: S603 - not where gunicorn.conf.py lies
    try:
        _wait(server)
        yield ORIGIN
    finally:
        server.terminate()
        server.wait()


def _prepare() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    shutil.rmtree(FOLDER / "static", ignore_errors=True)
    call_command("migrate", verbosity=0)
    with (FOLDER / "demo.log").open("w", encoding="utf-8") as log:
        call_command("demo", stdout=log)
    call_command("collectstatic", interactive=False, verbosity=0)


def _wait(server: subprocess.Popen) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{ORIGIN}/livez", timeout=2)  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"The server did not start. Is port {PORT} free? PORT= takes another.")


def pages() -> dict[str, str]:
    """The addresses of pages worth looking at, by name. The public ones are what a visitor may open."""
    from django.utils import timezone

    from home.models import Entry

    entries = Entry.objects.exclude(teaser="").select_related("access")
    public = entries.filter(access__text="|public|")
    now = timezone.now()

    def one(found) -> str:
        first = found.first()
        if first is None:
            sys.exit("The demonstration has no page of each kind.")
        return first.url

    tools = public.filter(type="resource", kind="screening_tool", section__code="OH")
    return {
        "home": "/",
        "states": "/sections/",
        "section": "/sections/ohio/",
        "library": "/library/",
        "resource": one(tools.exclude(detail__in=("", "Link")).order_by("-published_at")),
        "event": one(public.filter(type="event", starts_at__gt=now).order_by("starts_at")),
        "call": one(entries.filter(type="call", starts_at__gt=now, section__code="OH").order_by("starts_at")),
        "webinar": one(
            public.filter(type="webinar", ends_at__lt=now, detail__contains="ranscript").order_by("-ends_at")
        ),
        "announcement": one(public.filter(type="announcement", section__isnull=False).order_by("-published_at")),
    }
