"""Sending, answering and reporting a message to a person, and when it is forgotten.

The names of both stand in the mails; their addresses only in what follows an answer.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from home import mail
from members import authority
from members.joining.answering import administrators
from members.models import Action, PersonMessage, record
from members.profiles.fields import name_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from members.models import Profile

KEEP_ANSWERED = dt.timedelta(days=180)
KEEP_OPEN = dt.timedelta(days=365)


def may_write(user: Any, profile: Profile) -> bool:
    """Whether a person may write to another: a member, to somebody else, who has not reported a message of theirs."""
    if not (user.is_authenticated and user.is_active and user.is_member and user.pk != profile.user_id):
        return False
    reported = PersonMessage.objects.filter(sender=user, recipient=profile.user_id, reported_at__isnull=False)
    return not reported.exists()


def theirs(user: Any) -> QuerySet[PersonMessage]:
    """The messages that a person wrote or got."""
    mine = Q(sender=user.pk) | Q(recipient=user.pk)
    return PersonMessage.objects.filter(mine).select_related("sender__profile", "recipient__profile")


def send(message: PersonMessage) -> bool:
    """Keep a message and tell whom it is for, as one write. False where the same opened form was sent before."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                message.save(force_insert=True)
        except IntegrityError:
            return False
        context = _context(message)
        mail.send("person_message", f"{context['sender']} writes to you", message.recipient.email, context)
    return True


@transaction.atomic
def answer(message: PersonMessage, text: str) -> bool:
    """Send the answer, with which both learn the other's address. False where it was answered before."""
    unanswered = PersonMessage.objects.filter(pk=message.pk, answered_at=None)
    if not unanswered.update(answer=text, answered_at=timezone.now()):
        return False
    message.refresh_from_db(fields=["answer", "answered_at"])
    context = _context(message)
    subject = f"{context['recipient']} answers you"
    mail.send("person_answer", subject, message.sender.email, context, reply_to=message.recipient.email)
    return True


@transaction.atomic
def report(message: PersonMessage, reason: str) -> bool:
    """Tell those who look after the sender, and the administrators. False where it was reported before."""
    fresh = PersonMessage.objects.filter(pk=message.pk, reported_at=None)
    if not fresh.update(reported_at=timezone.now()):
        return False
    sections = [one.section for one in message.sender.active_memberships()]
    leads = [one.user for section in sections for one in authority.leads(section).select_related("user")]
    context = _context(message) | {"reason": reason}
    for person in sorted({*leads, *administrators()} - {message.sender}, key=lambda one: one.pk):
        mail.send("person_report", f"A message from {context['sender']} was reported", person.email, context)
    record(Action.REPORTED, by=message.recipient, about=message.sender)
    return True


def _context(message: PersonMessage) -> dict[str, Any]:
    return {
        "message": message,
        "sender": name_of(message.sender),
        "recipient": name_of(message.recipient),
        "address": urljoin(f"{settings.SITE_URL}/", message.get_absolute_url()),
    }


def forget() -> None:
    """Delete what was answered half a year ago, and what nobody answered for a year. The privacy page says so."""
    now = timezone.now()
    PersonMessage.objects.filter(answered_at__lt=now - KEEP_ANSWERED).delete()
    PersonMessage.objects.filter(answered_at=None, sent_at__lt=now - KEEP_OPEN).delete()
