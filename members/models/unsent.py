"""Forms that arrived when their sender was no longer signed in."""

from __future__ import annotations

import uuid

from django.db import models


class UnsentForm(models.Model):
    """What somebody typed into a form that could not be taken, for themselves alone until they have signed in again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("members.User", on_delete=models.CASCADE, related_name="unsent_forms")
    address = models.TextField(help_text="Where the form is sent to.")
    fields = models.JSONField(help_text="Pairs of name and value, in their order.")
    files = models.JSONField(default=list, help_text="Names of files that were chosen. The files are not kept.")
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-kept_at"]

    def __str__(self) -> str:
        return self.address
