"""The outbox: one row a message and recipient, written in the transaction of whatever caused it."""

from __future__ import annotations

import email
from email import policy
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from email.message import EmailMessage


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """Ways to narrow the outbox."""

    def due(self) -> OutgoingMailQuerySet:
        """What should be tried now, longest waiting first."""
        return self.filter(state=OutgoingMail.State.WAITING, next_try_at__lte=timezone.now()).order_by(
            "next_try_at", "pk"
        )

    def waiting(self) -> OutgoingMailQuerySet:
        """What is still to be sent."""
        return self.filter(state=OutgoingMail.State.WAITING)

    def dead(self) -> OutgoingMailQuerySet:
        """Dead letters: what will not be tried again unless somebody asks for it."""
        return self.filter(state=OutgoingMail.State.DEAD)


class OutgoingMail(models.Model):
    """A message to one recipient, exactly as it leaves. A message to three people is three rows, so that one refused
    address neither holds up nor repeats the other two."""

    class State(models.TextChoices):
        """Where a message stands."""

        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        DEAD = "dead", "Not delivered"

    sender = models.CharField(max_length=320)
    recipient = models.CharField(max_length=320)
    subject = models.CharField(max_length=255, blank=True)
    content = models.BinaryField(help_text="The whole message, headers included.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField("next try", default=timezone.now)
    closed_at = models.DateTimeField("sent or given up", null=True)
    error = models.TextField("last answer", blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "outgoing mail"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "next_try_at"], name="mail_due"),
            models.Index(fields=["state", "closed_at"], name="mail_closed"),
        ]

    def __str__(self) -> str:
        return f"“{self.subject}” to {self.recipient}"

    def parsed(self) -> EmailMessage:
        """The message as Python's mail library reads it."""
        return email.message_from_bytes(bytes(self.content), policy=policy.default)

    def body(self) -> str:
        """The plain text of the message; its HTML if it has no plain text; else nothing."""
        part = self.parsed().get_body(preferencelist=("plain", "html"))
        return part.get_content() if part else ""

    def send_again(self) -> None:
        """Give a message a new set of tries, starting now."""
        self.state, self.tries, self.error = self.State.WAITING, 0, ""
        self.next_try_at, self.closed_at = timezone.now(), None
        self.save()
