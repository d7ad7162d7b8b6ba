"""A real Elasticsearch that hangs, is killed, refuses to write: searches are answered all the while, and nothing is lost."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import connection as database

from home.signals import pages_changed
from library.models import ResourcePage
from scripts.elasticsearch import Missing, Server
from search import engines
from search.elastic import client, sync
from search.engines import elasticsearch as engine_module
from search.engines import fallback
from search.models import SearchDocument, SearchIndex
from tests import elastic, factories
from tests.conftest import _migrated_template
from tests.test_make import free_port
from tests.test_search_elastic import report
from tests.test_search_engines import ask, resource, titles

pytestmark = pytest.mark.slow
ROOT = Path(site.BASE_DIR)
SAMPLE = ROOT / "library" / "data" / "sample_resources.csv"


@pytest.fixture(scope="module")
def server():
    """A server of these tests' own: stopping it disturbs nobody."""
    elastic.server()  # only where Elasticsearch is wanted at all
    folder = Path(tempfile.mkdtemp(prefix="worksite-elasticsearch-"))
    folder.chmod(0o755)
    own = Server(int(free_port()), folder)
    try:
        own.start()
    except Missing as missing:
        pytest.skip(str(missing))
    yield own
    own.signal(signal.SIGCONT)
    own.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def site_with(server, settings, monkeypatch):
    """A site with that server, with the time limits that the real one has."""
    elastic.use(settings, monkeypatch, server.address)
    monkeypatch.setattr(engine_module, "SECONDS", 1.0)
    yield server
    elastic.clear()


def hang(server: Server):
    server.signal(signal.SIGSTOP)
    yield
    server.signal(signal.SIGCONT)


def lose_power(server: Server):
    server.signal(signal.SIGKILL)
    yield
    while server.answers():
        time.sleep(0.1)
    server.start()


def flood(server: Server):
    """What Elasticsearch does by itself when its disk is nearly full."""
    block = {"index.blocks.read_only_allow_delete": True}
    client.client(elastic.PATIENT).indices.put_settings(index=client.alias(), settings=block)
    yield
    client.client(elastic.PATIENT).indices.put_settings(index=client.alias(), settings=dict.fromkeys(block))


@contextmanager
def away(way, server: Server):
    """The block runs while the server is in trouble."""
    trouble = way(server)
    next(trouble)
    try:
        yield
    finally:
        next(trouble, None)
        fallback.breaker.reset()
        sync.breaker.reset()


def wait_until_well():
    """What the clock does every second, until nothing waits."""
    for _ in range(120):
        sync.breaker.reset()
        sync.tend()
        if SearchIndex.live() and not SearchDocument.objects.waiting().exists():
            return
        time.sleep(0.5)
    pytest.fail("Elasticsearch is back, but documents still wait.")


def answered_by_elasticsearch(typed: str, **values):
    """The answer of a server that may still have to wake up."""
    for _ in range(60):
        fallback.breaker.reset()
        found = ask(engines.engine(), typed, **values)
        if found.engine == "elasticsearch":
            return found
        time.sleep(0.5)
    pytest.fail("The database still answers.")


EXPECTED = ["Triage anew", "Triage moved", "Triage new"]


@pytest.mark.parametrize(("way", "by"), [(hang, "database"), (lose_power, "database"), (flood, "elasticsearch")])
def test_what_happens_to_pages_meanwhile_is_right_at_once_and_in_the_index_afterwards(site_with, way, by):
    edited, moved, hidden, unpublished, deleted = (
        resource(f"Triage {word}") for word in ("edited", "moved", "hidden", "unpublished", "deleted")
    )
    elastic.catch_up()
    assert answered_by_elasticsearch("triage").total == 5
    with away(way, site_with):
        edited.title = "Triage anew"
        edited.save_revision().publish()
        moved.move(factories.index(ResourcePage, "Texas"), pos="last-child")
        hidden.audience = "section"
        hidden.save_revision().publish()
        unpublished.unpublish()
        deleted.delete()
        resource("Triage new")

        sync.tend()
        assert SearchDocument.objects.waiting().exists()
        took = []
        for _ in range(3):
            began = time.monotonic()
            found = ask(engines.engine(), "triage", facets=("state",))
            took.append(time.monotonic() - began)
            assert set(titles(found)) <= set(EXPECTED)
            assert found.total == len(found.hits) == sum(found.counts["state"].values())
            if by == "database":
                assert found.engine == engines.database_engine().name
                assert sorted(titles(found)) == EXPECTED
        assert min(took) < 2
    wait_until_well()
    found = answered_by_elasticsearch("triage", facets=("state",))
    assert sorted(titles(found)) == EXPECTED
    assert found.counts == {"state": {"ohio": 2, "texas": 1}}
    assert sorted(titles(ask(engines.engine(), "triage", who="ohio-member"))) == sorted([*EXPECTED, "Triage hidden"])
    assert report("audit").startswith("Everything")


