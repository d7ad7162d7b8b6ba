"""The weekly letter: when it comes, what it holds for whom, that nothing is told twice or lost, and how it is stopped."""

from __future__ import annotations

import datetime as dt
import re
from email import policy
from email.parser import BytesParser
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from home.access import keys_for
from home.mail import COLUMNS
from home.models import Entry, Topic
from members import following
from members.letters import offers, schedule, sending, stopping
from members.models import Letter, Membership, Told, User
from operations.mail import OutboxBackend
from operations.models import OutgoingMail
from tests import factories, matrix
from tests.matrix import SEES
from tests.personas import PERSONAS, person
from tests.reading import links_of, words

MONDAY = dt.date(2026, 11, 30)
ZONES = sorted(name for name in available_timezones() if "/" in name)


@pytest.fixture(autouse=True)
def _outbox(settings):
    settings.EMAIL_BACKEND = "operations.mail.OutboxBackend"
    settings.SITE_URL = "https://worksite.example"


def at(hour: float, tz: str = "America/New_York", day: dt.date = MONDAY) -> dt.datetime:
    midnight = dt.datetime.combine(day, dt.time(), ZoneInfo(tz))
    return (midnight + dt.timedelta(hours=hour)).astimezone(dt.UTC)


def run(when: dt.datetime) -> None:
    with time_machine.travel(when, tick=False):
        sending.send_due()


def letters(name: str = "") -> list[Any]:
    """The letters in the outbox, the oldest first; those to one persona, or all."""
    mails = OutgoingMail.objects.order_by("pk")
    if name:
        mails = mails.filter(recipient=person(name).email)
    return [BytesParser(policy=policy.default).parsebytes(bytes(mail.content)) for mail in mails]


def text_of_letter(name: str) -> str:
    found = letters(name)
    return " ".join("\n".join(one.get_content() for one in found).split())


def published(place: str | None = "Ohio", *, days: float = 1, before: dt.datetime | None = None, **values: Any) -> Any:
    page = factories.announcement(place, **{"audience": "members"} | values)
    Entry.objects.filter(pk=page.pk).update(published_at=(before or at(7)) - dt.timedelta(days=days))
    return page


# When


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(ZONES), st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31)), st.integers(0, 24 * 60 - 1))
def test_a_letter_is_due_on_mondays_from_seven_by_the_readers_own_clock(tz, day, minute):
    now = dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(minutes=minute)
    local = now.astimezone(ZoneInfo(tz))
    due = schedule.due(now, tz)
    assert (due is not None) is (local.isoweekday() == 1 and local.hour >= 7)
    if due:
        assert due == local.date()
        assert schedule.due_anywhere(now)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(ZONES), st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31)))
def test_every_week_has_one_first_minute_at_which_the_clock_says_seven(tz, day):
    monday = day - dt.timedelta(days=day.weekday())
    start = dt.datetime.combine(monday, dt.time(), ZoneInfo(tz)).astimezone(dt.UTC) - dt.timedelta(hours=3)
    moments = [start + dt.timedelta(minutes=15 * step) for step in range(4 * 24)]
    first = next(moment for moment in moments if schedule.due(moment, tz))
    assert first.astimezone(ZoneInfo(tz)).strftime("%a %H:%M") == "Mon 07:00"


def test_a_first_letter_tells_of_one_week():
    published(title="Last week", days=9)
    published(title="This week", days=6)
    run(at(7))
    text = text_of_letter("ohio-member")
    assert "This week" in text
    assert "Last week" not in text


def test_each_gets_it_at_seven_in_their_own_zone():
    published(None, title="News")
    Membership.objects.exclude(user__in=[person("ohio-member"), person("texas-member")]).delete()
    User.objects.filter(is_superuser=True).update(letter=Letter.OFF)
    User.objects.filter(pk=person("texas-member").pk).update(time_zone="Pacific/Honolulu")
    run(at(6.99))
    assert not letters()
    run(at(7))
    assert [one["To"] for one in letters()] == ["ohio-member@worksite.example"]
    run(at(6.99, "Pacific/Honolulu"))
    assert len(letters()) == 1
    run(at(7, "Pacific/Honolulu"))
    assert [one["To"] for one in letters()][1:] == ["texas-member@worksite.example"]


