"""Guessing does not pay, and nobody can shut somebody else out: tries are counted by account and place."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from members.security import limits
from tests import factories
from tests.reading import words

JO = "jo@agency.example"
TOO_MANY = "Too many tries. Wait five minutes, or get a code by e-mail."


@pytest.fixture(autouse=True)
def jo():
    """Somebody with a confirmed address."""
    user = factories.user(JO, ("Ohio", "member"))
    EmailAddress.objects.create(user=user, email=JO, verified=True, primary=True)
    return user


def at(address: str, browser: Client | None = None) -> Client:
    """A browser in a network; the same one, moved there, if one is given."""
    client = browser or Client()
    client.defaults["REMOTE_ADDR"] = address
    return client


def sign_in(client: Client, password: str = factories.PASSWORD, email: str = JO):
    return client.post("/accounts/login/", {"login": email, "password": password})


def fail(client: Client, times: int, email: str = JO) -> None:
    for _ in range(times):
        assert sign_in(client, "not the right one", email).status_code == 200


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_after_five_wrong_passwords_the_right_one_opens_nothing_from_there():
    client = at("198.51.100.1")
    fail(client, 5)
    assert TOO_MANY in words(sign_in(client))
    assert not is_in(client)
    other = at("198.51.100.1")  # a fresh browser makes no difference
    assert TOO_MANY in words(sign_in(other))


def test_a_neighbor_who_fails_shuts_out_nobody_elsewhere():
    fail(at("198.51.100.1"), 5)
    sign_in(client := at("203.0.113.9"))
    assert is_in(client)


def test_a_neighbor_in_the_same_office_does_not_shut_out_the_browser_that_one_signs_in_with():
    own = at("198.51.100.1")
    sign_in(own)
    own.post("/accounts/logout/")
    fail(at("198.51.100.1"), 5)
    assert TOO_MANY in words(sign_in(at("198.51.100.1")))
    sign_in(own)
    assert is_in(own)


def test_nor_does_one_who_fails_at_everybody_in_the_office(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed_network": "3/5m/ip"}
    own = at("198.51.100.1")
    sign_in(own)
    own.post("/accounts/logout/")
    for number in range(3):
        fail(at("198.51.100.1"), 1, f"somebody-{number}@agency.example")
    assert TOO_MANY in words(sign_in(at("198.51.100.1")))
    sign_in(own)
    assert is_in(own)


def test_the_known_browser_is_known_for_its_own_person_alone():
    other = factories.user("lee@agency.example", ("Ohio", "member"))
    EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)
    client = at("198.51.100.1")
    sign_in(client, email=other.email)
    client.post("/accounts/logout/")
    fail(client, 5)
    assert TOO_MANY in words(sign_in(client))


def test_a_known_browser_is_no_way_around_the_limit():
    client = at("198.51.100.1")
    sign_in(client)
    client.post("/accounts/logout/")
    fail(client, 5)
    assert TOO_MANY in words(sign_in(client))


def test_a_mark_that_somebody_made_up_is_none(rf):
    request = rf.get("/")
    request.COOKIES[limits.COOKIE] = "eyJtYWRlIjoidXAifQ:made:up"
    assert not limits.is_known(request, JO)


def test_the_mark_tells_no_name_and_no_script_reads_it():
    sign_in(client := at("198.51.100.1"))
    mark = client.cookies[limits.COOKIE]
    assert JO not in mark.value
    assert mark["httponly"]
    assert mark["samesite"] == "Lax"


def test_an_account_that_is_tried_from_everywhere_stays_open_with_a_code_by_mail(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed_account": "6/h/key"}
    own = at("192.0.2.7")
    sign_in(own)
    own.post("/accounts/logout/")
    for number in range(6):
        fail(at(f"203.0.113.{number}"), 1)

    new = at("192.0.2.8")
    assert sign_in(new).url == "/accounts/login/code/confirm/"
    assert not is_in(new)
    code = re.search(r"\d{4}-\d{4}", mail.outbox[-1].body)[0]
    new.post("/accounts/login/code/confirm/", {"code": code})
    assert is_in(new)

    sign_in(own)  # where one has signed in before, the password is enough
    assert is_in(own)


@pytest.mark.parametrize("address", ["/accounts/password/reset/", "/accounts/login/code/"])
@pytest.mark.parametrize("email", [JO, "nobody@agency.example"])
def test_nobody_fills_a_mailbox_and_nobody_keeps_others_from_their_mail(address, email):
    for _ in range(5):
        assert at("198.51.100.1").post(address, {"email": email}).status_code == 302
    assert "Too many tries. Wait 15 minutes" in words(at("198.51.100.1").post(address, {"email": email}))
    assert at("203.0.113.9").post(address, {"email": email}).status_code == 302


def test_a_mailbox_is_not_filled_from_many_places_either_but_a_known_browser_still_asks(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"mail_account": "4/h/key"}
    own = at("192.0.2.7")
    sign_in(own)
    own.post("/accounts/logout/")
    for number in range(4):
        at(f"203.0.113.{number}").post("/accounts/password/reset/", {"email": JO})
    assert "Too many tries" in words(at("203.0.113.99").post("/accounts/password/reset/", {"email": JO}))
    assert own.post("/accounts/password/reset/", {"email": JO}).status_code == 302


def test_a_flood_from_one_network_is_answered_with_429_and_how_long_to_wait(settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "3/m/ip", "reset_password": "3/m/ip"}
    for address, typed in (
        ("/accounts/login/", {"login": JO, "password": "x"}),
        ("/accounts/password/reset/", {"email": JO}),
    ):
        client = at("198.51.100.1")
        for _ in range(3):
            assert client.post(address, typed).status_code in (200, 302)
        answer = client.post(address, typed)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
        assert "Try again in 1 minute." in words(answer)
