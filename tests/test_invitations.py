"""Inviting: a list is looked over before anything is sent, and whoever has the address is a member without asking."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from members.joining import tasks
from members.models import AuditEntry, Invitation, JoinRequest, User
from tests import factories, joining
from tests.html import problems, tree_of
from tests.joining import TYPED, confirm, link_in, mail_to, request_of, role_in
from tests.personas import PERSONAS
from tests.reading import words

HERE = "/my/invitations/ohio/"
JO = TYPED["email"]


def read(response) -> str:
    assert response.status_code == 200
    assert problems(response.content.decode()) == []
    return words(response)


def look_over(client: Client, people: str = f"Jo Rivera, {JO}", **more):
    return client.post(HERE, {"people": people} | more)


def send(client: Client, preview):
    fields = {field.get("name"): field.get("value") for field in tree_of(preview.content.decode()).iter("input")}
    return client.post(f"{HERE}send/", {"people": fields["people"]}, follow=True)


def invite(client: Client, people: str = f"Jo Rivera, {JO}") -> str:
    """Invite, and give the link of the first mail."""
    send(client, look_over(client, people))
    return link_in(mail.outbox[-1], "/join/invitation/")


def member_with(email: str) -> Client:
    """A client of somebody with an account and a confirmed address."""
    user = factories.user(email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    client = Client()
    client.force_login(user)
    return client


def test_a_list_is_looked_over_and_nothing_is_sent_before_the_second_press(as_persona):
    lead = as_persona("ohio-lead")
    request_of("Al Asker")
    invite(lead, "old@agency.example")
    mail.outbox.clear()
    people = "\n".join(
        [
            "Name\tE-mail",
            f"Jo Rivera\t{JO}",
            "Ann Lee <ann@agency.example>; Bo <bo@agency.example>",
            "JO@agency.example",
            "ohio-member@worksite.example",
            "al.asker@agency.example, Al Asker",
            "old@agency.example",
            "Cy at agency.example",
        ]
    )
    preview = look_over(lead, people)
    shown = read(preview)
    assert "3 of 8 can be invited to Ohio" in shown
    for said in (
        "Twice in the list",
        "A member already",
        "Has asked to join",
        "Invited already",
        "Not an e-mail address",
    ):
        assert shown.count(said) == 1, said
    assert mail.outbox == []
    assert Invitation.objects.count() == 1
    assert "3 people are invited." in read(send(lead, preview))
    assert sorted(message.to[0] for message in mail.outbox) == ["ann@agency.example", "bo@agency.example", JO]
    assert Invitation.objects.get(email=JO).name == "Jo Rivera"
    assert AuditEntry.objects.filter(action="invited", detail="3 people").count() == 1
    send(lead, preview)  # pressed twice
    assert len(mail.outbox) == 3


@pytest.mark.parametrize(
    "content",
    [
        "E-mail,Name\njo@agency.example,José Peña\n".encode(),
        "\ufeffName;E-mail\r\nJosé Peña;jo@agency.example\r\n".encode(),
        "José Peña,jo@agency.example".encode("cp1252"),
    ],
)
def test_a_file_is_read_as_excel_writes_it(as_persona, content):
    lead = as_persona("ohio-lead")
    shown = read(look_over(lead, "", file=SimpleUploadedFile("people.csv", content)))
    assert "1 of 1 can be invited" in shown
    assert "José Peña" in shown


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"people": " "}, "Enter at least one person."),
        ({"people": "\n".join(f"p{n}@agency.example" for n in range(201))}, "These are 201 people."),
        ({"file": SimpleUploadedFile("a.xlsx", b"PK\0\0")}, "This is no CSV file."),
        ({"file": SimpleUploadedFile("a.csv", b"a" * 100_001)}, "larger than 100 kB"),
    ],
)
def test_what_cannot_be_a_list_is_refused_in_words(as_persona, values, said):
    assert said in read(as_persona("ohio-lead").post(HERE, values))
    assert mail.outbox == []


def test_a_list_that_was_not_looked_over_here_invites_nobody(as_persona):
    admin = as_persona("admin")
    preview = admin.post("/my/invitations/texas/", {"people": JO})
    assert "This list is too old." in read(send(admin, preview))
    assert admin.post(f"{HERE}send/", {"people": "forged"}).status_code == 302
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("name", [*PERSONAS, "texas-lead"])
def test_invitations_open_for_those_who_look_after_the_section_alone(as_persona, name):
    invite(as_persona("ohio-lead"), "canary@agency.example")
    invitation = Invitation.objects.get()
    if name == "texas-lead":
        client = Client()
        client.force_login(factories.user("texas-lead@worksite.example", ("Texas", "lead")))
    else:
        client = as_persona(name)
    allowed = name in ("ohio-lead", "admin")
    page = client.get(HERE)
    assert page.status_code == (200 if allowed else 302 if name == "visitor" else 403)
    assert ("canary@agency.example" in page.content.decode()) is allowed
    assert "no-store" in page.headers["Cache-Control"]
    assert (look_over(client).status_code == 200) is allowed
    client.post(f"{HERE}{invitation.pk}/withdraw/")
    assert Invitation.objects.exists() is not allowed
    assert client.get("/my/invitations/community/").status_code != 200


def test_whoever_makes_an_account_with_the_invited_address_is_a_member_without_asking(as_persona):
    link = invite(as_persona("ohio-lead"))
    client = Client()
    assert "ohio-lead invites jo@agency.example to be a member in Ohio." in read(client.get(link))
    form = client.get(f"/accounts/signup/?invitation={link.split('/')[-2]}").content.decode()
    assert f'value="{JO}"' in form
    assert '<option value="ohio" selected>' in form
    joining.ask(client)
    assert role_in(User.objects.get(email=JO), "Ohio") == ""
    confirm(client)
    assert role_in(User.objects.get(email=JO), "Ohio") == "member"
    assert JoinRequest.objects.get().approved
    assert mail_to("ohio-lead@worksite.example") == []
    assert Invitation.objects.get().accepted_at
    assert "This invitation is over" in read(Client().get(link))


def test_another_address_than_the_invited_one_makes_a_request_as_any(as_persona):
    invite(as_persona("ohio-lead"), "other@agency.example")
    joining.ask()
    confirm()
    assert role_in(User.objects.get(email=JO), "Ohio") == ""
    assert JoinRequest.objects.get().waits


def test_somebody_with_an_account_takes_it_by_a_press_and_no_look_does(as_persona):
    theirs = member_with(JO)
    link = invite(as_persona("ohio-lead"))
    assert "ohio-lead invites you to Ohio." in read(theirs.get("/join/"))
    for method in (theirs.get, theirs.head):
        assert method(link).status_code == 200
    user = User.objects.get(email=JO)
    assert role_in(user, "Ohio") == ""
    assert theirs.post(link, {"answer": "accept"}).url == "/sections/ohio/"
    assert role_in(user, "Ohio") == "member"
    assert role_in(user, "Texas") == ""


def test_no_thank_you_forgets_it(as_persona):
    theirs = member_with(JO)
    link = invite(as_persona("ohio-lead"))
    theirs.post(link, {"answer": "refuse"})
    assert not Invitation.objects.exists()
    assert role_in(User.objects.get(email=JO), "Ohio") == ""


def test_a_link_that_was_passed_on_lets_nobody_else_in(as_persona):
    link = invite(as_persona("ohio-lead"))
    stranger = as_persona("texas-member")
    assert "The invitation is for another address." in read(stranger.get(link))
    assert stranger.post(link, {"answer": "accept"}).status_code == 403
    assert Client().post(link, {"answer": "accept"}).status_code == 302
    unconfirmed = factories.user(JO)
    client = Client()
    client.force_login(unconfirmed)
    assert client.post(link, {"answer": "accept"}).status_code == 403
    assert role_in(unconfirmed, "Ohio") == ""
    assert "This invitation is over" in read(client.get("/join/invitation/1:forged/"))


def test_an_invitation_works_for_30_days_and_is_forgotten_after_60(as_persona):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        link = invite(as_persona("ohio-lead"))
        clock.shift(dt.timedelta(days=29))
        assert "Join Ohio" in read(Client().get(link))
        clock.shift(dt.timedelta(days=2))
        assert "This invitation is over" in read(Client().get(link))
        assert "1 of 1 can be invited" in read(look_over(as_persona("ohio-lead")))
        clock.shift(dt.timedelta(days=30))
        tasks.forget()
        assert not Invitation.objects.exists()


def test_the_mail_says_who_invites_and_stays_within_72_columns(as_persona):
    invite(as_persona("ohio-lead"))
    [message] = mail_to(JO)
    assert message.subject == "ohio-lead invites you to Ohio"
    assert "ohio-lead gave us your address" in " ".join(message.body.split())
    assert all(len(line) <= 72 for line in message.body.splitlines() if "://" not in line)
