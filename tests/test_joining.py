"""When a call can be joined, what its page says before, during and after, and what stands when it is moved or cancelled."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client, RequestFactory

from calendar_app.expansion import span
from calendar_app.joining import State, state
from calendar_app.models import Material
from calendar_app.templatetags.calendar_tags import calls_now
from tests import factories
from tests.html import tree_of
from tests.personas import person

DAY = dt.date(2026, 12, 10)
ZONE = ZoneInfo("America/New_York")
DATE = span(DAY, dt.time(15), dt.timedelta(hours=1), "America/New_York")


def at(clock: str, day: dt.date = DAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=ZONE)


def call(**values):
    values = {
        "start_date": DAY,
        "start_time": dt.time(15),
        "audience": "public",
        "tz": "America/New_York",
        "join_url": "https://calls.example/join",
        "phone": "614-555-0142",
        "passcode": "480219",
    } | values
    return factories.call(values.pop("place", "Ohio"), **values)


def text(name: str, page, now: dt.datetime) -> str:
    """What a persona reads at that moment, having signed in then."""
    client = Client()
    with time_machine.travel(now, tick=False):
        if name != "visitor":
            client.force_login(person(name))
        answer = client.get(page.url)
    assert answer.status_code == 200
    return " ".join("".join(tree_of(answer.content.decode()).find(".//main").itertext()).replace("\xa0", " ").split())


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("14:44:59.999999", State.BEFORE),
        ("14:45", State.SOON),
        ("14:59:59.999999", State.SOON),
        ("15:00", State.LIVE),
        ("15:59:59.999999", State.LIVE),
        ("16:00", State.OVER),
    ],
)
def test_the_state_of_a_date_changes_at_its_boundaries_and_not_before(clock, expected):
    assert state(DATE, at(clock)) == expected
    assert state(DATE, at(clock), off=True) == State.OFF


@pytest.mark.parametrize(
    ("clock", "said", "open_now"),
    [
        ("14:44:59", "Join opens at 2:45 p.m. Eastern. By phone at any time: 614-555-0142, PIN 480 219.", False),
        ("14:45", "This call begins at 3:00 p.m. Eastern. You can join now.", True),
        ("15:00", "This call is on now, until 4:00 p.m. Eastern.", True),
        ("15:59:59", "This call is on now, until 4:00 p.m. Eastern.", True),
        ("16:00", "This call is over. Notes due by Thu, Dec 17, 2026.", False),
    ],
)
def test_a_member_reads_when_to_join_and_only_the_button_waits(clock, said, open_now):
    page = call()
    shown = text("texas-member", page, at(clock))
    assert said in shown
    assert ("Join by web" in shown) is open_now
    assert ("PIN" in shown) is (clock != "16:00")
    assert "480219" not in text("visitor", page, at(clock))


def test_a_call_without_a_web_link_says_only_the_number():
    shown = text("ohio-member", call(join_url=""), at("12:00"))
    assert "614-555-0142" in shown
    assert "Join opens" not in shown


def test_after_the_call_its_page_leads_to_the_notes_or_says_that_they_are_late():
    page = call()
    assert "Notes due by" in text("ohio-member", page, at("23:59", DAY + dt.timedelta(days=7)))
    assert "Its notes are not here yet." in text("ohio-member", page, at("00:00", DAY + dt.timedelta(days=8)))
    page.notes = "<p>Who was there</p>"
    page.save_revision().publish()
    assert "This call is over. Read the notes." in text("ohio-member", page, at("16:00"))


@pytest.mark.parametrize(
    ("place", "who"), [("Ohio", "Ohio’s lead can let you in."), (None, "A State’s lead can let you in.")]
)
def test_who_is_not_a_member_yet_reads_who_can_let_them_in(place, who):
    shown = text("pending", call(place=place), at("14:50"))
    assert who in shown
    assert "Join by web" not in shown
    assert "Sign in to see how to join. Not a member? Ask to join." in text("visitor", call(place=place), at("14:50"))


def test_a_cancelled_call_says_so_and_names_the_next_that_this_reader_may_see():
    page = call(status="cancelled")
    call(title="Before it", start_date=dt.date(2026, 12, 3))
    call(title="Cancelled too", start_date=dt.date(2026, 12, 20), status="postponed")
    call(title="Elsewhere", start_date=dt.date(2026, 12, 21), place="Texas")
    call(title="For Ohio alone", start_date=dt.date(2026, 12, 22), audience="section")
    call(start_date=dt.date(2027, 1, 14), start_time=dt.time(13))
    visitor = text("visitor", page, at("12:00"))
    assert "Cancelled: the December 10 call. Next: Thu, Jan 14, 1:00 p.m. Eastern" in visitor
    assert "Next: Thu, Jan 14" in text("visitor", page, at("12:00", dt.date(2026, 11, 30))), "after it, not before"
    assert "There is nothing to join: the call is cancelled." in visitor
    member = text("ohio-member", page, at("14:50"))
    assert "Next: Tue, Dec 22, 3:00 p.m. Eastern" in member
    assert "480219" not in member
    assert "480 219" not in member


def test_a_postponed_call_without_another_waits_for_a_date():
    assert "Postponed: the December 10 call. A new date will stand here." in text(
        "visitor", call(status="postponed"), at("12:00")
    )


def test_a_moved_date_shows_the_old_one_struck_out(client):
    page = call(moved_from_date=dt.date(2026, 12, 3), moved_from_time=dt.time(14))
    assert "Thu, Dec 10, 2026 3:00–4:00 p.m. Eastern" in text("visitor", page, at("12:00"))
    assert "Moved from Thu, Dec 3, 2026, 2:00 p.m." in text("visitor", page, at("12:00"))
    struck = tree_of(client.get(page.url).content.decode()).find(".//s")
    assert "Dec\xa03, 2026" in "".join(struck.itertext())


def test_the_materials_of_a_call_are_for_members_and_those_of_an_event_for_its_readers(as_persona):
    slides = factories.document("What to read before", place="Ohio")
    page = call(materials=[Material(document=slides)])
    assert "What to read before" in text("ohio-member", page, at("12:00"))
    assert "What to read before" not in text("visitor", page, at("12:00"))
    assert as_persona("visitor").get(slides.url).status_code == 302
    public = factories.document("Parking", place="Ohio")
    event = factories.event(audience="public", materials=[Material(document=public, label="Where to park")])
    assert "Where to park" in text("visitor", event, at("12:00"))
    assert as_persona("visitor").get(public.url).status_code == 200


def test_readers_who_share_a_zone_read_one_line_and_all_others_a_table():
    alone = call(audience="section")
    assert "3:00–4:00 p.m. everywhere in Ohio" in text("ohio-member", alone, at("12:00"))
    assert "everywhere in" not in text("ohio-member", call(audience="members"), at("12:00"))
    assert "everywhere in" not in text("ohio-member", call(audience="section", tz="America/Chicago"), at("12:00"))
    shared = call(audience="section", also_in=[factories.section("Texas")])
    assert "Central2:00–3:00 p.m." in text("texas-member", shared, at("12:00"))


def now_of(name: str, now: dt.datetime) -> list[str]:
    request = RequestFactory().get("/")
    request.user = person(name)
    with time_machine.travel(now, tick=False):
        return [f"{found['page'].title}: {found['joining'].state}" for found in calls_now({"request": request})]


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("14:44", []), ("14:45", ["A call: soon"]), ("15:00", ["A call: live"]), ("16:00", [])],
)
def test_the_front_page_knows_the_calls_that_a_member_can_join_now(clock, expected):
    call(title="A call")
    call(title="Off", status="cancelled")
    call(title="For Texas alone", place="Texas", audience="section")
    assert now_of("ohio-member", at(clock)) == expected
    assert now_of("visitor", at(clock)) == []
    assert now_of("pending", at(clock)) == []
