"""Trying a search before readers do: what it would find with other synonyms, and why each page stands where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models.functions import Substr
from django.http import QueryDict

from home import access
from home.previews import Reader
from search import synonyms
from search.filters import SearchFilters
from search.marking import Wanted
from search.models import SearchDocument, SynonymGroup
from search.rights import of_anyone, rights_of
from search.service import find

if TYPE_CHECKING:
    from collections.abc import Iterable

    from search.queries import Query
    from search.rights import Rights
    from search.service import Answer

SHOWN = 20
DEEP = 200  # how far down a page is looked for
LOOKED_AT = 200_000  # characters of a text whose words are counted
READERS = [("me", "You"), ("visitor", "A visitor"), ("member", "Any member")]
PLACES = ("title", "summary", "authors", "text", "members_text")
PLACE_NAMES = {
    "title": "title",
    "summary": "summary",
    "authors": "authors",
    "text": "text, files and recording",
    "members_text": "what only members read",
}


@dataclass(frozen=True)
class Reason:
    """How often one thing that was searched for stands in each part of a page, in words; empty where it stands nowhere.

    `widened`: its synonyms are counted too.
    """

    wanted: str
    places: str
    widened: bool


@dataclass(frozen=True)
class Row:
    """One result: its number, title, address and score, and why."""

    number: int
    title: str
    url: str
    score: float
    reasons: list[Reason]


@dataclass(frozen=True)
class Trial:
    """What a search would find."""

    query: Query
    also: tuple[str, ...]
    answer: Answer
    rows: list[Row]
    sought: Row | None = None
    why_not: str = ""


def rights_as(reader: str, editor: Any) -> Rights:
    """The rights with which a search is tried: never more than the editor's own."""
    if reader == "visitor":
        return of_anyone()
    if reader == "member":
        held = access.keys_for(editor)
        keys = frozenset(key for key in (access.PUBLIC, access.MEMBERS) if access.allows(held, [key]))
        return rights_of(Reader(None, keys))
    return rights_of(editor)


def attempt(typed: str, rights: Rights, *, more: Iterable[str] = (), page: int | None = None) -> Trial:
    """Try a search. `more`: words that mean the same, as if they were kept; `page`: one whose place is wanted."""
    data = QueryDict(mutable=True)
    data["q"] = typed
    filters = SearchFilters(data)
    groups = [group.phrases for group in SynonymGroup.objects.order_by("pk")]
    more = [line for line in more if line.strip()]
    if more:
        kept = filters.widened.also
        filters.widened = synonyms.widen(filters.parsed, [*groups, more])
        if filters.widened.also == kept:  # none of the words was typed: they are meant for all that was
            filters.widened = synonyms.widen(filters.parsed, [*groups, [filters.words, *more]])
    answer = find(filters.request(rights, limit=DEEP if page else SHOWN, facets=()))
    hits = answer.results.hits
    query = answer.request.query
    rows = _rows([(number, hit) for number, hit in enumerate(hits[:SHOWN], start=1)], query, rights)
    sought, why_not = (None, "")
    if page:
        sought, why_not = _sought(page, hits, query, rights)
    return Trial(query, filters.widened.also, answer, rows, sought, why_not)


def _sought(page: int, hits: list[Any], query: Query, rights: Rights) -> tuple[Row | None, str]:
    document = SearchDocument.objects.present().filter(key=f"page:{page}").first()
    if document is None:
        return None, "This page is not published, so nobody finds it."
    if document.access_id not in rights["rules"]:
        return None, "This reader may not see this page."
    for number, hit in enumerate(hits, start=1):
        if hit.document == document.pk:
            return _rows([(number, hit)], query, rights)[0], ""
    [reasons] = _reasons([document.pk], query, rights).values()
    missing = [reason.wanted for reason in reasons if not reason.places]
    if missing:
        return None, f"Not found: it does not say {', '.join(f'“{word}”' for word in missing)}."
    return None, f"It is not among the first {DEEP} results."


def _rows(numbered: list[tuple[int, Any]], query: Query, rights: Rights) -> list[Row]:
    keys = [hit.document for _, hit in numbered]
    documents = SearchDocument.objects.only("title", "url").in_bulk(keys)
    reasons = _reasons(keys, query, rights)
    return [
        Row(number, documents[hit.document].title, documents[hit.document].url, hit.score, reasons[hit.document])
        for number, hit in numbered
        if hit.document in documents
    ]


def _reasons(keys: list[int], query: Query, rights: Rights) -> dict[int, list[Reason]]:
    """Why each of these documents is found, clause by clause."""
    wanted = Wanted.by(query)
    places = PLACES if rights["members"] else PLACES[:-1]
    beginnings = {f"{place}_start": Substr(place, 1, LOOKED_AT) for place in places}
    found = {}
    texts: Any = SearchDocument.objects.filter(pk__in=keys).values("pk", **beginnings)
    for row in texts:
        counts: dict[int, list[str]] = {}
        for place in places:
            marks = wanted.marks(row[f"{place}_start"])
            for clause in {mark.clause for mark in marks}:
                times = sum(mark.clause == clause for mark in marks)
                counts.setdefault(clause, []).append(f"{PLACE_NAMES[place]} {times}×")
        found[row["pk"]] = [
            Reason(" ".join(clause.alternatives[0]), ", ".join(counts.get(number, [])), len(clause.alternatives) > 1)
            for number, clause in enumerate(query.wanted[: len(wanted.patterns)])
        ]
    return found