def test_the_zone_that_the_letters_go_by_is_the_one_of_the_pages():
    factories.user("a@agency.example", ("Texas", "member"), ("Maine", "member"))
    two = factories.user("b@agency.example", ("Texas", "member"), ("Maine", "member"))
    User.objects.filter(pk=two.pk).update(home_section=factories.section("Maine"))
    three = factories.user("c@agency.example", ("Texas", "member"))
    User.objects.filter(pk=three.pk).update(time_zone="Asia/Tokyo")
    for reader in sending.readers():
        assert reader.zone_now == User.objects.get(pk=reader.pk).zone


def test_a_clock_that_stood_still_sends_it_later_that_day_and_once():
    published(title="News")
    run(at(22))
    run(at(23))
    assert len(letters("ohio-member")) == 1


def test_what_could_not_leave_one_week_is_told_the_next():
    User.objects.update(letter_on=MONDAY - dt.timedelta(days=7))
    published(title="Old news", days=5)
    run(at(12, day=MONDAY + dt.timedelta(days=1)))  # Tuesday: too late
    assert not letters()
    run(at(7, day=MONDAY + dt.timedelta(days=7)))
    assert "Old news" in text_of_letter("ohio-member")


# What


def test_it_tells_title_sentence_kind_and_address_state_by_state_the_own_first():
    published(
        "Texas", title="From Texas", summary="A first sentence of some length. And a second one.", audience="public"
    )
    published("Ohio", title="From Ohio", audience="section")
    published("Maine", title="From Maine")
    published(None, title="For everybody")
    following.follow(person("ohio-member"), factories.section("Texas"))
    run(at(7))
    (mail,) = letters("ohio-member")
    body = mail.get_content()
    assert mail["Subject"] == "Ohio and 3 other places: 4 new items"
    headings = re.findall(r"^([A-Z ]{4,})$", body, flags=re.MULTILINE)
    assert headings == ["OHIO", "TEXAS", "FOR ALL STATES", "MAINE"]
    page = Entry.objects.get(title="From Texas")
    said = "\n".join(
        [
            "- From Texas",
            "  A first sentence of some length.",
            "  Announcement",
            f"  https://worksite.example{page.url}",
        ]
    )
    assert said in body
    assert "second one" not in body
    assert "  Announcement, Ohio only" in body


def test_a_subject_names_states_as_states():
    published("Texas")
    published("Ohio")
    run(at(8))
    assert letters("ohio-member")[0]["Subject"] == "Ohio and 1 other State: 2 new items"
    assert letters("texas-member")[0]["Subject"] == "Texas and 1 other State: 2 new items"


def test_whoever_wants_less_gets_their_own_and_what_they_follow():
    housing = Topic.objects.get(slug="housing")
    published("Texas", title="On housing", topics=[housing])
    published("Texas", title="On something else")
    published("Maine", title="From Maine")
    published("Ohio", title="From Ohio")
    published(None, title="For everybody")
    User.objects.filter(pk=person("ohio-member").pk).update(letter=Letter.FOLLOWED)
    following.follow_exactly(person("ohio-member"), [housing, factories.section("Maine")])
    run(at(7))
    text = text_of_letter("ohio-member")
    for title in ("On housing", "From Maine", "From Ohio", "For everybody"):
        assert title in text
    assert "On something else" not in text


def test_what_is_also_listed_in_the_own_section_stands_there():
    published("Texas", title="Two States", also_in=[factories.section("Ohio")])
    run(at(7))
    assert "OHIO - Two States" in text_of_letter("ohio-member")


