"""The community's controlled vocabularies: topics, settings, populations, stages, and what it takes to implement."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify


class Vocabulary(models.TextChoices):
    """The vocabularies. Each has a proxy model, so that each has a list, a permission and a name of its own."""

    TOPIC = "topic", "Topic"
    SETTING = "setting", "Setting"
    POPULATION = "population", "Population"
    STAGE = "stage", "Stage of implementation"
    REQUIREMENT = "needs", "What it takes"


class Term(models.Model):
    """One word of one vocabulary. Its slug is what addresses and entries carry, so it never changes once used."""

    vocabulary = models.CharField(max_length=16, choices=Vocabulary.choices, editable=False)
    name = models.CharField(max_length=80, help_text="As members would say it, for example: Crisis services.")
    slug = models.SlugField(max_length=80, editable=False)
    description = models.CharField(max_length=255, blank=True, help_text="When to use this term. Editors see it.")

    of: Vocabulary | None = None

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["vocabulary", "slug"], name="term_slug_once_a_vocabulary"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a second term of the same name: the two would share a slug."""
        super().clean()
        same = Term.objects.filter(vocabulary=self.of or self.vocabulary, name__iexact=self.name.strip())
        slug = Term.objects.filter(vocabulary=self.of or self.vocabulary, slug=self.slug or self._slug())
        if same.exclude(pk=self.pk).exists() or slug.exclude(pk=self.pk).exists():
            raise ValidationError({"name": "There is a term of this name already."})

    def _slug(self) -> str:
        return slugify(self.name)[:80] or "term"

    def save(self, *args, **kwargs) -> None:
        """Set the vocabulary from the proxy, and the slug from the first name."""
        if self.of and not self.vocabulary:
            self.vocabulary = self.of
        if not self.slug:
            self.slug = self._slug()
        super().save(*args, **kwargs)


class _OfVocabulary(models.Manager):
    """Only the terms of the proxy's own vocabulary."""

    def get_queryset(self):
        return super().get_queryset().filter(vocabulary=self.model.of)


class Topic(Term):
    """What a thing is about."""

    of = Vocabulary.TOPIC
    objects = _OfVocabulary()

    class Meta:
        proxy = True


class Setting(Term):
    """Where care is given."""

    of = Vocabulary.SETTING
    objects = _OfVocabulary()

    class Meta:
        proxy = True


class Population(Term):
    """Whom it is for."""

    of = Vocabulary.POPULATION
    objects = _OfVocabulary()

    class Meta:
        proxy = True


class Stage(Term):
    """How far along the work is for which a thing is useful."""

    of = Vocabulary.STAGE
    objects = _OfVocabulary()

    class Meta:
        proxy = True
        verbose_name = "stage of implementation"
        verbose_name_plural = "stages of implementation"


class Requirement(Term):
    """What it takes to implement: funding, law and policy, workforce, a screening tool, a fidelity tool."""

    of = Vocabulary.REQUIREMENT
    objects = _OfVocabulary()

    class Meta:
        proxy = True
        verbose_name = "what it takes"
        verbose_name_plural = "what it takes"
