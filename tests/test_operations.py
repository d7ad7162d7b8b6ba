"""The clock, health, logs, tasks left behind, and the doors into the admin."""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as site
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import UploadedFile

from home.models import Entry
from operations import clock, health, jobs
from operations.models import Heartbeat, OutgoingMail
from tests import factories
from tests.personas import person

RAN: list[str] = []


def works():
    RAN.append("works")


def fails():
    RAN.append("fails")
    raise RuntimeError("no paper")


WORKS, FAILS = f"{__name__}.works", f"{__name__}.fails"


@pytest.fixture(autouse=True)
def _nothing_ran():
    RAN.clear()


@pytest.fixture
def now():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


# The clock


def test_a_job_that_fails_keeps_no_other_from_running(settings):
    settings.CLOCK_JOBS = {FAILS: 60, WORKS: 60}
    assert not clock.run_due()
    assert RAN == ["fails", "works"]
    beat = Heartbeat.objects.get(job=FAILS)
    assert beat.error == "RuntimeError: no paper"
    assert beat.succeeded_at is None
    assert Heartbeat.objects.get(job=WORKS).succeeded_at is not None


def test_once_runs_what_is_due_and_fails_if_a_job_does(settings):
    settings.CLOCK_JOBS = {FAILS: 60, WORKS: 60}
    with pytest.raises(CommandError, match="A job of the clock failed"):
        call_command("clock", "--once")
    assert RAN == ["fails", "works"]


def test_a_job_runs_when_its_time_has_come_and_a_recovered_one_forgets_its_error(settings, now):
    settings.CLOCK_JOBS = {WORKS: 60}
    clock.run_due()
    Heartbeat.objects.update(error="earlier")
    clock.run_due()
    assert RAN == ["works"]
    now.shift(dt.timedelta(seconds=61))
    clock.run_due()
    assert RAN == ["works", "works"]
    assert Heartbeat.objects.get().error == ""


def another_clock():
    RAN.append("first")
    clock.run_due()


def test_two_clocks_at_once_run_a_job_once(settings, monkeypatch):
    settings.CLOCK_JOBS = {f"{__name__}.another_clock": 60}
    clock.run_due()
    assert RAN == ["first"]


def test_the_search_is_told_of_changes_while_another_job_takes_long(settings, monkeypatch):
    stop, told, did = threading.Event(), threading.Event(), []

    def run_due(lane):
        jobs = [job.path for job in lane]
        did.append(jobs)
        if WORKS in jobs:  # this takes long
            assert told.wait(30)
            stop.set()
        elif did.count(jobs) == 3:
            told.set()

    tend = "search.elastic.sync.tend"
    settings.CLOCK_JOBS = {WORKS: 60, tend: site.CLOCK_JOBS[tend]}
    monkeypatch.setattr(clock, "run_due", run_due)
    clock.run_until(stop)
    assert did.count([tend]) >= 3
    assert did.count([WORKS]) == 1


def test_a_clock_that_cannot_go_on_ends_and_says_why(monkeypatch):
    def is_away(lane):
        raise OperationalError("the database is away")

    monkeypatch.setattr(clock, "run_due", is_away)
    with pytest.raises(OperationalError, match="is away"):
        clock.run_until(threading.Event())


def test_every_job_of_the_settings_runs():
    call_command("clock", "--once")
    assert set(Heartbeat.objects.filter(error="", succeeded_at__isnull=False).values_list("job", flat=True)) == set(
        site.CLOCK_JOBS
    )


def test_a_scheduled_page_appears_and_an_expired_one_goes_without_anybody_acting(client, now):
    page = factories.announcement(
        audience="public",
        title="Funding call opens",
        publish=False,
        go_live_at=timezone.now() + dt.timedelta(hours=1),
        expire_at=timezone.now() + dt.timedelta(hours=5),
    )
    page.get_latest_revision().publish()
    page.refresh_from_db()
    address, listing = page.url, page.get_parent().url

    def seen() -> tuple[int, bool, int]:
        call_command("clock", "--once")
        listed = "Funding call opens" in client.get(listing).content.decode()
        return client.get(address).status_code, listed, Entry.objects.filter(page_id=page.pk).count()

    assert seen() == (404, False, 0)
    now.shift(dt.timedelta(hours=2))
    assert seen() == (200, True, 1)
    now.shift(dt.timedelta(hours=4))
    assert client.get(address).status_code == 404  # gone at once, before the clock comes round
    assert seen() == (404, False, 0)


