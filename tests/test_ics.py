"""Calendars: valid, on time in every zone, public only, without what a call is joined by, and stable."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from icalendar import Calendar

from calendar_app import ics
from calendar_app.expansion import span
from calendar_app.models import EventPage
from home.models import Entry
from home.places import TIME_ZONES
from tests import factories

ZONES = [key for key, _ in TIME_ZONES]
FIRST, LAST = dt.datetime.fromisoformat("2025-01-01"), dt.datetime.fromisoformat("2030-12-31T23:59")


def fetch(client, address="/calendars/ohio.ics", **headers):
    response = client.get(address, headers=headers)
    assert response.status_code == 200, address
    return response


def check_lines(body: bytes) -> None:
    """RFC 5545 section 3.1: CRLF, at most 75 octets, no line break inside a character."""
    assert body.endswith(b"\r\n")
    for line in body.split(b"\r\n"):
        assert b"\n" not in line
        assert b"\r" not in line
        assert len(line) <= 75
        line.decode("utf-8")


def events(client, address="/calendars/ohio.ics"):
    body = fetch(client, address).content
    check_lines(body)
    return Calendar.from_ical(body).walk("VEVENT")


def summaries(client, address="/calendars/ohio.ics"):
    return [str(event["SUMMARY"]) for event in events(client, address)]


# What is in it ---------------------------------------------------------------------------------------------------------


def test_a_section_calendar_holds_public_events_calls_and_webinars_by_date(client):
    today = timezone.localdate()
    for days, make, title in (
        (9, factories.webinar, "Talk"),
        (3, factories.call, "Call"),
        (5, factories.event, "Meeting"),
    ):
        make("Ohio", title=title, audience="public", start_date=today + dt.timedelta(days=days))
    factories.event("Texas", title="Elsewhere", audience="public")
    factories.announcement("Ohio", title="No date", audience="public")
    assert summaries(client) == ["Call", "Meeting", "Talk"]
    assert set(summaries(client, "/calendars/all.ics")) == {"Call", "Meeting", "Talk", "Elsewhere"}


def test_only_public_dates_whoever_asks(as_persona, persona):
    for audience in ("members", "section"):
        factories.call("Ohio", title=f"Canary {audience}", audience=audience)
    factories.event("Ohio", title="Canary draft", publish=False)
    factories.event("Ohio", title="Open", audience="public")
    body = fetch(as_persona(persona)).content.decode()
    assert "Open" in body
    assert "Canary" not in body


JOIN = {
    "join_url": "https://join.example/canary-link",
    "phone": "614-555-0142",
    "passcode": "480219",
    "one_tap": "+16145550142,,480219#",
}


@pytest.mark.parametrize("whose", ["/calendars/ohio.ics", "/calendars/all.ics", "event"])
def test_what_a_call_is_joined_by_is_in_no_calendar(as_persona, persona, whose):
    page = factories.call("Ohio", audience="public", notes="<p>Canary notes</p>", **JOIN)
    address = f"/calendars/event/{page.uid}.ics" if whose == "event" else whose
    body = fetch(as_persona(persona), address).content.decode().replace("\r\n ", "")
    for secret in (*JOIN.values(), "Canary notes"):
        assert secret not in body
    assert "LOCATION:Conference call – number on the event page" in body


def test_a_place_is_the_location(client):
    page = factories.event("Ohio", audience="public")
    page.place, page.address = "Riffe Center", "77 S High St, Columbus"
    page.save_revision().publish()
    assert str(events(client)[0]["LOCATION"]) == "Riffe Center, 77 S High St, Columbus"


def test_what_ended_long_ago_is_left_out(client):
    today = timezone.localdate()
    factories.event("Ohio", title="Recent", audience="public", start_date=today - dt.timedelta(days=80))
    factories.event("Ohio", title="Old", audience="public", start_date=today - dt.timedelta(days=100))
    assert summaries(client) == ["Recent"]


def test_what_has_expired_is_gone_before_the_clock_comes_round(client):
    page = factories.event("Ohio", audience="public")
    Entry.objects.filter(pk=page.pk).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert summaries(client) == []


@pytest.mark.parametrize(
    "address",
    [
        "/calendars/atlantis.ics",
        "/calendars/sections.ics",
        "/calendars/event/6f6d4d6e-6b0d-4b44-9d6c-0d7a1d2f0c11.ics",
    ],
)
def test_an_unknown_calendar_is_not_found(client, address):
    assert client.get(address).status_code == 404


# One event -------------------------------------------------------------------------------------------------------------


def test_each_event_has_a_file_with_the_same_identifier_as_the_feed(client):
    page = factories.event("Ohio", audience="public")
    [one] = events(client, f"/calendars/event/{page.uid}.ics")
    [same] = events(client)
    assert one["UID"] == same["UID"]
    assert one.to_ical() == same.to_ical()


@pytest.mark.parametrize(
    ("audience", "who", "status"),
    [
        ("members", "visitor", 302),
        ("members", "pending", 403),
        ("members", "texas-member", 200),
        ("section", "texas-member", 403),
        ("section", "ohio-member", 200),
    ],
)
def test_the_file_of_an_event_follows_its_audience_and_no_cache_keeps_it(as_persona, audience, who, status):
    page = factories.call("Ohio", audience=audience, title="Canary call")
    response = as_persona(who).get(f"/calendars/event/{page.uid}.ics")
    assert response.status_code == status
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert (b"Canary call" in response.content) == (status == 200)


def test_the_file_of_a_draft_is_not_found(as_persona):
    page = factories.event("Ohio", publish=False)
    assert as_persona("admin").get(f"/calendars/event/{page.uid}.ics").status_code == 404


def test_the_file_of_an_expired_event_is_not_found(as_persona):
    page = factories.event("Ohio", audience="public")
    EventPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - dt.timedelta(seconds=1))
    assert as_persona("ohio-member").get(f"/calendars/event/{page.uid}.ics").status_code == 404


# The form --------------------------------------------------------------------------------------------------------------


def test_the_head_says_what_calendar_programs_ask_for(client):
    calendar = Calendar.from_ical(fetch(client).content)
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]
    assert calendar["METHOD"] == "PUBLISH"
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == "Ohio · Learning Community"
    assert calendar["X-WR-TIMEZONE"] == "America/New_York"
    assert urlsplit(str(calendar["SOURCE"])).path == "/calendars/ohio.ics"


def test_the_stamp_is_the_last_publish_and_the_sequence_is_the_stored_one(client):
    page = factories.event("Ohio", audience="public")
    page.start_time = dt.time(15, 30)
    page.save_revision().publish()
    page.refresh_from_db()
    [event] = events(client)
    assert event["SEQUENCE"] == page.sequence == 1
    published = page.last_published_at.replace(microsecond=0)
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == published
    assert str(event["UID"]) == f"{page.uid}@localhost"
    assert str(event["URL"]) == f"http://localhost:8000{page.get_url()}"


@pytest.mark.parametrize(
    ("status", "expected", "summary"),
    [
        ("confirmed", "CONFIRMED", "Meeting"),
        ("tentative", "TENTATIVE", "Meeting"),
        ("postponed", "TENTATIVE", "Postponed: Meeting"),
        ("cancelled", "CANCELLED", "Cancelled: Meeting"),
    ],
)
def test_the_status_is_told_in_the_field_and_where_programs_ignore_it_in_words(client, status, expected, summary):
    factories.event("Ohio", title="Meeting", audience="public", status=status)
    [event] = events(client)
    assert (event["STATUS"], event["SUMMARY"]) == (expected, summary)
    assert event["TRANSP"] == ("TRANSPARENT" if status == "cancelled" else "OPAQUE")


def test_an_all_day_event_is_days_with_the_end_exclusive(client):
    factories.event(
        "Ohio",
        audience="public",
        all_day=True,
        start_time=None,
        start_date=dt.date(2027, 7, 3),
        duration=dt.timedelta(days=3),
    )
    [event] = events(client)
    assert event["DTSTART"].dt == dt.date(2027, 7, 3)
    assert event["DTEND"].dt == dt.date(2027, 7, 6)
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["TRANSP"] == "TRANSPARENT"
    assert not Calendar.from_ical(fetch(client).content).walk("VTIMEZONE")


def test_text_is_escaped_folded_and_free_of_control_characters(client):
    title = "Plan; a, b \\ c “d” \U0001f9e0" * 6
    page = factories.event("Ohio", title="x", audience="public")
    Entry.objects.filter(pk=page.pk).update(title=title, teaser="one\r\ntwo\x0bthree\u202eRTL")
    [event] = events(client)
    assert event["SUMMARY"] == title
    assert str(event["DESCRIPTION"]).startswith("one\ntwothree\u202eRTL\n\n")


def test_a_long_description_is_cut_and_leads_to_the_page():
    [event] = Calendar.from_ical(ics.calendar("n", [entry(description="word " * 1000)], tz="UTC", source="x")).walk(
        "VEVENT"
    )
    assert len(event["DESCRIPTION"]) < 1100
    assert str(event["DESCRIPTION"]).endswith("…\n\nhttps://site.example/e/")


# Time ------------------------------------------------------------------------------------------------------------------


A_TUESDAY = dt.datetime(2026, 12, 8, 14, 0)  # noqa: DTZ001  wall time, as events hold it


def entry(tz="America/New_York", start=A_TUESDAY, minutes=60, **values) -> ics.Entry:
    found = span(start.date(), start.time(), dt.timedelta(minutes=minutes), tz)
    return ics.Entry(
        uid="1@site.example",
        sequence=0,
        stamp=dt.datetime(2027, 1, 1, tzinfo=dt.UTC),
        title="A call",
        url="https://site.example/e/",
        tz=tz,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        first_day=found.first_day,
        last_day=found.last_day,
        **values,
    )


def read_by_its_own_zones(document: bytes) -> tuple[dt.datetime, dt.datetime]:
    """Start and end as instants, read with the zone that the file itself describes and nothing else."""
    calendar = Calendar.from_ical(document)
    [zone] = calendar.walk("VTIMEZONE")
    described = zone_of(zone)
    [event] = calendar.walk("VEVENT")
    instants = []
    for name in ("DTSTART", "DTEND"):
        value = event[name]
        if "TZID" in value.params:
            assert value.params["TZID"] == zone["TZID"]
            instants.append(value.dt.replace(tzinfo=described).astimezone(dt.UTC))
        else:
            instants.append(value.dt.astimezone(dt.UTC))
    return instants[0], instants[1]


def zone_of(component):
    return tzical(StringIO(component.to_ical().decode().replace("\r\n", "\n"))).get()


@pytest.mark.parametrize("key", ZONES)
def test_a_zone_is_rules_and_not_a_list_of_dates(key):
    text = ics.vtimezone(key).to_ical().decode()
    assert "BEGIN:STANDARD" in text
    assert "RDATE" not in text
    assert text.count("RRULE") in (0, 2)


@pytest.mark.parametrize("key", ZONES)
def test_at_every_change_of_the_clock_the_described_zone_agrees(key):
    described, real = zone_of(ics.vtimezone(key)), ZoneInfo(key)
    day, changes = FIRST.replace(tzinfo=dt.UTC), 0
    while day < LAST.replace(tzinfo=dt.UTC):
        following = day + dt.timedelta(days=1)
        changing = day.astimezone(real).utcoffset() != following.astimezone(real).utcoffset()
        changes += changing
        for minutes in range(0, 24 * 60, 15) if changing else (0,):
            at = day + dt.timedelta(minutes=minutes)
            assert at.astimezone(described).utcoffset() == at.astimezone(real).utcoffset(), at
        day = following
    assert changes in (0, 12)


@given(st.sampled_from(ZONES), st.datetimes(FIRST, LAST))
@hypothesis_settings(max_examples=150, deadline=None)
def test_at_any_instant_the_described_zone_agrees(key, instant):
    at = instant.replace(tzinfo=dt.UTC, microsecond=0)
    assert at.astimezone(zone_of(ics.vtimezone(key))).utcoffset() == at.astimezone(ZoneInfo(key)).utcoffset()


@pytest.mark.slow
@given(st.sampled_from(ZONES), st.datetimes(FIRST, LAST), st.integers(1, 14 * 24 * 60))
@hypothesis_settings(max_examples=150, deadline=None)
def test_any_event_reads_back_as_the_same_instants(key, start, minutes):
    made = entry(key, start.replace(second=0, microsecond=0), minutes)
    starts_at, ends_at = read_by_its_own_zones(ics.calendar("n", [made], tz=key, source="x"))
    assert (starts_at, ends_at) == (made.starts_at, made.ends_at)


@pytest.mark.parametrize(
    ("start", "minutes", "starts_at", "ends_at"),
    [
        ("2026-03-08 01:30", 30, "06:30", "07:00"),  # ends in the gap: 03:00 summer time
        ("2026-03-08 02:30", 60, "07:30", "07:30"),  # starts in the gap, and its wall time ends where it began
        ("2026-11-01 00:30", 60, "04:30", "05:30"),  # ends in the first pass of the repeated hour
        ("2026-11-01 01:30", 60, "05:30", "07:30"),  # 02:30 comes once only: two hours later
    ],
)
def test_an_event_across_a_change_of_the_clock_keeps_its_instants(start, minutes, starts_at, ends_at):
    made = entry("America/New_York", dt.datetime.fromisoformat(start), minutes)
    assert (f"{made.starts_at:%H:%M}", f"{made.ends_at:%H:%M}") == (starts_at, ends_at)
    document = ics.calendar("n", [made], tz="America/New_York", source="x")
    if made.ends_at > made.starts_at:
        assert read_by_its_own_zones(document) == (made.starts_at, made.ends_at)
    else:
        assert b"DTEND" not in document


def test_an_end_in_the_second_pass_of_the_repeated_hour_is_told_in_utc():
    second_pass = dt.datetime(2026, 11, 1, 6, 30, tzinfo=dt.UTC)
    made = entry("America/New_York", dt.datetime.fromisoformat("2026-11-01T00:30"))
    made = ics.Entry(**{**vars(made), "ends_at": second_pass})
    document = ics.calendar("n", [made], tz="America/New_York", source="x")
    assert b"DTEND:20261101T063000Z" in document
    assert read_by_its_own_zones(document)[1] == second_pass


def test_a_zone_whose_rule_is_of_another_form_is_refused():
    with pytest.raises(ValueError, match="not understood"):
        ics._observance(ics.TimezoneStandard(), "X", dt.timedelta(), dt.timedelta(), "J60/2")


# Caches ----------------------------------------------------------------------------------------------------------------


def test_nothing_changed_is_answered_with_304(client):
    page = factories.event("Ohio", audience="public")
    for address in ("/calendars/ohio.ics", f"/calendars/event/{page.uid}.ics"):
        first = fetch(client, address)
        assert first["Content-Type"] == "text/calendar; charset=utf-8"
        assert first["Cache-Control"] == "public, max-age=900"
        assert first["X-Robots-Tag"] == "noindex"
        for header in ({"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}):
            assert client.get(address, headers=header).status_code == 304
        assert client.head(address).status_code == 200
        assert client.post(address).status_code == 405


def test_a_change_is_answered_anew(client):
    page = factories.event("Ohio", audience="public")
    tag = fetch(client)["ETag"]
    page.status = "cancelled"
    page.save_revision().publish()
    again = fetch(client, **{"if-none-match": tag})
    assert b"STATUS:CANCELLED" in again.content


def test_the_number_of_queries_does_not_grow_with_the_dates(client, django_assert_max_num_queries):
    factories.event("Ohio", audience="public")
    fetch(client)
    for _ in range(4):
        factories.event("Ohio", audience="public")
    with django_assert_max_num_queries(8):
        fetch(client)
