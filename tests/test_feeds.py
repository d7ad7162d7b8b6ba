"""Atom feeds: valid, stable, public only, and answered with 304 when nothing changed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import etree

from home.models import CommunitySettings, Entry
from tests import factories

NS = {"atom": "http://www.w3.org/2005/Atom"}
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "data" / "atom.rng"))


def fetch(client, address="/feeds/ohio.atom", **headers):
    response = client.get(address, headers=headers)
    assert response.status_code == 200, address
    return response


def parsed(client, address="/feeds/ohio.atom"):
    """The feed, after it passed the schema, the RFC's remarks that a schema cannot hold, and feedparser."""
    body = fetch(client, address).content
    tree = etree.fromstring(body)
    assert SCHEMA.validate(tree), SCHEMA.error_log
    assert tree.xpath("count(atom:author) > 0 or not(atom:entry[not(atom:author)])", namespaces=NS)
    assert tree.xpath("count(atom:link[@rel='self']) = 1", namespaces=NS)
    for entry in tree.xpath("atom:entry", namespaces=NS):
        assert len(entry.xpath("atom:link[@rel='alternate']", namespaces=NS)) == 1
    ids = tree.xpath("//atom:id/text()", namespaces=NS)
    assert len(ids) == len(set(ids))
    feed = feedparser.parse(body, response_headers={"content-type": "application/atom+xml; charset=utf-8"})
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    return feed


def titles(client, address="/feeds/ohio.atom"):
    return [entry.title for entry in parsed(client, address).entries]


def test_a_section_feed_holds_its_announcements_resources_and_webinars_newest_first(client):
    for make, title in (
        (factories.announcement, "First"),
        (factories.resource, "Second"),
        (factories.webinar, "Third"),
        (factories.event, "An event is in the calendar"),
        (factories.call, "A call is in the calendar"),
    ):
        make("Ohio", title=title, audience="public")
    factories.resource("Texas", title="Elsewhere", audience="public")
    assert titles(client) == ["Third", "Second", "First"]


def test_what_is_also_listed_in_a_section_is_in_its_feed(client):
    factories.resource("Texas", title="From Texas", audience="public", also_in=[factories.section("Ohio")])
    assert titles(client) == ["From Texas"]


def test_the_community_feed_holds_every_section_and_what_is_shared(client):
    factories.resource("Texas", title="Texas", audience="public")
    factories.resource(None, title="Shared", audience="public")
    assert titles(client, "/feeds/all.atom") == ["Shared", "Texas"]


@pytest.mark.parametrize(
    ("narrowed", "expected"), [("announcements", ["News"]), ("resources", ["Form"]), ("webinars", ["Talk"])]
)
def test_a_feed_can_be_of_one_type(client, narrowed, expected):
    factories.announcement("Ohio", title="News", audience="public")
    factories.resource("Ohio", title="Form", audience="public")
    factories.webinar("Ohio", title="Talk", audience="public")
    for slug in ("ohio", "all"):
        assert titles(client, f"/feeds/{slug}/{narrowed}.atom") == expected


def test_only_public_items_whoever_asks(as_persona, persona):
    for audience in ("members", "section"):
        factories.announcement("Ohio", title=f"Canary {audience}", audience=audience)
    factories.announcement("Ohio", title="Canary draft", audience="public", publish=False)
    factories.announcement("Ohio", title="Open", audience="public")
    body = fetch(as_persona(persona)).content.decode()
    assert "Open" in body
    assert "Canary" not in body


def test_what_has_expired_is_gone_before_the_clock_comes_round(client):
    page = factories.announcement("Ohio", title="Over", audience="public")
    Entry.objects.filter(pk=page.pk).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert titles(client) == []


def test_what_was_unpublished_or_closed_leaves_the_feed(client):
    gone = factories.resource("Ohio", title="Gone", audience="public")
    closed = factories.resource("Ohio", title="Closed", audience="public")
    gone.unpublish()
    closed.audience = "members"
    closed.save_revision().publish()
    assert titles(client) == []


@pytest.mark.parametrize(
    "address", ["/feeds/atlantis.atom", "/feeds/ohio/events.atom", "/feeds/sections.atom", "/feeds/ohio.rss"]
)
def test_an_unknown_feed_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_at_most_fifty_items(client, monkeypatch):
    from home import feeds

    assert feeds.ITEMS == 50
    monkeypatch.setattr(feeds, "ITEMS", 2)
    for number in range(3):
        factories.announcement("Ohio", audience="public", title=str(number))
    assert titles(client) == ["2", "1"]


def test_identifiers_survive_a_rename_a_move_and_another_host(client, settings):
    page = factories.resource("Ohio", title="Form", audience="public")
    before = parsed(client).entries[0]
    page.slug, page.title = "another-address", "Form, renamed"
    page.save_revision().publish()
    page.refresh_from_db()
    page.move(factories.index(type(page), "Texas"), pos="last-child")
    settings.SITE_URL = "https://elsewhere.example"
    after = parsed(client, "/feeds/texas.atom").entries[0]
    assert before.id == after.id
    assert after.id.startswith("urn:uuid:")
    assert before.link != after.link


