"""Asking to join: the form, the confirmed address, who may answer, what an answer does, and what the clock does."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from members.joining import tasks
from members.models import AuditEntry, Helper, JoinRequest, Membership, User
from tests import factories, joining
from tests.html import problems
from tests.joining import TYPED, ask, confirm, link_in, mail_to, request_of, role_in
from tests.personas import PERSONAS, person
from tests.reading import words

JO = TYPED["email"]


def read(response) -> str:
    assert response.status_code == 200
    assert problems(response.content.decode()) == []
    return words(response)


def approve(client: Client, request: JoinRequest):
    return client.post(request.get_absolute_url(), {"answer": "approve"})


def decline(client: Client, request: JoinRequest, reason: str = "Please ask Texas."):
    return client.post(request.get_absolute_url(), {"answer": "decline", "reason": reason})


def test_somebody_asks_confirms_the_address_and_sees_where_the_request_stands():
    client = Client()
    assert ask(client).status_code == 302
    user = User.objects.get(email=JO)
    assert (user.first_name, user.last_name, user.position) == ("Jo", "Rivera", "Jail liaison, County board")
    request = JoinRequest.objects.get()
    assert (request.user, request.section.title, request.sent_at) == (user, "Ohio", None)
    assert mail_to("ohio-lead@worksite.example") == [], "nobody hears of it before the address is confirmed"
    assert confirm(client).url == "/accounts/login/"
    answer = client.post("/accounts/login/", {"login": JO, "password": TYPED["password1"]})
    assert answer.url == "/join/"
    request.refresh_from_db()
    assert request.waits
    shown = read(client.get("/join/"))
    assert f"Your request is with Ohio’s lead. Expect an answer by {request.expected:%a, %b} " in shown
    assert "not yet a member" in shown
    assert client.get("/").status_code == 200


def test_the_link_can_be_opened_on_another_device():
    ask()
    confirm(Client())
    other = Client()
    other.post("/accounts/login/", {"login": JO, "password": TYPED["password1"]})
    assert "Your request is with Ohio’s lead." in read(other.get("/join/"))


def test_opening_the_link_confirms_nothing(client):
    ask()
    link = link_in(mail_to(JO)[0], "confirm-email")
    for method in (client.get, client.head, client.get):
        assert method(link).status_code == 200
    assert not EmailAddress.objects.get(email=JO).verified
    assert JoinRequest.objects.get().sent_at is None


def test_the_lead_gets_who_asks_and_why_with_the_page_to_answer_on_and_nobody_else_does():
    ask()
    confirm()
    [message] = mail_to("ohio-lead@worksite.example")
    assert message.subject == "Jo Rivera asks to join Ohio"
    for said in ("Jail liaison", "County board", JO, "> Screening at booking in two county jails."):
        assert said in message.body
    assert link_in(message, "/my/requests/") == JoinRequest.objects.get().get_absolute_url()
    assert {sent.to[0] for sent in mail.outbox} == {JO, "ohio-lead@worksite.example"}


def test_confirming_twice_sends_the_request_once():
    ask()
    confirm()
    confirm()
    assert len(mail_to("ohio-lead@worksite.example")) == 1


def test_an_address_that_has_an_account_is_answered_alike_and_makes_no_request():
    factories.user("here@agency.example")
    known, unknown = ask(email="here@agency.example"), ask(email=JO)
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [request.user.email for request in JoinRequest.objects.all()] == [JO]
    assert [message.subject for message in mail_to("here@agency.example")] == ["You already have an account"]


def test_what_is_missing_is_said_for_each_field_and_everything_typed_stays(client):
    shown = ask(client, name="", section="", job_title="", work=" ")
    text = read(shown)
    assert "4 things to fix" in text
    for said in (
        "Enter your name.",
        "Choose a State or a work group.",
        "Enter what you are there.",
        "Write a sentence",
    ):
        assert text.count(said) == 2, said
    assert 'value="County board"' in shown.content.decode()
    assert not User.objects.filter(email=JO).exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"website": "https://spam.example"}, "Send it once more"),
        ({"opened": 1}, "Wait three seconds"),
        ({"opened": "forged"}, "send it again"),
        ({"section": "atlantis"}, "Select a valid choice"),
        ({"work": "x" * 1001}, "at most 1000 characters"),
    ],
)
def test_what_no_person_sends_makes_no_account(client, typed, said):
    if typed.get("opened") == 1:  # a second ago
        typed = {"opened": joining.opened(1)}
    assert said in read(ask(client, **typed))
    assert not User.objects.filter(email=JO).exists()
    assert mail.outbox == []


def test_no_header_is_smuggled_in_by_a_name():
    ask(name="Jo\r\nBcc: everyone@agency.example")
    confirm()
    for message in mail.outbox:
        assert message.message()["Bcc"] is None
        assert "\n" not in message.subject


def test_a_link_on_a_sections_page_chooses_it_beforehand(client):
    assert '<option value="texas" selected>' in client.get("/join/?section=texas", follow=True).content.decode()


def test_whoever_has_an_account_asks_there(as_persona):
    assert as_persona("ohio-member").get("/accounts/signup/").url == "/join/"
    client = as_persona("ohio-member")
    asked = {"section": "texas", "work": "Border counties"}
    assert client.post("/join/", asked).url == "/join/"
    assert "Your request is with the administrators." in read(client.get("/join/"))
    assert "You have asked Texas already." in read(client.post("/join/", asked))
    assert "You are a member in Ohio already." in read(client.post("/join/", {"section": "ohio", "work": "x"}))
    assert JoinRequest.objects.count() == 1


def test_asking_for_many_sections_has_to_wait(as_persona, settings):
    settings.ACCOUNT_RATE_LIMITS = {"join": "1/h/user"}
    client = as_persona("pending")
    assert client.post("/join/", {"section": "texas", "work": "x"}).status_code == 302
    assert client.post("/join/", {"section": "maine", "work": "x"}).status_code == 429
    assert JoinRequest.objects.count() == 1


# Who answers


ANSWERS = {"ohio-lead": {"Ohio"}, "texas-lead": {"Texas"}, "admin": {"Ohio", "Texas", "Maine"}}


@pytest.mark.slow
@pytest.mark.parametrize("name", [*PERSONAS, "texas-lead", "declined", "deactivated"])
def test_each_sees_and_answers_the_requests_of_their_own_section_alone(as_persona, name):
    factories.user("texas-lead@worksite.example", ("Texas", "lead"), first_name="texas-lead")
    asked = {place: request_of(f"Canary {place}", place) for place in ("Ohio", "Texas", "Maine")}
    waiting = request_of("Canary Unsent", "Ohio", sent_at=None)
    if name in ("declined", "deactivated"):
        client = Client()
        user = factories.user(f"{name}@worksite.example", *([("Ohio", "lead")] if name == "deactivated" else []))
        client.force_login(user)
        if name == "deactivated":  # in mid-session
            User.objects.filter(pk=user.pk).update(is_active=False)
        else:
            JoinRequest.objects.create(
                user=user, section=factories.section("Ohio"), sent_at=timezone.now(), decided_at=timezone.now()
            )
    else:
        client = as_persona(name)
    allowed = ANSWERS.get(name, set())
    signed_out = name in ("visitor", "deactivated")
    index = client.get("/my/requests/")
    assert index.status_code == (200 if allowed else 302 if signed_out else 403)
    for place, request in asked.items():
        mine = place in allowed
        assert (f"Canary {place}" in words(index)) is mine
        page = client.get(request.get_absolute_url())
        assert page.status_code == (200 if mine else 302 if signed_out else 403)
        assert (f"What Canary {place} works on" in words(page)) is mine
        assert "no-store" in page.headers["Cache-Control"]
        if not mine:
            for answer in (approve(client, request), decline(client, request)):
                assert answer.status_code == (302 if signed_out else 403)
            request.refresh_from_db()
            assert request.waits
            assert role_in(request.user, place) == ""
        else:
            read(page)
            assert approve(client, request).status_code == 302
            assert role_in(request.user, place) == "member"
    assert client.get(waiting.get_absolute_url()).status_code != 200
    assert client.get("/my/requests/999999/").status_code == (302 if signed_out else 403)


def test_approved_the_person_sees_the_section_at_once_and_is_told(as_persona):
    request = request_of()
    theirs = Client()
    theirs.force_login(request.user)
    ohio = factories.announcement("Ohio", audience="section", title="For Ohio alone")
    texas = factories.announcement("Texas", audience="section")
    assert theirs.get(ohio.url).status_code == 403
    lead = as_persona("ohio-lead")
    assert "Jo Rivera is now a member in Ohio." in read(
        lead.post(request.get_absolute_url(), {"answer": "approve"}, follow=True)
    )
    assert theirs.get(ohio.url).status_code == 200
    assert theirs.get(texas.url).status_code == 403
    [message] = mail_to(request.user.email)
    assert message.subject == "You can now use the Ohio section"
    assert "/sections/ohio/" in message.body
    line = AuditEntry.objects.get(action="approved")
    assert (line.by, line.about, line.section.title) == (person("ohio-lead"), request.user, "Ohio")
    assert "approved by ohio-lead" in read(lead.get("/my/requests/"))


def test_declining_asks_for_a_reason_and_the_person_reads_it(as_persona):
    request = request_of()
    lead = as_persona("ohio-lead")
    assert "Write the reason." in read(decline(lead, request, " "))
    request.refresh_from_db()
    assert request.waits
    reason = "You work in Texas,\nask there."
    assert "Declined. A mail tells Jo Rivera why." in read(
        lead.post(request.get_absolute_url(), {"answer": "decline", "reason": reason}, follow=True)
    )
    [message] = mail_to(request.user.email)
    assert message.subject == "Your request to join Ohio"
    assert "> You work in Texas,\n> ask there." in message.body.replace("\r", "")
    assert role_in(request.user, "Ohio") == ""
    theirs = Client()
    theirs.force_login(request.user)
    assert "You work in Texas, ask there." in read(theirs.get("/join/"))
    assert theirs.post("/join/", {"section": "ohio", "work": "Now in Ohio"}).status_code == 302
    assert AuditEntry.objects.filter(action="declined", about=request.user).count() == 1


def test_of_two_who_answer_the_second_is_told_and_changes_nothing(as_persona):
    request = request_of()
    first, second = as_persona("ohio-lead"), as_persona("admin")
    approve(first, request)
    shown = read(second.post(request.get_absolute_url(), {"answer": "decline", "reason": "No"}, follow=True))
    assert "Somebody answered this request a moment ago." in shown
    assert "approved by ohio-lead" in shown
    assert role_in(request.user, "Ohio") == "member"
    assert len(mail_to(request.user.email)) == 1


def test_reading_a_request_answers_nothing(as_persona):
    request = request_of()
    lead = as_persona("ohio-lead")
    for method in (lead.get, lead.head):
        assert method(request.get_absolute_url() + "?answer=approve").status_code == 200
    request.refresh_from_db()
    assert request.waits


def test_an_answer_from_another_site_is_refused():
    request = request_of()
    lead = Client(enforce_csrf_checks=True)
    lead.force_login(person("ohio-lead"))
    assert approve(lead, request).status_code == 403
    request.refresh_from_db()
    assert request.waits


def test_somebody_who_led_and_left_comes_back_as_a_member_with_no_more(as_persona):
    request = request_of()
    Membership.objects.create(user=request.user, section=request.section, role="lead", active=False)
    approve(as_persona("ohio-lead"), request)
    assert role_in(request.user, "Ohio") == "member"
    assert not User.objects.get(pk=request.user.pk).groups.exists()


def test_whoever_is_appointed_in_the_meantime_waits_no_more():
    request = request_of()
    Membership.objects.create(user=request.user, section=request.section, role="editor")
    request.refresh_from_db()
    assert request.approved


def test_until_a_section_has_a_lead_its_helpers_lead_answers_and_then_no_more(as_persona):
    maine = factories.section("Maine")
    Helper.objects.create(section=maine, helped_by=factories.section("Ohio"))
    client = as_persona("pending")
    client.post("/join/", {"section": "maine", "work": "Islands"})
    assert "Ohio’s lead, who helps Maine" in read(client.get("/join/"))
    [message] = mail_to("ohio-lead@worksite.example")
    assert "join Maine until it has a lead of its own" in " ".join(message.body.split())
    request = JoinRequest.objects.get()
    lead = as_persona("ohio-lead")
    assert lead.get(request.get_absolute_url()).status_code == 200
    own = factories.user("maine-lead@worksite.example", ("Maine", "lead"))
    assert lead.get(request.get_absolute_url()).status_code == 403
    theirs = Client()
    theirs.force_login(own)
    assert approve(theirs, request).status_code == 302
    assert role_in(request.user, "Maine") == "member"


def test_without_a_lead_and_a_helper_the_administrators_get_it():
    ask(section="maine")
    confirm()
    assert mail_to("admin@worksite.example")[0].subject == "Jo Rivera asks to join Maine"


def test_who_helps_is_named_by_administrators_alone(as_persona):
    maine, ohio = factories.section("Maine"), factories.section("Ohio")
    address = "/admin/members/helper/create/"
    values = {"section": maine.pk, "helped_by": ohio.pk}
    as_persona("ohio-lead").post(address, values)
    assert not Helper.objects.exists()
    admin = as_persona("admin")
    assert "this one is helped" in words(admin.post(address, {"section": maine.pk, "helped_by": maine.pk}))
    assert admin.post(address, values).status_code == 302
    assert str(Helper.objects.get()) == "Maine, helped by Ohio"


# The clock


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def test_after_five_days_others_get_it_too_once_and_may_answer(as_persona, clock):
    community = factories.user("community-lead@worksite.example", (None, "lead"))
    request = request_of()
    theirs = Client()
    clock.shift(dt.timedelta(days=4, hours=23))
    tasks.escalate()
    assert mail.outbox == []
    theirs.force_login(community)
    assert theirs.get(request.get_absolute_url()).status_code == 403
    clock.shift(dt.timedelta(hours=1))
    tasks.escalate()
    tasks.escalate()
    subject = "Waiting for five days: Jo Rivera asks to join Ohio"
    expected = ["admin", "community-lead", "ohio-lead"]
    assert sorted(m.to[0].split("@")[0] for m in mail.outbox if m.subject == subject) == expected
    assert len(mail.outbox) == 3
    theirs.force_login(community)
    assert theirs.get(request.get_absolute_url()).status_code == 200
    approve(theirs, request)
    assert role_in(request.user, "Ohio") == "member"


def test_what_is_answered_or_not_confirmed_is_brought_before_nobody(clock):
    old = timezone.now() - dt.timedelta(days=9)
    request_of("Al Answered", sent_at=old, decided_at=timezone.now())
    request_of("Uma Unconfirmed", sent_at=None, asked_at=old)
    tasks.escalate()
    assert mail.outbox == []


def test_an_address_that_nobody_confirms_is_forgotten_after_two_weeks(clock):
    ask()
    clock.shift(dt.timedelta(days=13))
    tasks.forget()
    assert User.objects.filter(email=JO).exists()
    clock.shift(dt.timedelta(days=2))
    tasks.forget()
    tasks.forget()
    assert not User.objects.filter(email=JO).exists()


def test_a_declined_request_is_forgotten_after_90_days_with_the_account_that_was_made_for_it(as_persona, clock):
    alone, elsewhere = request_of("Al One"), request_of("Ty Two")
    Membership.objects.create(user=elsewhere.user, section=factories.section("Texas"))
    for request in (alone, elsewhere):
        decline(as_persona("ohio-lead"), request)
    clock.shift(dt.timedelta(days=89))
    tasks.forget()
    assert JoinRequest.objects.count() == 2
    clock.shift(dt.timedelta(days=2))
    tasks.forget()
    assert not JoinRequest.objects.exists()
    assert not User.objects.filter(pk=alone.user.pk).exists()
    assert User.objects.filter(pk=elsewhere.user.pk).exists()


def test_an_approved_request_is_forgotten_and_the_member_stays(as_persona, clock):
    request = request_of()
    approve(as_persona("ohio-lead"), request)
    clock.shift(dt.timedelta(days=91))
    tasks.forget()
    assert not JoinRequest.objects.exists()
    assert role_in(request.user, "Ohio") == "member"


def test_a_request_that_nobody_answers_ends_after_two_months_and_the_person_is_told(clock):
    request = request_of()
    clock.shift(dt.timedelta(days=61))
    tasks.forget()
    tasks.forget()
    request.refresh_from_db()
    assert (request.waits, request.approved) == (False, False)
    [message] = mail_to(request.user.email)
    assert "Nobody has answered your request to join Ohio for two months." in " ".join(message.body.split())
    theirs = Client()
    theirs.force_login(request.user)
    assert "Nobody answered for two months" in read(theirs.get("/join/"))


@pytest.mark.parametrize(
    ("sent", "expected"),
    [("2026-11-23", "Mon, Nov 30"), ("2026-11-21", "Mon, Nov 30"), ("2026-11-22", "Mon, Nov 30")],
)
def test_an_answer_is_promised_within_a_week_on_a_working_day(sent, expected):
    at = dt.datetime.fromisoformat(f"{sent}T15:00:00+00:00")
    assert f"{JoinRequest(sent_at=at).expected:%a, %b %d}" == expected


def test_mails_stay_within_72_columns_and_say_why_they_came(as_persona, clock):
    approve(as_persona("ohio-lead"), request_of("Al One"))
    decline(as_persona("ohio-lead"), request_of("Ty Two"), "word " * 60)
    request_of("Lu Three")
    clock.shift(dt.timedelta(days=6))
    tasks.escalate()
    clock.shift(dt.timedelta(days=60))
    tasks.forget()
    assert len(mail.outbox) >= 5
    for message in mail.outbox:
        assert "You get this mail because" in " ".join(message.body.split())
        assert all(len(line) <= 72 for line in message.body.splitlines() if "://" not in line)
