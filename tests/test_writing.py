"""Writing to a person by the form of the site: who may, who reads it, whose address shows when, limits and reports."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from home import traps
from members.models import Action, AuditEntry, PersonMessage, Profile, User
from members.writing import post
from tests import factories
from tests.html import problems
from tests.personas import FURTHER, PERSONAS, person
from tests.reading import links_of, words

if TYPE_CHECKING:
    from django.test import Client

TEXT = "Which screening form do you use in county jails?"
MESSAGES = "/my/messages/"


_forms = itertools.count()


def opened() -> str:
    """What a form that was opened 20 seconds ago holds; another one each time."""
    with time_machine.travel(timezone.now() - dt.timedelta(seconds=20), tick=False):
        return traps._signer.sign(f"form-{next(_forms)}")


def address_of(name: str) -> str:
    return f"{Profile.objects.get(user=person(name)).get_absolute_url()}write/"


def send(client: Client, name: str = "ohio-lead", **typed):
    return client.post(address_of(name), {"text": TEXT, "opened": opened()} | typed)


def mails() -> list:
    """What was written since the last look."""
    found = list(outbox.outbox)
    outbox.outbox.clear()
    return found


@pytest.fixture
def sent(as_persona) -> PersonMessage:
    """What the Texas member wrote to the Ohio lead."""
    assert send(as_persona("texas-member")).status_code == 302
    return PersonMessage.objects.get()


@pytest.mark.parametrize("name", [*PERSONAS, *FURTHER])
def test_members_write_to_each_other_and_nobody_else_does(name, as_persona):
    client = as_persona(name)
    writes = name not in ("visitor", "pending", "declined", "ohio-lead")
    refused = 302 if name == "visitor" else 403
    assert client.get(address_of("ohio-lead")).status_code == (200 if writes else refused)
    response = send(client)
    assert response.status_code == (302 if writes else refused)
    assert PersonMessage.objects.count() == writes
    assert client.get(MESSAGES).status_code == (302 if name == "visitor" else 200)


def test_the_message_arrives_without_anybodys_address_and_both_learn_them_with_the_answer(as_persona):
    sender, reader = as_persona("texas-member"), as_persona("ohio-lead")
    page = sender.get(Profile.objects.get(user=person("ohio-lead")).get_absolute_url())
    assert address_of("ohio-lead") in links_of(page)
    assert problems(sender.get(address_of("ohio-lead")).content.decode()) == []
    send(sender)
    [mail] = mails()
    assert mail.to == ["ohio-lead@worksite.example"]
    assert TEXT in mail.body
    assert "texas-member@" not in mail.body + str(mail.message())
    assert mail.reply_to == []
    found = PersonMessage.objects.get()
    for client, other in ((sender, "ohio-lead@"), (reader, "texas-member@")):
        shown = client.get(found.get_absolute_url())
        assert problems(shown.content.decode()) == []
        assert TEXT in words(shown)
        assert other not in shown.content.decode()
        assert found.get_absolute_url() in links_of(client.get(MESSAGES))
    assert reader.post(found.get_absolute_url(), {"what": "answer", "answer": "The brief one."}).status_code == 302
    [answer] = mails()
    assert answer.to == ["texas-member@worksite.example"]
    assert "The brief one." in answer.body
    assert answer.reply_to == ["ohio-lead@worksite.example"]
    assert "texas-member@worksite.example" in reader.get(found.get_absolute_url()).content.decode()
    assert "ohio-lead@worksite.example" in sender.get(found.get_absolute_url()).content.decode()


def test_a_message_is_answered_once(sent, as_persona):
    for text in ("First", "Second"):
        as_persona("ohio-lead").post(sent.get_absolute_url(), {"what": "answer", "answer": text})
    sent.refresh_from_db()
    assert sent.answer == "First"
    assert post.answer(sent, "Third") is False


def test_a_message_waits_on_ones_own_pages_until_it_is_answered(sent, as_persona):
    lead, waits = as_persona("ohio-lead"), f"Answer {person('texas-member').get_full_name()}"
    for address in ("/", "/my/"):
        assert waits in words(lead.get(address))
        assert sent.get_absolute_url() in links_of(lead.get(address))
        assert sent.get_absolute_url() not in links_of(as_persona("texas-member").get(address))
    lead.post(sent.get_absolute_url(), {"what": "answer", "answer": "The booking screen."})
    assert waits not in words(lead.get("/my/"))


@pytest.mark.parametrize("name", [*PERSONAS, *FURTHER])
def test_a_message_is_read_by_the_two_whom_it_concerns_and_answered_by_one(sent, name, as_persona):
    client = as_persona(name)
    reads = name in ("texas-member", "ohio-lead")
    refused = 302 if name == "visitor" else 403
    response = client.get(sent.get_absolute_url())
    assert response.status_code == (200 if reads else refused)
    assert (TEXT in response.content.decode()) is reads
    assert "no-store" in response.headers["Cache-Control"]
    for typed in ({"what": "answer", "answer": "No"}, {"what": "report", "reason": "No"}):
        answered = client.post(sent.get_absolute_url(), typed)
        assert answered.status_code == (302 if name in ("ohio-lead", "visitor") else 403)
    sent.refresh_from_db()
    assert bool(sent.answer) is (name == "ohio-lead")


def test_a_reported_message_reaches_those_who_look_after_the_sender_and_ends_the_writing(sent, as_persona):
    person("texas-lead")
    mails()
    client = as_persona("ohio-lead")
    assert client.post(sent.get_absolute_url(), {"what": "report", "reason": "It sells something."}).status_code == 302
    client.post(sent.get_absolute_url(), {"what": "report", "reason": "Again"})
    told = mails()
    assert sorted(mail.to[0] for mail in told) == ["admin@worksite.example", "texas-lead@worksite.example"]
    assert all("It sells something." in mail.body and TEXT in mail.body for mail in told)
    assert not any("texas-member@" in mail.body for mail in told)
    line = AuditEntry.objects.get(action=Action.REPORTED)
    assert (line.by, line.about) == (person("ohio-lead"), person("texas-member"))
    assert send(as_persona("texas-member")).status_code == 403
    assert send(as_persona("texas-member"), "ohio-editor").status_code == 302


def test_a_lead_who_is_reported_does_not_get_the_report(as_persona):
    send(as_persona("texas-lead"), "ohio-member")
    mails()
    found = PersonMessage.objects.get()
    as_persona("ohio-member").post(found.get_absolute_url(), {"what": "report", "reason": "No"})
    assert [mail.to[0] for mail in mails()] == ["admin@worksite.example"]


def test_too_many_messages_to_one_person_wait_a_day_and_nothing_typed_is_lost(as_persona):
    client = as_persona("texas-member")
    for number in range(3):
        assert send(client, text=f"Message {number}").status_code == 302
    response = send(client, text="The fourth")
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "86400"
    assert "Wait a day" in words(response)
    assert "The fourth" in response.content.decode()
    assert PersonMessage.objects.count() == 3
    assert send(client, "ohio-editor").status_code == 302


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": " "}, "Write your message."),
        ({"text": "x" * 3001}, "at most 3000 characters"),
        ({"website": "spam"}, "a field that has to stay empty was filled in"),
        ({"opened": "made up"}, "Look over it and send it again"),
        ({"opened": ""}, "Look over it and send it again"),
    ],
)
def test_what_is_refused_says_why(typed, said, as_persona):
    response = send(as_persona("texas-member"), **typed)
    assert response.status_code == 200
    assert said in words(response)
    assert problems(response.content.decode()) == []
    assert PersonMessage.objects.count() == 0


def test_the_same_opened_form_sends_one_message(as_persona):
    form = opened()
    for _ in range(2):
        assert send(as_persona("texas-member"), opened=form).status_code == 302
    assert PersonMessage.objects.count() == 1
    assert len(mails()) == 1


def test_nobody_writes_to_a_person_who_is_not_there_any_more(as_persona):
    address = address_of("ohio-member")
    User.objects.filter(email="ohio-member@worksite.example").update(is_active=False)
    assert as_persona("texas-member").get(address).status_code == 404
    assert as_persona("texas-member").post(address, {"text": TEXT, "opened": opened()}).status_code == 404


def test_line_breaks_in_a_name_do_not_get_into_the_head_of_a_mail(as_persona, mailoutbox):
    User.objects.filter(pk=person("texas-member").pk).update(first_name="A\nBcc: x@evil.example")
    send(as_persona("texas-member"))
    [message] = mailoutbox
    assert "\n" not in message.subject
    assert not message.bcc
    assert all("evil" not in value for name, value in message.message().items() if name != "Subject")


def test_old_messages_are_forgotten_and_open_ones_kept_longer(sent):
    def aged(**values) -> bool:
        PersonMessage.objects.filter(pk=sent.pk).update(**values)
        post.forget()
        return PersonMessage.objects.filter(pk=sent.pk).exists()

    now = timezone.now()
    assert aged(sent_at=now - dt.timedelta(days=364))
    assert aged(answered_at=now - dt.timedelta(days=179))
    assert not aged(answered_at=now - dt.timedelta(days=181))


def test_a_list_of_messages_costs_the_same_for_one_and_for_many(sent, as_persona):
    client = as_persona("ohio-lead")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(MESSAGES).status_code == 200
        return len(queries)

    cost()
    one = cost()
    for number in range(12):
        sender = factories.user("", ("Texas", "member"), first_name=f"P{number}")
        PersonMessage.objects.create(sender=sender, recipient=sent.recipient, text=TEXT, opened=str(number))
    assert cost() == one
