"""Which version of the privacy notice a person agreed to, and when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Consent(models.Model):
    """One person's agreement to one version of the notice (`home.CommunitySettings.privacy_version`)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consents")
    version = models.PositiveIntegerField()
    agreed_at = models.DateTimeField("agreed", default=timezone.now)

    class Meta:
        ordering = ["version"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "version"], name="agreed_once_a_version")]

    def __str__(self) -> str:
        return f"{self.user}, version {self.version}"
