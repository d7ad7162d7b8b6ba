"""The text of a file, so that it can be found and read. Extracted outside of any request (`search.reading`)."""

from __future__ import annotations

from django.db import models


class FileText(models.Model):
    """What could be read in one file. Made waiting, in the transaction that stores the file; replaced when it is."""

    class Status(models.TextChoices):
        """How the reading went. Editors see it in these words."""

        WAITING = "waiting", "Not read yet"
        READ = "read", "Can be searched"
        EMPTY = "empty", "Holds no text (a scan, perhaps)"
        FAILED = "failed", "Could not be read"
        NOT_TEXT = "not_text", "Not a text"

    document = models.OneToOneField(
        "home.SiteDocument", on_delete=models.CASCADE, primary_key=True, related_name="text"
    )
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.WAITING)
    reason = models.CharField(max_length=255, blank=True)  # why it failed, in words
    parts = models.JSONField(default=list)  # `search.extraction.parts.PartDict`, in order
    file_name = models.CharField(max_length=255, blank=True)  # where the file that this is of is stored
    tries = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(null=True)  # since when somebody is about to read it
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["status"], name="file_text_status")]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.get_status_display()}"

    @property
    def said(self) -> str:
        """How it went, as a sentence for editors."""
        if self.status == self.Status.FAILED:
            return f"{self.get_status_display()}. {self.reason}"
        return f"{self.get_status_display()}."
