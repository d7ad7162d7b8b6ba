"""Searches that found nothing and became a wish of somebody's section. `search.wishes` makes and answers them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Wanted(models.Model):
    """That a person waits for something that a search did not find. They get one mail when it is there."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    query = models.CharField(max_length=255)  # as it was typed
    wish = models.ForeignKey("home.Wish", null=True, on_delete=models.SET_NULL, related_name="+")  # where all read it
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)  # when the mail was written

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "query"], name="wanted_once")]
        indexes = [models.Index(fields=["asked_at"], name="wanted_open", condition=models.Q(answered_at=None))]

    def __str__(self) -> str:
        return self.query
