"""The contract of the engines. Every test runs on each engine that is there: the database's own, always."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendar_app.models import ConferenceCallPage
from home import access
from home.models import AccessRule
from search import engines, queries, service
from search.engines import database, postgresql
from search.engines.base import SearchRequest
from search.models import FacetSet, SearchDocument
from tests import elastic, factories
from tests.personas import person


@pytest.fixture(params=["database", "elasticsearch"])
def engine(request):
    """Each engine in turn, current with the documents."""
    if request.param == "database":
        return engines.database_engine()
    request.getfixturevalue("elasticsearch")
    return elastic.Current()


def asked(typed="", who="visitor", **values) -> SearchRequest:
    """What a persona would ask."""
    user = AnonymousUser() if who == "visitor" else person(who)
    keys = access.keys_for(user)
    return SearchRequest(
        values.pop("query", queries.parse(typed)),
        tuple(AccessRule.objects.allowing(user).values_list("pk", flat=True)),
        members=access.MEMBERS in keys or access.EVERYTHING in keys,
        **values,
    )


def ask(engine, typed="", who="visitor", **values):
    return engine.search(asked(typed, who, **values))


def titles(hits) -> list[str]:
    """The titles of hits, in their order."""
    hits = getattr(hits, "hits", hits)
    names = SearchDocument.objects.in_bulk([hit.document for hit in hits])
    return [names[hit.document].title for hit in hits]


def resource(title, text="", **values):
    values.setdefault("audience", "public")
    return factories.resource(title=title, body=[("text", f"<p>{text}</p>")], **values)


def facets_of(**values) -> int:
    """The key of a set of facet values."""
    return FacetSet.of([[(name, value) for name, held in values.items() for value in held.split()]])[0]


def documents(number: int, **values) -> list[SearchDocument]:
    """Many documents that no page stands behind, public unless said otherwise, each older than the one before."""
    public = AccessRule.objects.get_or_create(text="|public|")[0]
    values = {"access": public, "facets_id": facets_of(type="resource"), "title": "Filler"} | values
    start, now = SearchDocument.objects.count(), timezone.now()
    rows = [
        SearchDocument(key=f"test:{start + n}", published_at=now - dt.timedelta(minutes=n), **values)
        for n in range(number)
    ]
    return SearchDocument.objects.bulk_create(rows)


WORDS = [
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
    ('"the prison"', False),
    ("scre*", True),
    ("screening*", True),
    ("xscre*", False),
    ("jail -prison", False),
    ("jail -absent", True),
    ("-absent screening", True),
    ("o'brien", True),
    ("O’Brien", True),
    ("co-occurring", True),
    ("occurring-co", False),
    ("naive's", True),
    ("find", True),
    ("jail/prison", False),
    ("lincoln/adams", True),
    ("2.5", True),
    ("H.R.", True),
]


def test_words_are_found_as_people_write_them(engine):
    resource(
        "Screening",
        "A naïve jail and prison reader of Mr. O’Brien, with co-occurring disorders; "
        "\N{LATIN SMALL LIGATURE FI}nd Lincoln/Adams at 2.5 percent in H.R. 34",
    )
    wrong = [typed for typed, found in WORDS if ("Screening" in titles(ask(engine, typed, limit=100))) is not found]
    assert wrong == []


def test_a_clause_is_met_by_any_of_its_alternatives(engine):
    resource("One", "integrated dual diagnosis treatment")
    resource("Two", "co-occurring disorders of residents")
    resource("Three", "dual residents")
    clause = queries.Clause((("dual", "diagnosis"), ("co", "occurring", "disorders")))
    assert set(titles(ask(engine, query=queries.Query(wanted=(clause,))))) == {"One", "Two"}
    both = queries.Query(wanted=(clause, *queries.parse("residents").wanted))
    assert titles(ask(engine, query=both)) == ["Two"]


def test_a_beginning_of_several_parts_is_counted_as_often_as_it_is_listed(engine):
    documents(30, title="Filler", text=" ".join(f"co-a{n}" for n in range(100)))
    for n in range(100, 180):
        documents(1, title=f"A co-a{n}")
    told = ask(engine, "co-a*", limit=200)
    assert (told.total, len(told.hits)) == (110, 110)
    assert ask(engine, "co-a179*", limit=1).total == 1


def test_all_or_any_of_what_is_wanted(engine):
    resource("Both", "zebra quagga")
    resource("One of them", "quagga")
    assert titles(ask(engine, "zebra quagga")) == ["Both"]
    assert titles(ask(engine, "zebra quagga", match="any")) == ["Both", "One of them"]


def test_a_word_in_the_title_stands_before_one_in_the_text_and_a_rare_word_before_a_common_one(engine):
    resource("About something", "zebra and other animals of the plains")
    resource("The zebra", "and other animals of the plains")
    assert titles(ask(engine, "zebra")) == ["The zebra", "About something"]
    for n in range(5):
        resource(f"Common {n}", "the plains again")
    resource("Rare", "a quagga")
    assert titles(ask(engine, "plains quagga", match="any"))[0] == "Rare"


def test_a_word_that_is_asked_for_twice_counts_twice(engine):
    for name in ("zebra", "quagga"):
        resource(f"About the {name}", "animals of the plains")
    for typed, first in (("zebra zebra quagga", "About the zebra"), ("zebra quagga quagga", "About the quagga")):
        assert titles(ask(engine, typed, match="any"))[0] == first


def test_a_long_question_is_read_to_its_end(engine):
    resource("The end", "quagga")
    question = " ".join(f"word{number}" for number in range(100))
    assert titles(ask(engine, f"{question} quagga", match="any")) == ["The end"]


@pytest.mark.parametrize(("both", "relaxed"), [(20, False), (19, True)])
def test_what_has_some_of_the_words_counts_where_a_page_is_not_full_of_what_has_all(engine, both, relaxed):
    documents(both, text="zebra quagga")
    documents(3, text="quagga alone", title="One of them")
    answer = service.find(asked("zebra quagga"), engine)
    assert (answer.relaxed, answer.whole) == (relaxed, both)
    assert answer.results.total == both + 3 * relaxed
    newest = service.find(asked("zebra quagga", sort="newest"), engine)
    assert (newest.relaxed, newest.results.total) == (False, both)


ODD = [
    *('"', '"" "', "'", "a'b''c", "); DROP TABLE search_words; --", "% _ %s %(x)s {} \\", "NEAR(a b)", "a AND OR NOT"),
    *("* ** a*b*", "title:x ^y +z -", "💥 漢字 ﷽ \u0301", "a" * 5000, "word " * 900, "-only -without"),
    *("-".join(map(str, range(1000))), " ".join(f"a{n}-b{n}" for n in range(500)), "-gone " * 500),
    *("& | ! <-> :*", "\\' \\", "x:* y:A", '"unfinished phrase', "\x00"),
]


def test_whatever_is_typed_is_answered(engine):
    resource("Screening", "words")
    for typed in ODD:
        for request in (
            asked(typed),
            asked("screening", author=typed),
            asked(typed, "ohio-member", match="any", section=1),
        ):
            results = engine.search(request)
            assert results.total >= len(results.hits)


def test_without_words_everything_stands_newest_first_and_minus_leaves_out(engine):
    old, new = resource("Old", "zebra"), resource("New", "quagga")
    SearchDocument.objects.filter(key=f"page:{old.pk}").update(published_at=timezone.now() - dt.timedelta(days=9))
    results = ask(engine, limit=1000)
    public = SearchDocument.objects.filter(access__text="|public|", deleted=False)
    assert results.total == len(results.hits) == public.count()
    assert titles(results).index("New") < titles(results).index("Old")
    without = ask(engine, "-zebra", limit=1000)
    assert (without.total, "Old" in titles(without)) == (results.total - 1, False)
    assert new.title in titles(without)


def test_orders_and_pages(engine):
    for n, title in enumerate(["beta", "Alpha", "gamma"]):
        page = resource(title, "zebra " * (n + 1))
        moment = timezone.now() - dt.timedelta(days=n)
        SearchDocument.objects.filter(key=f"page:{page.pk}").update(published_at=moment)
    assert titles(ask(engine, "zebra", sort="newest")) == ["beta", "Alpha", "gamma"]
    assert titles(ask(engine, "zebra", sort="oldest")) == ["gamma", "Alpha", "beta"]
    assert titles(ask(engine, "zebra", sort="title")) == ["Alpha", "beta", "gamma"]
    for sort in ("relevance", "newest", "title"):
        pages = [titles(ask(engine, "zebra", sort=sort, offset=n, limit=1)) for n in range(4)]
        assert [title for page in pages for title in page] == titles(ask(engine, "zebra", sort=sort))
        assert pages[3] == []
    beyond = ask(engine, "zebra", offset=500)
    assert (beyond.hits, beyond.total) == ([], 3)


def test_the_own_section_stands_first_across_pages(engine):
    resource("Zebra of Texas", "zebra zebra", place="Texas")
    resource("Ohio", "one zebra somewhere among many other words that make it long")
    section = factories.section("Ohio").pk
    assert titles(ask(engine, "zebra")) == ["Zebra of Texas", "Ohio"]
    assert titles(ask(engine, "zebra", section=section)) == ["Ohio", "Zebra of Texas"]
    assert titles(ask(engine, "zebra", section=section, offset=1)) == ["Zebra of Texas"]
    assert titles(ask(engine, "zebra", section=section, sort="title", limit=1)) == ["Ohio"]


def test_authors_and_years(engine):
    resource("First", "zebra", authors="Maria Muñoz; Lee Chan", year=2019)
    resource("Second", "zebra of Maria", authors="Lee Chan", year=2023)
    assert titles(ask(engine, "zebra", author="munoz")) == ["First"]
    assert titles(ask(engine, "", author="chan maria")) == ["First"]
    assert titles(ask(engine, "zebra", years=(2020, 2024))) == ["Second"]
    results = ask(engine, "zebra", years=(2019, 2023), chosen={"year": ["2019"]}, facets=("year",))
    assert (results.total, results.found, results.counts["year"]) == (1, 2, {"2019": 1, "2023": 1})


def test_counts_are_the_lengths_of_the_lists_they_promise(engine):
    documents(3, title="Zebra", facets_id=facets_of(type="resource", state="ohio texas"))
    documents(2, title="Zebra", facets_id=facets_of(type="webinar", state="ohio"))
    documents(1, title="Zebra", facets_id=facets_of(type="webinar", state="maine"))
    documents(4, title="Quagga", facets_id=facets_of(type="webinar", state="maine"))
    chosen = {"type": ["webinar"], "state": ["ohio", "maine"]}
    results = ask(engine, "zebra", chosen=chosen, facets=("type", "state"))
    assert results.total == len(results.hits) == 3
    assert results.found == 6
    assert results.counts == {"type": {"resource": 3, "webinar": 3}, "state": {"ohio": 2, "maine": 1}}
    assert ask(engine, "zebra", chosen={"type": ["nothing"]}, facets=("type",)).total == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_count_equals_what_choosing_it_finds(engine, data):
    if not SearchDocument.objects.filter(title__startswith="Zebra").exists():
        for n in range(12):
            kind, state = ("resource", "webinar")[n % 2], ("ohio", "texas", "ohio maine")[n % 3]
            facets = facets_of(type=kind, state=state, year=str(2019 + n % 4))
            documents(1, title="Zebra" + " quagga" * (n % 2), facets_id=facets)
    values = {
        "type": ["resource", "webinar"],
        "state": ["ohio", "texas", "maine"],
        "year": ["2019", "2020", "2021", "2022"],
    }
    chosen = {
        name: data.draw(st.lists(st.sampled_from(held), unique=True, max_size=2)) for name, held in values.items()
    }
    chosen = {name: held for name, held in chosen.items() if held}
    typed = data.draw(st.sampled_from(["", "zebra", "quagga", "zebra -quagga"]))
    results = ask(engine, typed, chosen=chosen, facets=tuple(values), limit=200)
    assert results.total == len(results.hits)
    for name, counts in results.counts.items():
        for value, number in counts.items():
            assert ask(engine, typed, chosen={**chosen, name: [value]}).total == number


def test_what_is_hidden_changes_no_hit_no_total_and_no_count(engine):
    resource("Open zebra", "zebra")
    before = ask(engine, "zebra", facets=("type", "state"))
    hidden = resource("Hidden zebra", "zebra", audience="members")
    expired = resource("Expired zebra", "zebra")
    SearchDocument.objects.filter(key=f"page:{expired.pk}").update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    buried = resource("Withdrawn zebra", "zebra")
    buried.unpublish()
    after = ask(engine, "zebra", facets=("type", "state"))
    assert (titles(after), after.total, after.found) == (titles(before), 1, 1)
    assert after.counts == before.counts
    assert ask(engine, "zebra", "ohio-member").total == 2
    access_of_members = SearchDocument.objects.get(key=f"page:{hidden.pk}").access
    documents(1, title="Zebra", access=access_of_members, facets_id=facets_of(type="webinar"))
    assert ask(engine, "zebra", facets=("type",)).counts == {"type": {"resource": 1}}
    nobody = engine.search(SearchRequest(queries.parse("zebra"), (), facets=("type",)))
    assert (nobody.hits, nobody.total, nobody.counts) == ([], 0, {"type": {}})


def test_what_becomes_private_is_gone_at_once(engine):
    page = resource("Zebra")
    assert ask(engine, "zebra").total == 1
    page.audience = "members"
    page.save_revision().publish()
    assert ask(engine, "zebra").total == 0
    assert ask(engine, "zebra", "ohio-member").total == 1


def test_members_notes_of_a_public_call_are_found_by_members_alone(engine):
    notes = "Zebra notes of the quarter"
    factories.page(ConferenceCallPage, title="A call", audience="public", notes=[("text", f"<p>{notes}</p>")])
    assert "Zebra" in SearchDocument.objects.get(title="A call").members_text
    for typed in ("zebra", '"zebra notes"', "zebr*", "call zebra"):
        assert ask(engine, typed).total == 0, typed
        assert titles(ask(engine, typed, "ohio-member")) == ["A call"], typed
    assert "A call" in titles(ask(engine, "call -zebra", limit=100))
    assert "A call" not in titles(ask(engine, "call -zebra", "ohio-member", limit=100))


def test_related_documents_share_telling_words_within_the_rights(engine):
    one = resource("Naloxone in county jails", "naloxone kits at release from county jails")
    resource("Release with naloxone kits", "what jails hand out")
    resource("Naloxone behind the curtain", "naloxone kits of jails", audience="members")
    resource("Parking", "where to park")
    document = SearchDocument.objects.get(key=f"page:{one.pk}").pk
    found = titles(engine.related(document, asked(limit=3)))
    assert found[0] == "Release with naloxone kits"
    assert not {"Naloxone in county jails", "Naloxone behind the curtain", "Parking"} & set(found)
    assert "Naloxone behind the curtain" in titles(engine.related(document, asked("", "ohio-member", limit=3)))
    assert engine.related(0, asked()) == []


def test_a_very_common_word_is_counted_in_full_and_paged_without_a_gap(engine, monkeypatch):
    monkeypatch.setattr(database, "MANY", 4)
    documents(6, title="Filler", text="zebra of the plain")
    documents(3, title="The zebra")
    documents(2, title="Filler", text="zebra quagga")
    whole = ask(engine, "zebra", limit=100)
    assert (whole.total, len(whole.hits)) == (11, 11)
    assert titles(whole)[:3] == ["The zebra"] * 3
    pages = [hit.document for n in range(0, 12, 2) for hit in ask(engine, "zebra", offset=n, limit=2).hits]
    assert pages == [hit.document for hit in whole.hits]
    rare_first = ask(engine, "zebra quagga", match="any", limit=2)
    assert rare_first.total == 11
    assert all("quagga" in SearchDocument.objects.get(pk=hit.document).text for hit in rare_first.hits)


def test_a_phrase_of_very_common_words_is_counted_in_full_and_paged_without_a_gap(engine, monkeypatch):
    monkeypatch.setattr(database, "MANY", 4)
    documents(4, text="the effect of the plan", facets_id=facets_of(type="resource", year="2020"))
    documents(3, text="of the effect, the plan")
    documents(2, title="Effect of the plan", facets_id=facets_of(type="webinar", year="2021"))
    asked_for = '"effect of the"'
    whole = ask(engine, asked_for, limit=100, facets=("type",))
    assert (whole.total, len(whole.hits)) == (6, 6)
    assert whole.counts == {"type": {"resource": 4, "webinar": 2}}
    pages = [hit.document for n in range(0, 8, 2) for hit in ask(engine, asked_for, offset=n, limit=2).hits]
    assert sorted(pages) == sorted(hit.document for hit in whole.hits)
    few = ask(engine, asked_for, chosen={"type": ["webinar"]}, limit=1)
    assert (few.total, few.found, len(few.hits)) == (2, 6, 1)
    assert ask(engine, asked_for, who="visitor", sort="oldest").total == 6


@pytest.mark.parametrize("sort", ["newest", "oldest", "title"])
@pytest.mark.parametrize("typed", ["zebra", '"zebra of the"', "zeb*"])
def test_an_order_is_the_same_among_very_many_as_among_few(engine, monkeypatch, sort, typed):
    ohio = factories.section("Ohio")
    documents(4, title="Beta", text="zebra of the plain")
    documents(3, title="Alpha", text="zebra of the river", facets_id=facets_of(type="webinar"), section=ohio)
    documents(3, title="Gamma", text="no such animal")
    documents(2, title="Gone", text="zebra of the past", expires_at=timezone.now() - dt.timedelta(days=1))

    def found():
        questions = ({}, {"section": ohio.pk}, {"chosen": {"type": ["webinar"]}}, {"offset": 2, "limit": 3})
        return [[hit.document for hit in ask(engine, typed, sort=sort, **asked_for).hits] for asked_for in questions]

    few = found()
    monkeypatch.setattr(database, "MANY", 2)
    assert found() == few
    assert [len(hits) for hits in few] == [7, 7, 3, 3]


def test_a_word_that_all_documents_hold_is_found_by_the_index_of_words_on_postgresql():
    if connection.vendor != "postgresql":
        return  # the others have no choice
    documents(2000, text=f"zebra {' '.join(f'word{number}' for number in range(300))}")
    engine = engines.database_engine()
    with CaptureQueriesContext(connection) as captured:
        assert ask(engine, "zebra", limit=5).total == 2000
    [counted] = [query["sql"] for query in captured if "GROUP BY w.facets_id" in query["sql"]]
    with engine._by_index(), connection.cursor() as cursor:
        cursor.execute("ANALYZE search_words")
        cursor.execute(f"EXPLAIN {counted}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "search_words_gin" in plan
    assert "search_words_counts" not in plan


def test_among_very_many_documents_postgresql_knows_how_common_a_word_is_without_counting(monkeypatch):
    if connection.vendor != "postgresql":
        return  # the others count
    documents(60, text="zebras of the plain")
    documents(2, text="zebra quagga")
    engine = engines.database_engine()
    counted = ask(engine, "zebra quagga", match="any", limit=10)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_words")
    cache.clear()
    monkeypatch.setattr(postgresql, "FEW", 10)
    clauses = queries.parse("zebra quagga absent").wanted
    with engine._by_index(), CaptureQueriesContext(connection) as asked_for:
        known = [number for number, _ in engine._frequencies([clauses[0]])]
        counted_too = [number for number, _ in engine._frequencies(clauses)]
    assert known == [62]
    assert sum("COUNT" in query["sql"] for query in asked_for) == 1  # for the two others
    assert counted_too == [62, 2, 0]
    assert ask(engine, "zebra quagga", match="any", limit=10).hits == counted.hits
