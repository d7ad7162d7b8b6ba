"""The text of a file, so that it can be found and read. Extracted outside of any request (`search.extraction`)."""

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
    # The parts in order: {"place": "page 3", "fragment": "page=3", "heading": "…", "text": "…"}.
    parts = models.JSONField(default=list)
    file_hash = models.CharField(max_length=40, blank=True)  # of the file that was read
    tries = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["status"], name="file_text_status")]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.get_status_display()}"
