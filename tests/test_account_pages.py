"""The account pages: each address of allauth in our frame and words, what is refused, two-step sign-in from end to end."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client

from members.models import User
from tests import factories, joining
from tests.html import problems
from tests.reading import words

OHIO = "ohio-member@worksite.example"


def read(response) -> str:
    """The words of a page that is valid and speaks of e-mail as we do."""
    assert response.status_code == 200
    text = response.content.decode()
    assert problems(text) == []
    shown = words(response)
    assert not re.search(r"\b[Ee]mail\b|[Pp]lease|[Ll]og in|MFA|[Tt]wo-[Ff]actor", shown), shown
    return shown


@pytest.fixture
def member():
    """Somebody who signed in and confirmed it a moment ago, with a confirmed address."""
    user = User.objects.get(email=OHIO)
    EmailAddress.objects.update_or_create(user=user, email=OHIO, defaults={"verified": True, "primary": True})
    client = Client()
    assert client.post("/accounts/login/", {"login": OHIO, "password": factories.PASSWORD}).status_code == 302
    assert client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD}).status_code == 302
    return client


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("login/", "Sign in"),
        ("signup/", "Ask to join"),
        ("login/code/", "Sign in with a code"),
        ("login/code/confirm/?code=1234-5678", "1234-5678"),
        ("password/reset/", "Set a new password"),
        ("password/reset/done/", "Look into your mail"),
        ("password/reset/key/1-wrong-key/", "This link no longer works"),
        ("password/reset/key/done/", "Your password is changed"),
        ("confirm-email/", "Confirm your address"),
        ("confirm-email/wrong/", "Confirm your address"),
        ("inactive/", "This account is closed"),
    ],
)
def test_the_pages_for_people_who_are_not_signed_in_are_in_our_words(client, address, heading):
    assert heading in read(client.get(f"/accounts/{address}"))


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("logout/", "Sign out"),
        ("email/", "Your e-mail address"),
        ("password/change/", "Change your password"),
        ("reauthenticate/", "Confirm that it is you"),
        ("2fa/", "Two-step sign-in"),
        ("2fa/totp/activate/", "Turn on two-step sign-in"),
        ("2fa/set-up/", "One more step before the admin"),
        ("2fa/webauthn/", "You have no passkeys."),
        ("2fa/webauthn/add/", "Add a passkey"),
        ("sessions/", "Where you are signed in"),
    ],
)
def test_the_pages_for_people_who_are_signed_in_are_in_our_words(member, address, heading):
    assert heading in read(member.get(f"/accounts/{address}"))


def test_a_form_sent_empty_says_how_many_things_to_fix_and_leads_to_each(client):
    response = client.post("/accounts/signup/", {})
    assert "8 things to fix" in read(response)
    body = response.content.decode()
    for name in ("name", "email", "section", "organization", "job_title", "work", "password1", "password2"):
        assert f'href="#id_{name}"' in body
        assert f'id="id_{name}_error"' in body
        assert re.search(rf'aria-describedby="[^"]*id_{name}_error"', body)


def test_a_wrong_password_is_refused_in_our_words(client):
    shown = read(client.post("/accounts/login/", {"login": OHIO, "password": "not this one at all"}))
    assert "That e-mail address and password do not match. Try again, or set a new password." in shown


def test_passwords_that_differ_are_refused_and_the_address_is_kept(client):
    response = joining.ask(client, email="new@example.org", password2="another password")
    assert "1 thing to fix" in read(response)
    assert 'value="new@example.org"' in response.content.decode()


def test_the_link_of_the_mail_sets_a_new_password_once(client, member):
    client.post("/accounts/password/reset/", {"email": OHIO})
    link = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[-1].body)[0]
    form = client.get(link, follow=True)
    assert "Set a new password" in read(form)
    address = form.redirect_chain[-1][0]
    new = "an even longer password"
    done = client.post(address, {"password1": new, "password2": new}, follow=True)
    assert "Your password is changed" in read(done)
    assert "This link no longer works" in read(Client().get(link, follow=True))


def test_a_second_address_can_be_added_made_the_main_one_and_removed(member):
    assert "1 address" in read(member.get("/accounts/email/"))
    shown = read(member.post("/accounts/email/", {"action_add": "", "email": "second@example.org"}, follow=True))
    assert "A mail is on its way to second@example.org." in shown
    assert "second@example.org not confirmed yet" in shown
    shown = read(member.post("/accounts/email/", {"action_primary": "", "email": "second@example.org"}, follow=True))
    assert "Confirm the address first" in shown
    shown = read(member.post("/accounts/email/", {"action_remove": "", "email": OHIO}, follow=True))
    assert f"{OHIO} is your main address." in shown
    shown = read(member.post("/accounts/email/", {"action_remove": "", "email": "second@example.org"}, follow=True))
    assert "second@example.org is removed." in shown


def test_two_step_sign_in_is_turned_on_used_and_turned_off(member):
    page = member.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert secret in read(page)
    assert "This code is not right" in read(member.post("/accounts/2fa/totp/activate/", {"code": "000000"}))
    code = totp.format_hotp_value(totp.hotp_value(secret, totp.yield_hotp_counters_from_time().__next__()))
    codes = member.post("/accounts/2fa/totp/activate/", {"code": code}, follow=True)
    assert "they are shown one time only" in read(codes)
    shown = member.post("/accounts/2fa/recovery-codes/")
    assert "they are not shown again" in read(shown)
    recovery = re.findall(r"<code>(\d+)</code>", shown.content.decode())
    assert len(recovery) == 10
    saved = unquote(
        re.search(
            r'download="recovery-codes.txt" href="data:text/plain;charset=utf-8,([^"]*)"', shown.content.decode()
        )[1]
    )
    assert saved.split()[-10:] == recovery
    again = member.post("/accounts/2fa/recovery-codes/", follow=True)
    assert "10 of 10 are left." in read(again)
    assert recovery[0] not in again.content.decode()
    assert "The codes that you have now stop working." in read(member.get("/accounts/2fa/recovery-codes/generate/"))
    assert "10 of 10 codes are left." in read(member.get("/accounts/2fa/"))
    assert "Use your password" in member.get("/accounts/2fa/reauthenticate/").content.decode()

    other = Client()
    step = other.post("/accounts/login/", {"login": OHIO, "password": factories.PASSWORD}, follow=True)
    assert "Enter your code" in read(step)
    assert "This code is not right" in read(other.post("/accounts/2fa/authenticate/", {"code": "nonsense"}))
    assert "Trust this browser?" in read(other.post("/accounts/2fa/authenticate/", {"code": recovery[0]}, follow=True))
    assert other.post("/accounts/2fa/trust/", {"action": "skip"}).status_code == 302
    assert "9 of 10 codes are left." in read(other.get("/accounts/2fa/"))

    assert "your password alone" in read(member.get("/accounts/2fa/totp/deactivate/"))
    off = member.post("/accounts/2fa/totp/deactivate/", {}, follow=True)
    assert "Two-step sign-in is off." in read(off)
