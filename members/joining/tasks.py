"""What the clock does about requests and invitations: ask more people, and forget. Each may run twice.

The times are written on the privacy page and in docs/operations.md.
"""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from home import mail
from members import authority
from members.joining import answering
from members.models import Invitation, JoinRequest, User

ASK_OTHERS_AFTER = dt.timedelta(days=5)
LAPSES_AFTER = dt.timedelta(days=60)
KEEP_ANSWERED = dt.timedelta(days=90)
KEEP_UNCONFIRMED = dt.timedelta(days=14)
KEEP_INVITATIONS = dt.timedelta(days=60)


def escalate() -> None:
    """Bring what has waited for five days before the other leads and the administrators, and remind those who had it."""
    now = timezone.now()
    late = JoinRequest.objects.waiting().filter(
        escalated_at=None, sent_at__lte=now - ASK_OTHERS_AFTER, user__is_active=True
    )
    for request in late.select_related("user", "section"):
        with transaction.atomic():
            if not JoinRequest.objects.waiting().filter(pk=request.pk, escalated_at=None).update(escalated_at=now):
                continue
            others = [membership.user for membership in authority.leads(None).select_related("user")]
            people = {*answering.answerers(request.section), *others, *answering.administrators()}
            for person in sorted(people, key=lambda one: one.pk):
                answering.tell(request, person, f"Waiting for five days: {request.user} asks to join {request.section}")


def forget() -> None:
    """Let go what nobody waits for any more, with the accounts that were made for nothing else."""
    now = timezone.now()
    _let_lapse(now)
    JoinRequest.objects.filter(decided_at__lt=now - KEEP_ANSWERED, approved=True).delete()
    declined = JoinRequest.objects.filter(decided_at__lt=now - KEEP_ANSWERED)
    unconfirmed = JoinRequest.objects.filter(sent_at=None, asked_at__lt=now - KEEP_UNCONFIRMED)
    for old in (declined, unconfirmed):
        people = list(old.values_list("user", flat=True))
        old.delete()
        _close_empty_accounts(people, now)
    Invitation.objects.filter(sent_at__lt=now - KEEP_INVITATIONS).delete()


def _let_lapse(now: dt.datetime) -> None:
    """Tell those whom nobody answered for two months that the request is over."""
    for request in JoinRequest.objects.waiting().filter(sent_at__lt=now - LAPSES_AFTER).select_related("section"):
        with transaction.atomic():
            if JoinRequest.objects.waiting().filter(pk=request.pk).update(decided_at=now):
                subject = f"Your request to join {request.section}"
                mail.send("join_lapsed", subject, request.user.email, {"section": request.section})


def _close_empty_accounts(people: list[int], now: dt.datetime) -> None:
    """Delete the accounts that never had a part here, where nobody is at work with them."""
    empty = User.objects.filter(
        Q(last_login=None) | Q(last_login__lt=now - KEEP_UNCONFIRMED),
        pk__in=people,
        memberships=None,
        join_requests=None,
        is_superuser=False,
        is_staff=False,
    )
    invited = Invitation.objects.open().values("email")
    for user in empty.exclude(emailaddress__in=EmailAddress.objects.filter(email__in=invited)):
        user.delete()
