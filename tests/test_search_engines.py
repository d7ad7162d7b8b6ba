"""The contract of the engines. Every test runs on each engine that is there: the database's own, always."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from home import access
from home.models import AccessRule
from search import engines, queries
from search.engines.base import SearchRequest
from search.models import SearchDocument
from tests import elastic, factories
from tests.personas import person


@pytest.fixture(params=["database", "elasticsearch"])
def engine(request):
    """Each engine in turn, current with the documents."""
    if request.param == "database":
        return engines.database_engine()
    request.getfixturevalue("elasticsearch")
    return elastic.Current()


def ask(engine, typed="", who="visitor", **values):
    """Search as a persona."""
    user = AnonymousUser() if who == "visitor" else person(who)
    rules = tuple(AccessRule.objects.allowing(user).values_list("pk", flat=True))
    keys = access.keys_for(user)
    members = access.MEMBERS in keys or access.EVERYTHING in keys
    return engine.search(SearchRequest(queries.parse(typed), rules, members=members, **values))


def titles(results) -> list[str]:
    """The titles of the hits, in order."""
    names = SearchDocument.objects.in_bulk([hit.document for hit in results.hits])
    return [names[hit.document].title for hit in results.hits]


def resource(title, text="", **values):
    return factories.resource(title=title, body=[("text", f"<p>{text}</p>")], audience="public", **values)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("screening", True),
        ("screens", True),
        ("SCREENED", True),
        ("naive", True),
        ("naïve", True),
        ("jail prison", True),
        ("jail absent", False),
        ("prison jail", True),
        ('"jail and prison"', True),
        ('"prison and jail"', False),
        ("scre*", True),
        ("xscre*", False),
        ("jail -prison", False),
        ("jail -absent", True),
        ("-absent screening", True),
        ("o'brien", True),
        ("co-occurring", True),
        ("occurring-co", False),
        ("naive's", True),
    ],
)
def test_words_are_found_as_people_write_them(engine, typed, found):
    resource("Screening", "A naïve jail and prison reader of Mr. O’Brien, with co-occurring disorders")
    assert ("Screening" in titles(ask(engine, typed, limit=100))) is found
