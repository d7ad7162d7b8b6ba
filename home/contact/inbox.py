"""Who reads a message of the contact form, the mail about it, and when it is forgotten.

A message belongs to its section, or to the whole community. Whoever may publish there reads and answers it; nobody of
another section sees it. Mail goes to the address that the place names, so that an open seat loses nothing.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Site
from wagtail.permissions import policy_registry

from home import mail
from home.models import AnnouncementIndexPage, CommunitySettings, ContactMessage, HomePage, SectionPage

if TYPE_CHECKING:
    from collections.abc import Iterable

KEEP_ANSWERED = dt.timedelta(days=180)


def _anchor(section: SectionPage | None) -> Page:
    """The page that stands for a place when rights are asked: the section, or what all sections share."""
    return section or AnnouncementIndexPage.objects.child_of(HomePage.objects.get()).get()


def theirs(user: Any) -> QuerySet[ContactMessage]:
    """The messages that a person may read and answer."""
    if user.is_superuser:
        return ContactMessage.objects.all()
    pages = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "publish")
    allowed = Q(section__in=pages.values("pk"))
    if pages.filter(pk=_anchor(None).pk).exists():
        allowed |= Q(section=None)
    return ContactMessage.objects.filter(allowed)


def has_inbox(user: Any) -> bool:
    """Whether a person reads the messages of any place."""
    policy = policy_registry.get_by_type(Page)
    return user.is_active and (user.is_superuser or policy.user_has_permission(user, "publish"))


def receive(message: ContactMessage) -> bool:
    """Keep a message, write to those who answer it and a receipt to its sender, as one write.

    Gives False, and does nothing, where the same was sent before from the same opened form.
    """
    with transaction.atomic():
        try:
            with transaction.atomic():
                message.save(force_insert=True)
        except IntegrityError:
            return False
        subject = f"{message.get_about_display()}: a message to {message.section or 'the whole community'}"
        address = urljoin(f"{settings.SITE_URL}/", reverse("home_contactmessage_modeladmin_inspect", args=[message.pk]))
        context = {"message": message, "address": address}
        if message.file:
            context["file_address"] = urljoin(f"{settings.SITE_URL}/", message.file.url)
        for recipient in dict.fromkeys([*_recipients(message.section), *_owner(message)]):
            mail.send("contact_message", subject, recipient, context, reply_to=message.email)
        # What was typed is not repeated: else the form would carry anybody's words to anybody's address.
        mail.send("contact_receipt", "We have your message", message.email, {"message": message})
    return True


def _recipients(section: SectionPage | None) -> Iterable[str]:
    """The address that the place names; else whoever may publish there; else the administrators."""
    named = section.contact_email if section else CommunitySettings.for_site(_site()).contact_email
    if named:
        return [named]
    policy = policy_registry.get_by_type(Page)
    people = policy.users_with_permission_for_instance("publish", _anchor(section))
    editors = people.filter(is_superuser=False)
    return (editors if editors.exists() else people).order_by("pk").values_list("email", flat=True)


def _owner(message: ContactMessage) -> list[str]:
    """Who brought the file that is asked about, if they still answer for the place."""
    person = message.file.uploaded_by_user if message.file else None
    return [person.email] if person and has_inbox(person) and theirs(person).filter(pk=message.pk).exists() else []


def _site() -> Site:
    return Site.objects.get(is_default_site=True)


def mark_answered(message: ContactMessage, user: Any) -> bool:
    """Note who has answered a message, and when; False where it was answered before."""
    still_open = ContactMessage.objects.filter(pk=message.pk, answered_at=None)
    return bool(still_open.update(answered_at=timezone.now(), answered_by=user))


def forget_answered() -> None:
    """Delete what was answered half a year ago. The privacy page says so."""
    ContactMessage.objects.filter(answered_at__lt=timezone.now() - KEEP_ANSWERED).delete()
