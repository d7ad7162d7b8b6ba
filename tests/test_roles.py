"""Roles: who gives which to whom, and what nobody gives away by accident. Rights follow at once, in open sessions too."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from members import authority
from members.models import Action, AuditEntry, Membership, Role
from tests import factories
from tests.conftest import note_second_step
from tests.html import text_of, tree_of
from tests.personas import PERSONAS, person


def lead_of_ohio():
    return person("ohio-lead")


def membership_of(name: str) -> Membership:
    return person(name).memberships.get()


@pytest.mark.parametrize("name", PERSONAS)
@pytest.mark.parametrize("place", ["Ohio", "Texas", None])
def test_roles_are_given_by_the_lead_of_the_place_and_by_administrators_alone(name, place):
    section = factories.section(place) if place else None
    may = name == "admin" or (name == "ohio-lead" and place == "Ohio")
    assert bool(authority.grantable(person(name), section)) is may
    newcomer = Membership(user=factories.user(), section=section)
    if may:
        authority.assign(newcomer, Role.EDITOR, person(name))
        assert newcomer.user.groups.filter(role__section=section, role__kind="editors").exists()
    else:
        with pytest.raises(PermissionDenied):
            authority.assign(newcomer, Role.EDITOR, person(name))
        assert newcomer.pk is None


def test_a_lead_who_is_deactivated_gives_nothing():
    lead = lead_of_ohio()
    lead.is_active = False
    lead.save()
    with pytest.raises(PermissionDenied):
        authority.assign(membership_of("ohio-member"), Role.LEAD, person("ohio-lead"))


def test_a_role_gives_exactly_the_rights_of_its_section_and_takes_them_at_once_in_an_open_session(as_persona):
    client = as_persona("ohio-member")  # signed in before anything changes
    draft = factories.announcement(publish=False, title="A draft")
    ours, theirs = f"/admin/pages/{draft.pk}/edit/", f"/admin/pages/{factories.announcement('Texas').pk}/edit/"
    closed = factories.announcement(audience="section").url
    assert client.get(ours).status_code == 403
    authority.assign(membership_of("ohio-member"), Role.EDITOR, lead_of_ohio())
    assert client.get(ours).url.startswith("/accounts/2fa/set-up/")  # the admin wants a second step at once
    session = client.session
    note_second_step(session, person("ohio-member"))
    session.save()
    assert client.get(ours).status_code == 200
    assert client.get(theirs).status_code == 404
    authority.assign(membership_of("ohio-member"), Role.MEMBER, lead_of_ohio())
    assert client.get(ours).status_code == 403
    assert client.get(closed).status_code == 200
    authority.assign(membership_of("ohio-member"), None, lead_of_ohio())
    assert client.get(closed).status_code == 403
    assert list(person("ohio-member").groups.all()) == []


def test_somebody_in_several_sections_keeps_in_each_what_they_have_there():
    both = factories.user("", ("Ohio", "reviewer"), ("Texas", "editor"))
    authority.assign(both.memberships.get(section=factories.section("Ohio")), None, lead_of_ohio())
    assert list(both.groups.values_list("name", flat=True)) == ["Texas editors"]


def test_the_only_lead_stays_until_somebody_else_leads():
    mine = membership_of("ohio-lead")
    for role in (Role.EDITOR, None):
        with pytest.raises(ValidationError, match="Ohio would have no lead"):
            authority.assign(mine, role, lead_of_ohio())
    authority.assign(membership_of("ohio-editor"), Role.LEAD, lead_of_ohio())
    authority.assign(mine, Role.EDITOR, lead_of_ohio())
    assert Membership.objects.get(pk=mine.pk).role == "editor"


def test_a_lead_whose_account_is_closed_does_not_count():
    factories.user("", ("Ohio", "lead"), is_active=False)
    with pytest.raises(ValidationError):
        authority.assign(membership_of("ohio-lead"), None, lead_of_ohio())


def test_a_lead_cannot_leave_the_seat_open_on_purpose_and_an_administrator_can():
    with pytest.raises(ValidationError):
        authority.assign(membership_of("ohio-lead"), None, lead_of_ohio(), vacant=True)
    authority.assign(membership_of("ohio-lead"), None, person("admin"), vacant=True)
    assert not authority.leads(factories.section("Ohio")).exists()


def test_what_keeps_a_person_from_leaving_is_said_in_words():
    authority.ask_before_leaving(person("ohio-member"))
    with pytest.raises(ValidationError, match="Ohio would have no lead"):
        authority.ask_before_leaving(lead_of_ohio())
    with pytest.raises(ValidationError, match="no administrator"):
        authority.ask_before_leaving(person("admin"))


def test_every_change_of_a_role_is_in_the_log_with_who_and_whom():
    AuditEntry.objects.all().delete()
    mine = membership_of("ohio-member")
    authority.assign(mine, Role.REVIEWER, lead_of_ohio())
    authority.assign(mine, Role.REVIEWER, lead_of_ohio())  # nothing changes
    authority.assign(mine, None, lead_of_ohio())
    mine.delete()
    lines = AuditEntry.objects.filter(action=Action.ROLE).order_by("pk")
    assert [line.detail for line in lines] == ["Member → Reviewer", "Reviewer → No role"]
    assert {(line.by, line.about, line.section.title) for line in lines} == {
        (lead_of_ohio(), person("ohio-member"), "Ohio")
    }


def test_a_membership_that_moves_to_another_person_is_two_lines_in_the_log():
    AuditEntry.objects.all().delete()
    mine = membership_of("ohio-editor")
    mine.user = person("pending")
    mine.save()
    lines = AuditEntry.objects.order_by("pk").values_list("about__email", "detail")
    assert list(lines) == [
        ("ohio-editor@worksite.example", "Editor → No role"),
        ("pending@worksite.example", "No role → Editor"),
    ]


def test_deleting_a_person_deletes_their_memberships_and_keeps_the_log_readable():
    somebody = factories.user("", ("Ohio", "editor"))
    authority.assign(somebody.memberships.get(), Role.REVIEWER, lead_of_ohio())
    somebody.delete()
    line = AuditEntry.objects.filter(detail="Editor → Reviewer").get()
    assert (line.about, line.by) == (None, lead_of_ohio())


def test_seats_that_nobody_holds_are_known():
    seats = authority.open_seats()
    assert seats[factories.section("Ohio").pk] == []
    assert seats[factories.section("Texas").pk] == ["lead", "reviewer"]
    assert seats[factories.section("Maine").pk] == ["lead", "editor", "reviewer"]


def test_the_overview_of_sections_shows_everybody_the_open_seats(as_persona):
    for name in ("visitor", "ohio-member"):
        answer = as_persona(name).get("/sections/")
        rows = {
            text_of(row.find("th")).split()[-1]: row for row in tree_of(answer.content.decode()).findall(".//tbody/tr")
        }
        assert [text_of(rows[place][-1]) for place in ("Maine", "Ohio", "Texas")] == ["All", "–", "Lead, reviewer"]


@pytest.mark.parametrize("name", PERSONAS)
def test_the_menu_leads_those_who_look_after_members_to_them(as_persona, name):
    answer = as_persona(name).get("/sections/").content.decode()
    assert ('href="/my/members/"' in answer) is (name in ("ohio-lead", "admin"))
