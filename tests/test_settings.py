"""Production starts only when it is safe, says in one sentence why it does not, and answers strictly when it does."""

from __future__ import annotations

import os
import re
import runpy
import secrets
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.mail import get_connection

from operations import checks
from tests import factories

ROOT = Path(settings.BASE_DIR)
SOUND = {
    "SECRET_KEY": secrets.token_urlsafe(60),
    "ALLOWED_HOSTS": "worksite.test",
    "SITE_URL": "https://worksite.test",
    "DATABASE_URL": "postgres://worksite:password@127.0.0.1:1/worksite",
    "EMAIL_URL": "smtp+tls://worksite:password@mail.worksite.test:587",
    "DEFAULT_FROM_EMAIL": "worksite@worksite.test",
}


def environment(changes: dict[str, str | None]) -> dict[str, str]:
    """A sound environment, changed as told (None takes a variable away)."""
    whole = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "worksite.settings.production"} | SOUND | changes
    return {name: value for name, value in whole.items() if value is not None}


def python(*arguments: str, **changes: str | None) -> subprocess.CompletedProcess:
    """A Python of its own with the production settings."""
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment(changes),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def production(**changes: str | None) -> dict:
    """The production settings, read here as a new process would read them: a process costs a hundred times as much."""
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith("worksite.settings.")}
    try:
        with patch.dict(os.environ, environment(changes), clear=True):
            return runpy.run_module("worksite.settings.production")
    finally:
        sys.modules.update(kept)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "x7Gq2"}, "SECRET_KEY is too short or too regular"),
        ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY is too short or too regular"),
        ({"SECRET_KEY": "django-insecure-" + secrets.token_urlsafe(60)}, "SECRET_KEY is the one of a sample"),
        ({"SECRET_KEY": "development-only-not-a-secret"}, "SECRET_KEY is the one of a sample"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is missing"),
        ({"ALLOWED_HOSTS": "worksite.test,*"}, "ALLOWED_HOSTS holds *"),
        ({"DATABASE_URL": None}, "DATABASE_URL is missing or names no PostgreSQL database"),
        ({"DATABASE_URL": "sqlite:///db.sqlite3"}, "DATABASE_URL is missing or names no PostgreSQL database"),
        ({"DATABASE_URL": "what is this"}, "DATABASE_URL"),
        ({"SITE_URL": None}, "SITE_URL is missing or does not start with https://"),
        ({"SITE_URL": "http://worksite.test"}, "SITE_URL is missing or does not start with https://"),
        ({"SITE_URL": "https://elsewhere.test"}, "SITE_URL names a host that ALLOWED_HOSTS does not"),
        ({"EMAIL_URL": None}, "EMAIL_URL is missing or names no mail server"),
        ({"EMAIL_URL": "consolemail://"}, "EMAIL_URL is missing or names no mail server"),
        ({"EMAIL_URL": "smtp://user:pass/word@host"}, "EMAIL_URL or a number is malformed"),
        ({"EMAIL_URL": "carrier-pigeon://loft"}, "carrier-pigeon"),
        ({"DEFAULT_FROM_EMAIL": None}, "DEFAULT_FROM_EMAIL is missing"),
        ({"AWS_STORAGE_BUCKET_NAME": "files"}, "AWS_S3_CUSTOM_DOMAIN is missing"),
        ({"ELASTICSEARCH_URL": "search.worksite.test"}, "ELASTICSEARCH_URL holds what is no address"),
        ({"ELASTICSEARCH_URL": "http://u:p@search.worksite.test"}, "ELASTICSEARCH_URL holds what is no address"),
        ({"ELASTICSEARCH_URL": "https://u:p@ss/word@b.test"}, "ELASTICSEARCH_URL holds what is no address"),
        ({"ELASTICSEARCH_URL": "http://search.worksite.test:9200"}, "without TLS and without a password"),
        ({"ELASTICSEARCH_URL": "http://u:p@a.test:9200,http://b.test:9200"}, "without TLS and without a password"),
        ({"ELASTICSEARCH_CA_FILE": "/nowhere.pem"}, "ELASTICSEARCH_CA_FILE names no file"),
        ({"ELASTICSEARCH_PREFIX": "Ours,*"}, "ELASTICSEARCH_PREFIX may hold small letters"),
    ],
)
def test_production_refuses_what_is_missing_or_unsafe_in_one_sentence(changes, sentence, capsys):
    with pytest.raises(SystemExit) as refusal:
        production(**changes)
    assert refusal.value.code == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert re.fullmatch(r"Worksite does not start\. .+\n", said.err)
    assert sentence in said.err


