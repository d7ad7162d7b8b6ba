"""Words that mean the same as those that were typed: each clause of a query is also met by them.

Several words stand for one meaning in both directions ("dual diagnosis" and "COD"). Every word of such a phrase is met
by its synonyms by itself, so nothing is lost that the words alone would find. Only what was typed is widened, never what
widened it: groups that lead to each other do no harm. What stands in quotes is meant as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from search.models import SynonymGroup
from search.queries import STOP_WORDS, Clause, Query, words
from search.stems import stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from search.queries import Phrase

MOST = 16  # alternatives of one clause


@dataclass(frozen=True)
class Widened:
    """A query with its synonyms, and which phrases were added, as editors wrote them."""

    query: Query
    also: tuple[str, ...] = ()


def widen(query: Query, groups: Iterable[Iterable[str]] | None = None) -> Widened:
    """Add the synonyms of what is wanted. `groups` of phrases; those that editors keep where none are given."""
    if not query.wanted:
        return Widened(query)
    if groups is None:
        groups = [group.phrases for group in SynonymGroup.objects.order_by("pk")]
    meanings = _by_key(groups)
    clauses = list(query.wanted)
    also: dict[str, None] = {}
    for first, last, key in _spans(clauses, meanings):
        added = [phrase for phrase in meanings[key] if _key(words(phrase)) != key]
        also |= dict.fromkeys(added)
        for number in range(first, last + 1):
            clauses[number] = _with(clauses[number], [tuple(words(phrase)) for phrase in added])
    return Widened(replace(query, wanted=tuple(clauses)), tuple(also))


def _with(clause: Clause, phrases: list[Phrase]) -> Clause:
    return replace(clause, alternatives=tuple(dict.fromkeys([*clause.alternatives, *phrases]))[:MOST])


def _key(found: Iterable[str]) -> Phrase:
    """A phrase as it is compared: the stems of its telling words."""
    found = list(found)
    return tuple(stem(word) for word in [word for word in found if word not in STOP_WORDS] or found)


def _by_key(groups: Iterable[Iterable[str]]) -> dict[Phrase, list[str]]:
    meanings: dict[Phrase, list[str]] = {}
    for group in groups:
        phrases = list(group)
        for key in {_key(words(phrase)) for phrase in phrases} - {()}:
            meanings.setdefault(key, []).extend(phrases)
    return meanings


def _spans(clauses: list[Clause], meanings: dict[Phrase, list[str]]) -> Iterator[tuple[int, int, Phrase]]:
    """The runs of clauses that are a known phrase, from the left, the longest first: first and last clause, phrase."""
    longest = max(map(len, meanings), default=0)
    start = 0
    while start < len(clauses):
        found = None
        key: Phrase = ()
        for end in range(start, len(clauses)):
            clause = clauses[end]
            if clause.quoted or clause.prefix:
                break
            key += _key(clause.alternatives[0])
            if len(key) > longest:
                break
            if key in meanings:
                found = (start, end, key)
        if found:
            yield found
        start = found[1] + 1 if found else start + 1
