"""What administrators do to people in the admin: no seat is emptied by accident, and the audit log tells it all."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from members.models import Action, AuditEntry, Membership, User
from tests import factories
from tests.personas import PERSONAS, person

LOG = "members_auditentry_modeladmin_index"


@pytest.fixture
def admin(as_persona):
    client = as_persona("admin")
    AuditEntry.objects.all().delete()
    return client


def user_form(user, **changes):
    form = {"email": user.email, "first_name": user.first_name, "last_name": "Changed", "is_active": "on"}
    return {name: value for name, value in (form | changes).items() if value is not None}


def lead() -> User:
    return person("ohio-lead")


def lines(action):
    found = AuditEntry.objects.filter(action=action).order_by("pk")
    return [
        (line.by and line.by.email.split("@")[0], line.about and line.about.first_name, line.detail) for line in found
    ]


WAYS = {
    "the membership is edited": lambda: (
        reverse("members_membership_modeladmin_edit", args=[lead().memberships.get().pk]),
        {"user": lead().pk, "section": factories.section("Ohio").pk, "role": "editor", "active": "on"},
    ),
    "the membership is given to another section": lambda: (
        reverse("members_membership_modeladmin_edit", args=[lead().memberships.get().pk]),
        {"user": lead().pk, "section": factories.section("Texas").pk, "role": "lead", "active": "on"},
    ),
    "the membership is deleted": lambda: (
        reverse("members_membership_modeladmin_delete", args=[lead().memberships.get().pk]),
        {},
    ),
    "the account is closed": lambda: (
        reverse("wagtailusers_users:edit", args=[lead().pk]),
        user_form(lead(), is_active=None),
    ),
    "the account is deleted": lambda: (reverse("wagtailusers_users:delete", args=[lead().pk]), {}),
    "accounts are closed in bulk": lambda: (
        f"/admin/bulk/members/user/set_active_state/?id={lead().pk}",
        {"mark_as_active": "False"},
    ),
    "accounts are deleted in bulk": lambda: (f"/admin/bulk/members/user/delete/?id={lead().pk}", {}),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leaves_a_section_without_a_lead_by_accident(admin, way):
    address, data = WAYS[way]()
    answer = admin.post(address, data, follow=True)
    assert "Ohio would have no lead." in answer.content.decode()
    assert lead().is_active
    assert [(one.role, one.active, one.section.title) for one in lead().memberships.all()] == [("lead", True, "Ohio")]
    assert not AuditEntry.objects.exclude(action=Action.SIGNED_IN).exists()


@pytest.mark.parametrize("way", WAYS)
def test_every_way_is_open_once_somebody_else_leads(admin, way):
    factories.user("", ("Ohio", "lead"))
    address, data = WAYS[way]()
    admin.post(address, data)
    still = Membership.objects.filter(
        user__email="ohio-lead@worksite.example", section__title="Ohio", role="lead", active=True, user__is_active=True
    )
    assert not still.exists()


@pytest.mark.parametrize("changes", [{"is_active": None, "is_superuser": "on"}, {"is_superuser": None}])
def test_an_administrator_dismisses_another_and_the_last_one_stays(admin, changes):
    other = factories.user("second@worksite.example", first_name="second", is_superuser=True)
    for user in (other, person("admin")):
        admin.post(reverse("wagtailusers_users:edit", args=[user.pk]), user_form(user, **changes))
    left = User.objects.filter(is_superuser=True, is_active=True)
    assert [user.email for user in left] == ["admin@worksite.example"]


def test_administrators_and_closed_accounts_are_in_the_log(admin):
    user = factories.user("somebody@worksite.example", first_name="somebody")
    edit = reverse("wagtailusers_users:edit", args=[user.pk])
    admin.post(edit, user_form(user, is_superuser="on"))
    admin.post(edit, user_form(user))
    admin.post(edit, user_form(user, is_active=None))
    admin.post(f"/admin/bulk/members/user/set_active_state/?id={user.pk}", {"mark_as_active": "True"})
    assert lines(Action.ADMINISTRATOR) == [("admin", "somebody", "Appointed"), ("admin", "somebody", "Dismissed")]
    assert lines(Action.ACCOUNT) == [("admin", "somebody", "Closed"), ("admin", "somebody", "Opened again")]
    assert set(AuditEntry.objects.values_list("address", flat=True)) == {"127.0.0.1"}


def test_memberships_changed_in_the_admin_are_in_the_log_with_who_did_it(admin):
    newcomer = factories.user("new@worksite.example", first_name="new")
    data = {"user": newcomer.pk, "section": factories.section("Ohio").pk, "role": "editor", "active": "on"}
    admin.post(reverse("members_membership_modeladmin_create"), data)
    made = newcomer.memberships.get()
    admin.post(reverse("members_membership_modeladmin_edit", args=[made.pk]), data | {"role": "member"})
    admin.post(reverse("members_membership_modeladmin_delete", args=[made.pk]))
    assert lines(Action.ROLE) == [
        ("admin", "new", "No role → Editor"),
        ("admin", "new", "Editor → Member"),
        ("admin", "new", "Member → No role"),
    ]


def test_groups_that_carry_roles_follow_memberships_whatever_is_ticked(admin):
    user = person("ohio-member")
    texas = Group.objects.get(name="Texas editors")
    choir = Group.objects.create(name="Choir")
    form = user_form(user) | {"groups": [texas.pk, choir.pk]}
    admin.post(reverse("wagtailusers_users:edit", args=[user.pk]), form)
    assert list(user.groups.values_list("name", flat=True)) == ["Choir"]
    admin.post(f"/admin/bulk/members/user/assign_role/?id={user.pk}", {"role": texas.pk})
    assert list(user.groups.values_list("name", flat=True)) == ["Choir"]


def test_lists_taken_along_from_the_admin_are_in_the_log(admin, as_persona):
    admin.get(reverse("members_membership_modeladmin_index"), {"export": "xlsx"})
    admin.get(reverse("members_membership_modeladmin_index"))
    assert lines(Action.EXPORTED) == [("admin", None, "/admin/members/membership/")]


@pytest.mark.parametrize("name", PERSONAS)
def test_administrators_alone_read_the_log_and_nobody_changes_a_line(as_persona, name):
    line = AuditEntry.objects.create(action=Action.ROLE, about=person("ohio-member"), detail="Canary → Lead")
    client = as_persona(name)
    answer = client.get(reverse(LOG))
    assert answer.status_code in ((200,) if name == "admin" else (302, 403))
    assert ("Canary → Lead" in answer.content.decode()) is (name == "admin")
    for action in ("create/", f"edit/{line.pk}/", f"delete/{line.pk}/"):
        assert client.post(f"{reverse(LOG)}{action}", {"detail": "Hijacked", "action": "role"}).status_code in (
            302,
            403,
        )
    line.refresh_from_db()
    assert line.detail == "Canary → Lead"
    assert not AuditEntry.objects.filter(detail="Hijacked").exists()


def test_the_log_is_searched_and_filtered(admin):
    AuditEntry.objects.create(action=Action.EXPORTED, by=lead(), section=factories.section("Ohio"), detail="A list")
    AuditEntry.objects.create(action=Action.SIGNED_IN, by=person("texas-member"), detail="Elsewhere")
    for query in ({"what": "exported"}, {"q": "ohio-lead"}, {"place": str(factories.section("Ohio").pk)}):
        text = admin.get(reverse(LOG), query).content.decode()
        assert "A list" in text
        assert "Elsewhere" not in text
