"""The public pages: each type as each persona, what a section page shows, and what stays hidden on a page that opens."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.blocks.stream_block import StreamValue
from wagtail.models import Page

from calendar_app.models import ConferenceCallPage, EventPage, WebinarPage
from home import bulk, planner
from home.blocks import BodyBlock
from home.models import AnnouncementPage, Topic
from home.retirement import retire
from library.models import ResourceFile, ResourceLink, ResourcePage
from tests import factories
from tests.content import LONG_TITLE, MODELS, full
from tests.html import problems, text_of, tree_of
from tests.matrix import SEES
from tests.personas import PERSONAS
from tests.reading import links_of, main_of, titles_of, words

# Who is told what: audience of a page in Ohio -> the level of `SEES` that opens it.
OPENS = {"public": "public", "members": "members", "section": "ohio"}


def valid(response: Any) -> str:
    """A page's text, once its HTML is found to be right."""
    text = response.content.decode()
    assert problems(text) == []
    assert "Worksite" not in text.replace("worksite.example", "")
    return text


# Each type as each persona


@pytest.mark.slow
@pytest.mark.parametrize("audience", OPENS)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_page_answers_every_persona_as_its_audience_says(model, audience, as_persona):
    page = full(model, audience=audience)
    for name in PERSONAS:
        client = as_persona(name)
        response = client.get(page.url)
        if OPENS[audience] in SEES[name]:
            assert response.status_code == 200, name
            if name in ("visitor", "ohio-editor"):
                assert problems(response.content.decode()) == [], name
        elif name == "visitor":
            assert response.status_code == 302
            assert response.url == f"/accounts/login/?next={page.url}"
        else:
            assert response.status_code == 403, name


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_page_with_nothing_but_a_title_is_a_valid_page(model):
    page = factories.page(model, audience="public")
    assert page.title in valid(Client().get(page.url))


@pytest.mark.slow
def test_the_standing_pages_answer_everybody_empty_and_full(as_persona):
    clients = [as_persona(name) for name in ("visitor", "pending", "ohio-editor")]
    for furnish in (None, factories.furnish_ohio):
        if furnish:
            furnish()
        for address in ("/", "/sections/", "/sections/ohio/", "/about/"):
            for client in clients:
                valid(client.get(address))


@pytest.mark.parametrize(
    "address", ["/accounts/signup/", "/accounts/password/reset/", "/accounts/email/", "/accounts/2fa/"]
)
def test_the_account_pages_are_valid_pages(address, as_persona):
    name = "visitor" if address in ("/accounts/signup/", "/accounts/password/reset/") else "ohio-member"
    valid(as_persona(name).get(address))


def test_a_refused_sign_in_is_summed_up_and_keeps_the_address(client):
    response = client.post("/accounts/login/", {"login": "nobody@worksite.example", "password": "not the password"})
    text = valid(response)
    assert 'role="alert"' in text
    assert 'value="nobody@worksite.example"' in text


def test_the_sign_in_page_says_why_it_is_shown(client):
    page = factories.announcement(audience="members")
    text = words(client.get(page.url, follow=True))
    assert "Sign in to see this page. Not a member? Ask to join" in text
    assert page.title not in text


# What stays hidden


@pytest.mark.parametrize("name", ["visitor", "pending"])
def test_on_a_public_call_only_members_see_how_to_join(name, as_persona):
    page = full(ConferenceCallPage, audience="public")
    response = as_persona(name).get(page.url)
    text = response.content.decode()
    for secret in ("calls.example", "614-555-0142", "480219", "16145550142", "Who was there", "Welcome"):
        assert secret not in text
    assert ("Sign in to see how to join" if name == "visitor" else "not yet a member") in words(response)
    member = as_persona("texas-member").get(page.url).content.decode()
    for shown in ("614-555-0142", "480219", "tel:+16145550142,,480219%23", "Welcome"):
        assert shown in member


def test_the_sign_in_link_of_a_call_leads_back_to_it(client):
    page = full(ConferenceCallPage, audience="public")
    assert f"/accounts/login/?next={page.url}" in links_of(client.get(page.url))


