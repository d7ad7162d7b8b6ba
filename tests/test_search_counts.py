"""The counts beside filters are the same numbers, whoever counts: the database adds up sets of facet values,
Elasticsearch counts under filters.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from home.models import AccessRule
from search import engines
from search.engines.elasticsearch import ElasticsearchEngine
from search.models import FacetSet, SearchDocument
from tests import elastic, factories
from tests.test_search_engines import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from search.engines.base import Engine

DOCUMENTS = 200
WORDS = ["jail", "court", "peer", "clinic", "bridge", "zebra", "nurse", "river"]
VALUES = {
    "type": ["resource", "event", "webinar"],
    "state": ["ohio", "texas", "maine"],
    "topic": ["housing", "training", "consent", "crisis"],
    "setting": ["jails", "clinics"],
    "year": ["2019", "2021", "2022", "2024"],
    "captions": ["yes"],
}
LEAST = {"type": 1}  # each document has one; of the others, it may have none


@pytest.fixture(scope="module")
def both(django_db_setup, django_db_blocker) -> Iterator[tuple[Engine, Engine]]:
    """The database's engine and Elasticsearch, with the same documents."""
    address = elastic.server()
    with django_db_blocker.unblock(), transaction.atomic(), elastic.kept(address):
        SearchDocument.objects.bulk_create(_documents(random.Random(5)))
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:  # its planner is told of what a test wrote
                cursor.execute("ANALYZE search_searchdocument, search_words")
        elastic.catch_up()
        yield engines.database_engine(), ElasticsearchEngine()
        transaction.set_rollback(True)


def _documents(luck: random.Random) -> Iterator[SearchDocument]:
    rules = [
        AccessRule.objects.get_or_create(text=text)[0]
        for text in ("|public|", "|members|", f"|section:{factories.section('Ohio').pk}|")
    ]
    now = timezone.now()
    for number in range(DOCUMENTS):
        held = [
            (name, value)
            for name, values in VALUES.items()
            for value in luck.sample(values, luck.randint(LEAST.get(name, 0), min(2, len(values))))
        ]
        [facets] = FacetSet.of([held])
        yield SearchDocument(
            key=f"test:{number}",
            type=next(value for name, value in held if name == "type"),
            access=luck.choice(rules),
            facets_id=facets,
            title=" ".join(luck.sample(WORDS, 2)),
            text=" ".join(luck.choices(WORDS, k=5)),
            members_text=luck.choice(["", *WORDS]),
            published_at=now - dt.timedelta(minutes=number),
            expires_at=luck.choice([None, None, now + dt.timedelta(days=1), now - dt.timedelta(seconds=1)]),
        )


words = st.sampled_from([*WORDS, '"jail court"', "bri*", "-zebra", "-river"])
questions = st.fixed_dictionaries(
    {
        "typed": st.lists(words, max_size=3).map(" ".join),
        "who": st.sampled_from(["visitor", "ohio-member", "texas-member", "admin"]),
        "match": st.sampled_from(["all", "any"]),
        "years": st.sampled_from([None, None, (2019, 2021), (2022, 2030)]),
        "chosen": st.dictionaries(st.sampled_from(list(VALUES)), st.just(None), max_size=3).flatmap(
            lambda names: st.fixed_dictionaries(
                {name: st.lists(st.sampled_from([*VALUES[name], "nothing"]), min_size=1, unique=True) for name in names}
            )
        ),
    }
)


@given(questions)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_and_totals_are_the_same_on_both_engines(both, question):
    here, there = (
        ask(engine, **question, facets=tuple(VALUES), limit=DOCUMENTS + 100, sort="newest") for engine in both
    )
    assert here.counts == there.counts
    assert (here.total, here.found) == (there.total, there.found)
    assert [hit.document for hit in here.hits] == [hit.document for hit in there.hits]
    assert here.total == len(here.hits)


def test_the_questions_find_something_and_what_is_chosen_narrows_it(both):
    for engine in both:
        everything = ask(engine, "jail", who="admin", facets=tuple(VALUES))
        narrowed = ask(engine, "jail", who="admin", facets=tuple(VALUES), chosen={"state": ["ohio"], "year": ["2024"]})
        assert 0 < narrowed.total < everything.total
        assert narrowed.found == everything.total
        assert all(everything.counts[name] for name in VALUES)
