"""Invitations: a lead asks somebody in, so that no request is needed."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone

WORKS_FOR = dt.timedelta(days=30)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations by where they stand."""

    def open(self) -> InvitationQuerySet:
        """Those that can still be taken."""
        return self.filter(accepted_at=None, sent_at__gt=timezone.now() - WORKS_FOR)


class Invitation(models.Model):
    """One invitation of one address to one section, as a member.

    Whoever confirms that the address is theirs may take it (`members.joining.inviting`). It works for 30 days.
    """

    section = models.ForeignKey("home.SectionPage", on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField("e-mail address", db_index=True)  # in small letters
    name = models.CharField(max_length=160, blank=True)
    sent_at = models.DateTimeField("sent", default=timezone.now)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    accepted_at = models.DateTimeField("accepted", null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "email"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["section", "email"], name="invited_once_a_section"),
            models.UniqueConstraint(fields=["email"], condition=models.Q(section=None), name="invited_once_for_all"),
        ]

    def __str__(self) -> str:
        return f"{self.email}, {self.section}"

    @property
    def until(self) -> dt.datetime:
        """When it stops working."""
        return self.sent_at + WORKS_FOR
