"""The distinct combinations of facet values. There are far fewer than documents, so counts add up few rows."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Cast

if TYPE_CHECKING:
    from collections.abc import Iterable

Pairs = tuple[tuple[str, str], ...]


class FacetSet(models.Model):
    """One distinct set of facet values, as (name, value) pairs in the words of `home.filters`. Rows are never changed."""

    digest = models.CharField(max_length=64, unique=True)  # of `values`: SHA-256, in hexadecimal
    values = models.JSONField()

    def __str__(self) -> str:
        return ", ".join(f"{name}={value}" for name, value in self.values)

    @classmethod
    def of(cls, sets: Iterable[Iterable[tuple[str, str]]]) -> list[int]:
        """The primary keys of these sets of pairs, in order; those that are missing are made."""
        wanted = [sorted(set(pairs)) for pairs in sets]
        digests = [hashlib.sha256(json.dumps(values).encode()).hexdigest() for values in wanted]
        rows = cls.objects.filter(digest__in=digests)
        known = dict(rows.values_list("digest", "pk"))
        missing = {digest: values for digest, values in zip(digests, wanted, strict=True) if digest not in known}
        if missing:
            new = [FacetSet(digest=digest, values=values) for digest, values in missing.items()]
            FacetSet.objects.bulk_create(new, ignore_conflicts=True)
            known = dict(rows.values_list("digest", "pk"))
        return [known[digest] for digest in digests]

    @classmethod
    def holding(cls, name: str, value: str) -> models.QuerySet[FacetSet]:
        """The sets that hold one pair. Reads them all: for what happens rarely."""
        text = Cast("values", models.TextField())
        return cls.objects.annotate(text=text).filter(text__contains=json.dumps([name, value]))


_known: dict[int, Pairs] = {}


def pairs_of(keys: Iterable[int]) -> dict[int, Pairs]:
    """The pairs of these sets by primary key. Each is read once a process, for the rows never change."""
    keys = list(keys)
    missing = sorted({pk for pk in keys if pk not in _known})
    for start in range(0, len(missing), 1000):
        rows = FacetSet.objects.filter(pk__in=missing[start : start + 1000])
        _known.update(
            {pk: tuple((name, value) for name, value in values) for pk, values in rows.values_list("pk", "values")}
        )
    return {pk: _known[pk] for pk in keys}


def forget_pairs() -> None:
    """Read the sets anew: their rows are others than before. For tests, whose database goes back in time."""
    _known.clear()
