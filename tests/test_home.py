"""The front page, for visitors and for members, the sections' front pages, and the list of sections."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.utils import timezone

from home.models import Entry, SectionPage
from tests import factories
from tests.html import text_of
from tests.personas import PERSONAS, person
from tests.reading import block, links_of, main_of, titles_of, words


def test_a_section_page_shows_dates_news_library_wishes_and_contact(as_persona):
    factories.furnish_ohio()
    visitor = as_persona("visitor").get("/sections/ohio/")
    assert "Screening at every door." in words(visitor)
    dates = block(visitor, "next")
    assert dates.index("For everyone") < dates.index("Next week")
    for absent in ("Last week", "In Texas", "A closed call"):
        assert absent not in dates
    assert "A closed call" in block(as_persona("texas-member").get("/sections/ohio/"), "next")
    news = block(visitor, "new")
    assert news.index("Rates") < news.index("Guide 2") < news.index("Guide 0")
    assert "Hidden guide" not in news
    assert block(visitor, "library").split("All items")[1].split() == ["Financing", "1", "Housing", "4"]
    own = as_persona("ohio-member").get("/sections/ohio/")
    assert block(own, "library").split("All items")[1].split() == ["Financing", "2", "Housing", "4"]
    assert "/sections/ohio/library/?topic=housing" in links_of(visitor)
    wishes = block(visitor, "wishes")
    assert "A form for booking officers Asked Mar 2, 2026" in wishes
    assert "A rate for peers Asked Jan 9, 2026 · answered Apr 1, 2026" in wishes
    assert "mailto:lead@ohio.example" in links_of(visitor)
    assert "/contact/?about=share&section=ohio" in links_of(visitor)


def test_the_counts_of_a_section_page_are_those_of_the_lists_behind_them(as_persona):
    factories.furnish_ohio()
    for name in ("visitor", "ohio-member"):
        client = as_persona(name)
        text = block(client.get("/sections/ohio/"), "library")
        count = int(re.search(r"Financing (\d+)", text)[1])
        listed = client.get("/sections/ohio/library/?topic=financing")
        assert len(titles_of(listed)) == count


def test_an_empty_section_hides_what_is_empty_from_visitors(as_persona):
    def tabs(name: str) -> list[str]:
        tree = main_of(as_persona(name).get("/sections/maine/"))
        found = [nav for nav in tree.iter("nav") if nav.get("aria-label") == "Maine"]
        return [text_of(link) for nav in found for link in nav.iter("a")]

    assert tabs("visitor") == ["Overview"]
    assert tabs("texas-member") == ["Overview", "Announcements", "Calendar", "Library", "Webinars"]
    assert "Maine has not shared anything yet." in words(as_persona("visitor").get("/sections/maine/"))
    factories.resource("Maine", audience="members")
    assert tabs("visitor") == ["Overview"]
    factories.resource("Maine", audience="public")
    assert tabs("visitor") == ["Overview", "Library"]


@pytest.mark.slow
def test_editors_add_to_their_own_section_from_its_page_and_nobody_else_does(as_persona):
    def offers(name: str) -> bool:
        return "Add to Ohio" in words(as_persona(name).get("/sections/ohio/"))

    shown = {name for name in PERSONAS if offers(name)}
    assert {"ohio-editor", "ohio-lead", "admin"} <= shown
    assert not shown & {"visitor", "pending", "texas-editor", "texas-member", "ohio-member"}


def test_home_shows_a_member_their_own_section_and_a_visitor_what_is_open(as_persona):
    factories.furnish_ohio()
    factories.announcement("Texas", title="Texas alone", audience="section")
    visitor = as_persona("visitor").get("/")
    assert "Ask to join" in words(visitor)
    assert block(visitor, "next").startswith("Next date, open to visitors")
    assert "For everyone" in block(visitor, "next")
    member = as_persona("ohio-member").get("/")
    assert "Ohio, your State" in block(member, "mine")
    assert "Hidden guide" in block(member, "mine")
    assert "Texas alone" not in block(member, "mine")
    for response in (visitor, member):
        assert "Texas alone" not in words(response)
    assert "Texas alone" in words(as_persona("texas-member").get("/"))
    assert "not yet a member" in words(as_persona("pending").get("/"))


def test_the_map_leads_to_every_section(client):
    factories.resource("Texas", audience="public")
    response = client.get("/")
    for slug in ("ohio", "texas", "maine"):
        assert f"/sections/{slug}/" in links_of(response)
    assert "Texas, 1 new this month" in words(response)
    assert "Ohio, nothing new this month" in words(response)


def published(days: int, place: str | None = "Ohio", **values: Any) -> Entry:
    """An announcement's entry that has been there for some days."""
    page = factories.announcement(place, audience="members", **values)
    Entry.objects.filter(pk=page.pk).update(published_at=timezone.now() - dt.timedelta(days=days))
    return Entry.objects.get(pk=page.pk)


