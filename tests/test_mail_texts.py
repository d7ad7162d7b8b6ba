"""Every mail is plain text in one frame: at most 72 columns, signed with the community's name, and why it came."""

from __future__ import annotations

import re

import pytest
from allauth.account import app_settings as allauth_settings
from allauth.account.models import EmailAddress
from django.conf import settings as site_settings
from django.core import mail
from django.core.mail.message import BadHeaderError
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from home.mail import COLUMNS, columns, send
from home.models import CommunitySettings, HomePage
from tests import factories, joining
from tests.personas import person

ADDRESS = re.compile(r"https?://\S+")


@pytest.fixture(autouse=True)
def _named():
    community = CommunitySettings.for_site(HomePage.objects.get().get_site())
    community.name, community.tagline = "Ann & Bo’s <Community>", "for care"
    community.save()


def assert_framed(message) -> str:
    """Check the frame of a mail and give its text."""
    assert not getattr(message, "alternatives", [])
    body = message.body
    for line in body.splitlines():
        assert len(line) <= COLUMNS or ADDRESS.search(line), line
    assert "\n\n\n" not in body
    assert body == body.strip()
    text, signature = body.split("\n-- \n")
    assert signature.startswith("Ann & Bo’s <Community> for care\nhttp://localhost:8000\n")
    assert "You get this mail because" in " ".join(signature.split())
    for entity in ("&amp;", "&lt;", "&#x27;", "&quot;"):
        assert entity not in body
    assert "{" not in body
    return text


def test_whoever_asks_to_join_confirms_an_address():
    joining.ask(email="new@agency.example")
    (message,) = mail.outbox
    assert message.subject == "Confirm your e-mail address"
    text = assert_framed(message)
    assert "You are asking to join." in text
    assert allauth_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS == 3
    assert "The link works for three days." in text
    address = ADDRESS.search(text)[0]
    assert Client().get(address).status_code == 200


def test_a_second_account_with_the_same_address_is_told_to_its_owner_alone():
    factories.user("here@agency.example")
    joining.ask(email="here@agency.example")
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["here@agency.example"], "You already have an account")
    assert_framed(message)


def test_a_new_password_is_set_by_a_link_that_works_for_as_long_as_it_says():
    user = factories.user("here@agency.example")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Client().post("/accounts/password/reset/", {"email": user.email})
    (message,) = mail.outbox
    assert message.subject == "Set a new password"
    text = assert_framed(message)
    assert site_settings.PASSWORD_RESET_TIMEOUT == 60 * 60
    assert "The link works for one hour" in " ".join(text.split())
    assert Client().get(ADDRESS.search(text)[0], follow=True).status_code == 200


def test_a_code_to_sign_in_says_where_to_type_it_and_for_how_long_it_works():
    user = factories.user("here@agency.example")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Client().post("/accounts/login/code/", {"email": user.email})
    (message,) = mail.outbox
    assert message.subject == "Your code to sign in"
    text = " ".join(assert_framed(message).split())
    assert "Type it in the browser in which you asked for it." in text
    assert site_settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT == 15 * 60
    assert "The code works for 15 minutes" in text
    assert "without the code nobody comes in" in " ".join(message.body.split())


def test_an_address_added_later_is_confirmed_too():
    user = factories.user("here@agency.example")
    address = EmailAddress.objects.create(user=user, email="second@agency.example")
    client = Client()
    client.force_login(user)
    client.post("/accounts/email/", {"action_send": "", "email": address.email})
    if not mail.outbox:  # asked for the password again first
        client.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
        client.post("/accounts/email/", {"action_send": "", "email": address.email})
    assert "Open this link to confirm" in assert_framed(mail.outbox[-1])


def test_a_change_to_an_account_is_told_without_where_it_came_from():
    text = render_to_string(
        "account/email/password_changed_message.txt", {"ip": "192.0.2.7", "user_agent": "Browser 1", "timestamp": "now"}
    ).strip()
    message = mail.EmailMultiAlternatives("x", text)
    assert "Something in your account was changed" in assert_framed(message)
    assert "192.0.2.7" not in text


def test_a_page_that_waits_for_approval_is_announced_to_those_who_may_approve():
    page = factories.announcement(
        publish=False, owner=person("ohio-reviewer"), title="Screening & “brief” intervention <in jails>"
    )
    state = page.get_workflow().start(page, person("ohio-reviewer"))
    message = next(sent for sent in mail.outbox if sent.to == ["ohio-lead@worksite.example"])
    assert message.subject == "Please review: Screening & “brief” intervention <in jails>"
    text = assert_framed(message)
    assert f"/admin/pages/{page.pk}/edit/" in text
    assert not [sent for sent in mail.outbox if "texas" in sent.to[0]]
    mail.outbox.clear()
    state.current_task_state.reject(user=person("ohio-lead"), comment="Name the county.")
    message = next(sent for sent in mail.outbox if sent.subject.startswith("Changes asked"))
    text = assert_framed(message)
    assert "ohio-lead asks for changes" in text
    assert "> Name the county." in text


def test_an_approved_page_is_told_to_who_submitted_it():
    page = factories.announcement(publish=False, owner=person("ohio-reviewer"), title="A call")
    state = page.get_workflow().start(page, person("ohio-reviewer"))
    mail.outbox.clear()
    state.current_task_state.approve(user=person("ohio-lead"))
    message = next(sent for sent in mail.outbox if sent.to == ["ohio-reviewer@worksite.example"])
    assert message.subject == "Approved: A call"
    assert page.slug in assert_framed(message)


def test_mails_of_the_contact_form_have_the_frame_too(client):
    from home.contact.inbox import receive
    from home.models import ContactMessage

    receive(
        ContactMessage(
            about="barrier",
            name="Jo & Al",
            email="jo@agency.example",
            text="A long line. " * 30 + "\n\nIt's <all>",
            fingerprint="1",
        )
    )
    for message in mail.outbox:
        assert_framed(message)
    quoted = [line for line in mail.outbox[0].body.splitlines() if "A long line." in line]
    assert len(quoted) > 3
    assert all(line.startswith("> ") for line in quoted)
    assert "> It's <all>" in mail.outbox[0].body


@pytest.mark.parametrize("value", ["a\nBcc: b@example.org", "a\r\nBcc: b@example.org"])
def test_a_line_break_in_a_header_is_refused(value):
    with pytest.raises(BadHeaderError):
        send("contact_receipt", "A subject", "a@example.org", {"message": None}, reply_to=value)


def test_lines_are_broken_between_words_and_addresses_stay_whole():
    address = "https://example.org/" + "a-long-path/" * 10
    text = columns(f"\n\nOne  two\n\n\n\n{'word ' * 30}\n- {'item ' * 30}\n{address}\n\n")
    lines = text.splitlines()
    assert address in lines
    assert all(len(line) <= COLUMNS for line in lines if line != address)
    assert "\n\n\n" not in text
    assert (lines[0], lines[-1]) == ("One  two", address)
    item = lines.index(next(line for line in lines if line.startswith("- ")))
    assert lines[item + 1].startswith("  item")
    assert columns("") == ""
