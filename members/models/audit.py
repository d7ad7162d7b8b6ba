"""The audit log: who changed a role, signed in or took data along, when, and whom it concerned.

`record` writes it, for every app from this one up. Administrators read it in the admin; nobody changes or deletes a line.
It forgets by itself: where somebody signed in from after 90 days, the line after two years (the privacy page says so).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from django.http import HttpRequest

KEEP_ADDRESS = dt.timedelta(days=90)
KEEP = dt.timedelta(days=730)


class Action(models.TextChoices):
    """What can be in the log. Values stay for ever; a new one needs no migration."""

    ROLE = "role", "Role changed"
    ADMINISTRATOR = "administrator", "Administrator appointed or dismissed"
    HAND_OVER = "hand_over", "Handed over"
    APPROVED = "approved", "Request approved"
    DECLINED = "declined", "Request declined"
    INVITED = "invited", "Invited"
    SIGNED_IN = "signed_in", "Signed in"
    SIGNED_OUT = "signed_out", "Signed out"
    REFUSED = "refused", "Sign-in refused"
    SECURITY = "security", "Sign-in settings changed"
    EXPORTED = "exported", "Exported"
    REPORTED = "reported", "Message reported"
    ACCOUNT = "account", "Account closed, opened or deleted"


class AuditEntry(models.Model):
    """One line. Names are not copied into it, so that a person who leaves leaves no name behind."""

    at = models.DateTimeField("when", default=timezone.now, db_index=True)
    # Not `choices`: the list above grows without a migration.
    action = models.CharField(max_length=24, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name="who"
    )
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name="whom"
    )
    section = models.ForeignKey("home.SectionPage", null=True, on_delete=models.SET_NULL, related_name="+")
    detail = models.CharField(max_length=255, blank=True)
    address = models.GenericIPAddressField("from", null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "line of the audit log"
        verbose_name_plural = "audit log"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.what}: {self.detail}" if self.detail else self.what

    @property
    def what(self) -> str:
        """The action in words."""
        return dict(Action.choices).get(self.action, self.action)


def record(
    action: str,
    *,
    by: Any = None,
    about: Any = None,
    section: Any = None,
    detail: str = "",
    request: HttpRequest | None = None,
) -> AuditEntry:
    """Write one line, in the caller's transaction, and give it.

    `action` is one of `Action`; `by` the person who did it (empty: the site itself; taken from `request` where that is
    given); `about` the person it concerns; `detail` a few words without names, such as "Member, then editor". With a
    `request` it notes where that came from.
    """
    if request is not None and by is None:
        by = request.user
    return AuditEntry.objects.create(
        action=action,
        by=_saved(by),
        about=_saved(about),
        section=section,
        detail=detail[:255],
        address=_address_of(request) if request is not None else None,
    )


def _saved(person: Any) -> Any:
    return person if person is not None and person.pk else None


def _address_of(request: HttpRequest) -> str | None:
    try:
        return get_adapter().get_client_ip(request)
    except PermissionDenied:  # the proxies' headers do not tell
        return None


def forget_audit() -> None:
    """Forget where people came from after 90 days, and lines after two years. The clock calls it once a day."""
    now = timezone.now()
    AuditEntry.objects.filter(at__lt=now - KEEP).delete()
    AuditEntry.objects.filter(at__lt=now - KEEP_ADDRESS, address__isnull=False).update(address=None)
