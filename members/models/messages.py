"""What members write to each other by the form of the site. `members.writing` says who may, and who reads it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone


class PersonMessage(models.Model):
    """One message from a member to another, with the answer if there is one. Neither reads the other's address before."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages_sent")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages_received")
    text = models.TextField(max_length=3000)
    sent_at = models.DateTimeField("sent", default=timezone.now)
    answer = models.TextField(max_length=3000, blank=True)
    answered_at = models.DateTimeField("answered", null=True)
    reported_at = models.DateTimeField("reported", null=True)
    opened = models.CharField(max_length=64, unique=True)  # the opened form that it came from: sent twice, kept once

    class Meta:
        ordering = ["-sent_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.sender} to {self.recipient}"

    def get_absolute_url(self) -> str:
        """Where it is read and answered."""
        return reverse("message", args=[self.uuid])