def test_calls_of_the_week_come_with_the_readers_time_the_number_and_the_pin():
    values = {"start_date": MONDAY + dt.timedelta(days=3), "start_time": dt.time(14), "tz": "America/New_York"}
    factories.call(title="The board", audience="members", phone="614-555-0142", passcode="480219", **values)
    factories.call(title="Off", status="cancelled", phone="614-555-0199", **values)
    factories.call(title="Of next week", **values | {"start_date": MONDAY + dt.timedelta(days=8)})
    factories.call("Texas", title="For Texas", audience="section", **values)
    User.objects.filter(pk=person("ohio-member").pk).update(time_zone="America/Chicago")
    run(at(7, "America/Chicago"))
    (mail,) = letters("ohio-member")
    assert mail["Subject"] == "2 dates this week"
    text = " ".join(mail.get_content().split())
    assert "- Thu, Dec 3, 2026, 1:00–2:00 p.m. Central (2:00–3:00 p.m. Eastern) The board" in text
    assert "Phone 614-555-0142, PIN 480 219" in text
    assert "Cancelled: Off" in text
    assert "614-555-0199" not in text
    for absent in ("Of next week", "For Texas"):
        assert absent not in text


def test_a_webinar_of_this_week_stands_among_the_dates_and_not_twice():
    page = factories.webinar(title="On air", audience="members", start_date=MONDAY + dt.timedelta(days=2))
    Entry.objects.filter(pk=page.pk).update(published_at=at(7) - dt.timedelta(days=1))
    run(at(7))
    assert text_of_letter("ohio-member").count("On air") == 1
    run(at(7, day=MONDAY + dt.timedelta(days=7)))
    assert text_of_letter("ohio-member").count("On air") == 1


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One sentence without an end", "One sentence without an end"),
        ("What the U.S. Department of Health asks for. Then more.", "What the U.S. Department of Health asks for."),
        ("", ""),
        ("Is it paid for in your State? We asked.", "Is it paid for in your State?"),
    ],
)
def test_a_sentence_ends_where_it_ends(text, first):
    assert offers.sentence(text) == first


def test_it_is_plain_text_in_72_columns_and_says_why_it_came():
    published(title="A title of many words that goes on and on about what counties do with a form of two pages " * 2)
    run(at(7))
    (mail,) = letters("ohio-member")
    assert mail.get_content_type() == "text/plain"
    for line in mail.get_content().splitlines():
        assert len(line) <= COLUMNS or "https://" in line, line
    text = " ".join(mail.get_content().split())
    assert "You get this mail because you are a member and the weekly letter is on." in text
    assert "https://worksite.example/my/settings/" in text
    assert "\u00a0" not in text


# For whom


@pytest.mark.slow
def test_the_letter_holds_for_each_what_is_theirs_and_nothing_else():
    world = matrix.make_world()
    for thing in world.things:
        Entry.objects.filter(pk=thing.page.pk).update(published_at=at(7) - dt.timedelta(days=1))
    with time_machine.travel(at(8), tick=False):
        for thing in world.pick(type="call") + world.pick(type="event"):
            thing.page.start_date = MONDAY + dt.timedelta(days=2)
            if thing.level != "nobody":
                thing.page.phone = f"Phone {thing.word}" if thing.type == "call" else ""
                thing.page.save_revision().publish()
        sending.send_due()
    for name in PERSONAS:
        if name == "visitor":
            continue
        text = text_of_letter(name)
        for thing in world.things:
            allowed = thing.level in SEES[name] and "members" in SEES[name]
            if not allowed:
                assert thing.word not in text, f"{name} was told of {thing}"
            elif thing.type in ("announcement", "resource"):
                assert f"Title {thing.word}" in text, f"{name} was not told of {thing}"
    assert not letters("pending")


@pytest.mark.slow
def test_a_row_at_hand_is_as_open_as_the_database_says():
    matrix.make_world()
    entries = list(Entry.objects.select_related("access"))
    for name in PERSONAS:
        held = keys_for(person(name))
        visible = set(Entry.objects.visible_to(person(name)).values_list("pk", flat=True))
        assert {entry.pk for entry in entries if entry.is_open_to(held)} == visible, name


