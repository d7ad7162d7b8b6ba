"""Mail goes through the outbox: written with its cause, sent by the clock, tried again, never lost, never in a request."""

from __future__ import annotations

import datetime as dt
import email
import socket
import time
from email import policy

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import BadHeaderError
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.admin.mail import send_mail as send_wagtail_mail

from operations import mail
from operations.models import OutgoingMail
from tests import factories, joining

SMTP = "django.core.mail.backends.smtp.EmailBackend"
TRIES = len(mail.BACK_OFF) + 1


@pytest.fixture(autouse=True)
def _through_the_outbox(settings):
    settings.EMAIL_BACKEND = "operations.mail.OutboxBackend"


class Server:
    """What a mail server answers to each message, in turn; the last answer holds from then on."""

    def __init__(self):
        self.to_recipient, self.to_data, self.received, self.asked = ["250 OK"], ["250 OK"], [], 0

    @staticmethod
    def _next(answers):
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        self.asked += 1
        answer = self._next(self.to_recipient)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = self._next(self.to_data)
        if answer.startswith("2"):
            self.received.append(envelope)
        return answer


@pytest.fixture
def server(settings):
    """A real SMTP server, and the settings that lead to it."""
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=_free_port())
    controller.start()
    settings.MAIL_TRANSPORT, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", controller.port
    yield handler
    controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write(subject="Hello", to="a@example.org", body="A text") -> OutgoingMail:
    send_mail(subject, body, "site@example.org", [to])
    return OutgoingMail.objects.latest("pk")


def later(clock, **delta) -> None:
    clock.shift(dt.timedelta(**delta))


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def test_a_message_leaves_as_it_was_written(server):
    message = EmailMultiAlternatives(
        "Ünïcode – “subject”", "Plain – text", "Community <site@example.org>", ["Jo Doe <jo@example.org>"]
    )
    message.extra_headers["List-Unsubscribe"] = "<https://example.org/stop>"
    message.attach_alternative("<p>HTML</p>", "text/html")
    message.attach("call.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR", "text/calendar")
    message.send()
    mail.send_due()
    (envelope,) = server.received
    arrived = parsed(envelope)
    assert arrived["Subject"] == "Ünïcode – “subject”"
    assert arrived["List-Unsubscribe"] == "<https://example.org/stop>"
    assert arrived.get_body(("plain",)).get_content().strip() == "Plain – text"
    assert arrived.get_body(("html",)).get_content().strip() == "<p>HTML</p>"
    assert [part.get_filename() for part in arrived.iter_attachments()] == ["call.ics"]
    assert envelope.mail_from == "site@example.org"
    assert envelope.rcpt_tos == ["jo@example.org"]
    assert OutgoingMail.objects.get().state == "sent"


def parsed(envelope):
    return email.message_from_bytes(envelope.content, policy=policy.default)


def test_words_that_look_like_a_template_are_only_words(server):
    write(subject="{{ 7|add:7 }} {% now 'Y' %}", body="{% include 'base.html' %} {{ settings.SECRET_KEY }} {% broken")
    mail.send_due()
    arrived = parsed(server.received[0])
    assert arrived["Subject"] == "{{ 7|add:7 }} {% now 'Y' %}"
    assert arrived.get_content().strip() == "{% include 'base.html' %} {{ settings.SECRET_KEY }} {% broken"


def test_a_line_break_in_a_subject_is_refused():
    with pytest.raises(BadHeaderError):
        write(subject="Hello\nBcc: victim@example.org")
    assert not OutgoingMail.objects.exists()


def test_a_message_goes_with_the_transaction_that_caused_it():
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()


def test_each_recipient_is_a_row_and_hidden_ones_stay_hidden(server):
    EmailMultiAlternatives("Call", "text", "s@example.org", ["a@example.org"], bcc=["b@example.org"]).send()
    mail.send_due()
    assert [envelope.rcpt_tos for envelope in server.received] == [["a@example.org"], ["b@example.org"]]
    assert all(b"b@example.org" not in envelope.content for envelope in server.received)


def test_one_refused_recipient_keeps_nobody_else_waiting(server):
    server.to_recipient = ["550 No such person", "250 OK"]
    EmailMultiAlternatives("Call", "text", "s@example.org", ["a@example.org", "b@example.org"]).send()
    mail.send_due()
    assert dict(OutgoingMail.objects.values_list("recipient", "state")) == {
        "a@example.org": "dead",
        "b@example.org": "sent",
    }