def test_how_to_join_ends_with_the_call(as_persona):
    member = as_persona("ohio-member")
    over = full(ConferenceCallPage, audience="public", start_date=timezone.localdate() - dt.timedelta(days=3))
    assert "This call is over." in words(member.get(over.url))
    assert "480219" not in words(member.get(over.url))
    cancelled = full(ConferenceCallPage, audience="public", slug="off", status="cancelled")
    assert "There is nothing to join: the call is cancelled." in words(member.get(cancelled.url))
    assert "480219" not in words(member.get(cancelled.url))


@pytest.mark.parametrize("name", ["visitor", "pending", "texas-member", "ohio-member"])
def test_related_items_are_those_that_the_reader_may_open(name, as_persona):
    housing = [Topic.objects.get(slug="housing")]
    page = factories.resource(title="The page", topics=housing, audience="public")
    for audience in OPENS:
        factories.announcement(title=f"Also for {audience}", topics=housing, audience=audience)
    factories.announcement(title="On something else", topics=[Topic.objects.get(slug="financing")], audience="public")
    expected = {f"Also for {audience}" for audience, level in OPENS.items() if level in SEES[name]}
    assert set(titles_of(as_persona(name).get(page.url))) == expected


def test_a_page_link_in_a_body_is_shown_to_those_who_may_open_it(as_persona):
    secret = factories.announcement(title="Behind the door", audience="section")
    value = StreamValue(BodyBlock(), [("page", {"page": Page.objects.get(pk=secret.pk), "note": "Beside the door"})])
    page = factories.resource(audience="public", body=value)
    for name, shown in {"visitor": False, "texas-member": False, "ohio-member": True}.items():
        text = words(as_persona(name).get(page.url))
        assert ("Behind the door" in text) is shown
        assert ("Beside the door" in text) is shown


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_drafts_retired_and_expired_pages_are_gone(model, as_persona):
    draft = factories.page(model, audience="public", publish=False)
    retired = factories.page(model, audience="public")
    retire(retired, None)
    expired = factories.page(model, audience="public")
    model.objects.filter(pk=expired.pk).update(expire_at=timezone.now() - dt.timedelta(minutes=1))
    for name in ("visitor", "ohio-editor", "admin"):
        client = as_persona(name)
        for page in (draft, retired, expired):
            response = client.get(page.get_url() or f"{page.get_parent().url}{page.slug}/")
            assert response.status_code == 404
            assert page.title not in response.content.decode()


# Where a page stands


def test_a_page_says_where_it_stands_from_the_second_level_down(client):
    page = factories.resource(title="A form", audience="public")

    def crumbs(address: str) -> list[str]:
        tree = tree_of(client.get(address).content.decode())
        found = [nav for nav in tree.iter("nav") if nav.get("aria-label") == "Breadcrumb"]
        return [text_of(item) for nav in found for item in nav.iter("li")]

    assert crumbs(page.url) == ["States and work groups", "Ohio", "Library", "A form"]
    assert crumbs("/sections/ohio/library/") == ["States and work groups", "Ohio", "Library"]
    assert crumbs("/library/") == []
    assert crumbs("/") == []


def test_a_page_says_what_it_is_whose_and_who_can_see_it(as_persona):
    def byline(name: str, page: Any) -> str:
        tree = main_of(as_persona(name).get(page.url))
        return next(text_of(part) for part in tree.iter("p") if "byline" in part.get("class", ""))

    day = timezone.localdate()
    today = f"{day:%b} {day.day}, {day.year}".replace(" ", "\N{NO-BREAK SPACE}", 1)
    today = " ".join(today.split())
    open_page = factories.resource(kind="screening_tool", audience="public")
    assert byline("visitor", open_page) == f"Screening tool · Ohio · {today}"
    members = factories.announcement(None, kind="funding", audience="members")
    assert byline("texas-member", members) == f"Funding · For all States · {today} · Members only"
    own = factories.event(audience="section")
    assert byline("ohio-member", own) == "Event · Ohio · Ohio only"
    lent = factories.event(audience="section", also_in=[factories.section("Texas")])
    assert byline("texas-member", lent) == "Event · Ohio · Ohio and 1 other section only"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_title_of_more_than_140_characters_stays_whole(model, client):
    assert len(LONG_TITLE) > 140
    page = full(model, audience="public", title=LONG_TITLE)
    response = client.get(page.url)
    valid(response)
    heading = next(main_of(response).iter("h1"))
    assert text_of(heading) == LONG_TITLE
    assert LONG_TITLE in titles_of(client.get("/sections/ohio/"))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_editor_looks_at_the_draft_of_a_live_page(model, as_persona):
    page = full(model, audience="public", title="As published")
    page.title = "As it will be"
    page.save_revision()
    editor = as_persona("ohio-editor")
    response = editor.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert response.status_code == 200
    assert "As it will be" in words(response)
    assert "As it will be" not in words(Client().get(page.url))
    other = as_persona("texas-editor").get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert other.status_code == 404
    assert "As it will be" not in other.content.decode()


