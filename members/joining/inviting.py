"""Invitations: reading a list of people, sending, and taking one up.

Whoever confirms an address that was invited is a member without further asking. The link in the mail opens a page, no more.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from email.utils import getaddresses
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from home import mail
from members.joining import answering
from members.models import Action, Invitation, JoinRequest, Membership, record

if TYPE_CHECKING:
    from home.models import SectionPage
    from members.models.invitations import InvitationQuerySet

MOST = 200  # people a list
_signer = signing.Signer(salt="members.invitation")


@dataclass(frozen=True)
class Line:
    """One person of a list: whom it names, and why they are not invited (empty: they are)."""

    email: str
    name: str
    problem: str = ""


def read(text: str, section: SectionPage) -> list[Line]:
    """The people in a pasted list or a CSV file, each judged. A line: name and address in any order and any usual form."""
    lines: list[Line] = []
    seen: set[str] = set()
    for email, name in _pairs(text):
        problem = _problem(email, section, seen)
        seen.add(email)
        lines.append(Line(email[:254], name[:160], problem))
    return lines


def _pairs(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for number, line in enumerate(filter(str.strip, text.splitlines())):
        if "<" in line:  # as mail programs write it: Jo Rivera <jo@agency.gov>; Al <al@agency.gov>
            found += [(address, name) for name, address in getaddresses([line.replace(";", ",")]) if address or name]
            continue
        cells = [cell.strip() for cell in _cells(line) if cell.strip()]
        addresses = [cell for cell in cells if "@" in cell]
        if len(addresses) > 1:
            found += [(address, "") for address in addresses]
        elif addresses:
            found.append((addresses[0], " ".join(cell for cell in cells if cell != addresses[0])))
        elif number > 0 or not any("mail" in cell.lower() for cell in cells):  # else it is the head of a table
            found.append(("", " ".join(cells)))
    return [(email.strip().lower(), " ".join(name.split())) for email, name in found]


def _cells(line: str) -> list[str]:
    delimiter = next((one for one in ("\t", ";", ",") if one in line), None)
    if delimiter:
        return next(csv.reader(io.StringIO(line), delimiter=delimiter), [])
    words = line.split()
    return [" ".join(word for word in words if "@" not in word), *(word for word in words if "@" in word)]


def _problem(email: str, section: SectionPage, seen: set[str]) -> str:
    try:
        validate_email(email)
    except ValidationError:
        return "Not an e-mail address"
    if email in seen:
        return "Twice in the list"
    if Membership.objects.filter(section=section, active=True, user__email__iexact=email).exists():
        return "A member already"
    if JoinRequest.objects.waiting().filter(section=section, user__email__iexact=email).exists():
        return "Has asked to join: answer the request"
    if Invitation.objects.open().filter(section=section, email=email).exists():
        return "Invited already"
    return ""


@transaction.atomic
def invite(lines: list[Line], section: SectionPage, by: Any) -> int:
    """Invite those who can be invited, and write to each; gives how many that were."""
    invited = 0
    for line in lines:
        if _problem(line.email, section, set()):  # somebody else was faster
            continue
        invitation, _ = Invitation.objects.update_or_create(
            section=section,
            email=line.email,
            defaults={"name": line.name, "sent_at": timezone.now(), "invited_by": by, "accepted_at": None},
        )
        context = {"invitation": invitation, "address": urljoin(f"{settings.SITE_URL}/", address_of(invitation))}
        mail.send("invitation", f"{by} invites you to {section}", invitation.email, context)
        invited += 1
    if invited:
        detail = f"{invited} {'person' if invited == 1 else 'people'}"
        record(Action.INVITED, by=by, section=section, detail=detail)
    return invited


def address_of(invitation: Invitation) -> str:
    """The page of an invitation, for whoever has the mail."""
    return reverse("invitation", args=[_signer.sign(str(invitation.pk))])


def by_token(token: str) -> Invitation | None:
    """The invitation that an address names; none where it is over, or was never one."""
    try:
        pk = _signer.unsign(token)
    except signing.BadSignature:
        return None
    return Invitation.objects.open().filter(pk=pk).select_related("section", "invited_by").first()


def waiting_for(user: Any) -> InvitationQuerySet:
    """The invitations that a person can take: to an address that they have confirmed."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    found = Invitation.objects.open().filter(email__in=[address.lower() for address in addresses])
    return found.select_related("section", "invited_by")


@transaction.atomic
def accept(invitation: Invitation, user: Any) -> bool:
    """Make the person a member. False where it is not theirs to take, or over."""
    now = timezone.now()
    if not waiting_for(user).filter(pk=invitation.pk).exists():
        return False
    if not Invitation.objects.open().filter(pk=invitation.pk).update(accepted_at=now):
        return False
    answering.let_in(user, invitation.section, invitation.invited_by)
    return True


def refuse(invitation: Invitation, user: Any) -> None:
    """No, thank you: forget it."""
    waiting_for(user).filter(pk=invitation.pk).delete()


def when_confirmed(user: Any) -> None:
    """An address was confirmed: let in whoever asked for a section that has invited them, send on the other requests."""
    unsent = {request.section_id: request for request in user.join_requests.filter(sent_at=None, decided_at=None)}
    for invitation in waiting_for(user):
        if invitation.section_id in unsent and accept(invitation, user):
            del unsent[invitation.section_id]
    for request in unsent.values():
        answering.send(request)
