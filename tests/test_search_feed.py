"""The feed of a search: valid whatever was typed, what anyone may see of it, and answered with 304 when nothing changed."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import html

from home.models import Entry, Topic
from search.models import SearchDocument
from tests import factories
from tests.test_feeds import HOSTILE, fetch, parsed

ODD = [
    "",
    "   ",
    "jail & prison <b>",
    'jail "county jail',
    "-jail",
    "jail*",
    "žurnal čisté ¿?",
    "監獄 🧠",
    "a\x0bb\x1bc\x00d",
    "\ufffe\uffff",
    "]]> <!--",
    "%2B+%zz#?&q=x",
    "state:atlantis type:poem year:soon",
    "jail " * 300,
]


def address_of(query: str, **values: str) -> str:
    return f"/search/feed.atom?{urlencode({'q': query, **values})}"


def titles(client, address: str) -> list[str]:
    return [entry.title for entry in parsed(client, address).entries]


@pytest.mark.parametrize("query", ODD)
def test_whatever_is_typed_makes_a_valid_feed(client, query):
    factories.resource(title="Jail and prison", audience="public")
    feed = parsed(client, address_of(query)).feed
    assert feed.title.startswith("Search: ")
    assert feed.id.startswith("urn:uuid:")


@given(st.text(max_size=60).filter(lambda text: not any(0xD800 <= ord(character) < 0xE000 for character in text)))
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_query_makes_a_valid_feed_that_names_itself(client, query):
    own = next(link.href for link in parsed(client, address_of(query)).feed.links if link.rel == "self")
    assert client.get(own.removeprefix("http://localhost:8000")).status_code == 200


def test_it_holds_what_matches_newest_first_with_a_link_that_opens(client):
    for title in ("Jail first", "Housing", "Jail second"):
        factories.resource(title=title, audience="public")
    feed = parsed(client, address_of("jail"))
    assert [entry.title for entry in feed.entries] == ["Jail second", "Jail first"]
    for entry in feed.entries:
        assert client.get(urlsplit(entry.link).path).status_code == 200
    assert feed.feed.title.startswith("Search: jail · ")
    assert parse_qs(urlsplit(feed.feed.link).query) == {"q": ["jail"]}
    assert urlsplit(feed.feed.link).path == "/search/"


def test_filters_and_operators_narrow_it(client):
    housing = [Topic.objects.get(slug="housing")]
    factories.resource("Ohio", title="Jail in Ohio", audience="public", topics=housing, year=2021)
    factories.resource("Texas", title="Jail in Texas", audience="public", year=2024)
    factories.announcement("Ohio", title="Jail news", audience="public")
    assert titles(client, address_of("jail", state="ohio")) == ["Jail news", "Jail in Ohio"]
    assert titles(client, address_of("jail state:texas")) == ["Jail in Texas"]
    assert titles(client, address_of("jail", topic="housing")) == ["Jail in Ohio"]
    assert titles(client, address_of("jail", type="announcement")) == ["Jail news"]
    assert titles(client, address_of("jail year:2020..2022")) == ["Jail in Ohio"]
    assert titles(client, address_of("", state="texas")) == ["Jail in Texas"]


def test_what_has_only_some_of_the_words_is_not_in_it(client):
    factories.resource(title="Jail", audience="public")
    assert titles(client, address_of("jail zebra")) == []


def test_sections_pages_and_people_are_not_in_it(client):
    assert SearchDocument.objects.present().filter(title="Ohio").exists()
    assert titles(client, address_of("ohio")) == []
    assert titles(client, address_of("", type="person")) == []


def test_only_what_anyone_may_see_whoever_asks(as_persona, persona):
    for audience in ("members", "section"):
        factories.resource("Ohio", title=f"Jail canary {audience}", audience=audience)
    factories.resource("Ohio", title="Jail canary draft", audience="public", publish=False)
    factories.resource("Ohio", title="Jail open", audience="public")
    answer = fetch(as_persona(persona), address_of("jail"))
    assert "Jail open" in answer.content.decode()
    assert "canary" not in answer.content.decode()
    assert answer["Cache-Control"] == "public, max-age=900"


def test_what_has_expired_or_was_closed_leaves_it_at_once(client):
    over = factories.resource(title="Jail over", audience="public")
    closed = factories.resource(title="Jail closed", audience="public")
    past = timezone.now() - dt.timedelta(seconds=1)
    Entry.objects.filter(pk=over.pk).update(expires_at=past)
    SearchDocument.objects.filter(key=f"page:{over.pk}").update(expires_at=past)
    closed.audience = "members"
    closed.save_revision().publish()
    assert titles(client, address_of("jail")) == []


def test_the_same_search_has_one_identifier_and_another_search_another(client):
    same = {
        parsed(client, address).feed.id
        for address in (address_of("jail"), "/search/feed.atom?page=3&q=jail&nonsense=1")
    }
    assert len(same) == 1
    assert parsed(client, address_of("prison")).feed.id not in same
    assert parsed(client, address_of("jail", state="ohio")).feed.id not in same


def test_a_hostile_title_makes_no_invalid_feed(client):
    page = factories.resource(title="Jail", summary="Harmless", audience="public")
    Entry.objects.filter(pk=page.pk).update(title=HOSTILE.replace("\x00", ""), teaser=HOSTILE.replace("\x00", ""))
    [entry] = parsed(client, address_of("jail")).entries
    assert entry.title.startswith("A & B <script>")
    assert "<script>" not in entry.summary


def test_addresses_are_of_the_site_whatever_host_was_asked(client, settings):
    settings.SITE_URL = "https://community.example"
    factories.resource(title="Jail", audience="public")
    body = client.get(address_of("jail"), headers={"host": "evil.example"}).content.decode()
    assert "evil.example" not in body
    assert "https://community.example/search/feed.atom?q=jail" in body


def test_nothing_changed_is_answered_with_304(client):
    factories.resource(title="Jail", audience="public")
    address = address_of("jail")
    first = fetch(client, address)
    assert first["Content-Type"] == "application/atom+xml; charset=utf-8"
    for header in ({"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}):
        again = client.get(address, headers=header)
        assert (again.status_code, again.content) == (304, b"")
    factories.resource(title="Another jail", audience="public")
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_an_empty_feed_is_valid_and_stays_the_same(client):
    first = fetch(client, address_of("zebra"))
    assert parsed(client, address_of("zebra")).entries == []
    assert client.get(address_of("zebra"), headers={"if-none-match": first["ETag"]}).status_code == 304


def test_it_is_found_from_the_head_of_the_search_page(client):
    page = client.get('/search/?q=jail+%26+"county+jail"&state=ohio&state=texas')
    [link] = html.fromstring(page.content).xpath("//head/link[contains(@href, '/search/feed.atom')]/@href")
    assert parse_qs(urlsplit(link).query) == {"q": ['jail & "county jail"'], "state": ["ohio", "texas"]}
    parsed(client, link)


def test_head_is_answered_and_post_is_not(client):
    assert client.head(address_of("jail")).status_code == 200
    assert client.post(address_of("jail")).status_code == 405


def test_the_number_of_queries_does_not_grow_with_the_items(client, django_assert_max_num_queries):
    for number in range(5):
        factories.resource(title=f"Jail {number}", audience="public")
    with django_assert_max_num_queries(14):
        assert len(parsed(client, address_of("jail")).entries) == 5
