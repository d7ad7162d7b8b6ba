"""Searches that a person keeps, to be told of what is new."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone


class SavedSearch(models.Model):
    """One search of one person, by its shareable address. `search.saved` tells them what is new."""

    class Pace(models.TextChoices):
        """How often a mail may come."""

        DAILY = "daily", "Once a day, when there is something new"
        WEEKLY = "weekly", "Once a week, when there is something new"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    address = models.CharField(max_length=1000)  # the query string in its canonical form, with its question mark
    name = models.CharField(max_length=160)
    pace = models.CharField(max_length=8, choices=Pace.choices, default=Pace.WEEKLY)
    since = models.DateTimeField(default=timezone.now)  # what was there before is not new
    next_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "address"], name="saved_search_once")]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def every(self) -> dt.timedelta:
        """The time between two looks."""
        return dt.timedelta(days=1 if self.pace == self.Pace.DAILY else 7)


class ToldResult(models.Model):
    """That a person was told of a document by a saved search: nothing is told twice."""

    saved = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="told")
    key = models.CharField(max_length=40)  # of the document
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["saved", "key"], name="search_told_once")]
        default_permissions = ()

    def __str__(self) -> str:
        return self.key
