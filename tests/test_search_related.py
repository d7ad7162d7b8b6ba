"""Related items: from the engine, within the reader's rights, and never at the cost of the page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from home.models import Topic
from search import engines, related
from search.engines.base import EngineFailed
from tests import factories
from tests.test_listings import titles


@pytest.fixture
def page():
    """A page with others like it."""
    made = factories.resource(
        title="Sallyport screening", topics=[Topic.objects.get(slug="housing")], audience="public"
    )
    factories.resource(title="A sallyport", topics=[Topic.objects.get(slug="financing")], audience="public")
    factories.announcement(title="Rent", topics=[Topic.objects.get(slug="housing")], audience="public")
    factories.resource(title="Closed sallyport", audience="section")
    return made


def test_what_has_the_same_telling_words_is_related(page, as_persona):
    assert set(titles(as_persona("visitor"), page.url)) == {"A sallyport", "Rent"}
    assert "Closed sallyport" in titles(as_persona("ohio-member"), page.url)
    assert "Closed sallyport" not in titles(as_persona("texas-member"), page.url)


def test_what_was_kept_shows_nothing_that_has_been_closed_since(page, client):
    assert "A sallyport" in titles(client, page.url)
    other = type(page).objects.get(title="A sallyport")
    other.audience = "section"
    other.save_revision().publish()
    assert titles(client, page.url) == ["Rent"]


@pytest.mark.parametrize("fails", [True, False], ids=["an engine that fails", "a slow engine"])
def test_what_is_on_the_same_topics_stands_in_for(page, client, monkeypatch, fails):
    asked = []

    class Engine:
        def related(self, *args) -> list:
            asked.append(args)
            if fails:
                raise EngineFailed
            return []

    monkeypatch.setattr(engines, "engine", Engine)
    monkeypatch.setattr(related, "SLOW", -1)
    titles(client, page.url)
    other = type(page).objects.get(title="A sallyport")
    assert titles(client, other.url) == []  # asked of nobody now; and nothing else is on its topic
    assert len(asked) == 1
    factories.resource(title="Money", topics=[Topic.objects.get(slug="financing")], audience="public")
    assert titles(client, other.url) == ["Money"]


def test_related_items_cost_a_page_few_queries(page, client):
    counts = []
    for _ in ("from the engine", "as it was kept"):
        with CaptureQueriesContext(connection) as counted:
            client.get(page.url)
        counts.append(len(counted))
    assert counts[0] <= (
        26 if connection.vendor == "sqlite" else 32
    )  # PostgreSQL is also asked how full its tables are
    assert counts[1] <= 20
