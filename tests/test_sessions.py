"""Where somebody is signed in, and what ends a session."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.utils import timezone
from time_machine import travel

from members.security import tasks
from tests import factories
from tests.reading import words
from tests.test_second_step import code_for

JO, NEW = "jo@agency.example", "four tubas cross the morning bridge"
LIST = "/accounts/sessions/"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1 Version/19.1 Safari/604.1"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0"


@pytest.fixture(autouse=True)
def jo():
    """Somebody with a confirmed address."""
    user = factories.user(JO, ("Ohio", "member"))
    EmailAddress.objects.create(user=user, email=JO, verified=True, primary=True)
    return user


def signed_in(agent: str = DESK, password: str = factories.PASSWORD) -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/accounts/login/", {"login": JO, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get(LIST).status_code == 200


def test_the_list_names_each_browser_in_words_and_which_one_this_is():
    desk, _ = signed_in(), signed_in(PHONE)
    shown = words(desk.get(LIST))
    assert "Edge on Windows (this one)" in shown
    assert "Safari on iPhone Since" in shown
    assert shown.count("from 127.0.0.1") == 2


def test_one_press_signs_out_everywhere_else():
    desk, phone = signed_in(), signed_in(PHONE)
    assert "You are signed out everywhere else." in words(desk.post(LIST, follow=True))
    assert is_in(desk)
    assert not is_in(phone)
    assert "iPhone" not in words(desk.get(LIST))


def test_nobody_ends_or_sees_the_sessions_of_others():
    desk = signed_in()
    other = Client()
    other.force_login(factories.user("lee@agency.example"))
    assert "Windows" not in words(other.get(LIST))
    other.post(LIST)
    assert is_in(desk)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one():
    desk, phone = signed_in(), signed_in(PHONE)
    form = {"oldpassword": factories.PASSWORD, "password1": NEW, "password2": NEW}
    assert desk.post("/accounts/password/change/", form).status_code == 302
    assert is_in(desk)
    assert not is_in(phone)


def test_a_new_password_by_mail_ends_every_session_works_once_and_keeps_the_second_step(jo):
    secret = generate_totp_secret()
    TOTP.activate(jo, secret)
    stranger = Client()
    old = Client()
    old.force_login(jo)
    stranger.post("/accounts/password/reset/", {"email": JO})
    link = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[-1].body)[0]
    address = stranger.get(link, follow=True).redirect_chain[-1][0]
    assert stranger.post(address, {"password1": NEW, "password2": NEW}).status_code == 302
    assert not is_in(old)
    assert not is_in(stranger)  # it signs nobody in
    assert "This link no longer works" in words(Client().get(link, follow=True))
    answer = stranger.post("/accounts/login/", {"login": JO, "password": NEW})
    assert answer.url == "/accounts/2fa/authenticate/"
    assert not is_in(stranger)


def test_a_code_of_the_app_works_once(jo):
    secret = generate_totp_secret()
    TOTP.activate(jo, secret)
    now = timezone.now()
    with travel(now, tick=False):
        code = code_for(secret)
        first, second = signed_in(), signed_in()
        assert first.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
        assert "This code is not right" in words(second.post("/accounts/2fa/authenticate/", {"code": code}))


def test_a_browser_is_trusted_for_thirty_days_and_no_longer_after_a_new_password(jo):
    secret = generate_totp_secret()
    TOTP.activate(jo, secret)
    client = signed_in()
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    client.post("/accounts/2fa/trust/", {"action": "trust"})
    assert is_in(client)

    def asked_again(password: str = factories.PASSWORD) -> bool:
        client.post("/accounts/logout/")
        return client.post("/accounts/login/", {"login": JO, "password": password}).url == "/accounts/2fa/authenticate/"

    assert not asked_again()
    with travel(timezone.now() + dt.timedelta(days=29), tick=False):
        assert not asked_again()
    with travel(timezone.now() + dt.timedelta(days=31), tick=False):
        assert asked_again()
    jo.set_password(NEW)
    jo.save()
    assert asked_again(NEW)


def test_signing_in_makes_a_new_session(client):
    client.get("/accounts/password/reset/")
    client.post("/accounts/login/code/", {"email": "nobody@agency.example"})  # gives the visitor a session
    before = client.session.session_key
    client.post("/accounts/logout/", {"next": "/accounts/login/"})
    client.post("/accounts/login/", {"login": JO, "password": factories.PASSWORD})
    assert before
    assert client.session.session_key != before


def test_where_somebody_was_signed_in_is_forgotten_when_the_session_is_over():
    desk, phone = signed_in(), signed_in(PHONE)
    phone.post("/accounts/logout/")
    tasks.forget_sessions()
    assert [session.session_key for session in UserSession.objects.all()] == [desk.session.session_key]
    with travel(timezone.now() + dt.timedelta(hours=13), tick=False):
        tasks.forget_sessions()
    assert not UserSession.objects.exists()
