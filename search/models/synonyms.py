"""Words that mean the same, as editors keep them. `search.synonyms` puts them to use."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from search.queries import words


class SynonymGroup(models.Model):
    """One group of words and phrases that mean the same. Whoever searches for one also finds the others."""

    words = models.TextField(
        "words that mean the same",
        help_text="One word or phrase on each line, two or more. Capitals, accents and endings do not matter.",
    )

    class Meta:
        verbose_name = "group of synonyms"
        verbose_name_plural = "synonyms"
        ordering = ["words"]

    def __str__(self) -> str:
        return ", ".join(self.phrases)

    @property
    def phrases(self) -> list[str]:
        """The words and phrases, each once, as they were typed."""
        lines = (" ".join(line.split()) for line in self.words.splitlines())
        return list(dict.fromkeys(line for line in lines if words(line)))

    def clean(self) -> None:
        """Refuse a group of one."""
        super().clean()
        if len(self.phrases) < 2:
            raise ValidationError({"words": "Write at least two words or phrases, each on a line of its own."})
