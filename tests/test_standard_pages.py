"""What every community starts with says about itself: true, because it is read from the settings or compared with them."""

from __future__ import annotations

import re

import pytest

from home import facts
from home.contact.inbox import KEEP_ANSWERED
from home.models import HomePage, StandardPage
from home.setup import STANDARD_PAGES, set_up
from members.models import audit
from members.sessions import times, unsent
from operations import mail
from tests.html import problems, text_of, tree_of

WRITTEN = ["accessibility", "privacy", "contact", "help", "it-desk"]


def main_of(response):
    assert response.status_code == 200
    body = response.content.decode()
    assert problems(body) == []
    return next(tree_of(body).iter("main"))


def words(client, slug: str) -> str:
    return text_of(main_of(client.get(f"/{slug}/")))


@pytest.mark.parametrize("slug", list(STANDARD_PAGES))
def test_each_is_there_and_in_the_footer(client, slug):
    main_of(client.get(f"/{slug}/"))
    footer = next(tree_of(client.get("/").content.decode()).iter("footer"))
    assert f"/{slug}/" in [link.get("href") for link in footer.iter("a")]


@pytest.mark.parametrize("slug", WRITTEN)
def test_a_new_community_has_their_text_and_every_link_in_it_leads_somewhere(client, slug):
    main = main_of(client.get(f"/{slug}/"))
    assert len(text_of(main)) > 300
    for link in main.iter("a"):
        if link.get("href", "").startswith("/"):
            answer = client.get(link.get("href"))
            own = link.get("href").startswith("/my/")  # a person's own room, after signing in
            assert answer.url.startswith("/accounts/login/") if own else answer.status_code == 200


@pytest.fixture
def no_sections(monkeypatch) -> None:
    """Setting up again makes none of the sections that this world lacks."""
    monkeypatch.setattr("home.setup.places", list)


@pytest.mark.usefixtures("no_sections")
def test_a_site_that_moves_tells_its_new_address(settings):
    page = HomePage.objects.get()
    set_up()
    kept = page.get_full_url()
    settings.SITE_URL = "https://worksite.test"
    set_up()
    assert HomePage.objects.get().get_full_url() == "https://worksite.test/" != kept


@pytest.mark.usefixtures("no_sections")
def test_what_editors_have_written_stays(client):
    page = StandardPage.objects.get(slug="privacy")
    page.body = [("text", "<p>Our own words</p>")]
    page.save_revision().publish()
    set_up()
    assert "Our own words" in words(client, "privacy")


def table(client) -> dict[str, str]:
    """The facts on the page for IT desks."""
    (facts,) = main_of(client.get("/it-desk/")).iter("dl")
    return {text_of(row.find("dt")): text_of(row.find("dd")) for row in facts.iter("div")}


def test_an_it_desk_reads_what_the_settings_say(client, settings):
    settings.SITE_URL = "https://share.example.org"
    settings.DEFAULT_FROM_EMAIL = "Community <mail@share.example.org>"
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 7 * 1024 * 1024
    settings.WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "odt"]
    settings.SESSION_COOKIE_NAME = "__Host-sessionid"
    found = table(client)
    assert found["Host"] == "share.example.org"
    assert found["Port"] == "443 (HTTPS)"
    assert found["Mail comes from"] == "mail@share.example.org"
    assert found["Largest file"] == "7 MB"
    assert found["Files to download and to add"] == "PDF (.pdf), Word (.docx) and ODT (.odt)"
    assert "__Host-sessionid, for at most 12 hours" in found.values()


@pytest.mark.parametrize(
    ("address", "port"),
    [
        ("http://localhost:8000", "8000 (HTTP)"),
        ("http://share.example.org", "80 (HTTP)"),
        ("https://a.example:8443", "8443 (HTTPS)"),
    ],
)
def test_the_port_is_the_one_of_the_address(settings, address, port):
    settings.SITE_URL = address
    assert dict(facts.facts())["Port"] == port


def test_no_other_host_is_named_but_those_that_pages_may_load_from(client, settings):
    assert table(client)["Other hosts that pages load from"] == "None"
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | {"img-src": ["'self'", "https://images.example.org"]}}
    assert table(client)["Other hosts that pages load from"] == "images.example.org"


def test_the_privacy_page_says_how_long_things_are_kept_as_they_are(client, settings):
    text = words(client, "privacy")
    assert (KEEP_ANSWERED.days, mail.KEEP_SENT.days, mail.KEEP_DEAD.days) == (180, 14, 90)
    assert "until it is answered, and for half a year after that" in text
    assert "kept for two weeks after it left" in text
    assert "kept for three months" in text
    assert settings.SESSION_COOKIE_AGE == times.LONGEST == 12 * 60 * 60
    assert times.IDLE == 30 * 60
    assert unsent.KEPT_FOR.days == 7
    assert "at most 12 hours or until you close the browser" in text
    spans = re.findall(r"\d+/\d*(\w)", ",".join(settings.ACCOUNT_RATE_LIMITS.values()))
    assert set(spans) <= {"s", "m", "h", "d"}, "network addresses are remembered for a short time"
    assert (audit.KEEP.days, audit.KEEP_ADDRESS.days) == (730, 90)
    assert "Each line is kept for two years; the network address in it for 90 days." in text
    assert settings.DJANGO_STRUCTLOG_IP_LOGGING_ENABLED is False


def test_reading_sets_no_cookie(client):
    for address in ("/", "/library/", "/search/?q=housing", "/help/"):
        client.get(address)
    assert list(client.cookies) == []


def test_the_accessibility_page_says_what_was_not_tested_and_whom_to_tell(client):
    text = words(client, "accessibility")
    for said in ("No person has yet gone through the site with a screen reader", "Firefox and Safari", "Tell us"):
        assert said in text
    links = [link.get("href") for link in main_of(client.get("/accessibility/")).iter("a")]
    assert "/contact/?about=barrier" in links