def test_whose_role_has_ended_or_whose_account_is_closed_gets_nothing():
    published(title="News")
    Membership.objects.filter(user=person("ohio-member")).update(active=False)
    User.objects.filter(pk=person("ohio-editor").pk).update(is_active=False)
    run(at(7))
    assert not letters("ohio-member")
    assert not letters("ohio-editor")
    assert letters("ohio-lead")


def test_what_closed_meanwhile_is_not_told():
    page = published(title="Open for a while", audience="members")
    page.audience = "section"
    page.save_revision().publish()
    Entry.objects.filter(pk=page.pk).update(published_at=at(7) - dt.timedelta(days=1))
    run(at(8))
    assert not letters("texas-member")
    assert "Open for a while" in text_of_letter("ohio-member")


def test_nothing_is_sent_where_there_is_nothing_to_tell():
    published("Texas", audience="section")
    run(at(8))
    assert letters("texas-member")
    assert not letters("ohio-member")


# Once


def test_nothing_is_told_twice_even_if_it_is_published_anew():
    page = published(title="Told once")
    run(at(7))
    page.save_revision().publish()
    Entry.objects.filter(pk=page.pk).update(published_at=at(8))
    published(title="The next", before=at(7, day=MONDAY + dt.timedelta(days=7)))
    run(at(7, day=MONDAY + dt.timedelta(days=7)))
    first, second = (" ".join(mail.get_content().split()) for mail in letters("ohio-member"))
    assert "Told once" in first
    assert "Told once" not in second
    assert "The next" in second


@pytest.mark.parametrize("where", [Told.objects, OutboxBackend], ids=["ledger", "outbox"])
@pytest.mark.parametrize("after", [False, True])
def test_whoever_is_stopped_in_the_middle_repeats_nothing_and_loses_nothing(monkeypatch, where, after):
    published(title="News")
    monkeypatch.setattr(sending, "BATCH", 2)
    name = "bulk_create" if where is Told.objects else "send_messages"
    whole = getattr(where, name)
    calls = []

    def dies(*args, **kwargs):
        calls.append(1)
        if len(calls) == 3:
            if after:
                whole(*args, **kwargs)
            raise KeyboardInterrupt
        return whole(*args, **kwargs)

    monkeypatch.setattr(where, name, dies)
    with pytest.raises(KeyboardInterrupt):
        run(at(8))
    done = OutgoingMail.objects.count()
    assert 0 < done < sending.readers().count()
    assert Told.objects.values("user").distinct().count() == done
    run(at(8.1))
    recipients = [mail.recipient for mail in OutgoingMail.objects.all()]
    assert sorted(recipients) == sorted(sending.readers().values_list("email", flat=True))


def test_one_letter_that_cannot_be_written_keeps_no_other_back(monkeypatch):
    published(title="News")
    whole = sending.letter

    def fails(user, *args):
        if user.email.startswith("ohio-editor"):
            raise ValueError("broken")
        return whole(user, *args)

    monkeypatch.setattr(sending, "letter", fails)
    with pytest.raises(RuntimeError, match="1 letters could not be written"):
        run(at(7))
    assert letters("ohio-member")
    monkeypatch.undo()
    run(at(8))
    assert len(letters("ohio-editor")) == len(letters("ohio-member")) == 1


@pytest.mark.slow
def test_a_batch_asks_the_same_however_many_readers_and_news_there_are():
    def asked() -> int:
        OutgoingMail.objects.all().delete()
        Told.objects.all().delete()
        User.objects.update(letter_on=None)
        with time_machine.travel(at(8), tick=False), CaptureQueriesContext(connection) as queries:
            sending.send_batch(timezone.now(), {"America/New_York": MONDAY, "America/Chicago": MONDAY}, after=0)
        return len(queries)

    published(title="News")
    factories.call(title="The board", start_date=MONDAY + dt.timedelta(days=2))
    following.follow(person("ohio-member"), factories.section("Texas"))
    asked()  # the first look at a fresh site makes the row of its settings
    few = asked()
    assert few < 25
    for number in range(8):
        user = factories.user("", (("Ohio", "Texas")[number % 2], "member"))
        following.follow_exactly(user, [factories.section("Maine"), Topic.objects.get(slug="housing")])
        published(("Ohio", "Texas", "Maine", None)[number % 4])
        factories.call(start_date=MONDAY + dt.timedelta(days=2))
    assert asked() == few


