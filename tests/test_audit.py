"""The audit log: what is written, who reads it, and when it is forgotten."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from members.models import Action, AuditEntry, record
from members.models.audit import forget_audit
from tests import factories
from tests.personas import person


def test_a_line_tells_who_did_what_to_whom_where_and_from_which_address():
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.9")
    request.user = person("ohio-lead")
    made = record(Action.ROLE, about=person("ohio-member"), section=factories.section("Ohio"), request=request)
    line = AuditEntry.objects.get(pk=made.pk)
    assert (line.by, line.about, line.section.title) == (person("ohio-lead"), person("ohio-member"), "Ohio")
    assert (line.what, line.address) == ("Role changed", "203.0.113.9")


def test_a_stranger_and_a_missing_address_leave_the_line_without_them():
    request = RequestFactory().post("/", REMOTE_ADDR="")
    request.user = person("visitor")
    line = record(Action.REFUSED, request=request, detail="x" * 300)
    assert (line.by, line.address, len(line.detail)) == (None, None, 255)


def test_a_person_who_is_deleted_leaves_the_line_without_a_name():
    someone = factories.user()
    line = record(Action.SIGNED_IN, by=someone)
    someone.delete()
    line.refresh_from_db()
    assert (line.by, line.what) == (None, "Signed in")


def test_addresses_are_forgotten_after_90_days_and_lines_after_two_years():
    AuditEntry.objects.all().delete()
    now = timezone.now()
    for days in (1, 91, 731):
        AuditEntry.objects.create(action=Action.SIGNED_IN, at=now - dt.timedelta(days=days), address="203.0.113.9")
    forget_audit()
    assert list(AuditEntry.objects.values_list("address", flat=True)) == ["203.0.113.9", None]


# Sign-ins


def lines():
    found = AuditEntry.objects.order_by("pk")
    return [(line.action, line.by and line.by.first_name, line.about and line.about.first_name) for line in found]


def sign_in(client, password=factories.PASSWORD, email="ohio-member@worksite.example"):
    return client.post(reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR="203.0.113.9")


@pytest.fixture
def member():
    user = person("ohio-member")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    AuditEntry.objects.all().delete()
    return user


def test_signing_in_and_out_are_in_the_log_with_the_address(member):
    client = Client()
    sign_in(client)
    client.post(reverse("account_logout"))
    assert lines() == [("signed_in", "ohio-member", None), ("signed_out", "ohio-member", None)]
    assert AuditEntry.objects.earliest("pk").address == "203.0.113.9"


def test_a_wrong_password_is_in_the_log_and_what_was_typed_is_not(member):
    sign_in(Client(), "my secret in the wrong place")
    sign_in(Client(), "whatever it is", email="nobody@worksite.example")
    found = AuditEntry.objects.filter(action=Action.REFUSED).order_by("pk")
    assert [(line.by, line.about, line.detail) for line in found] == [
        (None, member, "Password"),
        (None, None, "Password"),
    ]


def test_a_wrong_code_and_a_changed_password_are_in_the_log(member):
    totp.TOTP.activate(member, totp.generate_totp_secret())
    client = Client()
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert [line.detail for line in AuditEntry.objects.filter(action=Action.REFUSED)] == ["Second step"]
    assert not AuditEntry.objects.filter(action=Action.SIGNED_IN).exists()
    client.force_login(member)
    new = "a longer sentence to sign in with"
    form = {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), form)
    assert [line.detail for line in AuditEntry.objects.filter(action=Action.SECURITY)] == ["Password changed"]
