"""What somebody searches for: the one vocabulary of address parameters (`home.filters`), answered by an engine.

Further `section=ohio`, whose documents come first, and `only=1`, which takes the words as they stand: without synonyms
and without another spelling.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from home.filters import Chip, Filters
from home.models import SectionPage
from search import operators, queries, synonyms
from search.engines.base import SearchRequest

if TYPE_CHECKING:
    from django.http import QueryDict

    from search.engines.base import Counts
    from search.rights import Rights

FACETS = ["type", "state", "topic", "kind", "setting", "population", "stage", "source", "year", "format", "captions"]
PER_PAGE = 20


class SearchFilters(Filters):
    """What somebody searches for."""

    orders = {"relevance": "Best match first", **Filters.orders}
    usual_order = "relevance"
    types_in_words = operators.TYPES

    def __init__(self, data: QueryDict):
        super().__init__(data, facets=FACETS)
        understood = operators.understand(queries.parse(self.query).operators)
        for facet, value in understood.ticked.values():
            if value not in self.chosen.setdefault(facet, []):
                self.chosen[facet].append(value)
        self.understood = understood
        self.query = queries.without_operators(self.query, {*understood.ticked, *understood.unknown})
        slug = data.get("section", "").replace("\x00", "")
        self.section = SectionPage.objects.live().filter(slug=slug).first() if slug else None
        self.exact = data.get("only") == "1"
        self.others = {"section": self.section.slug if self.section else "", "only": "1" if self.exact else ""}
        self.parsed = queries.parse(self.query)
        self.widened = synonyms.Widened(self.parsed) if self.exact else synonyms.widen(self.parsed)
        self._counts: Counts = {}

    @property
    def words(self) -> str:
        """What was typed, without operators."""
        return queries.without_operators(self.query, self.understood.kept)

    def request(self, rights: Rights, *, offset: int = 0, limit: int = PER_PAGE, **changed: Any) -> SearchRequest:
        """The question as engines take it."""
        sort = "newest" if self.sort == "relevance" and not self.parsed.wanted else self.sort
        made = SearchRequest(
            query=self.widened.query,
            **rights,
            chosen=self.chosen,
            facets=tuple(FACETS),
            sort=sort,  # type: ignore[arg-type]  # one of `orders`
            author=self.understood.author,
            years=self.understood.years,
            section=self.section.pk if self.section else None,
            offset=offset,
            limit=limit,
        )
        return replace(made, **changed)

    def take(self, counts: Counts) -> None:
        """Keep the counts that an engine gave."""
        self._counts = {name: dict(values) for name, values in counts.items()}

    def counts(self) -> Counts:
        """Those of the engine."""
        return self._counts

    def address_without(self, facet: str) -> str:
        """The address without any choice of one facet."""
        values = self.chosen.pop(facet)
        try:
            return self.address()
        finally:
            self.chosen[facet] = values

    def sorts(self) -> list[tuple[str, str]]:
        """The best match is an order only where there are words."""
        return [(value, name) for value, name in super().sorts() if value != "relevance" or self.parsed.wanted]

    def word_chips(self) -> list[Chip]:
        """The words, and each operator that narrows the question itself."""
        kept = self.understood.kept
        chips = []
        if self.words:
            rest = " ".join(f'{name}:"{value}"' if " " in value else f"{name}:{value}" for name, value in kept)
            chips.append(Chip(f"“{self.words}”", self.address(q=rest)))
        for operator, label in kept.items():
            chips.append(Chip(label, self.address(q=queries.without_operators(self.query, {operator}))))
        return chips
