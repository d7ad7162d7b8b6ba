"""The member list of a place: who opens it, what it tells, what it changes, what one takes along; and handing over."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.utils import timezone
from wagtail.models import Page

from members import authority, handover
from members.models import Action, AuditEntry, Membership, User
from tests import factories
from tests.browser import browser_page
from tests.content import LONG_TITLE
from tests.html import tree_of
from tests.personas import person
from tests.test_accessibility import found_by_axe, wider_than_the_screen

OHIO = "/my/members/ohio/"


def mine(name: str) -> Membership:
    return person(name).memberships.get()


def page_of(name: str) -> str:
    return f"{OHIO}{mine(name).pk}/"


def words(response) -> str:
    """What stands in the middle of the page."""
    return " ".join(" ".join(tree_of(response.content.decode()).find(".//main").itertext()).split())


def mails_to(name: str) -> list[str]:
    return [f"{sent.subject}\n{sent.body}" for sent in mail.outbox if sent.to == [f"{name}@worksite.example"]]


def test_a_member_list_opens_for_those_who_look_after_the_place_alone(as_persona, persona):
    client = as_persona(persona)
    member = mine("ohio-member")
    expected = 302 if persona == "visitor" else 200 if persona in ("ohio-lead", "admin") else 403
    for address in (OHIO, page_of("ohio-member"), f"{page_of('ohio-member')}hand-over/"):
        response = client.get(address)
        assert response.status_code == expected, address
        assert "no-store" in response.headers["Cache-Control"]
        assert ("ohio-reviewer@" in response.content.decode()) is (address == OHIO and expected == 200)
    for address, data in (
        (page_of("ohio-member"), {"role": "none"}),
        (f"{page_of('ohio-member')}hand-over/", {"taker": mine("ohio-lead").pk, "afterwards": "leaves"}),
        (f"{OHIO}appoint/", {"email": "pending@worksite.example", "role": "lead"}),
        (f"{OHIO}export/", {}),
    ):
        if expected != 200:
            assert client.post(address, data).status_code == expected, address
    if expected != 200:
        member.refresh_from_db()
        assert member.active
        assert not person("pending").memberships.exists()


@pytest.mark.parametrize("name", ["ohio-lead", "texas-member", "community-editor"])
def test_nobody_reads_the_list_of_another_place_or_learns_which_places_there_are(as_persona, name):
    client = as_persona(name)
    for place in ("texas", "community", "nowhere"):
        assert client.get(f"/my/members/{place}/").status_code == 403
    texan = person("texas-member").memberships.get().pk
    assert client.get(f"{OHIO}{texan}/").status_code == (404 if name == "ohio-lead" else 403)


def test_a_lead_who_is_deactivated_in_mid_session_is_out_at_once(as_persona):
    client = as_persona("ohio-lead")
    assert client.get(OHIO).status_code == 200
    lead = person("ohio-lead")
    lead.is_active = False
    lead.save()
    assert client.get(OHIO).status_code == 302
    assert client.post(page_of("ohio-member"), {"role": "lead"}).status_code == 302
    assert mine("ohio-member").role == "member"


def test_one_comes_straight_to_the_only_place_and_administrators_choose_among_all(as_persona):
    assert as_persona("ohio-lead").get("/my/members/").headers["Location"] == OHIO
    text = words(as_persona("admin").get("/my/members/"))
    assert "Maine Lead, editor, reviewer" in text
    assert "The whole community" in text
    assert as_persona("ohio-editor").get("/my/members/").status_code == 403


def test_the_list_tells_who_in_which_role_when_last_here_and_how_safely_they_sign_in(as_persona):
    editor = person("ohio-editor")
    editor.last_login = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
    editor.job_title = "Program editor"
    editor.save()
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=editor, type=kind, data={})
    client = as_persona("ohio-lead")  # which signs in
    text = words(client.get(OHIO))
    assert "4 people have a part here" in text
    assert (
        text.index("ohio-lead@")
        < text.index("ohio-editor@")
        < text.index("ohio-reviewer@")
        < text.index("ohio-member@")
    )
    today = timezone.localdate()
    row = text[text.index("Program editor") : text.index("ohio-reviewer@")]
    assert f"Editor {today:%b} {today.day}, {today.year}" in row.replace("\xa0", " ")
    assert "Mar 4, 2026 App" in row.replace("\xa0", " ")
    assert "Never Off" in text
    assert "texas" not in text


def test_a_lead_makes_a_reviewer_who_gets_a_mail_and_the_rights(as_persona):
    response = as_persona("ohio-lead").post(page_of("ohio-member"), {"role": "reviewer"}, follow=True)
    assert "ohio-member: member before, reviewer now." in words(response)
    assert list(person("ohio-member").groups.values_list("name", flat=True)) == ["Ohio reviewers"]
    [told] = mails_to("ohio-member")
    assert told.startswith("Your role in Ohio: reviewer\n")
    assert "write drafts there" in told
    assert mails_to("ohio-lead") == []


def test_a_lead_ends_a_membership_and_gives_it_back(as_persona):
    lead, member = as_persona("ohio-lead"), as_persona("ohio-member")
    closed = factories.announcement(audience="section").url
    lead.post(page_of("ohio-member"), {"role": "none"})
    assert member.get(closed).status_code == 403
    assert "no longer have a role in Ohio" in mails_to("ohio-member")[0]
    text = words(lead.get(OHIO))
    assert text.index("Former members") < text.index("ohio-member@")
    lead.post(page_of("ohio-member"), {"role": "member"})
    assert member.get(closed).status_code == 200


@pytest.mark.parametrize("data", [{}, {"role": "administrator"}, {"role": "superuser"}])
def test_a_role_that_there_is_not_is_refused_in_words(as_persona, data):
    response = as_persona("ohio-lead").post(page_of("ohio-member"), data)
    assert "1 thing to fix" in words(response)
    assert mine("ohio-member").role == "member"


def test_fields_that_the_form_does_not_have_change_nothing(as_persona):
    texas = factories.section("Texas").pk
    data = {"role": "member", "section": texas, "is_superuser": "on", "user": person("admin").pk, "vacant": "on"}
    as_persona("ohio-lead").post(page_of("ohio-member"), data)
    assert mine("ohio-member").section.title == "Ohio"
    assert not person("ohio-member").is_superuser


def test_the_only_lead_is_told_to_hand_over_first(as_persona):
    client = as_persona("ohio-lead")
    for role in ("member", "none"):
        response = client.post(page_of("ohio-lead"), {"role": role, "vacant": "on"})
        assert "Ohio would have no lead. Make somebody else its lead first, or hand over." in words(response)
    assert mine("ohio-lead").role == "lead"


def test_an_administrator_leaves_a_seat_open_only_on_purpose(as_persona):
    client = as_persona("admin")
    assert "Ohio would have no lead" in words(client.post(page_of("ohio-lead"), {"role": "member"}))
    assert "Ohio may be without a lead for now" in words(client.get(page_of("ohio-lead")))
    client.post(page_of("ohio-lead"), {"role": "member", "vacant": "on"})
    assert "The lead’s seat is open." in words(client.get(OHIO))


def test_an_administrator_appoints_the_first_lead_of_a_section(as_persona):
    client = as_persona("admin")
    response = client.post("/my/members/maine/appoint/", {"email": "Pending@worksite.example", "role": "lead"})
    assert response.status_code == 302
    assert as_persona("pending").get("/my/members/maine/").status_code == 200
    response = client.post("/my/members/maine/appoint/", {"email": "nobody@worksite.example", "role": "lead"})
    assert "Nobody has an account with this address." in words(response)
    assert 'value="nobody@worksite.example"' in response.content.decode()  # what was typed is kept


def test_appointing_somebody_who_is_here_changes_their_role_and_not_by_accident_the_last_leads(as_persona):
    client = as_persona("admin")
    client.post(f"{OHIO}appoint/", {"email": "ohio-member@worksite.example", "role": "editor"})
    assert mine("ohio-member").role == "editor"
    response = client.post(f"{OHIO}appoint/", {"email": "ohio-lead@worksite.example", "role": "member"})
    assert "Ohio would have no lead" in words(response)
    assert mine("ohio-lead").role == "lead"


def test_the_list_as_a_file_holds_no_formula_and_leaves_a_line_in_the_log(as_persona):
    formulas = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)"]
    for number, formula in enumerate(formulas):
        factories.user("", ("Ohio", "member"), first_name=formula, last_name=str(number), organization=formula)
    client = as_persona("ohio-lead")
    assert client.get(f"{OHIO}export/").status_code == 405  # a link that a program opens takes nothing along
    response = client.post(f"{OHIO}export/")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="members-ohio-')
    assert "no-store" in response.headers["Cache-Control"]
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    table = list(sheet.iter_rows())
    assert [cell.value for cell in table[0]][:2] == ["Name", "E-mail"]
    assert len(table) == 1 + 4 + len(formulas)
    assert all(cell.data_type != "f" for row in table for cell in row)
    texts = [cell.value for row in table[1:] for cell in row if isinstance(cell.value, str)]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))]
    assert "'=HYPERLINK(1) 0" in texts
    assert "texas-member@worksite.example" not in texts
    line = AuditEntry.objects.get(action=Action.EXPORTED)
    assert (line.by, line.section.title, line.address) == (person("ohio-lead"), "Ohio", "127.0.0.1")


def test_an_eleventh_export_within_an_hour_waits(as_persona):
    client = as_persona("ohio-lead")
    answers = [client.post(f"{OHIO}export/") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert answers[-1].headers["Retry-After"] == "3600"
    assert AuditEntry.objects.filter(action=Action.EXPORTED).count() == 10


# Handing over


def of_the_lead():
    """What Ohio's lead looks after: a draft under review, a call, a page elsewhere."""
    lead = person("ohio-lead")
    draft = factories.announcement(publish=False, title="Under review", owner=lead)
    draft.get_workflow().start(draft, lead)
    call = factories.call(title="A call", owner=lead)
    elsewhere = factories.announcement("Texas", owner=lead)
    return draft, call, elsewhere