def test_a_page_that_cannot_be_published_keeps_no_other_from_its_time(now, monkeypatch):
    soon = timezone.now() + dt.timedelta(minutes=5)
    broken, sound = (factories.announcement(publish=False, go_live_at=soon) for _ in range(2))
    expiring = factories.announcement(expire_at=soon)
    for page in (broken, sound):
        page.get_latest_revision().publish()
    entry_values = type(broken).entry_values

    def breaks(page):
        if page.pk == broken.pk:
            raise RuntimeError("cannot be listed")
        return entry_values(page)

    monkeypatch.setattr(type(broken), "entry_values", breaks)
    now.shift(dt.timedelta(minutes=6))
    with pytest.raises(RuntimeError, match=f"Could not publish page {broken.pk}"):
        jobs.publish_scheduled()
    for page in (broken, sound, expiring):
        page.refresh_from_db()
    assert (broken.live, sound.live, expiring.live, expiring.expired) == (False, True, False, True)


@pytest.mark.slow
def test_the_clock_ends_in_peace_when_told_to(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "worksite.settings.dev",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
    }
    manage = [sys.executable, str(Path(site.BASE_DIR) / "manage.py")]
    subprocess.run([*manage, "migrate", "operations", "--verbosity", "0"], env=environment, check=True)
    with subprocess.Popen([*manage, "clock"], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "The clock runs.\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


# Tasks left behind


def left_running(minutes: int, workers: int) -> DBTaskResult:
    return DBTaskResult.objects.create(
        status="RUNNING",
        started_at=timezone.now() - dt.timedelta(minutes=minutes),
        worker_ids=[str(number) for number in range(workers)],
        args_kwargs={"args": [], "kwargs": {}},
        task_path="home.tasks.none",
        backend_name="worker",
        run_after=timezone.now(),
    )


def test_a_task_whose_worker_died_is_queued_again_and_after_the_third_has_failed():
    again, failed, fresh = left_running(11, 1), left_running(11, 3), left_running(5, 1)
    jobs.reap_tasks()
    jobs.reap_tasks()
    states = [DBTaskResult.objects.get(pk=task.pk).status for task in (again, failed, fresh)]
    assert states == ["READY", "FAILED", "RUNNING"]
    assert "3 workers" in DBTaskResult.objects.get(pk=failed.pk).traceback


def test_files_uploaded_but_never_filed_are_swept_away(now):
    upload = UploadedFile.objects.create(file=ContentFile(b"draft", name="draft.pdf"))
    stored = Path(upload.file.path)
    os.utime(stored, (time.time(), time.time()))
    jobs.sweep()
    assert stored.exists()
    now.shift(dt.timedelta(days=1, minutes=1))
    jobs.sweep()
    assert not stored.exists()
    assert not UploadedFile.objects.exists()


# Health


def test_livez_asks_nothing_of_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/livez")
    assert answer.json() == {"status": "ok"}
    assert "no-store" in answer["Cache-Control"]


def test_readyz_is_well_once_the_clock_has_run(client):
    assert client.get("/readyz").status_code == 503
    call_command("clock", "--once")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


def no_clock():
    Heartbeat.objects.update(due_at=timezone.now() - dt.timedelta(minutes=6))


def a_failed_job():
    Heartbeat.objects.filter(job="operations.jobs.sweep").update(error="OSError: no paper")


def mail_that_waits():
    OutgoingMail.objects.create(recipient="a@example.org", created_at=timezone.now() - dt.timedelta(hours=1))


def a_dead_letter():
    OutgoingMail.objects.create(recipient="a@example.org", state="dead", closed_at=timezone.now())


@pytest.mark.parametrize(
    ("trouble", "where", "words"),
    [
        (no_clock, "clock_runs", "overdue"),
        (a_failed_job, "clock_runs", "no paper"),
        (mail_that_waits, "mail", "1 messages have waited"),
        (a_dead_letter, "mail", "1 messages could not be delivered"),
    ],
)
def test_readyz_says_what_is_wrong_to_administrators_only(as_persona, trouble, where, words):
    call_command("clock", "--once")
    trouble()
    for name in ("visitor", "ohio-member", "ohio-lead", "community-editor"):
        answer = as_persona(name).get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})
    answer = as_persona("admin").get("/readyz")
    assert answer.status_code == 503
    assert words in answer.json()["problems"][where]


def test_readyz_notices_a_full_disk_and_missing_migrations(as_persona, monkeypatch):
    call_command("clock", "--once")
    monkeypatch.setattr(health, "FREE_BYTES", 2**60)
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: [1, 2])
    problems = as_persona("admin").get("/readyz").json()["problems"]
    assert set(problems) == {"disk", "migrations"}


def test_a_check_that_breaks_is_a_reason_not_an_error(as_persona, settings):
    settings.READY_CHECKS = [FAILS]
    answer = as_persona("admin").get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == {"fails": "The check itself failed: RuntimeError."}


