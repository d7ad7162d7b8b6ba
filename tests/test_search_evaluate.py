"""How good the search is: measured aside, as the site searches, and not worse than what is written in docs/search.md."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from search import engines, evaluation, queries
from search.engines import aside
from search.engines.base import SearchRequest
from search.models import SearchDocument
from tests import factories

JUDGED = Path(settings.BASE_DIR) / "search" / "data" / "judged"
CORPUS = [
    {"_id": "a", "title": "Boundary layers", "text": "the flow of the boundary-layer in a shock"},
    {"_id": "b", "title": "Heat", "text": "conduction of heat in slabs"},
    {"_id": "c", "title": "", "text": "wings and slabs"},
]
QUERIES = [
    {"_id": "1", "text": "boundary-layer flow?"},
    {"_id": "2", "text": "slab wings"},
    {"_id": "3", "text": "zebra"},
]


def collection(folder: Path, **changed: str) -> Path:
    """A small collection in a folder; a file named in `changed` has that content instead."""
    files = {
        "corpus": "\n".join(json.dumps(row) for row in CORPUS),
        "queries": "\n".join(json.dumps(row) for row in QUERIES),
        "test": "query-id\tcorpus-id\tscore\n1\ta\t1\n2\tc\t2\n2\tb\t0\n3\tb\t1\n",
    } | changed
    (folder / "qrels").mkdir()
    (folder / "corpus.jsonl").write_text(files["corpus"], encoding="utf-8")
    (folder / "queries.jsonl").write_text(files["queries"], encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text(files["test"], encoding="utf-8")
    return folder


def test_a_collection_is_measured_and_leaves_nothing_behind(tmp_path, capsys):
    page = factories.resource(title="Boundary of our own", audience="public")
    before = SearchDocument.objects.count()
    call_command("search", "evaluate", str(collection(tmp_path)))
    assert capsys.readouterr().out.splitlines()[:4] == [
        "nDCG@10 0.667",
        "recall@100 0.667",
        "MRR 0.667",
        "empty queries 1 of 3",
    ]
    assert SearchDocument.objects.count() == before
    document = SearchDocument.objects.get(key=f"page:{page.pk}")
    request = SearchRequest(queries.parse("boundary"), (document.access_id,))
    assert [hit.document for hit in engines.database_engine().search(request).hits] == [document.pk]


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("corpus", '{"_id": "a"}\nnot json', "corpus.jsonl, line 2: this is not JSON."),
        ("corpus", '{"id": "a"}', "corpus.jsonl, line 1: there is no _id."),
        ("corpus", "", "there are no documents."),
        ("corpus", '{"_id": "a"}\n{"_id": "a"}', "two documents have the same _id."),
        ("queries", '{"_id": "9", "text": "x"}', "the judged query 1 is not in queries.jsonl."),
        ("test", "query-id\tcorpus-id\tscore\n1\ta\n", "test.tsv, line 2: three columns are wanted"),
        ("test", "query-id\tcorpus-id\tscore\n", "no query has a relevant document."),
    ],
)
def test_a_broken_collection_is_refused_in_a_sentence(tmp_path, file, content, said):
    with pytest.raises(CommandError, match=said):
        call_command("search", "evaluate", str(collection(tmp_path, **{file: content})))


def test_a_folder_that_is_not_there_and_a_database_that_is_another_are_refused(tmp_path):
    with pytest.raises(CommandError, match=r"corpus\.jsonl: No such file"):
        call_command("search", "evaluate", str(tmp_path / "nowhere"))
    other = "sqlite" if connection.vendor == "postgresql" else "postgresql"
    with pytest.raises(CommandError, match=f"{other} cannot be evaluated here"):
        call_command("search", "evaluate", str(collection(tmp_path)), "--engine", other)


def test_gain_is_discounted_and_normalized():
    relevant = {"a": 2, "b": 1}
    assert evaluation.ndcg(["a", "b"], relevant) == 1
    assert evaluation.ndcg(["x", "a"], relevant) == pytest.approx((2 / 1.58496) / (2 + 1 / 1.58496), abs=1e-4)
    assert evaluation.ndcg([], relevant) == 0


def test_the_judged_queries_are_answered_no_worse_than_is_written():
    judged = evaluation.read(JUDGED)
    assert len(judged.judged) >= 60
    with aside.database_aside([(title, text) for _, title, text in judged.documents]) as engine:
        scores = evaluation.evaluate(judged, engine)
    assert scores.empty == 0
    assert scores.ndcg >= (0.725 if connection.vendor == "postgresql" else 0.70)
    assert scores.recall >= 0.805
    assert scores.mrr >= 0.90