def test_a_temporary_refusal_is_tried_again_and_arrives_once(server, clock):
    server.to_data = ["451 Come back later", "250 OK"]
    message = write()
    mail.send_due()
    mail.send_due()
    message.refresh_from_db()
    assert (message.state, message.tries, "451" in message.error) == ("waiting", 1, True)
    later(clock, minutes=1)
    mail.send_due()
    message.refresh_from_db()
    assert (message.state, message.tries, message.error, len(server.received)) == ("sent", 2, "", 1)
    later(clock, days=2)
    mail.send_due()
    assert len(server.received) == 1


@pytest.mark.parametrize("where", ["to_recipient", "to_data"])
def test_a_final_refusal_is_a_dead_letter_at_once(server, clock, where):
    setattr(server, where, ["554 Never"])
    message = write()
    mail.send_due()
    message.refresh_from_db()
    assert (message.state, message.tries, "554" in message.error) == ("dead", 1, True)
    later(clock, days=2)
    asked = server.asked
    mail.send_due()
    assert server.asked == asked


def test_waits_grow_and_after_a_day_a_message_is_a_dead_letter(settings, clock):
    settings.MAIL_TRANSPORT, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", _free_port()
    message = write()
    began, waits = timezone.now(), []
    for _ in range(TRIES):
        mail.send_due()
        message.refresh_from_db()
        waits.append(message.next_try_at - timezone.now())
        if message.state == "waiting":
            clock.move_to(message.next_try_at)
    assert (message.state, message.tries, "refused" in message.error.lower()) == ("dead", TRIES, True)
    assert waits == sorted(waits)
    assert dt.timedelta(hours=24) <= timezone.now() - began <= dt.timedelta(hours=30)


def test_a_server_that_is_down_costs_one_try_of_one_message(settings):
    settings.MAIL_TRANSPORT, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", _free_port()
    for number in range(5):
        write(to=f"{number}@example.org")
    mail.send_due()
    assert sorted(OutgoingMail.objects.values_list("tries", flat=True)) == [0, 0, 0, 0, 1]


@pytest.mark.slow
def test_a_server_that_hangs_holds_the_clock_no_longer_than_the_timeout(settings):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.MAIL_TRANSPORT, settings.EMAIL_TIMEOUT = SMTP, 1
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        for _ in range(3):
            write()
        began = time.monotonic()
        mail.send_due()
        assert time.monotonic() - began < 3
    assert OutgoingMail.objects.filter(error__contains="timed out").count() == 1


def test_no_request_waits_for_the_mail_server_or_fails_with_it(settings):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.MAIL_TRANSPORT = SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        began = time.monotonic()
        answer = joining.ask(email="new@example.org")
        assert time.monotonic() - began < 5
    assert answer.status_code == 302
    assert OutgoingMail.objects.get().recipient == "new@example.org"


def test_a_reset_for_an_unknown_address_writes_to_nobody_and_answers_alike():
    factories.user("known@example.org")
    answers = [
        Client().post("/accounts/password/reset/", {"email": f"{who}@example.org"}) for who in ("known", "unknown")
    ]
    assert answers[0].status_code == answers[1].status_code == 302
    assert answers[0]["Location"] == answers[1]["Location"]
    assert [row.recipient for row in OutgoingMail.objects.all()] == ["known@example.org"]


@pytest.mark.slow
def test_sign_up_is_limited():
    answers = [joining.ask(email=f"{n}@example.org") for n in range(21)]
    assert [answer.status_code for answer in answers] == [302] * 20 + [429]


def test_wagtails_mail_goes_the_same_way():
    send_wagtail_mail("A draft awaits you", "Please look", ["editor@example.org"])
    assert OutgoingMail.objects.get().recipient == "editor@example.org"


class Transport(BaseEmailBackend):
    """A transport that does what a test says."""

    sent: list[str] = []
    then = None

    def send_messages(self, email_messages):
        Transport.sent += [message.to[0] for message in email_messages]
        action, Transport.then = Transport.then, None
        if action:
            action()
        return len(email_messages)


@pytest.fixture
def transport(settings):
    settings.MAIL_TRANSPORT = f"{__name__}.Transport"
    Transport.sent, Transport.then = [], None
    return Transport


