"""Elasticsearch is told of everything, answers only what the database would say too, and may fail in any way it likes."""

from __future__ import annotations

import base64
import datetime as dt
import http.server
import io
import json
import ssl
import subprocess
import threading
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.utils import timezone

from home import planner
from home.models import Entry
from library.models import ResourcePage
from search import engines, health
from search.elastic import bulk, rebuild, schema, sync
from search.elastic import client as connection
from search.engines import fallback
from search.engines.base import OutOfStep
from search.engines.elasticsearch import MOST_WAITING, ElasticsearchEngine
from search.models import SearchDocument, SearchIndex, SearchLease
from tests import elastic, factories
from tests.planning import rows_known
from tests.test_search_engines import ask, resource, titles

ROOT = Path(site.BASE_DIR)


def report(*command) -> str:
    """What `manage.py search` says."""
    out = io.StringIO()
    call_command("search", *command, stdout=out)
    return out.getvalue()


def everything_told(results) -> tuple:
    return results.total, results.found, results.counts, sorted(titles(results))


# Rights, whatever the state of the index


@pytest.mark.parametrize("way", ["made private", "unpublished", "deleted", "expired"])
def test_what_is_hidden_changes_no_number_while_the_index_still_has_it(elasticsearch, way):
    pages = [resource(f"Triage {number}") for number in range(3)]
    elastic.catch_up()
    page = pages[0]
    if way == "made private":
        page.audience = "section"
        page.save_revision().publish()
    elif way == "unpublished":
        page.unpublish()
    elif way == "deleted":
        page.delete()
    else:
        page.expire_at = timezone.now() + dt.timedelta(seconds=1)
        page.save_revision().publish()
        elastic.catch_up()
        time.sleep(1.1)
    told = ask(ElasticsearchEngine(), "triage", facets=("type", "state"))  # nothing has been sent since
    assert titles(told) == ["Triage 2", "Triage 1"]
    assert everything_told(told) == everything_told(ask(engines.database_engine(), "triage", facets=("type", "state")))
    assert told.counts["state"] == {"ohio": 2}


def test_when_many_documents_wait_the_database_answers(elasticsearch):
    page = resource("Triage")
    elastic.catch_up()
    page.title = "Triage anew"
    page.save_revision().publish()
    values = {
        field.attname: getattr(SearchDocument.objects.get(key=f"page:{page.pk}"), field.attname)
        for field in SearchDocument._meta.concrete_fields
        if field.attname not in {"id", "key"}
    }
    SearchDocument.objects.bulk_create(
        SearchDocument(key=f"page:9{number}", **values) for number in range(MOST_WAITING)
    )
    with pytest.raises(OutOfStep, match="behind"):
        ask(ElasticsearchEngine(), "triage")
    told = ask(engines.engine(), "triage anew", limit=1)
    assert (told.engine, told.total) == (engines.database_engine().name, MOST_WAITING + 1)


def test_when_a_document_has_waited_long_the_database_answers_until_it_is_sent(elasticsearch):
    elastic.catch_up()
    with time_machine.travel(timezone.now() - dt.timedelta(minutes=1)):
        resource("Triage")
    assert ask(engines.engine(), "triage").engine == engines.database_engine().name
    sync.tend()
    told = ask(engines.engine(), "triage")
    assert (told.engine, titles(told)) == ("elasticsearch", ["Triage"])


def test_an_index_that_has_something_else_than_the_database_thinks_answers_nothing(elasticsearch):
    page = resource("Triage")
    elastic.catch_up()
    page.title = "Something else"
    page.save_revision().publish()
    SearchDocument.objects.update(synced_version=1_000)  # as if it had been sent: an old copy of the index was restored
    with pytest.raises(OutOfStep):
        ask(ElasticsearchEngine(), "triage")
    assert ask(engines.engine(), "triage").total == 0


def test_an_index_that_knows_what_the_database_has_forgotten_is_replaced(elasticsearch):
    page = resource("Triage")
    elastic.catch_up()
    for title in ("Triage two", "Triage three"):
        page.title = title
        page.save_revision().publish()
        elastic.catch_up()
    document = SearchDocument.objects.get(key=f"page:{page.pk}")
    # The database is restored from a backup, where the title is the first and somebody has edited since.
    SearchDocument.objects.filter(pk=document.pk).update(
        version=document.version - 1, synced_version=document.version - 2, title="Triage restored"
    )
    sync.tend()
    assert SearchIndex.live() is None
    assert titles(ask(engines.engine(), "triage")) == ["Triage restored"]
    sync.tend()
    told = ask(engines.engine(), "triage")
    assert (told.engine, titles(told)) == ("elasticsearch", ["Triage restored"])


