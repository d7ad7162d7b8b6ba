"""What tests of joining share: a request as a stranger fills it in, and the mail that follows."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from home import traps
from members.models import JoinRequest, Membership, User
from tests import factories

if TYPE_CHECKING:
    from django.core.mail import EmailMessage

PASSWORD = "four quiet bridges by morning"
TYPED = {
    "name": "Jo Rivera",
    "email": "jo@agency.example",
    "section": "ohio",
    "organization": "County board",
    "job_title": "Jail liaison",
    "work": "Screening at booking in two county jails.",
    "password1": PASSWORD,
    "password2": PASSWORD,
}
SIGN_UP = "/accounts/signup/"


def opened(seconds: int = 20) -> str:
    """What a form that was opened some seconds ago holds."""
    with time_machine.travel(timezone.now() - dt.timedelta(seconds=seconds), tick=False):
        return traps._signer.sign("0123456789abcdef")


def ask(client: Client | None = None, **typed: Any) -> Any:
    """Send the request form as a person does."""
    return (client or Client()).post(SIGN_UP, TYPED | {"opened": opened()} | typed)


def mail_to(address: str) -> list[EmailMessage]:
    """What was written to somebody, the newest last."""
    return [message for message in mail.outbox if message.to == [address]]


def link_in(message: EmailMessage, part: str) -> str:
    """The address in a mail that holds this part, without the site's."""
    return next(link for link in re.findall(r"https?://[^/\s]+(/\S+)", message.body) if part in link)


def confirm(client: Client | None = None, address: str = TYPED["email"]) -> Any:
    """Open the newest link that confirms an address, and press."""
    link = link_in(mail_to(address)[-1], "confirm-email")
    return (client or Client()).post(link)


def request_of(name: str = "Jo Rivera", place: str = "Ohio", **values: Any) -> JoinRequest:
    """A request that reached its lead, made without the forms."""
    first, _, last = name.partition(" ")
    email = f"{first.lower()}.{last.lower()}@agency.example"
    user = User.objects.filter(email=email).first() or factories.user(email, first_name=first, last_name=last)
    values = {"sent_at": timezone.now(), "work": f"What {name} works on"} | values
    return JoinRequest.objects.create(user=user, section=factories.section(place), **values)


def role_in(user: User, place: str) -> str:
    """A person's active role in a section, in a word; empty without one."""
    membership = Membership.objects.filter(user=user, section=factories.section(place), active=True).first()
    return membership.role if membership else ""
