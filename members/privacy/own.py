"""The parts of "my data" that this app and those below it keep."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q
from wagtail.models import Page, Revision

from home.models import ContactMessage, SiteDocument, SiteImage
from members.models import (
    AuditEntry,
    Consent,
    Follow,
    Invitation,
    JoinRequest,
    Membership,
    PersonMessage,
    Profile,
    Told,
)
from members.privacy.parts import Attached, Part, part
from members.profiles import photos
from members.profiles.fields import FIELDS, audience_of, name_of


@part
def account(user: Any) -> Part:
    """The account, its addresses and how it signs in; nothing that would open it."""
    rows: list[dict[str, Any]] = [
        {
            "name": user.get_full_name(),
            "role_title": user.job_title,
            "organization": user.organization,
            "since": user.date_joined,
            "last_sign_in": user.last_login,
            "last_here": user.active_at,
            "time_zone": user.time_zone,
            "home_section": str(user.home_section or ""),
            "weekly_letter": user.get_letter_display(),
        }
    ]
    addresses = EmailAddress.objects.filter(user=user).order_by("pk")
    rows += [{"e_mail": one.email, "confirmed": one.verified, "main_address": one.primary} for one in addresses]
    steps = Authenticator.objects.filter(user=user).order_by("pk")
    rows += [
        {"second_step": one.get_type_display(), "added": one.created_at, "last_used": one.last_used_at} for one in steps
    ]
    return Part("account", "Your account", rows)


@part
def sessions(user: Any) -> Part:
    """Where the person is signed in."""
    found = UserSession.objects.filter(user=user).order_by("pk")
    rows = [{"network_address": one.ip, "browser": one.user_agent, "since": one.created_at} for one in found]
    return Part("sessions", "Where you are signed in", rows)


@part
def profile(user: Any) -> Part:
    """The profile with who sees each field, and the photo."""
    found = Profile.objects.with_parts().filter(user=user).first()
    if found is None:
        return Part("profile", "Your profile", [])
    told = {
        "pronouns": found.pronouns,
        "phone": found.phone,
        "knows_about": [topic.name for topic in found.topics.all()],
        "can_be_asked_about": found.asked_about,
        "about": found.about,
        "links": found.links.split(),
    }
    seen = {field.label: audience_of(found, name).label for name, field in FIELDS.items()}
    stem, size = found.photo, photos.SIZES[0]
    files = [Attached("photo.webp", lambda: io.BytesIO(photos.read(stem, size)))] if stem else []
    return Part(
        "profile", "Your profile", [told, {"who_sees": [f"{name}: {who}" for name, who in seen.items()]}], files
    )


@part
def choices(user: Any) -> Part:
    """What the person chose in the settings, what they follow, when they were last here, and what letters told them."""
    row = {
        "time_zone": user.time_zone,
        "home_state": str(user.home_section or ""),
        "weekly_letter": user.get_letter_display(),
        "last_here": user.active_at,
        "news_seen_up_to": user.seen_at,
    }
    follows = Follow.objects.filter(user=user).select_related("section", "topic").order_by("pk")
    rows: list[dict[str, Any]] = [row, *({"follows": str(one.section or one.topic)} for one in follows)]
    rows += [{"told_by_letter": one.item, "on": one.at} for one in Told.objects.filter(user=user).order_by("pk")]
    return Part("choices", "Your settings, what you follow, and what letters told you", rows)


@part
def memberships(user: Any) -> Part:
    """Memberships, former ones too."""
    found = Membership.objects.filter(user=user).select_related("section").order_by("pk")
    rows = [
        {
            "section": str(one.section or "Whole community"),
            "role": one.get_role_display(),
            "since": one.since,
            "active": one.active,
        }
        for one in found
    ]
    return Part("memberships", "Your sections and roles", rows)


@part
def requests(user: Any) -> Part:
    """Requests to join, and invitations to the person's addresses."""
    found = JoinRequest.objects.filter(user=user).select_related("section").order_by("pk")
    rows: list[dict[str, Any]] = [
        {
            "asked": one.asked_at,
            "section": str(one.section),
            "what_you_wrote": one.work,
            "answered": one.decided_at,
            "approved": one.approved,
            "reason": one.reason,
        }
        for one in found
    ]
    invited = Invitation.objects.filter(email__in=addresses_of(user)).select_related("section")
    rows += [{"invited_to": str(one.section), "on": one.sent_at, "accepted": one.accepted_at} for one in invited]
    return Part("requests", "Your requests to join, and invitations to you", rows)