@pytest.mark.parametrize("start", [("-c", "import worksite.wsgi"), ("manage.py", "check")], ids=["server", "command"])
def test_everything_that_is_wrong_is_said_at_once_by_the_server_and_by_commands(start):
    done = python(*start, **dict.fromkeys(SOUND))
    assert (done.returncode, done.stdout) == (3, "")
    assert [line.split()[4] for line in done.stderr.splitlines()] == [
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "DATABASE_URL",
        "SITE_URL",
        "EMAIL_URL",
        "DEFAULT_FROM_EMAIL",
    ]


@pytest.mark.slow
def test_a_database_that_cannot_be_reached_is_a_sentence_too():
    done = python("manage.py", "clock", "--once")
    assert done.returncode == 3
    assert re.fullmatch(r"Worksite does not start\. The database cannot be reached: .+\n", done.stderr)


@pytest.mark.slow
def test_static_files_that_were_not_collected_stop_the_server(tmp_path):
    script = f"from django.conf import settings; settings.STATIC_ROOT = {str(tmp_path)!r}; import worksite.wsgi"
    done = python("-c", script)
    assert done.returncode == 3
    assert re.fullmatch(r"Worksite does not start\. The static files have not been collected\. .+\n", done.stderr)


def test_a_demonstration_login_stops_the_start_and_nothing_else_does(settings, capsys, monkeypatch):
    monkeypatch.setattr(checks.connection, "close", lambda: None)
    checks.refuse_unfit_database()  # development
    settings.DEMONSTRATION = False
    with pytest.raises(SystemExit) as refusal:
        checks.refuse_unfit_database()
    assert refusal.value.code == 3
    said = capsys.readouterr().err
    assert re.fullmatch(r"Worksite does not start\. .*demonstration logins \(admin@worksite.example.*\n", said)
    problems = run_checks(tags=["database"], databases=["default"], include_deployment_checks=True)
    assert "operations.E001" in [problem.id for problem in problems]
    from members.models import User

    User.objects.filter(email__endswith="@worksite.example").update(is_active=False)
    factories.user("real@example.org")
    checks.refuse_unfit_database()
    assert capsys.readouterr().err == ""


def test_a_database_without_tables_is_told_to_be_migrated(settings, capsys, monkeypatch):
    settings.DEMONSTRATION = False
    monkeypatch.setattr(checks.connection, "close", lambda: None)
    monkeypatch.setattr(checks, "_has_users", lambda: False)
    with pytest.raises(SystemExit):
        checks.refuse_unfit_database()
    assert "Run `manage.py migrate` first." in capsys.readouterr().err


@pytest.mark.slow
def test_a_sound_environment_passes_djangos_own_deployment_check():
    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


ANSWERS = """
import django
from django.conf import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django.setup()
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.urls import path
import worksite.urls
def view(request):
    get_token(request)
    request.session.create = request.session.save = lambda *a, **k: request.session.__setattr__("_session_key", "k" * 32)
    request.session["a"] = 1
    return HttpResponse("text")
worksite.urls.urlpatterns.insert(0, path("try/", view))
def show(answer):
    print(answer.status_code)
    for name, value in sorted(answer.headers.items()):
        print(f"{name}: {value}")
    for cookie in answer.cookies.values():
        print(cookie.OutputString())
    print()
def ask(address, host="worksite.test", **how):
    show(Client(headers={"host": host}).get(address, **how))
"""


@pytest.fixture(scope="module")
def answers() -> list[str]:
    """What one process answers: by TLS, by plain HTTP, a probe, a foreign host, and to what a proxy would say."""
    questions = """
ask("/try/", secure=True)
ask("/try/")
ask("/livez")
ask("/try/", host="evil.test", secure=True)
ask("/try/", HTTP_X_FORWARDED_PROTO="https")
"""
    done = python("-c", ANSWERS + questions)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n\n")


@pytest.mark.slow
def test_a_secure_answer_carries_every_header_and_strict_cookies(answers):
    said = answers[0]
    assert said.startswith("200\n")
    for line in (
        "Strict-Transport-Security: max-age=31536000; includeSubDomains; preload",
        "X-Content-Type-Options: nosniff",
        "X-Frame-Options: DENY",
        "Referrer-Policy: same-origin",
        "Cross-Origin-Opener-Policy: same-origin",
    ):
        assert line in said
    assert "default-src 'self'" in said
    assert "unsafe" not in said
    assert "camera=()" in said
    session = re.search(r"^__Host-sessionid=.*$", said, re.MULTILINE).group()
    csrf = re.search(r"^__Host-csrftoken=.*$", said, re.MULTILINE).group()
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in session
    for part in ("Secure", "SameSite=Lax", "Path=/"):
        assert part in csrf
    assert "Domain" not in session + csrf