# Rebuilding


def test_a_rebuild_loses_no_edit_and_brings_back_no_deleted_page(elasticsearch, monkeypatch):
    pages = [resource(f"Triage {number:02}") for number in range(12)]
    elastic.catch_up()
    before = SearchIndex.live().name
    monkeypatch.setattr(bulk, "ROWS", 5)
    portions = []

    def meanwhile(number):
        portions.append(number)
        if len(portions) == 1:
            pages[0].delete()
            pages[1].title = "Edited behind"
            pages[1].save_revision().publish()
            pages[11].title = "Edited ahead"
            pages[11].save_revision().publish()
            sync.drain()
        if len(portions) == 3:
            pages[2].delete()
            resource("Quite new")
            told = ask(engines.engine(), "triage", limit=50)
            assert told.engine == "elasticsearch"  # the old index goes on answering
            assert "Triage 00" not in titles(told)

    rebuild.go_on(progress=meanwhile)
    sync.drain()
    assert len(portions) > 3
    assert SearchIndex.live().name != before
    assert SearchIndex.objects.count() == 1
    told = ask(ElasticsearchEngine(), "", limit=100, sort="oldest", chosen={"type": ["resource"]})
    assert titles(told) == ["Edited behind", *(f"Triage {n:02}" for n in range(3, 11)), "Edited ahead", "Quite new"]
    assert report("audit").startswith("Everything")
    there = connection.client(elastic.PATIENT).indices.get(index=f"{connection.alias()}-*")
    assert list(there) == [SearchIndex.live().name]


def test_a_rebuild_that_was_stopped_goes_on_where_it_was(elasticsearch, monkeypatch):
    pages = [resource(f"Triage {number}") for number in range(8)]
    monkeypatch.setattr(bulk, "ROWS", 4)

    def stop(number):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild.go_on(progress=stop)
    half = SearchIndex.building()
    assert half.cursor > 0
    pages[0].delete()
    sent = []
    rebuild.go_on(progress=sent.append)
    assert SearchIndex.live().name == half.name
    assert sum(sent) == SearchDocument.objects.present().filter(pk__gt=half.cursor).count()
    sync.drain()
    assert report("audit").startswith("Everything")


def test_after_a_rebuild_the_database_knows_how_full_its_tables_are(elasticsearch):
    planner.tell()
    known = rows_known("home_entry")
    for number in range(3):
        resource(f"Triage {number}")
    assert rows_known("home_entry") == known
    rebuild.go_on()
    assert rows_known("home_entry") == Entry.objects.count()


def test_another_mapping_is_noticed_and_the_index_built_anew_by_the_clock(elasticsearch, settings):
    resource("Triage")
    elastic.catch_up()
    before = SearchIndex.live().name
    sync.tend()
    assert SearchIndex.live().name == before
    settings.ELASTICSEARCH_SHARDS = 2
    out = io.StringIO()
    with pytest.raises(CommandError, match="not complete yet; the database answers"):
        call_command("search", "status", stdout=out)
    assert "of another mapping" in out.getvalue()
    told = ask(engines.engine(), "triage")
    assert (told.engine, told.total) == (engines.database_engine().name, 1)
    sync.tend()
    assert SearchIndex.live().name != before
    told = ask(engines.engine(), "triage")
    assert (told.engine, told.total) == ("elasticsearch", 1)


def test_an_index_that_somebody_deleted_is_noticed_and_built_anew(elasticsearch):
    resource("Triage")
    elastic.catch_up()
    connection.client(elastic.PATIENT).indices.delete(index=SearchIndex.live().name)
    told = ask(engines.engine(), "triage")
    assert (told.engine, told.total) == (engines.database_engine().name, 1)
    sync.check()
    assert SearchIndex.live() is None
    sync.tend()
    assert ask(engines.engine(), "triage").engine == "elasticsearch"