def test_the_picture_alone_is_marked_and_sized(client):
    page = full(ResourcePage, audience="public")
    pictures = list(main_of(client.get(page.url)).iter("img"))
    assert [picture.get("alt") for picture in pictures] == ['A "quoted" view', ""]


# The parts of a page


def test_the_first_file_of_a_resource_is_its_button(client):
    page = full(ResourcePage, audience="public")
    response = client.get(page.url)
    first = page.files.first().document
    button = next(link for link in main_of(response).iter("a") if link.get("class") == "usa-button")
    assert button.get("href") == first.url
    assert text_of(button).startswith("Download PDF, ")
    text = words(response)
    for fact in ("One; Two", "An office & sons", "2025", "Made in Ohio", "English", "A new line."):
        assert fact in text


def test_a_record_without_file_or_link_says_that_there_is_no_copy(client):
    page = factories.resource(audience="public")
    assert "No copy here." in words(client.get(page.url))
    with_link = factories.resource(audience="public", links=[ResourceLink(url="https://www.example.org/x")])
    response = client.get(with_link.url)
    assert "No copy here." not in words(response)
    assert "on example.org" in words(response)


def test_a_webinar_before_and_after(client):
    coming = factories.webinar(audience="public", registration_url="https://register.example/1")
    assert "https://register.example/1" in links_of(client.get(coming.url))
    past = timezone.localdate() - dt.timedelta(days=3)
    held = factories.webinar(audience="public", registration_url="https://register.example/2", start_date=past)
    response = client.get(held.url)
    assert "https://register.example/2" not in links_of(response)
    assert "The recording is not here yet." in words(response)
    kept = full(WebinarPage, audience="public", start_date=past)
    response = client.get(kept.url)
    video = next(main_of(response).iter("video"))
    assert video.find("source").get("src") == kept.recording.url
    assert video.find("track").get("src") == kept.captions.url
    assert kept.slides.url in links_of(response)
    assert "there is an audio-described version" in words(response)


def test_an_event_that_is_cancelled_or_not_certain_says_so(client):
    off = factories.event(audience="public", status="cancelled")
    assert "Cancelled: the" in words(client.get(off.url))
    maybe = factories.event(audience="public", status="tentative")
    assert "This date is not yet certain." in words(client.get(maybe.url))


def test_an_event_shows_its_hours_in_the_other_zones(client):
    page = factories.event(audience="public", start_time=dt.time(14, 0), tz="America/New_York")
    text = words(client.get(page.url))
    for hours in ("Eastern 2:00–3:00 p.m.", "Central 1:00–2:00 p.m.", "Pacific 11:00 a.m.–noon"):
        assert hours in text


# Banners


def test_an_urgent_announcement_is_a_banner_on_its_section_and_when_shared_everywhere(as_persona):
    now = timezone.now()
    times = {"urgent_from": now - dt.timedelta(hours=1), "urgent_until": now + dt.timedelta(hours=1)}
    factories.announcement("Ohio", title="Ohio is closed", audience="public", **times)
    factories.announcement(None, title="All is closed", audience="members", **times)
    factories.announcement("Ohio", title="Was closed", audience="public", urgent_from=now - dt.timedelta(days=2))
    AnnouncementPage.objects.get(title="Was closed").entry.__class__.objects.filter(title="Was closed").update(
        urgent_until=now - dt.timedelta(days=1)
    )

    def banner(name: str, address: str) -> str:
        response = as_persona(name).get(address)
        valid(response)
        tree = tree_of(response.content.decode())
        return " ".join(text_of(part) for part in tree.iter("section") if part.get("aria-label") == "Urgent")

    assert "Ohio: Ohio is closed until" in banner("visitor", "/sections/ohio/library/")
    assert banner("visitor", "/sections/texas/") == ""
    assert "All States: All is closed" in banner("texas-member", "/library/")
    assert "Was closed" not in banner("texas-member", "/sections/ohio/")
    both = banner("texas-member", "/sections/ohio/")
    assert "Ohio is closed" in both
    assert "All is closed" in both


