"""When each job of the clock last ran, how it went, and when it is due again."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """One job of the clock. `due_at` is also its lock: whoever moves it forward runs the job (`operations.clock`)."""

    job = models.CharField(max_length=64, primary_key=True)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    duration = models.FloatField(null=True, help_text="Seconds that the last run took.")
    error = models.TextField(blank=True, help_text="What went wrong in the last run. Empty if nothing did.")

    class Meta:
        verbose_name = "job of the clock"
        verbose_name_plural = "jobs of the clock"
        ordering = ["job"]

    def __str__(self) -> str:
        return self.job
