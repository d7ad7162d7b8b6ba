"""The audit log: what is written, who reads it, and when it is forgotten."""

from __future__ import annotations

import datetime as dt

from django.test import RequestFactory
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
