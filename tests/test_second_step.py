"""The admin's door opens after the second step alone, and leads to it and back."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from members.models import Action, AuditEntry, User
from tests import factories
from tests.personas import person
from tests.reading import words

ENTER_ADMIN = ["ohio-reviewer", "ohio-editor", "ohio-lead", "community-editor", "admin"]
WANTED = "/admin/account/"


def sign_in(name: str, password: str = factories.PASSWORD) -> Client:
    """By the form, with a confirmed address, as far as the password leads."""
    user = person(name)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    client = Client()
    assert client.post("/accounts/login/", {"login": user.email, "password": password}).status_code == 302
    return client


def code_for(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


@pytest.mark.parametrize("name", ENTER_ADMIN)
def test_without_a_second_step_the_admin_is_closed_to_everybody_who_may_enter_it(name):
    client = sign_in(name)
    for address in ("/admin/", WANTED):
        answer = client.get(address)
        assert (answer.status_code, answer.url) == (302, f"/accounts/2fa/set-up/?next={address.replace('/', '%2F')}")
    assert client.post("/admin/logout/").url == "/accounts/2fa/set-up/?next=%2Fadmin%2F"
    assert "One more step before the admin" in words(client.get("/accounts/2fa/set-up/?next=/admin/"))
    assert client.get("/").status_code == 200  # everything else stays open


def test_who_may_not_enter_is_refused_as_before_and_not_led_to_a_second_step(as_persona):
    assert as_persona("ohio-member").get("/admin/").status_code == 403
    assert as_persona("visitor").get("/admin/").url.startswith("/accounts/login/")


def test_the_way_leads_through_setting_it_up_and_back_to_where_one_wanted_to_go(commits_at_once):
    client = sign_in("ohio-editor")
    led = client.get(WANTED, follow=True)
    assert 'name="next" value="/admin/account/"' in led.content.decode()
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    form = client.post("/accounts/2fa/set-up/", {"way": "app", "next": WANTED}, follow=True)
    secret = form.context["form"].secret
    assert "issuer=Learning%20Community" in form.context["totp_url"]  # what the app shows
    codes = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)}, follow=True)
    assert "Show the codes" in words(codes)
    shown = client.post("/accounts/2fa/recovery-codes/")
    assert len(re.findall(r"<code>\d{8}</code>", shown.content.decode())) == 10
    assert f'href="{WANTED}"' in shown.content.decode()
    assert client.get(WANTED).status_code == 200


def test_a_way_back_to_another_site_leads_to_the_admin_instead():
    client = sign_in("ohio-editor")
    page = client.get("/accounts/2fa/set-up/?next=https://evil.example/").content.decode()
    assert "evil.example" not in page
    client.post("/accounts/2fa/set-up/", {"way": "app", "next": "//evil.example/"})
    assert client.session["after_second_step"] == "/admin/"


def test_a_session_that_was_opened_without_it_ends_when_it_is_set_up_elsewhere(commits_at_once):
    stolen = sign_in("ohio-editor")
    own = sign_in("ohio-editor")
    form = own.get("/accounts/2fa/totp/activate/")
    if form.status_code == 302:
        own.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
        form = own.get("/accounts/2fa/totp/activate/")
    own.post("/accounts/2fa/totp/activate/", {"code": code_for(form.context["form"].secret)})
    assert own.get("/admin/").status_code == 200
    assert stolen.get("/admin/").url.startswith("/accounts/login/")


def test_a_session_that_has_not_passed_the_second_step_that_there_is_confirms_it(as_persona):
    client = as_persona("admin")
    assert client.get("/admin/").status_code == 200
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    page = client.get("/admin/", follow=True)
    assert "you came in here without the second step" in words(page)
    assert reverse("mfa_reauthenticate") + "?next=/admin/" in page.content.decode().replace("%2F", "/")


def test_who_turns_it_off_is_led_to_it_again(as_persona):
    client = as_persona("admin")
    Authenticator.objects.filter(user=person("admin")).delete()
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    ("debug", "demonstration", "email", "spared"),
    [
        (True, True, "ohio-editor@worksite.example", True),
        (False, True, "ohio-editor@worksite.example", False),
        (True, False, "ohio-editor@worksite.example", False),
        (True, True, "editor@agency.gov", False),
    ],
)
def test_development_alone_spares_the_demonstration_logins_alone(settings, debug, demonstration, email, spared):
    person("ohio-editor")
    User.objects.filter(email="ohio-editor@worksite.example").update(email=email)
    settings.DEBUG, settings.DEMONSTRATION = debug, demonstration
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": factories.PASSWORD})
    user = User.objects.get(email=email)
    EmailAddress.objects.filter(user=user).update(verified=True)
    client.post("/accounts/login/", {"login": email, "password": factories.PASSWORD})
    assert client.get("/admin/").status_code == (200 if spared else 302)
    assert client.get("/admin/", follow=True).status_code == 200


def test_an_administrator_takes_a_lost_second_step_away_and_the_log_notes_it(as_persona, capsys):
    client = sign_in("ohio-member")
    user = person("ohio-member")
    RecoveryCodes.activate(TOTP.activate(user, "A" * 32).instance.user)
    call_command("forget_second_step", user.email.upper())
    assert "signs in with the password alone now" in capsys.readouterr().out
    assert client.get("/accounts/2fa/").status_code == 302  # its session has ended
    assert "_auth_user_id" in sign_in("ohio-member").session
    assert (
        AuditEntry.objects.get(about=user, action=Action.SECURITY).detail
        == "Second step taken away by an administrator"
    )
    for address, sentence in ((user.email, "has no second step"), ("nobody@agency.gov", "Nobody has the address")):
        with pytest.raises(CommandError, match=sentence):
            call_command("forget_second_step", address)