def test_two_who_want_to_write_take_turns_and_one_who_was_killed_is_waited_for_no_longer_than_his_lease(elasticsearch):
    resource("Triage")
    elastic.catch_up()
    resource("Triage two")
    with SearchLease.held("write") as mine:
        assert mine
        assert sync.drain() == 0
    SearchLease.objects.update(until=timezone.now() + dt.timedelta(seconds=30))  # left by a process that was killed
    assert sync.drain() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=31)):
        assert sync.drain() == 1


def test_without_elasticsearch_tombstones_go_and_an_earlier_index_counts_no_more(elasticsearch, settings):
    page = resource("Triage")
    elastic.catch_up()
    page.delete()
    address, settings.ELASTICSEARCH_URL = settings.ELASTICSEARCH_URL, []
    sync.tend()
    sync.check()
    assert not SearchDocument.objects.filter(deleted=True).exists()
    settings.ELASTICSEARCH_URL = address
    elastic.catch_up()
    assert ask(engines.engine(), "triage").total == 0
    assert report("audit").startswith("Everything")


def test_two_sites_share_a_cluster(elasticsearch, settings):
    resource("Triage")
    elastic.catch_up()
    mine, first = SearchIndex.live().name, settings.ELASTICSEARCH_PREFIX
    mine_row = SearchIndex.live()
    settings.ELASTICSEARCH_PREFIX = f"{first}-20"  # begins like the other's
    SearchIndex.objects.all().delete()
    elastic.catch_up()
    rebuild.go_on()
    elastic.clear()
    settings.ELASTICSEARCH_PREFIX = first
    SearchIndex.objects.all().delete()
    mine_row.save(force_insert=True)
    assert connection.client(elastic.PATIENT).indices.exists(index=mine)
    assert ask(ElasticsearchEngine(), "triage").total == 1


# What is said


def test_audit_finds_what_is_missing_and_repairs_it(elasticsearch):
    kept, lost, changed = (resource(f"Triage {number}") for number in range(3))
    elastic.catch_up()
    server = connection.client(elastic.PATIENT)
    index = SearchIndex.live().name

    def number(page):
        return str(SearchDocument.objects.get(key=f"page:{page.pk}").pk)

    server.delete(index=index, id=number(lost), refresh=True)
    SearchDocument.objects.filter(pk=number(changed)).update(version=9, synced_version=9)
    server.index(index=index, id="987654", document={"document": 987654, "title": "Ghost"}, refresh=True)
    SearchDocument.objects.filter(key=f"page:{kept.pk}").delete()
    with pytest.raises(CommandError) as said:
        report("audit")
    assert str(said.value).splitlines() == [
        "1 pages have no search document.",
        "2 documents are not in the index as the database has them.",
        "2 documents in the index are not in the database.",
    ]
    assert report("audit", "--repair").endswith("Everything that can be found is there, and nothing else.\n")
    assert report("audit").startswith("Everything")
    assert len(titles(ask(ElasticsearchEngine(), "triage"))) == 3


def test_what_waits_is_said_by_status_and_audit_and_sent_by_drain(elasticsearch):
    elastic.catch_up()
    resource("Triage")
    assert "Waiting    1, the oldest for" in report("status")
    with pytest.raises(CommandError, match=r"1 documents wait to be sent: run `manage\.py search drain`"):
        report("audit")
    assert report("drain") == "1 documents sent.\n"
    assert "Waiting    0" in report("status")
    assert report("rebuild") == "The new index answers.\n"


@pytest.mark.parametrize("command", ["drain", "rebuild"])
def test_without_elasticsearch_there_is_nothing_to_send(command):
    with pytest.raises(CommandError, match="ELASTICSEARCH_URL is not set"):
        report(command)
    assert "the database" in report("status")


def test_a_page_from_before_an_upgrade_gets_its_document_from_the_clock():
    from search import audit

    page = resource("Antediluvian")
    SearchDocument.objects.filter(key=f"page:{page.pk}").delete()
    with pytest.raises(CommandError, match="1 pages have no search document"):
        report("audit")
    audit.mend()
    assert titles(ask(engines.engine(), "antediluvian")) == ["Antediluvian"]
    assert report("audit").startswith("Everything")


# A server that fails