def test_a_departing_lead_hands_everything_over_in_one_step(as_persona):
    draft, call, elsewhere = of_the_lead()
    client = as_persona("ohio-lead")
    address = f"{page_of('ohio-lead')}hand-over/"
    assert "1 announcement, 1 call, 1 review, the role of lead" in words(client.get(address))
    AuditEntry.objects.all().delete()
    response = client.post(address, {"taker": mine("ohio-member").pk, "afterwards": "leaves"}, follow=True)
    assert response.redirect_chain[-1][0] == "/"
    assert "has taken over from ohio-lead" in words(response)
    taker = person("ohio-member")
    assert taker.memberships.get().role == "lead"
    assert list(taker.groups.values_list("name", flat=True)) == ["Ohio editors"]
    assert not mine("ohio-lead").active
    assert {Page.objects.get(pk=page.pk).owner for page in (draft, call)} == {taker}
    assert Page.objects.get(pk=elsewhere.pk).owner == person("ohio-lead")
    assert draft.workflow_states.get().requested_by == taker
    assert client.get(OHIO).status_code == 403
    assert client.get(f"/admin/pages/{call.pk}/edit/").status_code == 403
    assert as_persona("ohio-member").get(f"/admin/pages/{call.pk}/edit/").status_code == 200
    lines = AuditEntry.objects.exclude(action=Action.SIGNED_IN).order_by("pk")
    lines = lines.values_list("by__first_name", "about__first_name", "detail")
    what = "1 announcement, 1 call, 1 review and the role of lead"
    assert list(lines) == [
        ("ohio-lead", "ohio-member", "Member → Lead"),
        ("ohio-lead", "ohio-lead", f"Handed over: {what}"),
        ("ohio-lead", "ohio-member", f"Took over: {what}"),
        ("ohio-lead", "ohio-lead", "Lead → No role"),
    ]
    assert f"You have taken over from ohio-lead in Ohio: {what}." in " ".join(mails_to("ohio-member")[0].split())
    assert mails_to("ohio-lead") == []