def test_a_member_sees_first_what_is_new_in_their_own_state_and_then_elsewhere(as_persona):
    published(1, title="Ours")
    published(2, "Texas", title="Theirs")
    published(3, None, title="For all")
    published(12, "Texas", title="Older")
    home = as_persona("ohio-member").get("/")
    since = timezone.localdate() - dt.timedelta(days=7)
    assert f"Since {since:%A, %B} {since.day}" in words(home).replace("\u00a0", " ")
    assert "3 new items, 1 of them from Ohio." in words(home)
    assert "Ours" in block(home, "mine")
    others = block(home, "others")
    assert others.index("Theirs") < others.index("For all")
    assert "Ours" not in others
    assert "Older" not in words(home)
    assert "Older" in block(as_persona("ohio-member").get("/?days=30"), "others")
    assert "Older" not in words(as_persona("ohio-member").get("/?days=366"))


def test_a_week_without_news_is_said_and_leaves_no_empty_list(as_persona):
    home = as_persona("ohio-member").get("/")
    assert "Nothing new since" in words(home)
    assert not block(home, "others")


def test_a_reviewer_is_told_what_waits_for_approval_and_a_member_is_not(as_persona):
    page = factories.announcement(title="A proposal", publish=False)
    page.get_workflow().start(page, person("ohio-editor"))
    for name, told in {"ohio-reviewer": True, "ohio-member": False, "texas-editor": False}.items():
        assert ("Review “A proposal”" in words(as_persona(name).get("/"))) is told, name


def test_the_chooser_leads_straight_to_a_section(client):
    assert 'name="go"' in client.get("/").content.decode()
    assert client.get("/sections/?go=texas").url == "/sections/texas/"
    for nothing in ("", "atlantis", "https://example.org/"):
        assert client.get("/sections/", {"go": nothing}).status_code == 200


def test_what_states_ask_for_stands_on_the_front_page_until_it_is_answered(as_persona):
    factories.furnish_ohio()
    for name in ("visitor", "texas-member"):
        asked = block(as_persona(name).get("/"), "asking")
        assert "A form for booking officers Ohio asks" in asked
        assert "A rate for peers" not in asked


def test_the_whole_library_is_counted_for_the_person_who_looks(as_persona):
    factories.resource(audience="public")
    factories.resource(audience="section")
    factories.resource("Texas", audience="members")
    said = {"visitor": "Whole library, 1 item", "pending": "Whole library, 1 item"}
    for name, text in said.items():
        assert text in block(as_persona(name).get("/"), "last")


def test_a_work_group_shows_its_next_date_to_those_who_may_see_it(as_persona):
    texas = factories.section("Texas")
    texas.kind = SectionPage.Kind.WORK_GROUP
    texas.save()
    call = factories.call("Texas", audience="members", start_date=timezone.localdate() + dt.timedelta(days=3))
    factories.call("Texas", audience="members", start_date=timezone.localdate() + dt.timedelta(days=9))
    date = f"{call.start_date:%b} {call.start_date.day}"
    assert f"next date {date}" in block(as_persona("ohio-member").get("/"), "groups").replace("\u00a0", " ")
    assert "next date" not in block(as_persona("visitor").get("/"), "groups")