def test_a_server_that_is_killed_in_the_middle_of_an_import_misses_nothing_afterwards(site_with):
    elastic.catch_up()
    before = ResourcePage.objects.count()
    imported = []

    def cut_the_power(pages, **kwargs):
        if not imported:
            site_with.signal(signal.SIGKILL)
        imported.extend(pages)

    pages_changed.connect(cut_the_power)
    try:
        options = ["--section", "OH", "--audience", "public"]
        call_command("import_resources", SAMPLE, *options, stdout=io.StringIO())
    finally:
        pages_changed.disconnect(cut_the_power)
    number = ResourcePage.objects.count() - before
    assert number > 20
    assert SearchDocument.objects.waiting().count() >= number
    with pytest.raises(CommandError, match="Nothing is lost; try again"):
        report("drain")

    while site_with.answers():
        time.sleep(0.1)
    site_with.start()
    with pytest.raises(CommandError, match="wait to be sent"):
        report("audit")
    report("drain")
    assert report("audit").startswith("Everything")
    found = answered_by_elasticsearch("", chosen={"type": ["resource"]}, limit=100)
    assert found.total == number


DOCUMENTS = """
import django
django.setup()
from django.utils import timezone
from home.models import AccessRule
from search.models import FacetSet, SearchDocument
access, (facets,), now = AccessRule.objects.create(text="|public|"), FacetSet.of([[]]), timezone.now()
SearchDocument.objects.bulk_create(
    SearchDocument(key=f"sample:{n}", access=access, facets_id=facets, title="Triage", published_at=now) for n in range(18)
)
"""
REBUILD = """
import sys, time
import django
django.setup()
from search.elastic import bulk, rebuild
bulk.ROWS = 5
def portion(number):
    print(number, flush=True)
    time.sleep(float(sys.argv[1]))
rebuild.go_on(progress=portion)
"""


def test_a_rebuild_that_is_killed_goes_on_where_it_was(elasticsearch, settings, tmp_path):
    if database.vendor != "sqlite":
        return  # the process needs a database of its own; what is tested does not depend on which
    shutil.copy(_migrated_template(), tmp_path / "site.sqlite3")
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "worksite.settings.dev",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'site.sqlite3'}",
        "MEDIA_ROOT": str(tmp_path),
        "PRIVATE_ROOT": str(tmp_path),
        "LOG_LEVEL": "ERROR",
        "ELASTICSEARCH_URL": settings.ELASTICSEARCH_URL[0],
        "ELASTICSEARCH_PREFIX": settings.ELASTICSEARCH_PREFIX,
    }

    def run(*command):
        return subprocess.run(
            [sys.executable, *command], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )

    assert run("-c", DOCUMENTS).returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-c", REBUILD, "0.5"], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    sent = [int(process.stdout.readline()) for _ in range(2)]
    process.kill()
    process.wait()
    assert sent == [5, 5]
    with sqlite3.connect(tmp_path / "site.sqlite3") as copy:
        half = copy.execute("SELECT name FROM search_searchindex WHERE state = 'building'").fetchall()
    again = run("-c", REBUILD, "0")
    assert again.returncode == 0, again.stderr
    portions = [int(line) for line in again.stdout.split()]
    assert portions == [5, 3]
    with sqlite3.connect(tmp_path / "site.sqlite3") as copy:
        assert copy.execute("SELECT name, state FROM search_searchindex").fetchall() == [(half[0][0], "live")]
    audit = run("manage.py", "search", "audit")
    assert (audit.returncode, audit.stdout) == (0, "Everything that can be found is there, and nothing else.\n"), audit
