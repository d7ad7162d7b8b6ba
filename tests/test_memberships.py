"""Memberships: they give and take rights whichever way they change, and only administrators change them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from members.models import Membership, RoleGroup, User
from tests import factories
from tests.personas import PERSONAS, person

OTHERS = [name for name in PERSONAS if name != "admin"]


def groups(user):
    return sorted(user.groups.values_list("name", flat=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize(
    "view", ["members_membership_modeladmin_index", "members_membership_modeladmin_create", "wagtailusers_users:index"]
)
def test_only_administrators_see_memberships_and_users(as_persona, name, view):
    assert as_persona(name).get(reverse(view)).status_code in (302, 403)
    assert as_persona("admin").get(reverse(view)).status_code == 200


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_else_holds_a_right_over_people_or_groups(name):
    rights = person(name).get_all_permissions() if name != "visitor" else set()
    forbidden = {
        "members.add_user",
        "members.change_user",
        "members.delete_user",
        "auth.change_group",
        "auth.add_group",
    }
    assert not rights & (forbidden | {"members.add_membership", "members.change_membership"})


@pytest.mark.parametrize("name", ["ohio-editor", "ohio-lead", "community-editor"])
def test_nobody_else_makes_themselves_more(as_persona, name):
    client, user = as_persona(name), person(name)
    texas = factories.section("Texas").pk
    data = {"user": user.pk, "section": texas, "role": "lead", "active": "on"}
    client.post(reverse("members_membership_modeladmin_create"), data)
    mine = user.memberships.get()
    client.post(reverse("members_membership_modeladmin_edit", args=[mine.pk]), data)
    client.post(reverse("wagtailusers_users:edit", args=[user.pk]), {"is_superuser": "on", "email": user.email})
    assert list(user.memberships.values_list("section", "role")) == [(mine.section_id, mine.role)]
    assert not User.objects.get(pk=user.pk).is_superuser


def test_an_administrator_adds_finds_and_changes_a_membership(as_persona):
    admin, newcomer = as_persona("admin"), factories.user("new@worksite.example", first_name="Quokka")
    ohio = factories.section("Ohio").pk
    data = {"user": newcomer.pk, "section": ohio, "role": "editor", "active": "on"}
    admin.post(reverse("members_membership_modeladmin_create"), data)
    made = Membership.objects.get(user=newcomer)
    assert groups(newcomer) == ["Ohio editors"]
    listed = admin.get(reverse("members_membership_modeladmin_index"), {"q": "Quokka", "role__exact": "editor"})
    assert "new@worksite.example" in listed.content.decode()
    assert "ohio-member@worksite.example" not in listed.content.decode()
    admin.post(reverse("members_membership_modeladmin_edit", args=[made.pk]), data | {"role": "member"})
    assert groups(newcomer) == []


def test_a_second_membership_in_one_section_is_refused_in_words(as_persona):
    ohio = factories.section("Ohio").pk
    data = {"user": person("ohio-member").pk, "section": ohio, "role": "lead", "active": "on"}
    answer = as_persona("admin").post(reverse("members_membership_modeladmin_create"), data)
    assert "Change its role instead." in answer.content.decode()


def test_a_membership_given_to_another_person_leaves_the_first_without_its_rights():
    first, second = factories.user("", ("Ohio", "editor")), factories.user()
    membership = first.memberships.get()
    membership.user = second
    membership.save()
    assert (groups(first), groups(second)) == ([], ["Ohio editors"])


def test_ending_or_deleting_memberships_takes_the_rights():
    one, other = factories.user("", ("Ohio", "editor")), factories.user("", ("Texas", "lead"), (None, "reviewer"))
    membership = one.memberships.get()
    membership.active = False
    membership.save()
    assert groups(one) == []
    assert groups(other) == ["Texas editors", "Whole community reviewers"]
    Membership.objects.filter(user=other).delete()
    assert groups(other) == []


def test_groups_that_no_role_stands_for_are_left_alone():
    from django.contrib.auth.models import Group

    user = factories.user("", ("Ohio", "reviewer"))
    user.groups.add(Group.objects.create(name="Choir"))
    user.memberships.all().delete()
    assert groups(user) == ["Choir"]
    assert not RoleGroup.objects.filter(group__name="Choir").exists()


def test_an_export_of_members_holds_no_formula(as_persona):
    factories.user("evil@worksite.example", ("Ohio", "member"), first_name="=HYPERLINK(1)")
    answer = as_persona("admin").get(reverse("members_membership_modeladmin_index"), {"export": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "evil@worksite.example" in text
    assert ",=HYPERLINK" not in text