@part
def messages(user: Any) -> Part:
    """What the person wrote and got by the forms of the site."""
    found = PersonMessage.objects.filter(Q(sender=user) | Q(recipient=user)).select_related("sender", "recipient")
    rows: list[dict[str, Any]] = [
        {
            "from": name_of(one.sender),
            "to": name_of(one.recipient),
            "sent": one.sent_at,
            "message": one.text,
            "answered": one.answered_at,
            "answer": one.answer,
        }
        for one in found
    ]
    written = ContactMessage.objects.filter(email__in=addresses_of(user)).select_related("section").order_by("pk")
    rows += [
        {"from": one.name, "to": one.place, "sent": one.sent_at, "about": one.get_about_display(), "message": one.text}
        for one in written
    ]
    return Part("messages", "Your messages", rows)


@part
def pages(user: Any) -> Part:
    """The pages that are the person's or that they changed: their addresses. What stands in them is the community's."""
    changed = Revision.objects.filter(user=user, base_content_type__model="page").values_list("object_id", flat=True)
    ids = [int(pk) for pk in changed.distinct()]
    found = Page.objects.filter(Q(owner=user) | Q(pk__in=ids)).order_by("path")
    rows = [
        {"title": one.title, "address": one.get_url() or "", "published": one.live, "yours": one.owner_id == user.pk}
        for one in found
    ]
    return Part("pages", "Pages that you made or changed", rows)


@part
def files(user: Any) -> Part:
    """The documents and pictures that the person added."""
    rows, attached = [], []
    for model, folder in ((SiteDocument, "documents"), (SiteImage, "pictures")):
        for one in model.objects.filter(uploaded_by_user=user).order_by("pk"):
            path = f"{folder}/{one.pk}-{one.filename}"
            rows.append({"title": one.title, "added": one.created_at, "file": path})
            attached.append(Attached(path, partial(one.file.storage.open, one.file.name)))
    return Part("files", "Files that you added", rows, attached)


@part
def followed(user: Any) -> Part:
    """What the person follows, beside their own sections."""
    found = Follow.objects.filter(user=user).select_related("section", "topic").order_by("pk")
    rows = [{"section": str(one.section)} if one.section else {"topic": str(one.topic)} for one in found]
    return Part("followed", "What you follow", rows)


@part
def consents(user: Any) -> Part:
    """The versions of the privacy notice that the person agreed to."""
    found = Consent.objects.filter(user=user)
    rows = [{"version": one.version, "agreed": one.agreed_at} for one in found]
    return Part("consents", "What you agreed to", rows)


@part
def unsent(user: Any) -> Part:
    """Forms that came after a session had ended, and wait to be sent."""
    rows = [
        {"to": one.address, "typed": [f"{name}: {value}" for name, value in one.fields], "kept": one.kept_at}
        for one in user.unsent_forms.all()
    ]
    return Part("unsent", "What was not sent", rows)


@part
def log(user: Any) -> Part:
    """The lines of the audit log about the person or what they did, without whom else they concern."""
    found = AuditEntry.objects.filter(Q(by=user) | Q(about=user)).select_related("section")
    rows = [
        {
            "when": one.at,
            "what": one.what,
            "detail": one.detail,
            "section": str(one.section or ""),
            "done_by_you": one.by_id == user.pk,
            # Where somebody else did it from is theirs.
            "network_address": one.address if one.by_id in (user.pk, None) else None,
        }
        for one in found
    ]
    return Part("log", "What the log for administrators says of you", rows)


def addresses_of(user: Any) -> list[str]:
    """The addresses that are surely this person's, in small letters."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return sorted({user.email.lower(), *(address.lower() for address in confirmed)})
