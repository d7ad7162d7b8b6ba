"""The admin's search: what it finds, for whom, in which order; that any text may be typed; and that it stays fast."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page

from home.models import AnnouncementPage, SiteDocument
from tests import factories
from tests.personas import person

NASTY = [
    '"',
    "'",
    '""" OR 1=1 --',
    "boundary layer & flow",
    "a* OR NOT (b AND",
    "{title}: x",
    "🐦",
    "_",
    "%s %d %%",
    "\\",
    "crisis-services: (draft)!",
    "word " * 200,
    "x" * 5000,
    "éèê ß Ω 中文",
    "\x00nul",
]


def titles(results):
    return [page.title for page in results]


def test_all_words_must_occur_in_any_order():
    factories.announcement(title="Crisis services in rural counties")
    factories.announcement(title="Rural transport")
    assert titles(Page.objects.all().search("rural crisis")) == ["Crisis services in rural counties"]


def test_the_last_word_may_be_unfinished_in_a_chooser():
    factories.announcement(title="Peer warmline opens")
    assert titles(Page.objects.all().autocomplete("peer warm")) == ["Peer warmline opens"]
    assert titles(Page.objects.all().search("peer warm")) == []


def test_punctuation_between_words_is_no_word():
    factories.announcement(title="Housing & recovery: “first steps”")
    assert titles(Page.objects.all().search('housing & "recovery" — first')) == ["Housing & recovery: “first steps”"]


def test_quotation_marks_do_no_harm_in_the_explorer(as_persona):
    factories.announcement(title="The “first steps” in housing")
    found = as_persona("ohio-editor").get(reverse("wagtailadmin_pages:search"), {"q": '"first steps" housing'})
    assert "in housing" in found.content.decode()


def test_the_closest_title_comes_first():
    factories.announcement(title="A long title that among very many other words also says naloxone somewhere in it")
    factories.announcement(title="Naloxone naloxone")
    assert titles(Page.objects.all().search("naloxone"))[0] == "Naloxone naloxone"


def test_search_keeps_to_the_pages_it_is_given_and_to_their_type():
    kept = factories.announcement("Ohio", title="Warmline")
    factories.announcement("Texas", title="Warmline")
    factories.resource("Ohio", title="Warmline")
    ohio = Page.objects.descendant_of(factories.section("Ohio"))
    assert [page.pk for page in ohio.type(AnnouncementPage).search("warmline")] == [kept.pk]
    assert [
        page.pk for page in AnnouncementPage.objects.descendant_of(factories.section("Ohio")).search("warmline")
    ] == [kept.pk]


def test_counts_slices_and_another_order_agree():
    for number in range(5):
        factories.announcement(title=f"Bulletin {number}")
    found = Page.objects.order_by("title").search("bulletin", order_by_relevance=False)
    assert found.count() == 5
    assert titles(found[1:3]) == ["Bulletin 1", "Bulletin 2"]


def test_a_renamed_page_is_found_by_its_new_title_alone():
    page = factories.announcement(title="Before")
    page.title = "Afterwards"
    page.save_revision().publish()
    assert titles(Page.objects.all().search("afterwards")) == ["Afterwards"]
    assert titles(Page.objects.all().search("before")) == []


def test_only_titles_are_indexed():
    factories.announcement(title="Short", body="<p>wordinthebody</p>", summary="wordinthesummary")
    assert titles(Page.objects.all().search("wordinthebody")) == []
    assert titles(AnnouncementPage.objects.all().search("wordinthesummary")) == []


def test_documents_are_searched_too():
    document = factories.document("Sliding fee scale", place="Ohio")
    assert list(SiteDocument.objects.all().search("fee")) == [document]


@pytest.mark.slow
@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize(
    "address",
    [
        reverse("wagtailadmin_pages:search"),
        reverse("wagtailadmin_choose_page_search"),
        reverse("wagtailadmin_explore_root"),
        reverse("wagtaildocs:index"),
        reverse("wagtaildocs_chooser:choose_results"),
        reverse("wagtailimages:index"),
        reverse("wagtailimages_chooser:choose_results"),
    ],
)
def test_any_text_may_be_typed(as_persona, address, text):
    for name in ("q", "search"):
        assert as_persona("ohio-editor").get(address, {name: text}, follow=True).status_code == 200


def test_an_editor_finds_own_drafts_and_nobody_elses(as_persona):
    factories.announcement("Ohio", title="Ohio quokka", publish=False)
    factories.announcement("Texas", title="Texas quokka", publish=False)
    factories.announcement("Texas", title="Open quokka", audience="public")
    factories.announcement("Texas", title="Closed quokka", audience="section")
    client = as_persona("ohio-editor")
    found = client.get(reverse("wagtailadmin_pages:search"), {"q": "quokka"}).content.decode()
    assert ("Ohio quokka" in found, "Texas quokka" in found, "Open quokka" in found) == (True, False, False)
    chosen = client.get(reverse("wagtailadmin_choose_page_search"), {"q": "quok"}).content.decode()
    seen = [title in chosen for title in ("Ohio quokka", "Open quokka", "Texas quokka", "Closed quokka")]
    assert seen == [True, True, False, False]


@pytest.mark.parametrize("method", ["search", "autocomplete"])
def test_nothing_is_looked_up_again_for_every_hit(method):
    """SQLite: one MATCH and no correlated subquery. PostgreSQL: the index on what the backend compares is there."""
    with CaptureQueriesContext(connection) as queries, connection.cursor() as cursor:
        list(getattr(Page.objects.all(), method)("ohio"))
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'wagtailsearch_indexentry'")
            assert any("(title || body)" in row[0] for row in cursor.fetchall())
            return
        (sql,) = [query["sql"] for query in queries if "MATCH" in query["sql"]]
        cursor.execute("EXPLAIN QUERY PLAN " + sql)
        plan = "\n".join(row[3] for row in cursor.fetchall())
    assert sql.count("MATCH") == 1
    assert "CORRELATED" not in plan


def test_a_person_without_rights_searches_nothing(as_persona):
    factories.announcement(title="Quokka")
    assert as_persona("ohio-member").get(reverse("wagtailadmin_pages:search"), {"q": "quokka"}).status_code == 403
    assert not person("ohio-member").has_perm("wagtailadmin.access_admin")
