"""What editors know of searches, and do about them: counted words, picks, synonyms, trying a search."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from search.desk import terms
from search.models import Pick, SearchTerm, SynonymGroup
from tests import factories, html

HERE = {"Sec-Fetch-Site": "same-origin"}
KEEPERS = {"community-editor", "admin"}


def searched(words: str) -> SearchTerm:
    return SearchTerm.objects.get(words=words)


def test_a_search_is_counted_by_its_words_alone_and_what_found_nothing_too(as_persona):
    factories.resource(title="Jail screening", audience="public")
    visitor, member = as_persona("visitor"), as_persona("ohio-member")
    visitor.get("/search/?q=Jail", headers=HERE)
    member.get("/search/?q=JAIL", headers=HERE)
    visitor.get("/search/?q=unicorns", headers=HERE)
    assert (searched("jail").searches, searched("jail").empty, searched("jail").results) == (2, 0, 1)
    assert (searched("unicorns").searches, searched("unicorns").empty) == (1, 1)
    columns = {field.name for field in SearchTerm._meta.get_fields()}
    assert columns == {"id", "day", "words", "searches", "empty", "clicks", "results"}


@pytest.mark.parametrize("site", ["cross-site", "none", ""])
def test_a_link_to_a_search_that_is_opened_from_elsewhere_changes_nothing(as_persona, site):
    as_persona("visitor").get("/search/?q=jail", headers={"Sec-Fetch-Site": site} if site else {})
    assert not SearchTerm.objects.exists()


def test_a_filter_or_another_page_is_the_same_search_and_counts_once(as_persona):
    factories.resource(title="Jail screening", audience="public")
    for more in ("", "&type=resource", "&page=2"):
        as_persona("visitor").get(f"/search/?q=jail{more}", headers=HERE)
    # One result has one page, so what asks for the second sees the first.
    assert searched("jail").searches == 2


@pytest.mark.parametrize(
    "typed", ["someone@agency.example", "614 555 0142 5550142", "https://example.org/x", "  ", "-"]
)
def test_what_may_name_a_person_is_not_kept(as_persona, typed):
    as_persona("visitor").get("/search/", {"q": typed}, headers=HERE)
    assert not SearchTerm.objects.exists()


def test_an_opened_result_is_counted_for_its_words(as_persona):
    factories.resource(title="Jail screening", audience="public")
    client = as_persona("visitor")
    client.get("/search/?q=jail", headers=HERE)
    assert client.post("/search/click/", {"q": "Jail"}, headers=HERE).status_code == 204
    client.post("/search/click/", {"q": "jail"}, headers={"Sec-Fetch-Site": "cross-site"})
    client.post("/search/click/", {"q": "never searched"}, headers=HERE)
    assert searched("jail").clicks == 1
    assert not SearchTerm.objects.filter(words="never searched").exists()
    assert client.get("/search/click/").status_code == 405


def test_searched_words_are_forgotten_after_a_year():
    SearchTerm.objects.create(day=timezone.localdate() - dt.timedelta(days=366), words="old")
    SearchTerm.objects.create(day=timezone.localdate(), words="new")
    terms.forget()
    assert [term.words for term in SearchTerm.objects.all()] == ["new"]


def test_a_pick_stands_above_the_results_of_its_searches_for_who_may_see_its_page(as_persona):
    page = factories.resource("Ohio", title="The Ohio form", audience="section")
    Pick.objects.create(page=page, words="Jail\ncounty jail screening", note="The form that counties use.")
    answers = {name: as_persona(name).get("/search/?q=JAIL").content.decode() for name in ("visitor", "ohio-member")}
    assert "The Ohio form" in answers["ohio-member"]
    assert "The form that counties use." in answers["ohio-member"]
    assert "The Ohio form" not in answers["visitor"]
    assert "Picked by editors" not in answers["visitor"]
    assert "Picked by editors" not in as_persona("ohio-member").get("/search/?q=jails").content.decode()
    assert html.problems(answers["ohio-member"]) == []


def test_a_pick_costs_the_same_queries_whatever_it_picks(as_persona, django_assert_max_num_queries):
    for number in range(3):
        Pick.objects.create(page=factories.resource(title=f"Form {number}", audience="public"), words="jail")
    with django_assert_max_num_queries(25):
        body = as_persona("visitor").get("/search/?q=jail").content.decode()
    assert body.count("Form ") >= 3


def test_those_who_keep_the_vocabularies_keep_the_words_of_search_and_nobody_else(persona, as_persona):
    client = as_persona(persona)
    for address in (
        "/admin/search/synonymgroup/",
        "/admin/search/pick/",
        "/admin/search/searchterm/",
        "/admin/search-trial/",
    ):
        assert (client.get(address).status_code == 200) is (persona in KEEPERS), address


def test_an_editor_adds_synonyms_and_a_search_finds_by_them(as_persona):
    factories.resource(title="Zebra program", audience="public")
    SynonymGroup.objects.filter(words__contains="zebra").delete()
    client = as_persona("community-editor")
    refused = client.post("/admin/search/synonymgroup/create/", {"words": "stripes"}).content.decode()
    assert "Write at least two words or phrases" in refused
    assert client.post("/admin/search/synonymgroup/create/", {"words": "stripes\nzebra"}).status_code == 302
    assert "Zebra</mark> program" in as_persona("visitor").get("/search/?q=stripes").content.decode()


def test_an_editor_picks_a_page_in_the_admin_and_no_pick_is_for_no_search(as_persona):
    page = factories.resource(title="A form", audience="public")
    client = as_persona("community-editor")
    values = {"page": page.pk, "words": " \n", "note": "", "order": 1}
    refused = client.post("/admin/search/pick/create/", values)
    assert refused.status_code == 200
    assert client.post("/admin/search/pick/create/", values | {"words": "forms"}).status_code == 302
    assert "Picked by editors" in as_persona("visitor").get("/search/?q=forms").content.decode()


def test_what_found_nothing_can_be_listed_alone_and_taken_along(as_persona):
    SearchTerm.objects.create(day=timezone.localdate(), words="gap words", searches=3, empty=3)
    SearchTerm.objects.create(day=timezone.localdate(), words="found words", searches=5)
    client = as_persona("community-editor")
    listed = client.get("/admin/search/searchterm/?gap=1").content.decode()
    assert "gap words" in listed
    assert "found words" not in listed
    table = client.get("/admin/search/searchterm/?export=csv")
    assert b"found words" in b"".join(table.streaming_content)
    assert client.get("/admin/search/searchterm/create/").status_code != 200


def test_a_trial_says_what_would_be_found_with_other_synonyms_and_saves_nothing(as_persona):
    factories.resource(title="Zebra program", audience="public", summary="On stripes of all kinds")
    client = as_persona("community-editor")
    before = SynonymGroup.objects.count()
    plain = client.get("/admin/search-trial/", {"q": "quagga", "reader": "visitor"}).content.decode()
    assert "0 results" in plain
    tried = client.get("/admin/search-trial/", {"q": "quagga", "reader": "visitor", "more": "quagga\nzebra"})
    body = tried.content.decode()
    assert "1 result<" in body
    assert "Zebra program" in body
    assert "Also searched for: zebra" in body
    alone = client.get("/admin/search-trial/", {"q": "quagga", "reader": "visitor", "more": "zebra"}).content.decode()
    assert "Zebra program" in alone  # the typed word itself need not be among them
    assert "<strong>quagga</strong> or a synonym: title 1×" in alone
    assert SynonymGroup.objects.count() == before
    assert not SearchTerm.objects.exists()


def test_a_trial_says_why_a_page_stands_where_it_stands_or_why_it_is_not_there(as_persona):
    there = factories.resource(title="Jail screening", audience="public", body=[("text", "<p>A jail, and a jail</p>")])
    closed = factories.resource(title="Closed jail", audience="members")
    other = factories.resource(title="Housing", audience="public")
    draft = factories.resource(title="Draft", publish=False)
    client = as_persona("community-editor")

    def tried(page) -> str:
        asked = {"q": "jail", "reader": "visitor", "page": page.pk}
        return client.get("/admin/search-trial/", asked).content.decode()

    assert "The page is number 1." in tried(there)
    assert "title 1×, text, files and recording 2×" in tried(there)
    assert "This reader may not see this page." in tried(closed)
    assert "Closed jail" not in tried(there)
    assert "it does not say “jail”" in tried(other)
    assert "Choose a page that is published" in tried(draft)


def test_a_trial_says_how_many_have_all_of_the_words(as_persona):
    factories.resource(title="Zebra quagga", audience="public")
    client = as_persona("community-editor")

    def tried() -> str:
        return client.get("/admin/search-trial/", {"q": "zebra quagga", "reader": "visitor"}).content.decode()

    assert "of the words" not in tried()
    factories.resource(title="Quagga", audience="public")
    assert "Only 1 has all of the words; the others have some of them." in tried()


def test_a_trial_shows_an_editor_no_more_than_the_editor_may_see(as_persona):
    factories.resource("Texas", title="Texas jail", audience="section")
    for reader in ("me", "member", "visitor", "nonsense"):
        body = as_persona("community-editor").get("/admin/search-trial/", {"q": "jail", "reader": reader})
        assert "Texas jail" not in body.content.decode()
