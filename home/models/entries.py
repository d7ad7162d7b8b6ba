"""The flat row of everything that can be listed or found. Derived; `home.entries` writes it.

Measured reason: at 20,000 pages a count over the joined page tables costs about forty times a count over this row.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, In
from django.utils import timezone

from home import access


class AccessRuleQuerySet(models.QuerySet):
    """Queries over rules."""

    def allowing(self, user: Any) -> AccessRuleQuerySet:
        """The rules that let this person in."""
        held = access.keys_for(user)
        if access.EVERYTHING in held:
            return self
        condition = Q()
        for key in held:
            condition |= Q(text__contains=f"|{key}|")
        return self.filter(condition)


class AccessRule(models.Model):
    """One distinct set of access keys. There are few; an entry, a facet row and (later) a search document point here.

    `text` is what `access.rule_text` gives. Rows are never changed.
    """

    text = models.CharField(max_length=2000, unique=True)  # room for every section at once

    objects = AccessRuleQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text


# An expression rather than "is null or later": a planner would otherwise gather every row that has not expired before it
# looks at the order. For the same reason no index begins with the rule, which most rows share.
_NEVER = models.Value(dt.datetime(9999, 1, 1, tzinfo=dt.UTC), output_field=models.DateTimeField())


class EntryQuerySet(models.QuerySet):
    """The editors' words for groups of entries."""

    def visible_to(self, user: Any) -> EntryQuerySet:
        """What this person may see now: their rules, and not past its expiry."""
        return self.filter(
            GreaterThan(Coalesce("expires_at", _NEVER), timezone.now()),
            access__in=AccessRule.objects.allowing(user),
        )

    def for_rows(self) -> EntryQuerySet:
        """With what a row shows of its section and rule, and nothing else of them.

        Half of what reading an entry costs would be the columns of the section's page.
        """
        own = (field.name for field in self.model._meta.concrete_fields)
        return self.select_related("section", "access").only(
            *own, "access__text", "section__title", "section__slug", "section__code"
        )

    def in_section(self, section: Any) -> EntryQuerySet:
        """What is published in a section or also listed in it; with None, what is shared by all."""
        if section is None:
            return self.filter(section__isnull=True)
        return self.filter(facets__name="state", facets__value=section.slug)

    def of_type(self, *types: str) -> EntryQuerySet:
        """Only these types (`announcement`, `event`, `call`, `webinar`, `resource`)."""
        if len(types) == 1:
            return self.filter(type=types[0])
        # An expression: a planner would otherwise gather all rows of these types and sort them, to show the newest five.
        return self.filter(In(Coalesce("type", models.Value("")), types))

    def urgent(self) -> EntryQuerySet:
        """Announcements whose banner is up now."""
        now = timezone.now()
        return self.filter(urgent_from__lte=now).filter(Q(urgent_until__isnull=True) | Q(urgent_until__gt=now))

    def pinned_first(self) -> EntryQuerySet:
        """Newest first, with what is pinned today on top."""
        today = timezone.localdate()
        pinned = models.Case(models.When(pinned_until__gte=today, then=1), default=0)
        return self.order_by(pinned.desc(), "-published_at", "-pk")

    def coming_first(self) -> EntryQuerySet:
        """What is still to come, soonest first; then what is over, latest first."""
        coming = Q(ends_at__gt=timezone.now())
        starts = models.Case(models.When(coming, then="starts_at"))
        return self.order_by(
            models.Case(models.When(coming, then=0), default=1), starts, models.F("starts_at").desc(), "-pk"
        )


class Entry(models.Model):
    """What a listing needs to know of one published content page."""

    page = models.OneToOneField("home.ContentPage", on_delete=models.CASCADE, primary_key=True, related_name="entry")
    type = models.CharField(max_length=16)
    kind = models.CharField(max_length=32, blank=True)
    section = models.ForeignKey("home.SectionPage", null=True, on_delete=models.CASCADE, related_name="+")
    access = models.ForeignKey(AccessRule, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=255)
    teaser = models.CharField(max_length=320, blank=True)
    url = models.CharField(max_length=1024)
    detail = models.CharField(max_length=120, blank=True, help_text="Small line: file type and size, length.")
    year = models.PositiveSmallIntegerField(null=True)
    published_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    pinned_until = models.DateField(null=True)
    urgent_from = models.DateTimeField(null=True)
    urgent_until = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["type", "-published_at", "-page"], name="entry_newest"),
            models.Index(fields=["type", "title"], name="entry_title"),
            models.Index(fields=["section", "type", "-published_at"], name="entry_section"),
            models.Index(fields=["-published_at", "-page"], name="entry_stream"),
            models.Index(fields=["type", "starts_at"], name="entry_starts"),
            models.Index(fields=["expires_at"], name="entry_expires"),
            models.Index(fields=["urgent_from"], name="entry_urgent"),
            models.Index(fields=["type", "access", "expires_at"], name="entry_count"),
        ]

    def __str__(self) -> str:
        return self.title

    def is_open_to(self, held: frozenset[str]) -> bool:
        """Whether somebody who holds these keys may see it now: what `visible_to` asks the database, for a row at hand."""
        past = self.expires_at is not None and self.expires_at <= timezone.now()
        return not past and access.allows(held, self.access.text.strip("|").split("|"))


class EntryFacet(models.Model):
    """One value of one facet of one entry. Repeats the entry's type and rule, so that counts need no join."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="facets")
    name = models.CharField(max_length=16)
    value = models.CharField(max_length=80)
    type = models.CharField(max_length=16)
    access = models.ForeignKey(AccessRule, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "name", "value"], name="facet_value_once")]
        indexes = [
            models.Index(fields=["type", "name", "value", "access"], name="facet_count"),
            models.Index(fields=["name", "value", "type", "entry"], name="facet_entries"),
        ]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"