HOLLOW = {"took": 1, "timed_out": False, "_shards": {"total": 1, "successful": 1, "failed": 0}}
NOTHING = {
    **HOLLOW,
    "hits": {"total": {"value": 0}, "hits": []},
    "aggregations": {"chosen": {"doc_count": 0}},
}
FAILURES = {
    "busy": (429, {"error": {"type": "es_rejected_execution_exception"}, "status": 429}),
    "unavailable": (503, {"error": {"type": "master_not_discovered_exception"}, "status": 503}),
    "an error of its own": (500, {"error": {"type": "null_pointer_exception"}, "status": 500}),
    "wrong password": (401, {"error": {"type": "security_exception"}, "status": 401}),
    "garbage": (200, "<html>Welcome to the coffee shop</html>"),
    "half an answer": (200, {"responses": [{**HOLLOW, "hits": {"hits": [{"_id": "x"}]}}] * 2}),
    "one answer of two": (200, {"responses": [NOTHING]}),
    "an error in one answer": (200, {"responses": [NOTHING, {"error": {"type": "x"}, "status": 500}]}),
    "a list": (200, []),
    "too slow for itself": (200, {"responses": [{**NOTHING, "timed_out": True}] * 2}),
    "a part of its shards": (
        200,
        {"responses": [{**NOTHING, "_shards": {"total": 2, "successful": 1, "failed": 1}}] * 2},
    ),
}


