"""Makes every mail of the site happen, by what people do. `FLOWS` has one function a mail or a few; a new mail needs one.

A function does what leads to the mail and returns; what it wrote stands in Django's outbox.
"""

from __future__ import annotations

import datetime as dt

import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from home.models import Entry
from members.joining import tasks
from members.letters import sending
from members.models import JoinRequest, Membership, PersonMessage, Profile
from search import wishes
from search.saved import keeping
from tests import factories, joining
from tests.html import tree_of
from tests.personas import person


def as_(name: str) -> Client:
    """A client of a persona."""
    client = Client()
    client.force_login(person(name))
    return client


def _confirmed(name: str, password: bool = False) -> Client:
    """A client of a persona whose address is confirmed; with `password`, who has just typed it once more."""
    user = person(name)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    client = as_(name)
    if password:
        client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    return client


def somebody_asks_to_join() -> None:
    joining.ask()


def somebody_confirms_their_address() -> None:
    joining.ask()
    joining.confirm()


def somebody_with_an_account_asks_to_join() -> None:
    factories.user("here@agency.example")
    joining.ask(email="here@agency.example")


def a_request_waits_for_five_days() -> None:
    request = joining.request_of()
    JoinRequest.objects.filter(pk=request.pk).update(sent_at=timezone.now() - dt.timedelta(days=6))
    tasks.escalate()


def a_request_waits_for_two_months() -> None:
    request = joining.request_of()
    JoinRequest.objects.filter(pk=request.pk).update(sent_at=timezone.now() - dt.timedelta(days=61))
    tasks.forget()


def a_lead_approves() -> None:
    as_("ohio-lead").post(joining.request_of().get_absolute_url(), {"answer": "approve"})


def a_lead_declines() -> None:
    as_("ohio-lead").post(joining.request_of().get_absolute_url(), {"answer": "decline", "reason": "Not our State"})


def a_lead_invites() -> None:
    lead = as_("ohio-lead")
    preview = lead.post("/my/invitations/ohio/", {"people": "Jo Rivera, jo@agency.example"})
    people = {field.get("name"): field.get("value") for field in tree_of(preview.content.decode()).iter("input")}
    lead.post("/my/invitations/ohio/send/", {"people": people["people"]})


def a_lead_changes_a_role() -> None:
    membership = Membership.objects.get(user=person("ohio-member"))
    as_("ohio-lead").post(f"/my/members/ohio/{membership.pk}/", {"role": "reviewer"})


def a_lead_hands_over_for_somebody() -> None:
    giver, taker = (Membership.objects.get(user=person(name)) for name in ("ohio-reviewer", "ohio-editor"))
    as_("ohio-lead").post(f"/my/members/ohio/{giver.pk}/hand-over/", {"taker": taker.pk, "afterwards": "stays"})


def somebody_forgot_their_password() -> None:
    _confirmed("ohio-member")
    Client().post("/accounts/password/reset/", {"email": person("ohio-member").email})


def somebody_asks_for_a_code() -> None:
    _confirmed("ohio-member")
    Client().post("/accounts/login/code/", {"email": person("ohio-member").email})


def somebody_adds_an_address() -> None:
    _confirmed("ohio-member", password=True).post(
        "/accounts/email/", {"action_add": "", "email": "second@agency.example"}
    )


def a_visitor_writes_by_the_contact_form() -> None:
    typed = {"name": "Jo", "email": "jo@agency.example", "about": "state", "section": "ohio", "text": "A question"}
    Client().post("/contact/", typed | {"opened": joining.opened()})


def a_member_writes_to_another() -> PersonMessage:
    address = Profile.objects.get(user=person("ohio-lead")).get_absolute_url()
    as_("texas-member").post(f"{address}write/", {"text": "A question", "opened": joining.opened()})
    return PersonMessage.objects.get()


def a_member_answers_another() -> None:
    sent = a_member_writes_to_another()
    as_("ohio-lead").post(sent.get_absolute_url(), {"what": "answer", "answer": "An answer"})


def a_member_reports_a_message() -> None:
    person("texas-lead")
    sent = a_member_writes_to_another()
    as_("ohio-lead").post(sent.get_absolute_url(), {"what": "report", "reason": "It sells something"})


def somebody_deletes_their_account() -> None:
    _confirmed("ohio-member", password=True).post("/my/delete/")


def a_page_is_submitted_sent_back_and_approved() -> None:
    page = factories.announcement(publish=False, owner=person("ohio-reviewer"), title="A page")
    state = page.get_workflow().start(page, person("ohio-reviewer"))
    state.current_task_state.reject(user=person("ohio-lead"), comment="Name the county.")
    state.resume(user=person("ohio-reviewer"))
    state.refresh_from_db()
    state.current_task_state.approve(user=person("ohio-lead"))


def it_is_monday_morning() -> None:
    _confirmed("ohio-member")
    monday = dt.datetime(2026, 11, 30, 12, 30, tzinfo=dt.UTC)  # half past seven on the East coast
    page = factories.announcement("Ohio", audience="members", title="News")
    Entry.objects.filter(pk=page.pk).update(published_at=monday - dt.timedelta(days=1))
    with time_machine.travel(monday, tick=False):
        sending.send_due()


def a_wish_is_answered() -> None:
    as_("ohio-member").post("/search/wish/", {"q": "bed registry", "section": "ohio", "wish": "yes"})
    factories.resource("Texas", title="Bed registry", audience="public")
    wishes.answer()


def something_matches_a_saved_search() -> None:
    as_("ohio-member").post("/search/save/", {"address": "?q=registry", "pace": "daily"})
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        factories.resource("Texas", title="A registry of beds", audience="public")
    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        keeping.tell_due()


FLOWS = [
    it_is_monday_morning,
    something_matches_a_saved_search,
    a_wish_is_answered,
    somebody_asks_to_join,
    somebody_confirms_their_address,
    somebody_with_an_account_asks_to_join,
    a_request_waits_for_five_days,
    a_request_waits_for_two_months,
    a_lead_approves,
    a_lead_declines,
    a_lead_invites,
    a_lead_changes_a_role,
    a_lead_hands_over_for_somebody,
    somebody_forgot_their_password,
    somebody_asks_for_a_code,
    somebody_adds_an_address,
    a_visitor_writes_by_the_contact_form,
    a_member_writes_to_another,
    a_member_answers_another,
    a_member_reports_a_message,
    somebody_deletes_their_account,
    a_page_is_submitted_sent_back_and_approved,
]
