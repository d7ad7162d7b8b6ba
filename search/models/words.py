"""The words that stand in what can be found, by who may find it: what a mistyped word may have meant."""

from __future__ import annotations

from django.db import models

from home.models import AccessRule


class Word(models.Model):
    """A word, and in about how many documents of one access rule it stands. `search.spelling` keeps them."""

    word = models.CharField(max_length=40)
    length = models.PositiveSmallIntegerField()
    access = models.ForeignKey(AccessRule, on_delete=models.CASCADE, related_name="+", db_index=False)
    documents = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "access"], name="word_once_a_rule")]
        indexes = [models.Index(fields=["length", "access"], name="word_length")]

    def __str__(self) -> str:
        return self.word