def test_who_has_more_keeps_it_and_who_hands_over_may_stay_as_a_member(as_persona):
    page = factories.announcement(owner=person("ohio-reviewer"))
    address = f"{page_of('ohio-reviewer')}hand-over/"
    as_persona("ohio-lead").post(address, {"taker": mine("ohio-editor").pk, "afterwards": "stays"})
    assert (mine("ohio-editor").role, mine("ohio-reviewer").role) == ("editor", "member")
    assert mine("ohio-reviewer").active
    assert Page.objects.get(pk=page.pk).owner == person("ohio-editor")
    assert "has taken over from you in Ohio" in " ".join(mails_to("ohio-reviewer")[0].split())


def test_a_draft_that_is_published_later_stays_with_whoever_took_it_over(as_persona):
    draft = factories.announcement(publish=False, owner=person("ohio-reviewer"))
    as_persona("ohio-lead").post(
        f"{page_of('ohio-reviewer')}hand-over/", {"taker": mine("ohio-editor").pk, "afterwards": "stays"}
    )
    draft.get_latest_revision().publish()
    assert Page.objects.get(pk=draft.pk).owner == person("ohio-editor")


@pytest.mark.parametrize("taker", ["texas-member", "ohio-lead", "gone", ""])
def test_nobody_outside_the_section_nobody_who_left_and_not_oneself_takes_over(as_persona, taker):
    gone = factories.user("gone@worksite.example", ("Ohio", "member"), is_active=False)
    chosen = {"gone": gone.memberships.get, "": lambda: None}.get(taker, lambda: mine(taker))()
    data = {"taker": chosen.pk if chosen else "", "afterwards": "leaves"}
    response = as_persona("ohio-lead").post(f"{page_of('ohio-lead')}hand-over/", data)
    assert "1 thing to fix" in words(response)
    assert mine("ohio-lead").role == "lead"