def test_on_other_days_nothing_is_asked():
    with CaptureQueriesContext(connection) as queries:
        run(at(12, day=MONDAY + dt.timedelta(days=3)))
    assert len(queries) == 0


# Stop


def stop_link(mail: Any) -> str:
    return re.fullmatch(r"<https://worksite\.example(/\S+)>", mail["List-Unsubscribe"].strip())[1]


def test_the_letter_names_where_it_is_stopped_for_programs_and_for_people():
    published(title="News")
    run(at(8))
    (mail,) = letters("ohio-member")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"https://worksite.example{stop_link(mail)}" in mail.get_content()
    assert stop_link(mail) == stop_link(letters("ohio-member")[0])
    assert stop_link(mail) != stop_link(letters("texas-member")[0])


def test_opening_the_address_asks_and_changes_nothing_and_a_post_without_a_cookie_stops_it():
    address = stopping.address(person("ohio-member")).removeprefix("https://worksite.example")
    client = Client(enforce_csrf_checks=True)
    for method in (client.get, client.head):
        assert method(address).status_code == 200
    page = client.get(address)
    assert "Stop the weekly letter?" in words(page)
    assert "ohio-member" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert client.post(address, {"other": "1"}).status_code == 200
    assert person("ohio-member").letter == Letter.ALL
    answer = client.post(address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert "The letter is stopped" in words(answer)
    assert person("ohio-member").letter == Letter.OFF
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    published(title="News")
    run(at(7))
    assert not letters("ohio-member")


def test_the_token_names_the_person_and_the_letter_alone():
    token = stopping.address(person("ohio-member")).split("/")[-2]
    assert stopping.by_token(token) == person("ohio-member")
    assert "@" not in token
    other = f"{person('texas-member').pk}:{token.split(':')[1]}"
    for wrong in (other, token[:-1], "x", "1"):
        assert stopping.by_token(wrong) is None
        page = Client().post(f"/my/letter/{wrong}/", {"List-Unsubscribe": "One-Click"})
        assert page.status_code == 404
    assert not User.objects.filter(letter=Letter.OFF).exists()


@pytest.mark.slow
def test_every_link_of_every_letter_can_be_opened_by_a_program_without_harm():
    factories.call(title="The board", audience="members", start_date=MONDAY + dt.timedelta(days=2))
    published(title="News")
    run(at(8))
    before = _state()
    for mail in letters():
        for link in set(re.findall(r"https://worksite\.example(/\S*)", mail.as_string())):
            for method in ("get", "head"):
                assert getattr(Client(), method)(link.rstrip(">")).status_code in (200, 302), link
    assert _state() == before


def _state() -> list[Any]:
    mails = list(OutgoingMail.objects.values_list("pk", "state"))
    people = list(User.objects.order_by("pk").values_list("letter", "seen_at", "active_at", "letter_on"))
    return [mails, people, Told.objects.count(), Membership.objects.filter(active=True).count()]


def test_the_settings_turn_it_off_and_on(as_persona):
    client = as_persona("ohio-member")
    client.post("/my/settings/", {"time_zone": "", "letter": "off"})
    published(title="News")
    run(at(7))
    assert not letters("ohio-member")
    client.post("/my/settings/", {"time_zone": "", "letter": "all"})
    run(at(9))
    assert len(letters("ohio-member")) == 1
    assert "/my/settings/" in links_of(
        Client().get(stopping.address(person("ohio-member")).removeprefix("https://worksite.example"))
    )
