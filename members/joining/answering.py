"""Who answers a request to join, and what an answer does.

The leads of the section answer. Where it has none, the leads of the section that helps it do, else the administrators.
What has waited for five days goes to the leads of the whole community and to the administrators too. Whoever may answer
for a section of their own has no say over another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from home import mail
from members import authority
from members.models import Action, Helper, JoinRequest, Membership, Role, User, record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from home.models import SectionPage
    from members.models.requests import JoinRequestQuerySet


def theirs(user: Any) -> JoinRequestQuerySet:
    """The requests that a person answers, and those that were answered for the same sections."""
    requests = JoinRequest.objects.filter(user__is_active=True).exclude(sent_at=None)
    if not (user.is_authenticated and user.is_active):
        return requests.none()
    if user.is_superuser:
        return requests
    led = authority.places_led(user)
    sections = [section for section in led if section]
    with_lead = Membership.objects.filter(role=Role.LEAD, active=True, user__is_active=True, section__isnull=False)
    helped = Helper.objects.filter(helped_by__in=sections).exclude(section__in=with_lead.values("section"))
    allowed = Q(section__in=sections) | Q(section__in=helped.values("section"))
    if None in led:
        allowed |= Q(escalated_at__isnull=False)
    return requests.filter(allowed)


def answers(user: Any) -> bool:
    """Whether a person answers requests at all."""
    return bool(user.is_authenticated and user.is_active) and (user.is_superuser or bool(authority.places_led(user)))


def administrators() -> QuerySet[User]:
    """The site's."""
    return User.objects.filter(is_superuser=True, is_active=True)


def helper_of(section: SectionPage) -> SectionPage | None:
    """The section whose lead answers for this one; none where this one has a lead, or nobody who helps has one."""
    if authority.leads(section).exists():
        return None
    helper = Helper.objects.filter(section=section).select_related("helped_by").first()
    return helper.helped_by if helper and authority.leads(helper.helped_by).exists() else None


def answerers(section: SectionPage) -> Iterable[User]:
    """The people whom a new request goes to."""
    leads = authority.leads(helper_of(section) or section).select_related("user")
    return [membership.user for membership in leads] or list(administrators())


def whose(section: SectionPage) -> str:
    """With whom a request is, in words: "Ohio’s lead"."""
    if helper := helper_of(section):
        return f"{helper.title}’s lead, who helps {section.title}"
    return f"{section.title}’s lead" if authority.leads(section).exists() else "the administrators"


@transaction.atomic
def send(request: JoinRequest) -> None:
    """Bring a request before those who answer it. Does nothing where it is there already."""
    now = timezone.now()
    if JoinRequest.objects.filter(pk=request.pk, sent_at=None, decided_at=None).update(sent_at=now):
        request.sent_at = now
        subject = f"{request.user} asks to join {request.section}"
        for person in answerers(request.section):
            tell(request, person, subject)


def tell(request: JoinRequest, person: User, subject: str) -> None:
    """Write to somebody who may answer."""
    address = urljoin(f"{settings.SITE_URL}/", request.get_absolute_url())
    helped = request.section if helper_of(request.section) else None
    mail.send("join_request", subject, person.email, {"request": request, "address": address, "helped": helped})


def approve(request: JoinRequest, by: Any) -> bool:
    """Let the person in as a member, at once, and tell them. False where somebody had answered before.

    Raises PermissionDenied where it is not for `by` to answer.
    """
    with transaction.atomic():
        if not _is_open(request, by):
            return False
        let_in(request.user, request.section, by)
        record(Action.APPROVED, by=by, about=request.user, section=request.section)
        subject = f"You can now use the {request.section} section"
        mail.send("join_approved", subject, request.user.email, {"section": request.section, "person": request.user})
    request.refresh_from_db()
    return True


def decline(request: JoinRequest, by: Any, reason: str) -> bool:
    """Say no, and why, to the person. False where somebody had answered before; PermissionDenied as for `approve`."""
    with transaction.atomic():
        if not _is_open(request, by):
            return False
        JoinRequest.objects.filter(pk=request.pk).update(decided_at=timezone.now(), decided_by=by, reason=reason)
        record(Action.DECLINED, by=by, about=request.user, section=request.section)
        subject = f"Your request to join {request.section}"
        mail.send("join_declined", subject, request.user.email, {"section": request.section, "reason": reason})
    request.refresh_from_db()
    return True


def _is_open(request: JoinRequest, by: Any) -> bool:
    """Whether a request still waits. Of two who answer at the same moment, the second one waits here."""
    if not theirs(by).filter(pk=request.pk).exists():
        raise PermissionDenied
    return JoinRequest.objects.select_for_update(of=("self",)).get(pk=request.pk).waits


def let_in(user: Any, section: SectionPage, by: Any) -> Membership:
    """Make somebody a member of a section; whoever has an active part there keeps it.

    Who had a role and left comes back as a member, with no more.
    """
    membership = Membership.objects.filter(user=user, section=section).first() or Membership(user=user, section=section)
    if not (membership.pk and membership.active):
        membership.role, membership.active, membership.changed_by = Role.MEMBER, True, by
        membership.save()
    return membership
