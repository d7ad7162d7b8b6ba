"""What every engine is asked, and what it answers. The contract tests hold all engines to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from search.queries import Query

Counts = dict[str, dict[str, int]]


@dataclass(frozen=True)
class SearchRequest:
    """One question, with the rights of who asks already in it.

    `rules` are the primary keys of the `AccessRule` rows that let the reader in; only documents with one of them exist
    for this question, in hits, total, counts and spelling alike. `members`: whether the reader may also read what is for
    members alone. `chosen` are the facet values that were ticked (several of one facet widen, several facets narrow);
    `facets` those to count: a count is what its value would find together with the choices of the other facets.
    `match`: whether a document must meet all wanted clauses, or any one. Documents past `expires_at` do not exist.
    """

    query: Query
    rules: tuple[int, ...]
    members: bool = False
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    match: Literal["all", "any"] = "all"
    sort: Literal["relevance", "newest", "oldest", "title"] = "relevance"
    author: str = ""  # words that must all stand in `authors`
    years: tuple[int, int] | None = None  # of the facet `year`, both ends included
    section: int | None = None  # the section whose documents come first
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True)
class Hit:
    """A document that matches, by its primary key; a higher score stands first."""

    document: int
    score: float


@dataclass(frozen=True)
class Results:
    """An answer: one page of hits, how many there are in all, and the counts of the facets asked for.

    `found` is how many there would be if nothing were chosen (years are part of the question, not a choice).
    """

    hits: list[Hit]
    total: int
    counts: Counts = field(default_factory=dict)
    engine: str = ""
    found: int = 0


class EngineFailed(Exception):  # noqa: N818
    """An engine could not answer: down, too slow, out of step. Another one should be asked."""


class OutOfStep(EngineFailed):
    """The engine is well, but does not have what the database has now."""


class Engine(Protocol):
    """A search engine."""

    name: str  # elasticsearch, postgresql or sqlite

    def search(self, request: SearchRequest) -> Results:
        """Answer a question. Raises EngineFailed. A query without words finds everything, newest first."""
        ...

    def related(self, document: int, request: SearchRequest) -> list[Hit]:
        """Documents like this one, without it, within the rights of the request (whose query is empty)."""
        ...