def test_without_a_database_the_site_lives_but_is_not_ready(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("could not connect")

    with monkeypatch.context() as without:
        without.setattr(connection, "cursor", refuse)
        assert client.get("/livez").status_code == 200
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


# Logs


@pytest.fixture
def lines(capfd):
    """What has been logged since, as it stands in the log."""
    handler = logging.getLogger().handlers
    configured = [each for each in handler if isinstance(each.formatter, _line_formatter())]
    assert configured
    written: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record):
            written.append(configured[0].format(record))

    keep, root = Keep(), logging.getLogger()
    level = root.level
    root.setLevel(logging.INFO)
    root.addHandler(keep)
    yield written
    root.removeHandler(keep)
    root.setLevel(level)


def _line_formatter():
    import structlog

    return structlog.stdlib.ProcessorFormatter


def test_a_sign_in_leaves_a_line_with_a_request_id_and_nothing_of_the_person(client, lines):
    user = factories.user("jo.doe@example.org", first_name="Josephine")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    client.post(
        "/accounts/login/?next=/people/%3Fq%3Dsecret-word",
        {"login": "jo.doe@example.org", "password": factories.PASSWORD},
        REMOTE_ADDR="203.0.113.9",
        HTTP_USER_AGENT="A-Rare-Browser/1.0",
    )
    assert client.session["_auth_user_id"] == str(user.pk)
    client.post("/accounts/login/", {"login": "jo.doe@example.org", "password": "wrong-pass-word"})
    text = "\n".join(lines)
    assert 'request="POST /accounts/login/"' in text
    assert "code=302" in text
    assert "request_id=" in text
    assert "timestamp=" in text
    for personal in ("jo.doe", "Josephine", "203.0.113.9", "A-Rare-Browser", "secret-word", factories.PASSWORD):
        assert personal not in text


@pytest.mark.parametrize(
    "address",
    ["/accounts/password/reset/key/1a-THESECRET/", "/accounts/confirm-email/THESECRET/", "/nowhere/THESECRET"],
)
def test_a_secret_that_is_part_of_an_address_is_not_logged(client, lines, address):
    client.get(address)
    text = "\n".join(lines)
    assert "request_finished" in text
    assert "THESECRET" not in text


def test_an_error_is_one_line_with_its_trace(client, lines, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("operations.health.JsonResponse", fails)
    assert client.get("/livez").status_code == 500
    (line,) = [line for line in lines if "request_failed" in line]
    assert "Traceback" in line
    assert "\n" not in line
    assert sum("Traceback" in line for line in lines) == 1


# The doors into the admin


@pytest.mark.slow
@pytest.mark.parametrize(
    ("door", "leads_to"),
    [
        ("/admin/login/?next=/admin/", "/accounts/login/?next=/admin/"),
        ("/admin/password_reset/", "/accounts/password/reset/"),
        ("/_util/login/?next=/about/", "/accounts/login/?next=/about/"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_wagtails_own_ways_in_lead_to_the_one_sign_in(client, door, leads_to, method):
    data = {"username": "admin@worksite.example", "password": factories.PASSWORD}
    answer = getattr(client, method)(door, *([data] if method == "post" else []))
    assert (answer.status_code, answer["Location"]) == (302, leads_to)
    assert "_auth_user_id" not in client.session


@pytest.mark.slow
def test_only_allauth_opens_a_session():
    """Every address that takes no argument is posted a right password; only the sign-in page answers with a session."""
    person("admin").emailaddress_set.create(email="admin@worksite.example", verified=True, primary=True)
    opened = []
    for path in sorted(set(_plain_addresses(get_resolver()))):
        client = Client(raise_request_exception=False)
        credentials = {"username": "admin@worksite.example", "login": "admin@worksite.example"}
        client.post(f"/{path}", {**credentials, "email": credentials["login"], "password": factories.PASSWORD})
        if "_auth_user_id" in client.session:
            opened.append(path)
    assert opened == ["accounts/login/"]


def _plain_addresses(resolver: URLResolver, before: str = "") -> list[str]:
    found = []
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern).lstrip("^").rstrip("$")
        if isinstance(pattern, URLResolver):
            found += _plain_addresses(pattern, path)
        elif isinstance(pattern, URLPattern) and not set(path) & set("<([\\"):
            found.append(path)
    return found


def test_an_admin_post_that_fails_half_way_changes_nothing(as_persona, monkeypatch):
    page = factories.announcement(title="Stays")
    client = as_persona("admin")
    client.raise_request_exception = False

    def break_down(*args, **kwargs):
        raise RuntimeError("after the delete")

    monkeypatch.setattr("wagtail.admin.views.pages.delete.messages.success", break_down)
    assert client.post(f"/admin/pages/{page.pk}/delete/").status_code == 500
    assert type(page).objects.filter(pk=page.pk).exists()
    assert Entry.objects.filter(page_id=page.pk).exists()