@contextmanager
def impostor(status: int, body, product="Elasticsearch", pause: float = 0):
    """A server that gives one answer to everything; gives its address and the list of what it was asked."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append(self.path)
            time.sleep(pause)
            self.send_response(status)
            self.send_header("X-Elastic-Product", product)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write((body if isinstance(body, str) else json.dumps(body)).encode())

        do_GET = do_PUT = do_POST = answer  # noqa: N815

        def log_message(self, *args):
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def told():
    """A site whose documents an index has, as far as the database knows."""
    fallback.breaker.reset()
    sync.breaker.reset()
    page = resource("Triage")
    SearchIndex.objects.create(name="worksite-1", uuid="u", fingerprint=schema.fingerprint(), state="live")
    SearchDocument.objects.update(synced_version=1_000)
    yield page
    fallback.breaker.reset()
    sync.breaker.reset()


@pytest.mark.slow
@pytest.mark.parametrize("failure", FAILURES)
def test_whatever_is_wrong_with_its_answer_the_database_answers(told, settings, failure):
    with impostor(*FAILURES[failure]) as (address, asked):
        settings.ELASTICSEARCH_URL = [address]
        found = ask(engines.engine(), "triage")
        assert (found.engine, titles(found)) == (engines.database_engine().name, ["Triage"])
        assert len(asked) == 1
        sync.breaker.reset()
        if FAILURES[failure][0] != 200:
            sync.tend()  # says so in the log, and raises nothing
            sync.check()
            assert health.elasticsearch()


@pytest.mark.slow
def test_a_server_that_takes_too_long_is_not_waited_for_and_left_alone_after_three_times(told, settings, monkeypatch):
    with impostor(200, {}, pause=3) as (address, asked):
        settings.ELASTICSEARCH_URL = [address]
        took = []
        for _ in range(3):
            began = time.monotonic()
            assert ask(engines.engine(), "triage").total == 1
            took.append(time.monotonic() - began)
        assert min(took) < 2  # the others may have had to wait for a busy machine
        for _ in range(5):
            assert ask(engines.engine(), "triage").total == 1
        assert len(asked) == 3
        later = time.monotonic() + 31
        monkeypatch.setattr("search.engines.breaker.time.monotonic", lambda: later)
        for _ in range(5):
            assert ask(engines.engine(), "triage").total == 1
        assert len(asked) == 4  # one tries


def test_one_search_asks_a_server_that_failed_only_once(told, settings):
    from search import service
    from search.engines.base import SearchRequest
    from search.queries import parse

    with impostor(503, {"error": {"type": "x"}, "status": 503}) as (address, asked):
        settings.ELASTICSEARCH_URL = [address]
        service.find(SearchRequest(parse("triage absent"), (1,)))
        assert len(asked) == 1


def test_a_save_asks_elasticsearch_nothing(told, settings):
    with impostor(503, {}, pause=5) as (address, asked):
        settings.ELASTICSEARCH_URL = [address]
        told.title = "Another"
        told.save_revision().publish()
        told.delete()
        assert asked == []


def test_readiness_is_degraded_and_only_administrators_read_why(told, settings, as_persona):
    settings.READY_CHECKS = []
    settings.ELASTICSEARCH_URL = ["http://127.0.0.1:1"]
    answer = as_persona("visitor").get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "degraded"})
    problems = as_persona("admin").get("/readyz").json()["problems"]
    assert problems == {
        "elasticsearch": "Elasticsearch does not answer (ConnectionError); the database answers searches."
    }
    settings.ELASTICSEARCH_URL = []
    assert as_persona("visitor").get("/readyz").json() == {"status": "ok"}


# TLS and credentials


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for localhost that no system trusts."""
    folder = tmp_path_factory.mktemp("certificate")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run(
        [
            *["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names],
            *["-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        ],
        check=True,
        capture_output=True,
    )
    return folder


@contextmanager
def behind_tls(folder, address: str, wanted: str):
    """A proxy in front of the real server that speaks TLS and wants an Authorization header."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
            if self.headers.get("Authorization") != wanted:
                self.send_response(401)
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.end_headers()
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            asked = urllib.request.Request(address + self.path, body, headers, method=self.command)
            with urllib.request.urlopen(asked, timeout=elastic.PATIENT) as got:
                self.send_response(got.status)
                for name in ("Content-Type", "X-Elastic-Product"):
                    self.send_header(name, got.headers[name])
                self.end_headers()
                self.wfile.write(got.read())

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *args):
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def test_tls_is_verified_and_a_password_or_a_key_is_sent(elasticsearch, settings, certificate):
    resource("Triage")
    elastic.catch_up()
    plain = settings.ELASTICSEARCH_URL
    password = "Basic " + base64.b64encode(b"elastic:p@ss").decode()
    with behind_tls(certificate, plain[0], password) as port:
        settings.ELASTICSEARCH_URL = [f"https://elastic:p%40ss@localhost:{port}"]
        assert ask(engines.engine(), "triage").engine != "elasticsearch"  # nobody vouches for it
        assert "TlsError" in health.elasticsearch()
        settings.ELASTICSEARCH_CA_FILE = str(certificate / "cert.pem")
        assert ask(engines.engine(), "triage").engine == "elasticsearch"
        settings.ELASTICSEARCH_URL = [f"https://elastic:wrong@localhost:{port}"]
        assert ask(engines.engine(), "triage").engine != "elasticsearch"
        assert "401" in health.elasticsearch()
    with behind_tls(certificate, plain[0], "ApiKey a2V5") as port:
        settings.ELASTICSEARCH_URL = [f"https://localhost:{port}"]
        settings.ELASTICSEARCH_API_KEY = "a2V5"
        fallback.breaker.reset()
        assert ask(engines.engine(), "triage").engine == "elasticsearch"
    settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_API_KEY = plain, ""
    settings.ELASTICSEARCH_CA_FILE = ""


def test_where_one_host_of_a_cluster_is_down_the_next_one_answers(elasticsearch, settings):
    resource("Triage")
    elastic.catch_up()
    settings.ELASTICSEARCH_URL = ["http://127.0.0.1:1", *settings.ELASTICSEARCH_URL]
    assert [ask(engines.engine(), "triage").engine for _ in range(3)] == ["elasticsearch"] * 3


def test_a_moved_page_is_found_in_its_new_section(elasticsearch):
    page = resource("Triage")
    elastic.catch_up()
    page.move(factories.index(ResourcePage, "Texas"), pos="last-child")
    sync.tend()
    assert ask(ElasticsearchEngine(), "triage", facets=("state",)).counts == {"state": {"texas": 1}}


def test_a_collection_is_searched_aside_and_leaves_nothing_behind(elasticsearch, tmp_path):
    (tmp_path / "qrels").mkdir()
    texts = {"a": "Jails and prisons", "b": "Housing for all", "c": "The flow of air"}
    rows = [json.dumps({"_id": key, "title": text, "text": text * 3}) for key, text in texts.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(rows))
    (tmp_path / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "prison, jail & absent"}))
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta\t1\n")
    assert report("evaluate", str(tmp_path), "--engine", "elasticsearch").startswith("nDCG@10 1.000\nrecall@100 1.000")
    assert not connection.client(elastic.PATIENT).indices.get(index=f"{connection.alias()}-*")


def test_the_judged_queries_do_as_well_as_ever(elasticsearch):
    said = report("evaluate", str(ROOT / "search" / "data" / "judged"), "--engine", "elasticsearch").splitlines()
    assert float(said[0].removeprefix("nDCG@10 ")) >= 0.733
    assert float(said[1].removeprefix("recall@100 ")) >= 0.805
    assert said[3] == "empty queries 0 of 78"
