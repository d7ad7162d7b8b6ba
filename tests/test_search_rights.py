"""Who finds what: every persona on every engine that is there, over the world of the access matrix."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from search import engines
from search.engines.database import DatabaseEngine
from search.engines.elasticsearch import ElasticsearchEngine
from search.models import SearchDocument
from tests import elastic, matrix
from tests.matrix import SEARCHED, SEES, SURFACES
from tests.personas import FURTHER, PERSONAS, person
from tests.test_access_matrix import check, may_see, named
from tests.test_search_engines import ask, asked, titles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from search.engines.base import Engine
    from tests.matrix import World


@pytest.fixture(scope="module", params=["database", "elasticsearch"])
def site(request, django_db_setup, django_db_blocker) -> Iterator[tuple[World, Engine]]:
    """The world of the matrix and the engine that answers, made and indexed once; no other engine is asked."""
    address = elastic.server() if request.param == "elasticsearch" else ""
    with django_db_blocker.unblock(), transaction.atomic(), ExitStack() as stack:
        world = matrix.make_world()
        for name in FURTHER:
            person(name)
        engine: Engine = engines.database_engine()
        if address:
            patch = stack.enter_context(elastic.kept(address))
            elastic.catch_up()
            for question in ("search", "related"):
                patch.setattr(DatabaseEngine, question, lambda *_: pytest.fail("The database was asked."))
            engine = ElasticsearchEngine()
        yield world, engine
        transaction.set_rollback(True)


@pytest.fixture(params=[*PERSONAS, *FURTHER])
def persona(request) -> str:
    """Each persona in turn."""
    return request.param


@pytest.mark.slow
@pytest.mark.parametrize("surface", [one for one in SURFACES if one.name in SEARCHED], ids=named)
def test_a_surface_of_the_search_shows_each_persona_what_is_theirs_and_nothing_else(surface, persona, site, as_persona):
    check(surface, persona, site[0], as_persona(persona))


def test_totals_and_counts_are_of_what_a_persona_may_see(persona, site):
    world, engine = site
    seen = [thing for thing in world.things if may_see(persona, thing)]
    names = [told for told in world.told if told.field == "name" and may_see(persona, told)]
    found = ask(engine, "canar*", who=persona, facets=("type", "state", "topic"), limit=100)
    types = Counter(thing.type for thing in seen)
    assert {name: number for name, number in found.counts["type"].items() if name != "person"} == types
    assert found.total == len(found.hits) == sum(found.counts["type"].values())
    assert found.counts["type"]["person"] == len(names) + len({told.profile.pk for told in world.told} - _named(world))
    assert found.counts["state"].get("texas", 0) == sum(thing.place == "Texas" for thing in seen)
    assert found.counts["topic"] == {"housing": len(seen)}
    chosen = ask(engine, "canar*", who=persona, chosen={"type": ["call"], "state": ["ohio"]}, facets=("type",))
    calls = [thing for thing in seen if (thing.type, thing.place) == ("call", "Ohio")]
    assert sorted(titles(chosen)) == sorted(f"Title {thing.word}" for thing in calls)
    assert chosen.total == chosen.counts["type"]["call"] == len(calls)


def _named(world: World) -> set[int]:
    return {told.profile.pk for told in world.told if told.field == "name"}


def test_words_that_stand_in_a_file_alone_are_found_by_those_who_may_read_it(persona, site):
    world, engine = site
    for filed in world.filed[::2]:
        found = titles(ask(engine, filed.word, who=persona))
        assert found == ([f"Title {filed.thing.word}"] if may_see(persona, filed) else []), filed


def test_what_is_like_a_page_is_what_a_persona_may_see(persona, site):
    world, engine = site
    theirs = {f"Title {thing.word}" for thing in world.things if may_see(persona, thing)}
    document = SearchDocument.objects.get(key=f"page:{world.pick(level='public', type='resource')[0].page.pk}")
    like = titles(engine.related(document.pk, asked(who=persona, limit=100)))
    assert like
    assert {title for title in like if title.startswith("Title")} <= theirs


def test_every_persona_is_asked():
    assert {*PERSONAS, *FURTHER} == set(SEES)
