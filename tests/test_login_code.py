"""A code by mail instead of the password: typed, or filled in by the mail's link, which alone signs nobody in."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client
from django.utils import timezone

from members.models import Action, AuditEntry
from tests import factories
from tests.html import problems
from tests.reading import words
from tests.test_second_step import code_for

JO = "jo@agency.example"
ASK, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"


@pytest.fixture(autouse=True)
def jo():
    """Somebody with a confirmed address."""
    user = factories.user(JO, ("Ohio", "member"))
    EmailAddress.objects.create(user=user, email=JO, verified=True, primary=True)
    return user


def asked(client: Client) -> tuple[str, str]:
    """Ask for a code; gives the code and the link of the mail."""
    assert client.post(ASK + "?next=/library/", {"email": JO, "next": "/library/"}).url.startswith(CONFIRM)
    body = mail.outbox[-1].body
    code = re.search(r"^ +(\d{4}-\d{4})$", body, re.MULTILINE)[1]
    link = re.search(r"http://localhost:8000(/accounts/login/code/confirm/\?code=\S+)", body)[1]
    assert link.endswith(code)
    return code, link


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_code_is_typed_and_signs_in_once(client):
    code, _ = asked(client)
    form = client.get(CONFIRM)
    assert problems(form.content.decode()) == []
    assert f"If there is an account for {JO}, a code is on its way there." in words(form)
    typed = code.replace("-", " ")
    assert client.post(CONFIRM, {"code": typed, "next": "/library/"}).url == "/library/"
    assert is_in(client)
    client.post("/accounts/logout/")
    client.post(CONFIRM, {"code": code})
    assert not is_in(client)


def test_the_link_fills_the_code_in_and_signs_nobody_in_before_a_press(client):
    code, link = asked(client)
    before = dict(client.session)
    for _ in range(3):  # a scanner, and the person
        client.head(link)
        page = client.get(link)
    assert f'value="{code}"' in page.content.decode()
    assert not is_in(client)
    assert dict(client.session) == before
    client.post(CONFIRM, {"code": code})
    assert is_in(client)


def test_on_another_device_the_link_says_where_to_type_the_code(client):
    code, link = asked(client)
    elsewhere = Client()
    page = elsewhere.get(link)
    assert page.status_code == 200
    assert problems(page.content.decode()) == []
    assert "Enter the code where you asked for it" in words(page)
    assert code in words(page)
    elsewhere.post(CONFIRM, {"code": code})
    assert not is_in(elsewhere)
    client.post(CONFIRM, {"code": code})
    assert is_in(client)


def test_the_second_step_is_asked_for_afterwards(client, jo):
    secret = generate_totp_secret()
    TOTP.activate(jo, secret)
    code, _ = asked(client)
    assert client.post(CONFIRM, {"code": code}).url == "/accounts/2fa/authenticate/"
    assert not is_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    client.post("/accounts/2fa/trust/", {"action": "skip"})
    assert is_in(client)


def test_the_third_wrong_code_ends_it_and_the_log_notes_each(client, jo):
    code, _ = asked(client)
    for wrong in ("0000-0000", "1111-1111"):
        shown = words(client.post(CONFIRM, {"code": wrong}))
        assert "This code is not right. Look at the newest mail" in shown
    client.post(CONFIRM, {"code": "2222-2222"})
    client.post(CONFIRM, {"code": code})
    assert not is_in(client)
    assert AuditEntry.objects.filter(about=jo, action=Action.REFUSED, detail="Code by mail").count() == 3


def test_after_a_quarter_of_an_hour_the_code_is_too_old(client):
    with time_machine.travel(timezone.now() - dt.timedelta(minutes=16), tick=False):
        code, _ = asked(client)
    client.post(CONFIRM, {"code": code})
    assert not is_in(client)


def test_one_can_ask_again_in_the_same_browser(client):
    first, _ = asked(client)
    assert client.post("/accounts/logout/", {"next": ASK}).url == ASK
    second, _ = asked(client)
    client.post(CONFIRM, {"code": first})
    assert not is_in(client)
    client.post(CONFIRM, {"code": second})
    assert is_in(client)


def test_a_closed_account_gets_no_code(client, jo):
    jo.is_active = False
    jo.save()
    client.post(ASK, {"email": JO})
    assert mail.outbox == []


def test_whoever_is_signed_in_already_is_led_on(client, jo):
    _, link = asked(Client())
    client.force_login(jo)
    assert client.get(link).status_code == 302
