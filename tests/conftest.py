"""The world that every test starts in: home, three sections, the personas. Made once; each test rolls back to it."""

from __future__ import annotations

import gc
import hashlib
import os
import sqlite3
import tempfile
from pathlib import Path

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.dispatch import receiver
from django.test import Client
from hypothesis import settings as hypothesis_settings

from members.security import second_step
from tests.personas import PERSONAS, make_people, person

# How long an example takes says nothing on a busy machine.
hypothesis_settings.register_profile("here", deadline=None)
hypothesis_settings.load_profile("here")

ROOT = Path(settings.BASE_DIR)
WORLD = {"OH": "Ohio", "TX": "Texas", "ME": "Maine"}


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn a skip into a failure under CI, with its reason."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped under CI: {report.longrepr[2] if isinstance(report.longrepr, tuple) else ''}"


def pytest_sessionfinish():
    """End the browser that tests shared."""
    from tests import browser

    browser.stop()


def _migrated_template() -> Path:
    """A file with a freshly migrated SQLite database, kept between runs for as long as no migration changes."""
    digest = hashlib.sha256(" ".join(settings.INSTALLED_APPS).encode())
    for migration in sorted([*ROOT.glob("*/migrations/*.py"), ROOT / "requirements.txt"]):
        digest.update(migration.read_bytes())
    return Path(tempfile.gettempdir()) / f"worksite-test-{os.getuid()}-{digest.hexdigest()[:16]}.sqlite3"


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """Make the database and the world in it. No test may be `transaction=True`: that would empty the database."""
    from django.test.utils import setup_databases, teardown_databases

    from home import setup
    from home.models import SectionPage

    template = _migrated_template()
    in_memory = connection.vendor == "sqlite"
    with django_db_blocker.unblock():
        if in_memory and template.exists():
            connection.settings_dict["NAME"] = connection.creation._get_test_db_name()
            connection.close()
            connection.connect()
            with sqlite3.connect(template) as source:
                source.backup(connection.connection)
            config = None
        else:
            worker = os.environ.get("PYTEST_XDIST_WORKER")
            if worker:
                connection.settings_dict["TEST"]["NAME"] = _worker_name(worker)
            config = setup_databases(verbosity=0, interactive=False)
            if in_memory:
                _keep(template)
        wanted = [place for place in setup.places() if place.code in WORLD]
        everywhere, setup.places = setup.places, lambda: wanted
        try:
            setup.set_up()
        finally:
            setup.places = everywhere
        assert SectionPage.objects.count() == len(WORLD)
        make_people()
    gc.collect()
    gc.freeze()  # modules, models and templates stay: looking through them again and again took a tenth of all time
    yield
    if config:
        with django_db_blocker.unblock():
            teardown_databases(config, verbosity=0)


def _worker_name(worker: str) -> str | None:
    if connection.vendor == "sqlite":
        return None
    return f"test_{connection.settings_dict['NAME']}_{worker}"


def _keep(template: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=template.parent, delete=False) as file:
        partial = Path(file.name)
    with sqlite3.connect(partial) as target:
        connection.connection.backup(target)
    partial.replace(template)


@pytest.fixture(scope="module", autouse=True)
def _swept(django_db_setup, django_db_blocker):
    """On PostgreSQL, what earlier tests wrote and undid is swept away: its planner reckons with rows that are not there.

    Measured: counts beside filters took 11 seconds each after imports of thousands of rows that had been rolled back.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) home_entry, home_entryfacet, wagtailcore_page, home_contentpage")
            cursor.execute("VACUUM (ANALYZE) search_searchdocument, search_passage, wagtailcore_referenceindex")


@pytest.fixture(autouse=True)
def _database(db):
    """Every test may use the database."""


@pytest.fixture(autouse=True)
def _empty_cache():
    """No test inherits another's cache, nor what it knew of rows that were rolled back."""
    from django.core.cache import cache

    from search.models.facets import forget_pairs

    cache.clear()
    forget_pairs()


def note_second_step(session, user) -> None:
    """Give a person a second step, and say in a session that it was passed."""
    if not second_step.has_one(user):
        TOTP.activate(user, generate_totp_secret())
    session["account_authentication_methods_user"] = user_id_to_str(user)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": 0, "type": "totp"}]


@receiver(user_logged_in)
def _second_step(request, user, **kwargs) -> None:
    """Whoever may enter the admin and is signed in by `force_login` has a second step and has passed it.

    A sign-in by the site's own forms has a method; it is left as it is.
    """
    if request.method is None and user.has_perm("wagtailadmin.access_admin"):
        note_second_step(request.session, user)


@pytest.fixture
def commits_at_once(monkeypatch):
    """What waits for the end of a transaction happens at once: a test's own transaction never ends."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function, *_, **__: function())


@pytest.fixture(autouse=True)
def _visits(monkeypatch):
    """No note of a visit is counted among a page's queries. test_my_worksite, which is about them, has them again."""
    monkeypatch.setattr("members.visits.note", lambda user, now: None)


@pytest.fixture(params=list(PERSONAS))
def persona(request) -> str:
    """Each persona in turn."""
    return request.param


@pytest.fixture
def as_persona():
    """A function that gives a client signed in as a persona (`visitor` is signed out)."""

    def sign_in(name: str) -> Client:
        client = Client()
        user = person(name)
        if user.is_authenticated:
            client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def elasticsearch(settings, monkeypatch):
    """A site with a real Elasticsearch, with an index of its own for each test."""
    from tests import elastic

    elastic.use(settings, monkeypatch, elastic.server())
    yield
    elastic.clear()
