"""The row of everything that can be found follows its source, in the same transaction, whatever happens to the source."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Page

from calendar_app.models import ConferenceCallPage, WebinarPage
from home import bulk
from home.models import SectionPage, StandardPage, Topic
from library.models import ResourceFile, ResourcePage
from members.models import User
from search import counting, projection, queries
from search.engines.base import SearchRequest
from search.models import FacetSet, FileText, SearchDocument
from tests import content, factories


def document_of(page) -> SearchDocument:
    return SearchDocument.objects.get(key=f"page:{page.pk}")


def test_what_is_published_can_be_found_and_a_draft_cannot():
    page = factories.resource(title="Jail screening", body=[("text", "<p>Ask <b>twice</b> at booking</p>")])
    draft = factories.resource(title="Not yet", publish=False)
    found = document_of(page)
    assert (found.title, found.type, found.url) == ("Jail screening", "resource", page.get_url())
    assert "Ask twice at booking" in found.text
    assert ["type", "resource"] in found.facets.values
    assert ["state", "ohio"] in found.facets.values
    assert not SearchDocument.objects.filter(key=f"page:{draft.pk}").exists()


def test_a_second_publication_gives_the_next_version_and_waits_for_elasticsearch():
    page = factories.announcement(title="First")
    before = document_of(page)
    SearchDocument.objects.filter(pk=before.pk).update(synced_version=before.version)
    page.title = "Second"
    page.save_revision().publish()
    after = document_of(page)
    assert (after.title, after.pk) == ("Second", before.pk)
    assert after.version > before.version
    assert after in SearchDocument.objects.waiting()


@pytest.mark.parametrize("way", ["unpublished", "deleted", "expired by the clock"])
def test_what_is_taken_down_is_a_tombstone_without_words(way):
    page = factories.resource(title="Gone soon", body=[("text", "<p>Secret</p>")])
    key = f"page:{page.pk}"
    if way == "deleted":
        page.delete()
    else:
        (page if way == "unpublished" else Page.objects.get(pk=page.pk)).unpublish()
    grave = SearchDocument.objects.get(key=key)
    assert grave.deleted
    assert (grave.title, grave.text, grave.url) == ("", "", "")
    assert grave in SearchDocument.objects.waiting()
    assert grave not in SearchDocument.objects.present()


def test_a_write_that_is_undone_leaves_no_row_behind():
    with transaction.atomic():
        factories.resource(title="Undone")
        transaction.set_rollback(True)
    assert not SearchDocument.objects.filter(title="Undone").exists()


def test_the_notes_of_a_public_call_are_words_for_members_alone_and_its_passcode_is_no_word_at_all():
    call = content.full(ConferenceCallPage, audience="public")
    found = document_of(call)
    assert "Who was there" in found.members_text
    assert "Who was there" not in found.text
    assert "480219" not in found.text + found.members_text
    assert "calls.example" not in found.text + found.members_text


def test_a_page_that_is_made_private_has_another_rule_at_once():
    page = factories.resource(audience="public")
    page.audience = "section"
    page.save_revision().publish()
    assert document_of(page).access.text == f"|section:{page.section_id}|"


def test_a_move_takes_section_address_and_rule_along():
    page = factories.resource(audience="section")
    page.move(factories.index(ResourcePage, "Texas"), pos="last-child")
    found = document_of(page)
    texas = factories.section("Texas")
    assert found.section_id == texas.pk
    assert found.url.startswith("/sections/texas/")
    assert found.access.text == f"|section:{texas.pk}|"
    assert ["state", "texas"] in found.facets.values


def test_sections_and_standard_pages_can_be_found():
    ohio = factories.section("Ohio")
    ohio.introduction = "Screening at every door"
    ohio.save_revision().publish()
    found = document_of(ohio)
    assert (found.type, found.title) == ("section", "Ohio")
    assert "Screening at every door" in found.text
    assert document_of(StandardPage.objects.get(slug="privacy")).type == "page"
    assert SearchDocument.objects.filter(type="section").count() == SectionPage.objects.count()


def test_the_words_of_a_file_are_found_through_the_page_that_offers_it():
    file = factories.document("The report", place="Ohio")
    FileText.objects.update_or_create(
        document=file,
        defaults={
            "status": "read",
            "parts": [
                {"place": "page 1", "fragment": "page=1", "heading": "", "text": "Introduction"},
                {"place": "page 2", "fragment": "page=2", "heading": "", "text": "Buprenorphine in county jails"},
            ],
        },
    )
    page = factories.resource(title="A record", files=[ResourceFile(document=file)])
    found = document_of(page)
    assert "Buprenorphine" in found.text
    passage = found.passages.get(text__contains="Buprenorphine")
    assert (passage.source, passage.place, passage.url) == ("The report", "page 2", f"{file.url}#page=2")
    assert not passage.members


def test_a_sentence_of_a_webinar_leads_to_its_second():
    page = content.full(WebinarPage, audience="public", start_date=dt.date(2026, 1, 5))
    passage = document_of(page).passages.get(source="")
    assert passage.text == "Good afternoon to everyone."
    assert passage.url == f"{page.get_url()}?t=0"
    assert ["captions", "yes"] in document_of(page).facets.values


def test_a_topic_that_gets_another_name_is_found_by_it_after_the_clock_came_round():
    topic = Topic.objects.get(slug="housing")
    page = factories.resource(topics=[topic])
    assert "Housing" in document_of(page).text
    topic.name = "Homes"
    topic.save()
    assert projection.refresh() == 1
    assert "Homes" in document_of(page).text
    assert projection.refresh() == 0


def test_a_page_made_in_bulk_has_the_row_that_the_admin_would_have_made():
    values = {"title": "Same", "summary": "Words", "audience": "members", "authors": "One; Two"}
    [made] = bulk.create(factories.index(ResourcePage, "Ohio"), [ResourcePage(**values)], user=User.objects.first())
    other = factories.resource(**values)
    names = ("type", "title", "summary", "authors", "text", "members_text", "section_id", "access_id", "facets_id")
    assert [getattr(document_of(made), name) for name in names] == [getattr(document_of(other), name) for name in names]


def test_many_pages_cost_as_many_queries_as_one(django_assert_max_num_queries):
    topic = Topic.objects.get(slug="housing")
    pages = [factories.resource(topics=[topic]) for _ in range(12)]
    fresh = list(ResourcePage.objects.filter(pk__in=[page.pk for page in pages]))
    with CaptureQueriesContext(connection) as one:
        projection.project_pages(fresh[:1])
    with django_assert_max_num_queries(len(one)):
        projection.project_pages(fresh)


def test_counts_add_up_over_the_choices_of_the_other_facets():
    keys = FacetSet.of(
        [
            [("type", "resource"), ("state", "ohio")],
            [("type", "resource"), ("state", "texas")],
            [("state", "ohio"), ("type", "webinar")],
        ]
    )
    sets = dict(zip(keys, (3, 2, 1), strict=True))
    request = SearchRequest(queries.parse(""), (), chosen={"type": ["resource"]}, facets=("type", "state"))
    counted = counting.count(sets.items(), request)
    assert (counted.total, counted.found) == (5, 6)
    assert counted.counts == {"type": {"resource": 5, "webinar": 1}, "state": {"ohio": 3, "texas": 2}}
    assert counted.sets == list(sets)[:2]
    assert counted.narrowed


def test_a_query_is_taken_apart():
    query = queries.parse('jail "dual diagnosis" -Texas state:Ohio year:2019..2024 begin* co-occurring the & naïve')
    assert [clause.alternatives for clause in query.wanted] == [
        (("jail",),),
        (("dual", "diagnosis"),),
        (("begin",),),
        (("co", "occurring"),),
        (("naive",),),
    ]
    assert query.wanted[1].quoted
    assert query.wanted[2].prefix
    assert [clause.alternatives for clause in query.unwanted] == [(("texas",),)]
    assert query.operators == (("state", "ohio"), ("year", "2019..2024"))


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        '"',
        '""',
        "-",
        "*",
        "- & ;",
        "state:",
        'state:"',
        "a" * 5000,
        "-".join(map(str, range(1000))),
        "-begun " * 500,
        "two-parts " * 500,
        "NOT (",
        "\x00",
        "'",
        "x:y:z",
        '-"',
        "the",
    ],
)
def test_nothing_that_is_typed_is_an_error(typed):
    query = queries.parse(typed)
    for clauses in (query.wanted, query.unwanted):
        assert sum(len(phrase) for clause in clauses for phrase in clause.alternatives) <= queries.MAX_WORDS


@given(st.text(max_size=300))
def test_any_text_gives_clauses_of_whole_words(typed):
    query = queries.parse(typed)
    for clause in [*query.wanted, *query.unwanted]:
        assert clause.alternatives
        assert all(word and word == queries.fold(word) for phrase in clause.alternatives for word in phrase)
