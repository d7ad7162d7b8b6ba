"""What goes over the wire: packed, kept for a year, from this site alone, and little of it."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from typing import Any
from urllib.parse import urlsplit

import brotli
import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from home import setup
from home.models import SectionIndexPage, SectionPage
from home.places import places
from tests import factories
from tests.browser import ORIGIN, browser_page
from tests.conftest import WORLD
from worksite.settings import base

BROWSER = {"accept-encoding": "gzip, deflate, br, zstd"}
MOST_BYTES, MOST_REQUESTS = 80 * 1024, 10


@pytest.fixture
def collected(settings, tmp_path) -> None:
    """Our static files, collected as for production."""
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": base.STORAGES["staticfiles"]}
    call_command("collectstatic", interactive=False, verbosity=0)


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_static_files_have_a_name_of_their_content_and_are_kept_for_a_year_and_more(collected, client):
    address = staticfiles_storage.url("css/site.css")
    assert re.fullmatch(r"/static/css/site\.[0-9a-f]{12}\.css", address)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]
    assert "public" in answer["Cache-Control"]
    assert int(re.search(r"max-age=(\d+)", answer["Cache-Control"]).group(1)) >= 365 * 24 * 60 * 60


@pytest.mark.slow
@pytest.mark.parametrize(
    ("accepted", "packed"),
    [("gzip, deflate, br", "br"), ("br", "br"), ("gzip", "gzip"), ("identity", None), ("", None)],
)
@pytest.mark.parametrize("name", ["css/site.css", "css/uswds.css", "js/menu.js"])
def test_static_files_are_compressed_beforehand_both_ways(name, accepted, packed, collected, client):
    address = staticfiles_storage.url(name)
    plain = content_of(client.get(address))
    answer = client.get(address, headers={"accept-encoding": accepted})
    assert answer.get("Content-Encoding") == packed
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[packed]
    assert unpack(content_of(answer)) == plain
    assert "Accept-Encoding" in answer["Vary"]


def test_pages_feeds_and_calendars_are_compressed_where_that_gives_nothing_away(as_persona):
    # With something in each: Django pads what it packs at random, so that a tiny answer is at times not worth packing.
    factories.resource(audience="public")
    factories.event(audience="public")
    visitor, member = as_persona("visitor"), as_persona("ohio-member")
    for client, address in (
        (visitor, "/"),
        (visitor, "/search/?q=jail"),
        (visitor, "/feeds/all.atom"),
        (visitor, "/calendars/all.ics"),
        (visitor, "/no-such-page/"),
        (member, "/"),
        (member, "/library/"),
    ):
        plain = client.get(address)
        answer = client.get(address, headers=BROWSER)
        assert plain.get("Content-Encoding") is None
        assert answer.get("Content-Encoding") == "gzip", address
        assert len(answer.content) < len(plain.content)
        assert int(answer["Content-Length"]) == len(answer.content)
        assert b"</" in gzip.decompress(answer.content) or b"END:VCALENDAR" in gzip.decompress(answer.content)


@pytest.mark.parametrize("address", ["/search/?q=jail", "/library/?topic=housing", "/no-such-page/?q=x"])
def test_what_a_member_gets_at_an_address_of_somebodys_choice_is_not_compressed(address, as_persona):
    assert as_persona("ohio-member").get(address, headers=BROWSER).get("Content-Encoding") is None


def test_files_are_left_as_they_are_also_in_part(as_persona):
    page = factories.announcement(audience="public")
    document = factories.document(content=b"%PDF-1.4 " + b"words " * 500)
    page.body = f'<p><a linktype="document" id="{document.pk}">file</a></p>'
    page.save_revision().publish()
    for extra, status in (({}, 200), ({"range": "bytes=0-99"}, 206)):
        answer = as_persona("visitor").get(document.url, headers={**BROWSER, **extra})
        assert answer.status_code == status
        assert answer.get("Content-Encoding") is None
        received = content_of(answer)
        assert received[:8] == b"%PDF-1.4"
        assert len(received) == (100 if extra else 3009)


@pytest.fixture
def whole_community(django_db_setup, monkeypatch) -> None:
    """A section for every State and territory, bare, and as many things as the home page shows."""
    monkeypatch.setattr(SectionPage, "_furnish", lambda section: None)
    index = SectionIndexPage.objects.get()
    for place in places():
        if place.code not in WORLD:
            setup.add_section(index, title=place.name, code=place.code, kind=place.kind)
    assert SectionPage.objects.count() == 56
    long = "A screening form for county jails, and what it took to bring it in across eighty-eight counties"
    for number in range(5):
        values = {"title": f"{long} {number}", "summary": f"{long}. {long}.", "audience": "public"}
        factories.resource(**values)
        factories.call("Texas", **values)
        held = {"transcript": "<p>Words</p>", "start_date": timezone.localdate() - dt.timedelta(days=3)}
        factories.webinar("Maine", **values, **held)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 360])
def test_a_first_visit_to_the_home_page_is_light_and_asks_nobody_else(width, collected, whole_community):
    client = Client()
    asked: list[str] = []
    with browser_page(client, width=width) as screen:
        screen.on("request", lambda request: asked.append(request.url))
        screen.goto("/", wait_until="networkidle")
        icons = screen.locator("link[rel~=icon]").evaluate_all("all => all.map(one => one.href)")
    asked += icons[-1:]  # a browser with tabs asks for one
    weights = {}
    for address in asked:
        assert address.startswith(f"{ORIGIN}/"), address
        answer = client.get(urlsplit(address).path, headers=BROWSER)
        assert answer.status_code == 200, address
        head = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
        weights[address] = len(content_of(answer)) + len(head)
    assert len(asked) <= MOST_REQUESTS, asked
    assert sum(weights.values()) <= MOST_BYTES, weights
    assert sum(".woff2" in address for address in asked) <= 2


def test_search_engines_are_told_what_to_leave_alone_and_where_the_sitemap_is(client):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert answer.content.decode().split("\n")[:3] == ["User-agent: *", "Disallow: /accounts/", "Disallow: /admin/"]
    sitemap = re.search(r"^Sitemap: http://testserver(/\S+)$", answer.content.decode(), re.MULTILINE).group(1)
    assert client.get(sitemap).status_code == 200


@pytest.mark.parametrize(
    "address", ["/", "/sections/", "/sections/ohio/", "/library/", "/sections/ohio/library/", "/search/"]
)
def test_every_public_page_says_what_it_is_to_search_engines(address, client):
    said = re.findall(r'<meta name="description" content="([^"]+)">', client.get(address).content.decode())
    assert len(said) == 1
    assert len(said[0]) > 40