def test_a_second_sender_at_the_same_time_takes_other_messages(transport):
    for number in range(4):
        write(to=f"{number}@example.org")
    transport.then = mail.send_due  # while the first sender is in the middle of its first message
    mail.send_due()
    assert sorted(transport.sent) == [f"{number}@example.org" for number in range(4)]


def test_two_senders_that_picked_the_same_message_send_it_once(transport):
    message = write()
    twin = OutgoingMail.objects.get(pk=message.pk)
    assert mail._claim(message)
    assert not mail._claim(twin)


def killed():
    raise KeyboardInterrupt


def test_a_sender_killed_after_sending_repeats_that_message_once(transport, clock):
    write()
    transport.then = killed
    with pytest.raises(KeyboardInterrupt):
        mail.send_due()
    mail.send_due()
    assert len(transport.sent) == 1
    later(clock, minutes=1)
    mail.send_due()
    later(clock, days=2)
    mail.send_due()
    assert len(transport.sent) == 2


def test_a_sender_killed_in_the_last_try_leaves_a_dead_letter(transport, clock):
    message = write()
    OutgoingMail.objects.filter(pk=message.pk).update(tries=TRIES - 1)
    transport.then = killed
    with pytest.raises(KeyboardInterrupt):
        mail.send_due()
    later(clock, days=2)
    mail.send_due()
    message.refresh_from_db()
    assert message.state == "dead"
    assert len(transport.sent) == 1


def test_what_was_sent_is_forgotten_after_two_weeks_and_dead_letters_after_three_months(transport, clock):
    sent, dead, waiting = write(), write(), write()
    now = timezone.now()
    OutgoingMail.objects.filter(pk=sent.pk).update(state="sent", closed_at=now)
    OutgoingMail.objects.filter(pk=dead.pk).update(state="dead", closed_at=now)
    later(clock, days=13)
    mail.purge()
    assert OutgoingMail.objects.count() == 3
    later(clock, days=2)
    mail.purge()
    assert set(OutgoingMail.objects.all()) == {dead, waiting}
    later(clock, days=90)
    mail.purge()
    assert set(OutgoingMail.objects.all()) == {waiting}


def dead_letter() -> OutgoingMail:
    message = write(subject="Your new password", body="the-secret-key")
    OutgoingMail.objects.filter(pk=message.pk).update(
        state="dead", tries=TRIES, closed_at=timezone.now(), error="550 No such person"
    )
    return message


LIST = "/admin/operations/outgoingmail/"


def test_an_administrator_sees_dead_letters_without_their_text_and_sends_one_again(as_persona, transport):
    message = dead_letter()
    admin = as_persona("admin")
    page = admin.get(LIST).content.decode()
    assert "Your new password" in page
    assert "550 No such person" in page
    assert "the-secret-key" not in page
    address = f"{LIST}send_again/{message.pk}/"
    assert address in page
    assert "a@example.org" in admin.get(address).content.decode()
    assert admin.post(address).status_code == 302
    mail.send_due()
    assert transport.sent == ["a@example.org"]


def test_only_a_dead_letter_is_sent_again(as_persona):
    message = write()
    assert as_persona("admin").post(f"{LIST}send_again/{message.pk}/").status_code == 302
    message.refresh_from_db()
    assert message.tries == 0
    assert message.state == "waiting"


@pytest.mark.parametrize("name", ["visitor", "ohio-member", "ohio-lead", "community-editor"])
def test_nobody_else_sees_the_outbox(as_persona, name):
    message = dead_letter()
    client = as_persona(name)
    for address in (LIST, f"{LIST}send_again/{message.pk}/", f"{LIST}delete/{message.pk}/"):
        assert client.get(address).status_code in (302, 403)
        assert client.post(address).status_code in (302, 403)
    message.refresh_from_db()
    assert message.state == "dead"


def test_the_readable_outbox_is_there_in_development_only(client):
    assert client.get("/outbox/").status_code == 404


@pytest.mark.urls("tests.urls_of_development")
def test_development_shows_every_message_at_an_address(client):
    message = write(subject="Confirm", body="Open https://example.org/confirm/ now")
    assert "Confirm" in client.get("/outbox/").content.decode()
    page = client.get(f"/outbox/{message.pk}/").content.decode()
    assert '<a href="https://example.org/confirm/"' in page
    assert "a@example.org" in page


def test_in_tests_of_other_parts_mail_is_where_django_puts_it(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    factories.user("someone@example.org").email_user("Subject", "Text")
    assert django_mail.outbox[0].subject == "Subject"
