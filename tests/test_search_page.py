"""The search page: what it finds, how it counts, what it says of itself."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calendar_app.models import AgendaItem, WebinarPage
from home.models import Topic
from library.models import ResourceFile
from members.profiles.names import initials
from search import engines, spelling
from search.models import FileText, SearchDocument, SynonymGroup
from tests import content, factories
from tests.html import text_of
from tests.personas import person
from tests.test_listings import chips, choices, titles, total, tree

if TYPE_CHECKING:
    from django.test import Client


def said(client: Client, address: str) -> str:
    """The middle of the page as a reader hears it, in one line."""
    return " ".join(text_of(tree(client, address)).split())


def marks(client: Client, address: str) -> list[str]:
    """The words that are marked."""
    return [text_of(part) for part in tree(client, address).iter("mark")]


def read_file(title: str, *pages: str) -> Any:
    """A file whose pages have been read."""
    file = factories.document(title, place="Ohio")
    parts = [
        {"place": f"page {number}", "fragment": f"page={number}", "heading": "", "text": text}
        for number, text in enumerate(pages, 1)
    ]
    FileText.objects.update_or_create(document=file, defaults={"status": "read", "parts": parts})
    return file


# What is found


def test_every_type_is_found_with_sections_and_pages_of_the_site(client):
    for make in (factories.announcement, factories.event, factories.call, factories.webinar, factories.resource):
        make(title="A thing on jails", audience="public")
    assert total(client, "/search/?q=jails") == "5 items"
    types = {
        value: count for (facet, value), (count, _) in choices(client, "/search/?q=jail").items() if facet == "type"
    }
    assert types == dict.fromkeys(("announcement", "event", "call", "webinar", "resource"), 1)
    assert len(titles(client, "/search/?q=jails&type=event&type=call")) == 2
    assert titles(client, "/search/?q=ohio&type=section") == ["Ohio"]
    assert "Privacy" in titles(client, "/search/?q=privacy&type=page")


def test_words_are_found_in_other_forms_as_the_beginning_of_a_word_as_a_phrase_and_without_a_word(client):
    factories.resource(title="Screening in the county jail", audience="public")
    factories.resource(title="A county screens its jails", audience="public")
    both = {"Screening in the county jail", "A county screens its jails"}
    assert set(titles(client, "/search/?q=screened+jails")[:2]) == both
    assert set(titles(client, "/search/?q=screened+jails&sort=title")) == both
    assert len(titles(client, "/search/?q=scree*&type=resource")) == 2
    assert titles(client, '/search/?q="county+jail"') == ["Screening in the county jail"]
    assert titles(client, "/search/?q=jail+-screening") == []
    assert titles(client, "/search/?q=jail+-county") == []
    assert titles(client, "/search/?q=county+-“nothing") != []


@pytest.mark.slow
def test_the_count_beside_each_choice_is_the_length_of_the_list_behind_it(client, as_persona):
    housing, money = Topic.objects.get(slug="housing"), Topic.objects.get(slug="financing")
    factories.resource(title="Jail one", topics=[housing], kind="guide", year=2023, audience="public")
    factories.resource("Texas", title="Jail two", topics=[housing, money], kind="guide", year=2024, audience="public")
    factories.resource(title="Jail three", topics=[money], kind="report", year=2024, audience="members")
    factories.announcement(title="Jail four", topics=[housing], audience="section")
    for name in ("visitor", "ohio-member"):
        reader = as_persona(name)
        for start in ("/search/?q=jail", "/search/?q=jail&topic=housing", "/search/?q=jail&kind=guide&year=2024"):
            found = choices(reader, start)
            assert found
            for (facet, value), (count, chosen) in found.items():
                if not chosen and f"{facet}=" not in start:
                    address = f"{start}&{facet}={value}"
                    assert len(titles(reader, address)) == count, address
                    assert total(reader, address).startswith(f"{count} item"), address


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        '"',
        "&",
        "-",
        "*",
        "a AND",
        "NEAR(",
        "title:",
        "'; DROP",
        "\x00",
        "jail " * 600,
        "“”",
        "state:",
        '-"',
        "¿?",
        "%_",
        "y:z",
    ],
)
@pytest.mark.parametrize("where", ["/search/", "/search/suggest/", "/search/feed.atom"])
def test_whatever_is_typed_gets_an_answer(client, where, query):
    for page in ("", "0", "-1", "99999999", "x"):
        assert client.get(where, {"q": query, "page": page, "section": query[:9], "year": query[:9]}).status_code == 200


# Operators


def test_operators_act_like_ticked_boxes_and_show_as_chips(client):
    factories.resource(title="Jail guide", topics=[Topic.objects.get(slug="housing")], year=2021, audience="public")
    factories.resource("Texas", title="Jail report", year=2024, audience="public", authors="Ann Lee")
    assert titles(client, "/search/?q=jail+state:OH") == ["Jail guide"]
    assert titles(client, "/search/?q=jail+state:texas+type:resources") == ["Jail report"]
    assert titles(client, "/search/?q=jail+topic:Housing") == ["Jail guide"]
    assert titles(client, "/search/?q=jail+year:2019..2022") == ["Jail guide"]
    assert titles(client, "/search/?q=jail+year:2024") == ["Jail report"]
    assert titles(client, '/search/?q=jail+author:"ann+lee"') == ["Jail report"]
    found = chips(client, "/search/?q=jail+state:ohio+year:2019..2022")
    assert found == {
        "“jail”": "?q=year%3A2019..2022&state=ohio",
        "2019 to 2022": "?q=jail&state=ohio",
        "Ohio": "?q=jail+year%3A2019..2022",
    }
    ticked = choices(client, "/search/?q=jail+state:ohio")
    assert ticked["state", "ohio"] == (1, True)
    assert ticked["state", "texas"] == (1, False)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("state:atlantis", "There is no State or work group called “atlantis”, so it was left out."),
        ("topic:nope", "There is no topic called “nope”, so it was left out."),
        ("type:poem", "There is no type called “poem”, so it was left out."),
        ("year:soon", "“soon” is not a year, so it was left out. Write year:2024 or year:2019..2024."),
        ("-state:ohio", "only words can be taken out of a search with a minus."),
    ],
)
def test_an_operator_with_a_value_that_nobody_knows_is_left_out_and_said(client, typed, sentence):
    factories.resource(title="Jail guide", audience="public")
    assert titles(client, f"/search/?q=jail+{typed}") == ["Jail guide"]
    assert sentence in said(client, f"/search/?q=jail+{typed}")


# Why it was found


def test_a_word_that_stands_only_in_a_file_is_shown_with_its_page(as_persona):
    file = read_file(
        "Guide.pdf", "Introduction", "What we learned", "Counties start <b>buprenorphine</b> at booking & keep it."
    )
    factories.resource(title="A record", files=[ResourceFile(document=file)], audience="members")
    reader = as_persona("ohio-member")
    page = reader.get("/search/?q=buprenorphine").content.decode()
    assert "&lt;b&gt;<mark>buprenorphine</mark>&lt;/b&gt; at booking &amp; keep it." in page
    assert f'In <a href="/files/{file.uuid}/#page=3">Guide.pdf, page 3</a>' in page
    assert titles(as_persona("visitor"), "/search/?q=buprenorphine") == []


def test_a_sentence_that_was_spoken_is_shown_with_a_link_that_opens_the_player_there(client):
    page = content.full(WebinarPage, audience="public", start_date=dt.date(2026, 1, 5))
    sentence = SearchDocument.objects.get(key=f"page:{page.pk}").passages.get(source="", position=0)
    word = sentence.text.split()[1]
    found = client.get(f"/search/?q={word}").content.decode()
    assert f'Said at <a href="{sentence.url}#recording">{sentence.place}</a> in the recording' in found


def test_the_notes_of_a_public_call_are_quoted_to_members_alone(as_persona):
    factories.call(title="Monthly call", notes="<p>Sheriffs agreed on naloxone.</p>", audience="public")
    assert "agreed on <mark>naloxone</mark>" in as_persona("ohio-member").get("/search/?q=naloxone").content.decode()
    assert titles(as_persona("visitor"), "/search/?q=naloxone") == []
    assert "agreed" not in said(as_persona("visitor"), "/search/?q=call")


def test_the_points_of_an_agenda_stay_apart_and_settings_of_the_editor_are_no_words(as_persona):
    agenda = [AgendaItem(title=title) for title in ("Beds", "Naloxone in jails", "Vans")]
    body = [("heading", {"text": "Naloxone in vans", "level": "h2"}), ("text", "<p>Who pays for naloxone.</p>")]
    factories.call(title="Monthly call", agenda=agenda, audience="public")
    factories.event(title="A day in May", body=body, audience="public")
    member = as_persona("ohio-member")  # an agenda is for members
    found = member.get("/search/?q=naloxone").content.decode()
    assert "<mark>Naloxone</mark> in jails · Vans" in found
    assert "<mark>Naloxone</mark> in vans · Who pays" in found
    assert titles(member, "/search/?q=heading&type=event") == []


def test_the_summary_of_a_page_is_shown_unless_its_text_says_more_of_what_was_asked_for(client):
    factories.event(
        title="Jail day", summary="Bring a sheriff.", body=[("text", "<p>Jail lobby</p>")], audience="public"
    )
    assert "Bring a sheriff." in said(client, "/search/?q=jail")
    assert "Jail lobby" not in said(client, "/search/?q=jail")
    assert "Jail lobby" in said(client, "/search/?q=jail+lobby")


def test_a_section_and_a_person_stand_beside_their_own_tile(as_persona):
    def tile(address: str) -> str:
        row = tree(as_persona("ohio-member"), address).find(".//li[@class='row']")
        return "".join(row.find("span[@class='place']").itertext())

    lead = person("ohio-lead")
    assert tile("/search/?q=ohio&type=section") == "OH"
    assert tile(f"/search/?q={lead.get_full_name()}&type=person") == initials(lead.get_full_name())


def test_the_best_passage_is_that_with_most_of_the_words(client):
    file = read_file("Report", "Housing alone. " * 30, "Peers help with housing vouchers.", "Vouchers alone.")
    factories.resource(title="A record", files=[ResourceFile(document=file)], audience="public")
    page = client.get("/search/?q=housing+voucher").content.decode()
    assert "Peers help with <mark>housing</mark> <mark>vouchers</mark>." in page
    assert "#page=2" in page


@pytest.mark.slow
def test_twenty_results_cost_as_many_queries_as_one(client):
    def queries() -> int:
        client.get("/search/?q=jail")
        with CaptureQueriesContext(connection) as counted:
            assert client.get("/search/?q=jail").status_code == 200
        return len(counted)

    topics = list(Topic.objects.all()[:3])
    factories.resource(
        title="Jail", topics=topics[:1], files=[ResourceFile(document=read_file("F", "jail"))], audience="public"
    )
    one = queries()
    for number in range(19):
        file = read_file(f"File {number}", "A jail", "Another jail")
        factories.resource(
            title=f"Jail {number}", topics=topics[: number % 4], files=[ResourceFile(document=file)], audience="public"
        )
    assert total(client, "/search/?q=jail") == "20 items"
    assert queries() == one
    assert one <= 24


# Spelling and synonyms


def test_a_mistyped_word_finds_what_was_meant_and_says_so(client):
    factories.resource(title="Screening form", audience="public")
    spelling.learn()
    text = said(client, "/search/?q=scrrening")
    assert "No results for scrrening . Showing results for screening ." in text
    assert "Screening form" in titles(client, "/search/?q=scrrening")
    assert titles(client, "/search/?q=scrrening&only=1") == []


def test_learning_words_lets_others_write_between_any_two_documents(monkeypatch):
    for title in ("Screening form", "Jail form", "Jail screening"):
        factories.resource(title=title, audience="public")
    outside, open_then = len(connection.savepoint_ids), []
    monkeypatch.setattr(spelling, "CHUNK", 1)
    monkeypatch.setattr(spelling, "SECONDS", 60)
    monkeypatch.setattr(spelling.time, "sleep", lambda seconds: open_then.append(len(connection.savepoint_ids)))
    counted = spelling._counted
    monkeypatch.setattr(
        spelling, "_counted", lambda some: open_then.append(len(connection.savepoint_ids)) or counted(some)
    )
    learned = spelling.learn()
    spelling.start_over()
    assert learned >= 3
    assert len(open_then) >= 3 * learned
    assert set(open_then) == {outside}


def test_where_something_is_found_another_spelling_is_offered_and_not_taken(client):
    factories.resource(title="Screening form", audience="public")
    factories.resource(title="Jail form", audience="public")
    factories.resource(title="Jail screening", audience="public")
    spelling.learn()
    text = said(client, "/search/?q=jail+scrrening")
    assert "Did you mean jail screening ? It finds 1." in text
    assert "Nothing has all of these words. These have some of them." in text
    said_of_one = said(client, "/search/?q=jail+screening")
    assert "Only 1 has all of these words; the others have some of them." in said_of_one


def test_where_nothing_else_has_some_of_the_words_nothing_is_said_of_others(client):
    factories.resource(title="Zebra quagga", audience="public")
    assert "of these words" not in said(client, "/search/?q=zebra+quagga")


def test_spelling_tells_nothing_of_what_is_hidden(as_persona):
    factories.resource(title="Zugzwang", audience="members")
    factories.call(title="A call", notes="<p>Zugzwang</p>", audience="public")
    spelling.learn()
    assert titles(as_persona("visitor"), "/search/?q=zugzwamg") == []
    assert "ugzwang" not in as_persona("visitor").get("/search/?q=zugzwamg").content.decode()
    assert "Zugzwang" in titles(as_persona("texas-member"), "/search/?q=zugzwamg")


def test_spelling_forgets_what_has_gone_and_learns_what_is_new(client):
    page = factories.resource(title="Zugzwang", audience="public")
    assert spelling.learn() > 0
    assert spelling.learn() == 0
    page.unpublish()
    assert titles(client, "/search/?q=zugzwamg") == []
    spelling.start_over()
    factories.resource(title="Zugzwang", audience="public")
    spelling.learn()
    assert titles(client, "/search/?q=zugzwamg") == ["Zugzwang"]


def test_dual_diagnosis_finds_what_says_only_co_occurring_disorders_and_says_so(client):
    factories.resource(title="Treating co-occurring disorders", audience="public")
    assert titles(client, "/search/?q=dual+diagnosis") == ["Treating co-occurring disorders"]
    assert marks(client, "/search/?q=dual+diagnosis")[0] == "co-occurring disorders"
    text = said(client, "/search/?q=dual+diagnosis")
    assert "Also searched for: co-occurring disorders," in text
    assert "Search only for “dual diagnosis”" in text
    assert titles(client, "/search/?q=dual+diagnosis&only=1") == []
    assert titles(client, '/search/?q="dual+diagnosis"') == []


def test_synonyms_hold_in_both_directions_in_any_form_and_in_circles(client):
    SynonymGroup.objects.all().delete()
    SynonymGroup.objects.create(words="Café au lait\nMilk coffee")
    SynonymGroup.objects.create(words="milk coffees\ncafe au lait\nLatte")
    factories.resource(title="A latte", audience="public")
    factories.resource(title="Café au lait", audience="public")
    assert set(titles(client, "/search/?q=MILK+coffee")) == {"A latte", "Café au lait"}
    assert set(titles(client, "/search/?q=latte")) == {"A latte", "Café au lait"}


# One section first; engines


def test_a_sections_own_box_finds_the_section_first_and_everything_after(client):
    factories.resource("Texas", title="Jail jail jail", audience="public")
    factories.resource("Ohio", title="On a county jail", audience="public")
    assert titles(client, "/search/?q=jail&section=ohio") == ["On a county jail", "Jail jail jail"]
    text = said(client, "/search/?q=jail&section=ohio")
    assert "What is in Ohio comes first. Search all States alike" in text
    assert 'href="?q=jail"' in client.get("/search/?q=jail&section=ohio").content.decode()
    assert titles(client, "/search/?q=jail&section=nowhere") != []
    section = client.get("/sections/ohio/library/").content.decode()
    assert '<input type="hidden" name="section" value="ohio">' in section


def test_the_page_says_when_the_site_itself_answers_in_place_of_the_search_server(client, monkeypatch):
    factories.resource(title="Jail", audience="public")

    class Fallen:
        name = "elasticsearch"

        def search(self, request):
            return engines.database_engine().search(request)

    assert "The search server does not answer" not in said(client, "/search/?q=jail")
    monkeypatch.setattr(engines, "engine", Fallen)
    assert "The search server does not answer just now." in said(client, "/search/?q=jail")


# Nothing found


def test_an_empty_result_says_what_would_find_something(client):
    factories.resource(title="Jail guide", kind="guide", year=2024, audience="public")
    factories.event(title="Fair", audience="public")
    text = said(client, "/search/?q=jail&kind=guide&type=event")
    assert "Nothing matches “jail” with these filters." in text
    assert "Events (1 item)" in text
    assert titles(client, "/search/?q=jail&kind=guide") == ["Jail guide"]
    assert "Try fewer words" in said(client, "/search/?q=zzz")