# Numbers of queries


def _fill(count: int) -> None:
    """Every type in Ohio, in Texas and for all, with each audience; webinars to come and held."""
    topics = list(Topic.objects.all()[:3])
    document = factories.document(place="Ohio")
    today = timezone.localdate()
    for model in MODELS:
        for number, place in enumerate((None, "Ohio", "Texas")):
            pages = []
            for index in range(count):
                audience = list(OPENS)[index % 3] if place else "public"
                page = model(title=f"Page {index}", audience=audience)
                page.topics = topics
                if isinstance(page, EventPage):
                    page.start_date = today + dt.timedelta(days=-3 if index % 2 else 3)
                    page.start_time = dt.time(14, number)
                if isinstance(page, ResourcePage):
                    page.files = [ResourceFile(document=document), ResourceFile(document=document)]
                if isinstance(page, AnnouncementPage):
                    page.urgent_from = timezone.now() - dt.timedelta(hours=1)
                pages.append(page)
            bulk.create(factories.index(model, place), pages)
    planner.tell()


@pytest.mark.slow
def test_pages_need_few_queries_and_no_more_for_fifty_items_than_for_one(as_persona):
    # One more for a webinar: what is said in it is a row of its own, so that no other page carries it.
    budget = {full(model, audience="public").url: 21 if model is WebinarPage else 20 for model in MODELS}
    others = ["/", "/sections/", "/sections/ohio/", "/search/?q=page", "/library/?topic=housing&kind=other&q=page"]
    others += [f"/{slug}/" for slug in ("announcements", "calendar", "library", "webinars")]
    others += ["/sections/ohio/library/", "/sections/ohio/calendar/?when=past"]
    budget |= dict.fromkeys(others, 25)
    clients = {name: as_persona(name) for name in ("visitor", "ohio-member")}

    def counted() -> dict[tuple[str, str], int]:
        counts = {}
        for name, client in clients.items():
            for address in budget:
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(address).status_code == 200
                counts[name, address] = len(queries)
        return counts

    _fill(4)
    counted()  # what is kept from the first look on is not counted
    few = counted()
    _fill(13)
    assert counted() == few
    assert {key: count for key, count in few.items() if count > budget[key[1]]} == {}


# The checker itself


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ("<p id='a'></p><p id='a'></p>", "the id a stands 2 times"),
        ("<h1>Two</h1>", "2 h1"),
        ("<h3>Deep</h3>", "h3 after h1: Deep"),
        ("<input name='q'>", "no label: input q"),
        ("<a href='/x'></a>", "no name: a /x"),
        ("<a href='#gone'>There</a>", "the link #gone leads nowhere"),
        ("<section aria-labelledby='gone'></section>", "aria-labelledby=gone leads nowhere"),
        ("<img src='x.png'>", "no alt, width, height: img x.png"),
        ("<p style='color: red'></p>", "style on p"),
        ("<script>1</script>", "an inline script"),
        ("<fieldset></fieldset>", "a fieldset without a legend"),
    ],
)
def test_the_checker_names_what_is_wrong(part, problem):
    page = "<!doctype html><html lang='en'><head><title>A</title></head><body><h1>One</h1>{}</body></html>"
    assert problems(page.format("<p>Right</p>")) == []
    assert problems(page.format(part)) == [problem]
    assert problems(page.format("<div><p></div></p>"))


def test_what_to_do_with_a_recording_stands_before_its_long_transcript(client):
    page = words(client.get(full(WebinarPage, audience="public", start_date=dt.date(2026, 1, 12)).url))
    assert page.index("Mail this") < page.index("Good afternoon to everyone.")
    assert page.count("Mail this") == 1
    announced = words(client.get(factories.webinar(audience="public").url))
    assert announced.count("Mail this") == 1