def test_what_is_shared_by_all_is_handed_over_among_the_communitys_own(as_persona):
    shared, ohios = (factories.announcement(place, owner=person("community-editor")) for place in (None, "Ohio"))
    taker = factories.user("", (None, "member")).memberships.get()
    giver = mine("community-editor")
    assert handover.belongings(giver) == ["1 announcement", "the role of editor"]
    data = {"taker": taker.pk, "afterwards": "leaves"}
    as_persona("admin").post(f"/my/members/community/{giver.pk}/hand-over/", data)
    assert Page.objects.get(pk=shared.pk).owner == taker.user
    assert Page.objects.get(pk=ohios.pk).owner == person("community-editor")
    assert authority.grantable(taker.user, None) == []  # an editor grants nothing


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_the_screens_are_accessible_and_fit(as_persona, width):
    of_the_lead()
    editor = person("ohio-editor")
    User.objects.filter(pk=editor.pk).update(organization=LONG_TITLE)
    Membership.objects.filter(user=person("ohio-reviewer")).update(active=False)
    problems = {}
    with browser_page(as_persona("admin"), width=width) as page:
        addresses = [
            "/my/members/",
            OHIO,
            page_of("ohio-lead"),
            f"{page_of('ohio-lead')}hand-over/",
            "/my/members/maine/",
        ]
        for address in [*addresses, "/sections/"]:
            page.goto(address)
            if found := found_by_axe(page) + wider_than_the_screen(page):
                problems[address] = found
        page.goto(page_of("ohio-lead"))
        page.get_by_text("No role: the membership here ends").click()
        page.get_by_role("button", name="Save the role").click()
        page.get_by_role("link", name="Role: Ohio would have no lead").wait_for()
        problems |= {"refused": found} if (found := found_by_axe(page)) else {}
    assert problems == {}


@pytest.mark.browser
def test_a_lead_hands_over_with_the_keyboard_and_without_script(as_persona):
    with browser_page(as_persona("ohio-lead"), java_script_enabled=False) as page:
        page.goto(OHIO)
        page.get_by_role("link", name="ohio-lead", exact=True).click()
        page.get_by_role("link", name="Hand over to another member").click()
        page.get_by_label("Who takes over?").select_option(label="ohio-editor, editor")
        page.get_by_role("button", name="Hand over").press("Enter")
        page.get_by_text("ohio-editor has taken over from ohio-lead: the role of lead.").wait_for()
    assert mine("ohio-editor").role == "lead"