def test_addresses_are_whole_and_of_the_site_whatever_host_was_asked(client, settings):
    settings.SITE_URL = "https://community.example"
    page = factories.resource("Ohio", title="Form", audience="public")
    tree = etree.fromstring(client.get("/feeds/ohio.atom", headers={"host": "evil.example"}).content)
    links = tree.xpath("//atom:link/@href", namespaces=NS)
    assert {urlsplit(link).netloc for link in links} == {"community.example"}
    assert f"https://community.example{page.get_url()}" in links
    assert tree.xpath("string(atom:link[@rel='self']/@href)", namespaces=NS) == (
        "https://community.example/feeds/ohio.atom"
    )
    assert tree.xpath("string(atom:link[@rel='alternate']/@href)", namespaces=NS).endswith("/sections/ohio/")


def test_the_link_of_an_item_opens(client):
    factories.resource("Ohio", title="Form", audience="public")
    assert urlsplit(parsed(client).entries[0].link).path == Entry.objects.get().url


def test_published_stays_and_updated_follows_the_last_publish(client):
    page = factories.announcement("Ohio", audience="public")
    first = parsed(client).entries[0]
    page.summary = "Corrected."
    page.save_revision().publish()
    second = parsed(client).entries[0]
    assert second.published == first.published
    assert second.updated > first.updated
    assert second.updated == Entry.objects.get().updated_at.isoformat()


def test_each_item_names_who_published_it(client):
    settings = CommunitySettings.objects.get_or_create(site_id=factories.HomePage.objects.get().get_site().pk)[0]
    settings.name = "Our Community"
    settings.save()
    factories.resource("Ohio", audience="public")
    factories.resource(None, audience="public")
    feed = parsed(client, "/feeds/all.atom")
    assert [entry.author for entry in feed.entries] == ["Our Community", "Ohio"]
    assert feed.feed.title == "Our Community"
    assert parsed(client).feed.title == "Ohio · Our Community"


HOSTILE = "A & B <script>alert(1)</script> \x0b\x00\x1b ]]> \U0001f9e0 “quoted” \ufffe end"


def test_a_hostile_title_makes_no_invalid_feed(client):
    page = factories.announcement("Ohio", audience="public", title="Harmless", summary="Harmless")
    Entry.objects.filter(pk=page.pk).update(title=HOSTILE.replace("\x00", ""), teaser=HOSTILE.replace("\x00", ""))
    entry = parsed(client).entries[0]
    assert entry.title == "A & B <script>alert(1)</script>  ]]> \U0001f9e0 “quoted”  end"
    assert "alert(1)" in entry.summary
    assert "<script>" not in entry.summary


@given(st.text(max_size=60))
@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_title_makes_a_valid_feed(client, text):
    text = "".join(character for character in text if character != "\x00" and not 0xD800 <= ord(character) < 0xE000)
    if not Entry.objects.exists():
        factories.announcement("Ohio", audience="public")
    Entry.objects.update(title=text, teaser=text)
    parsed(client)


def test_nothing_changed_is_answered_with_304(client):
    factories.announcement("Ohio", audience="public")
    first = fetch(client)
    assert first["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert first["Cache-Control"] == "public, max-age=900"
    for header in ({"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}):
        again = client.get("/feeds/ohio.atom", headers=header)
        assert again.status_code == 304
        assert again.content == b""
    factories.announcement("Ohio", audience="public")
    assert client.get("/feeds/ohio.atom", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_an_empty_feed_is_valid_and_stays_the_same(client):
    first = fetch(client, "/feeds/maine.atom")
    assert parsed(client, "/feeds/maine.atom").entries == []
    assert client.get("/feeds/maine.atom", headers={"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("address", "slug"), [("/", "all"), ("/sections/ohio/", "ohio"), ("/sections/ohio/library/", "ohio")]
)
def test_feed_and_calendar_are_found_from_the_page_head(client, address, slug):
    from lxml import html

    head = html.fromstring(client.get(address).content).find("head")
    for kind, expected in (
        ("application/atom+xml", f"/feeds/{slug}.atom"),
        ("text/calendar", f"/calendars/{slug}.ics"),
    ):
        found = head.xpath(f"link[@rel='alternate'][@type='{kind}']/@href")
        assert expected in found
        assert all(client.get(link).status_code == 200 for link in found)


def test_the_file_of_an_event_is_found_from_its_page(client):
    page = factories.event("Ohio", audience="public")
    assert f'href="/calendars/event/{page.uid}.ics"' in client.get(page.get_url()).content.decode()


def test_head_is_answered_and_post_is_not(client):
    assert client.head("/feeds/ohio.atom").status_code == 200
    assert client.post("/feeds/ohio.atom").status_code == 405


def test_the_number_of_queries_does_not_grow_with_the_items(client, django_assert_max_num_queries):
    factories.announcement("Ohio", audience="public")
    fetch(client)
    for _ in range(4):
        factories.announcement("Ohio", audience="public")
    with django_assert_max_num_queries(8):
        fetch(client)
