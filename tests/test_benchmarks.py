"""The benchmarks still find their pages and people, and make collections that can be judged."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.signals import user_logged_in
from django.core.management import call_command

from benchmarks import content, known_items, same_subjects
from benchmarks.pages import ADMIN_ONLY, count_queries
from search import evaluation
from tests import conftest, factories, spreadsheets


@pytest.mark.slow
def test_every_page_of_the_benchmark_opens_for_those_who_ask_for_it():
    for role in ("member", "editor"):
        factories.user(f"{role}@benchmark.example", ("Ohio", role))
    for make in (factories.resource, factories.event, factories.announcement):
        make(audience="public")
    user_logged_in.disconnect(conftest._second_step)  # people of the benchmark pass the second step by themselves
    try:
        counted = count_queries(content.addresses())
    finally:
        user_logged_in.connect(conftest._second_step)
    assert {name for name, page in counted.items() if "queries_out" not in page} == set(ADMIN_ONLY)
    assert all(page["queries_in"] and page["cookie"] for page in counted.values())


def test_collections_of_known_items_are_judged_by_the_search(tmp_path, monkeypatch):
    table = tmp_path / "table.csv"
    subjects = ("jails", "nurses", "bridges")
    rows = [
        (
            f"What six counties learned about {subject}",
            f"We asked about {subject}. " * 8 + f"They told of {subject}. " * 8,
        )
        for subject in subjects
    ]
    table.write_bytes(spreadsheets.text([("title", "summary"), *rows, ("Too short", "Nothing to ask.")]))
    monkeypatch.setattr("sys.argv", ["known_items.py", str(table), str(tmp_path)])
    known_items.main()
    for name in ("titles", "halves"):
        out = io.StringIO()
        call_command("search", "evaluate", str(tmp_path / name), stdout=out)
        assert "nDCG@10 1.000" in out.getvalue()
        assert "empty queries 0 of 3" in out.getvalue()


def test_a_collection_of_subjects_holds_what_librarians_put_together(tmp_path, monkeypatch):
    table = tmp_path / "table.csv"
    rows = [
        (f"Number {10 * m + n}: {topic}", f"We asked about {topic}. " * 20, f"Humans; {topic}; part {n % 2}")
        for m, topic in enumerate(("jails", "nurses", "bridges", "pharmacies", "schools"))
        for n in range(10)
    ]
    table.write_bytes(spreadsheets.text([("title", "summary", "topics"), *rows]))
    monkeypatch.setattr("sys.argv", ["same_subjects.py", str(table), str(tmp_path)])
    same_subjects.main()
    for name in ("titles", "sentences", "summaries"):
        collection = evaluation.read(tmp_path / name)
        told = {number: title.partition(": ")[2] for number, title, _ in collection.documents}
        assert collection.judged
        for question, right in collection.judged.items():
            topics = {told[number] for number in right}
            assert len(topics) == 1
            assert topics.pop() in collection.queries[question]
            assert set(right.values()) == {2}
        out = io.StringIO()
        call_command("search", "evaluate", str(tmp_path / name), stdout=out)
        assert "nDCG@10 1.000" in out.getvalue()