def test_an_empty_section_shows_what_states_nearby_have_and_that_its_lead_is_wanted(as_persona):
    maine = factories.section("Maine")
    SectionPage.objects.filter(title__in=["Maine", "Texas"]).update(hhs_region=1)
    factories.resource("Texas", title="Near", audience="public")
    factories.resource("Ohio", title="Far", audience="public")
    factories.resource("Texas", title="Closed", audience="section")
    page = as_persona("visitor").get("/sections/maine/")
    assert "From States nearby" in block(page, "new")
    assert [title for title in titles_of(page) if title in ("Near", "Far", "Closed")] == ["Near"]
    assert "The lead’s seat is open" in block(page, "ask")
    assert "/contact/?about=join" in links_of(page)
    SectionPage.objects.filter(pk=maine.pk).update(hhs_region=None)
    page = as_persona("visitor").get("/sections/maine/")
    assert "From other States" in block(page, "new")
    assert {"Near", "Far"} <= set(titles_of(page))
    assert "Closed" not in titles_of(page)
    factories.user("", ("Maine", "lead"))
    assert "seat is open" not in words(as_persona("visitor").get("/sections/maine/"))


def starting_in(minutes: int, place: str | None = "Ohio", **values: Any) -> Any:
    """A call that begins that many minutes from now and takes an hour."""
    begins = timezone.localtime() + dt.timedelta(minutes=minutes)
    values = {"join_url": "https://calls.example/join", "phone": "614-555-0142", "passcode": "480 219"} | values
    time = begins.time().replace(second=0, microsecond=0)
    return factories.call(place, start_date=begins.date(), start_time=time, tz=str(begins.tzinfo), **values)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(30, ""), (12, "Starts in 1"), (-20, "Live now, until"), (-70, "")],
    ids=str,
)
def test_a_call_that_can_be_joined_now_stands_on_top_of_the_front_page(as_persona, minutes, said):
    call = starting_in(minutes, title="The board", audience="section")
    home = as_persona("ohio-member").get("/")
    band = block(home, f"call-{call.pk}")
    assert bool(band) is bool(said)
    if said:
        assert said in band
        assert "614-555-0142" in band
        assert "480 219" in band
        assert "https://calls.example/join" in links_of(home)
    for name in ("texas-member", "pending", "visitor"):
        assert not block(as_persona(name).get("/"), f"call-{call.pk}")


def test_a_cancelled_call_is_not_on_top(as_persona):
    call = starting_in(5, audience="section", status="cancelled")
    assert not block(as_persona("ohio-member").get("/"), f"call-{call.pk}")


def test_the_list_of_sections_says_what_each_reader_finds_there(as_persona):
    factories.resource("Texas", audience="public")
    factories.resource("Texas", audience="section")
    date = factories.call(
        "Texas", audience="members", start_date=timezone.localdate() + dt.timedelta(days=3)
    ).start_date

    def row(name: str) -> str:
        rows = main_of(as_persona(name).get("/sections/")).iter("tr")
        return next(text for text in map(text_of, rows) if "Texas" in text).replace("\u00a0", " ")

    day = f"{date:%b} {date.day}, {date.year}"
    assert row("visitor") == "TX Texas 1 1 – Lead, reviewer"
    assert row("ohio-member") == f"TX Texas 2 1 {day} Lead, reviewer"
    assert row("texas-member") == f"TX Texas 3 2 {day} Lead, reviewer"


def test_a_years_calls_do_not_bury_what_there_is_to_read(as_persona):
    for days in range(3, 30, 3):
        factories.call(title=f"Call {days}", start_date=timezone.localdate() + dt.timedelta(days=days))
    page = as_persona("ohio-member").get("/sections/ohio/")
    assert "Nothing to read here yet." in block(page, "new")
    assert "has not shared anything" not in words(page)
    factories.announcement(title="A rule changes", audience="members")
    assert "A rule changes" in block(as_persona("ohio-member").get("/sections/ohio/"), "new")
    home = as_persona("ohio-member").get("/")
    assert "A rule changes" in block(home, "mine")
    assert "Call" not in block(home, "mine")