def test_plain_http_is_led_to_https_but_for_the_probes(answers):
    assert answers[1].startswith("301\n")
    assert "Location: https://worksite.test/try/" in answers[1]
    assert answers[2].startswith("200\n")


def test_a_foreign_host_is_refused(answers):
    assert answers[3].startswith("400\n")


@pytest.mark.slow
def test_what_a_proxy_says_counts_only_where_one_is_named(answers):
    assert answers[4].startswith("301\n")
    question = "ask('/try/', HTTP_X_FORWARDED_PROTO='https')"
    assert python("-c", ANSWERS + question, TRUSTED_PROXIES="1").stdout.startswith("200\n")


def test_the_cache_is_shared_by_all_processes():
    assert production()["CACHES"]["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    with_redis = production(REDIS_URL="redis://localhost:6379/0")
    assert with_redis["CACHES"]["default"]["BACKEND"] == "django_redis.cache.RedisCache"


def test_tasks_of_ours_wait_for_the_worker_and_wagtails_run_at_once():
    tasks = production()["TASKS"]
    assert [tasks[name]["BACKEND"].split(".")[-1] for name in ("default", "worker")] == [
        "ImmediateBackend",
        "DatabaseBackend",
    ]


def test_files_move_to_a_bucket_and_private_ones_stay_private():
    said = production(AWS_STORAGE_BUCKET_NAME="files", AWS_S3_CUSTOM_DOMAIN="images.worksite.test")
    private = said["STORAGES"]["private"]
    assert private["BACKEND"] == "storages.backends.s3.S3Storage"
    assert private["OPTIONS"]["location"] == "private"
    assert "custom_domain" not in private["OPTIONS"]
    assert "https://images.worksite.test" in said["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["img-src"]


@pytest.mark.parametrize(
    "url",
    ["https://u:p@search.worksite.test:9200", "http://127.0.0.1:9200", "https://u:p@search:9200,https://b.test"],
)
def test_elasticsearch_may_be_near_or_behind_a_password_or_tls(url):
    assert ",".join(production(ELASTICSEARCH_URL=url)["ELASTICSEARCH_URL"]) == url


def test_an_error_report_holds_nothing_of_the_request():
    script = """
from django.conf import settings
settings.DEBUG  # reads them
import sentry_sdk
options = sentry_sdk.get_client().options
event = {"request": {"url": "/x"}, "user": {"email": "e"}, "breadcrumbs": {}, "exception": {}}
print(options["send_default_pii"], options["include_local_variables"], options["before_send"](event, {}))
"""
    done = python("-c", script, SENTRY_DSN="https://key@errors.worksite.test/1")
    assert done.stdout == "False False {'exception': {}}\n", done.stderr


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.worksite.test", 25, False, False),
        ("smtp+tls://u:p%40ss@mail.worksite.test:587", 587, True, False),
        ("smtp+ssl://u:p@mail.worksite.test", 465, False, True),
    ],
)
def test_email_url_says_how_mail_leaves(url, port, tls, ssl, settings):
    for name, value in production(EMAIL_URL=url).items():
        if name.startswith(("EMAIL_", "MAIL_")):
            setattr(settings, name, value)
    transport = get_connection(settings.MAIL_TRANSPORT)
    leaves = transport.host, transport.port or transport.connection_class.default_port
    assert leaves == ("mail.worksite.test", port)
    assert (transport.use_tls, transport.use_ssl) == (tls, ssl)


def test_every_variable_that_is_read_has_a_row_in_the_readme_and_every_row_is_read():
    sources = [*(ROOT / "worksite" / "settings").glob("*.py"), ROOT / "gunicorn.conf.py", ROOT / "scripts" / "run.py"]
    pattern = re.compile(r"(?:env\.\w+|os\.environ\.get)\(\s*\"([A-Z_0-9]+)\"")
    read = {name for source in sources for name in pattern.findall(source.read_text(encoding="utf-8"))}
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## Configuration")[1].split("\n## ")[0]
    rows = set(re.findall(r"^\| `([A-Z_0-9]+)` \|", section, re.MULTILINE))
    assert read == rows
