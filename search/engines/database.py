"""What the two engines inside the database share: which documents match, how many, and which page of them.

A vendor's engine says how words are matched and how a match is scored (BM25 of all that a document says, and of its title
once more); rights, counts, orders and pages are here, once.
Everything typed is a parameter of the statement, never a part of it.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.utils import timezone

from search import counting
from search.engines.base import Hit, Results
from search.queries import STOP_WORDS, Clause, Query, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

    from search.engines.base import SearchRequest

MANY = 2000  # documents that are ranked; of more, the likeliest
# Of a document whose like is wanted: characters that are read, words whose frequency is asked, words that are searched.
READ, CONSIDERED, TELLING = 20_000, 16, 8
LIKE = 300  # documents that are ranked for it, those with its rarest words: it is asked with every page
FEW = 100  # documents: with fewer, no word is common enough to be left out
NEWEST = "d.published_at DESC, d.id DESC"
ORDERS = {"newest": NEWEST, "oldest": "d.published_at, d.id", "title": "lower(d.title), d.id"}


@dataclass
class Sql:
    """A part of a statement with its parameters."""

    text: str
    params: list[Any] = field(default_factory=list)

    def __add__(self, other: Sql | str) -> Sql:
        if isinstance(other, str):
            return Sql(self.text + other, self.params)
        return Sql(self.text + other.text, [*self.params, *other.params])

    def __radd__(self, text: str) -> Sql:
        return Sql(text + self.text, self.params)


def page_in_order(request: SearchRequest) -> Sql:
    """The order that is asked for, and the page of it."""
    return Sql(f" ORDER BY {ORDERS.get(request.sort, NEWEST)} LIMIT %s OFFSET %s", [request.limit, request.offset])


def among(column: str, values: Sequence[Any]) -> Sql:
    """The condition that a column holds one of these values."""
    return Sql(f"{column} IN ({', '.join(['%s'] * len(values))})", list(values))


class DatabaseEngine:
    """An engine that asks the site's own database, so that it is always there and always current.

    Two tables stand in its statements: `search_searchdocument d` and the vendor's index, `search_words`.
    """

    name: str
    held: str  # the table that a document's rule, facets and expiry are read from: `d`, or the index's copy of them
    rule: str  # the rule again, as it is asked for beside words
    number: str  # a document's primary key, wherever it is met
    indexed: str  # the same, read from the index alone
    matched: str  # the tables from which documents are had by their words
    every: str  # those from which all are had
    ordered: str  # those from which documents that match are had in an order of `d`

    def __init__(self, connection: BaseDatabaseWrapper | None = None) -> None:
        self.connection = connection or connections["default"]

    def search(self, request: SearchRequest) -> Results:
        """Answer a question, as the contract says."""
        if not request.rules:
            return Results([], 0, {name: {} for name in request.facets}, self.name)
        combinations, matching = self._found(request)
        counted = counting.count(combinations, request)
        hits: list[Hit] = []
        if counted.total > request.offset:
            choice = Sql("")
            if counted.narrowed:
                choice = " AND " + among(f"{self.held}.facets_id", counted.sets)
            hits = self._page(request, matching, choice, counted.total)
        return Results(hits, counted.total, counted.counts, self.name, counted.found)

    def related(self, document: int, request: SearchRequest) -> list[Hit]:
        """Documents that share the most telling words of this one, which is left out itself."""
        telling = self._telling_words(document)
        if not (telling and request.rules):
            return []
        query = Query(wanted=tuple(Clause(((word,),)) for word in telling))
        request = replace(request, query=query, match="any", sort="relevance")
        itself = Sql(f" AND {self.number} <> %s", [document])
        likeliest = self._numbers(self._candidates(request, LIKE) + itself + f" LIMIT {LIKE}")
        return self._ranked(request, self._matching(request) + itself, likeliest)

    def _found(self, request: SearchRequest) -> tuple[list[tuple[int, int]], Sql]:
        """How many documents match, by facet set, and the condition by which they are had again."""
        tables = self.matched if request.query.wanted else self.every
        start = f"SELECT {self.held}.facets_id, COUNT(*) FROM {tables} WHERE "
        matching = self._matching(request)
        return self._rows(start + matching + f" GROUP BY {self.held}.facets_id"), matching

    def _matching(self, request: SearchRequest, *, titled: bool = False) -> Sql:
        """The condition that a document is the reader's to see and says what is wanted; `titled`: in its title, a part."""
        query, members = request.query, request.members
        condition = among(self.rule if query.wanted else f"{self.held}.access_id", request.rules)
        condition += Sql(f" AND ({self.held}.expires_at IS NULL OR {self.held}.expires_at > %s)", [self._now()])
        if self.held == "d":
            condition += " AND NOT d.deleted"
        if query.wanted:
            condition += " AND " + self._says(query.wanted, request.match, members=members, titled=titled)
        if query.unwanted:
            condition += f" AND {self.number} NOT IN " + self._those(self._says(query.unwanted, "any", members=members))
        author = words(request.author)
        if author:
            condition += f" AND {self.number} IN " + self._those(self._is_by(author))
        return condition

    def _those(self, condition: Sql) -> Sql:
        return f"(SELECT {self.indexed} FROM search_words w WHERE " + condition + ")"

    def _page(self, request: SearchRequest, matching: Sql, choice: Sql, total: int) -> list[Hit]:
        """One page of the documents that match and meet the choice: those of the section asked for, then the others."""
        if request.section is None:
            return self._part(request, matching, choice, total)
        inside = choice + Sql(" AND d.section_id = %s", [request.section])
        outside = choice + Sql(" AND (d.section_id <> %s OR d.section_id IS NULL)", [request.section])
        [(number,)] = self._rows(f"SELECT COUNT(*) FROM {self.ordered} WHERE " + matching + inside)
        hits = self._part(request, matching, inside, number) if request.offset < number else []
        rest = replace(request, offset=max(0, request.offset - number), limit=request.limit - len(hits))
        return hits + (self._part(rest, matching, outside, total - number) if rest.limit else [])

    def _part(self, request: SearchRequest, matching: Sql, choice: Sql, total: int) -> list[Hit]:
        if request.sort != "relevance" or not request.query.wanted:
            return self._in_order(request, matching + choice, many=total > MANY)
        if total <= MANY:
            return self._ranked(request, matching + choice)
        likeliest = self._numbers(self._candidates(request, MANY) + choice + f" LIMIT {MANY}")
        hits = self._ranked(request, matching + choice, likeliest)
        if len(hits) == request.limit:
            return hits
        rest = replace(request, offset=max(0, request.offset - len(likeliest)), limit=request.limit - len(hits))
        others = " AND NOT " + among(self.number, likeliest) if likeliest else Sql("")
        return hits + self._in_order(rest, matching + choice + others, many=True)

    def _candidates(self, request: SearchRequest, left: int) -> Sql:
        """Of very many documents that match, those that are worth ranking: they hold one of the rarer words that are
        wanted (`left`: how many may hold them), or, where every one is common, one of them in the title. The others come
        after them, newest first.
        """
        rare: list[Clause] = []
        if request.match == "any":
            for frequency, clause in sorted(self._frequencies(request.query.wanted), key=lambda pair: pair[0]):
                left -= frequency
                if left < 0:
                    break
                rare.append(clause)
        if rare:
            request = replace(request, query=replace(request.query, wanted=tuple(rare)))
        tables = self.matched if request.section is None else self.ordered
        start = f"SELECT {self.number} FROM {tables} WHERE "
        return start + self._matching(request, titled=not rare)

    def _frequencies(self, clauses: Sequence[Clause]) -> list[tuple[int, Clause]]:
        """How many documents meet each clause, hidden ones too: a matter of the language, not of the reader."""
        counts = [
            "(SELECT COUNT(*) FROM search_words w WHERE " + self._says([clause], "all", members=False) + ")"
            for clause in clauses
        ]
        statement = counts[0]
        for count in counts[1:]:
            statement += ", " + count
        [numbers] = self._rows("SELECT " + statement)
        return list(zip(numbers, clauses, strict=True))

    def _in_order(self, request: SearchRequest, chosen: Sql, *, many: bool) -> list[Hit]:
        """One page of the documents that are chosen, in an order that is not that of the best match; `many`: over `MANY`."""
        tables = self.ordered if request.query.wanted or self.held == "w" else self.every
        found = self._numbers(f"SELECT {self.number} FROM {tables} WHERE " + chosen + page_in_order(request))
        return [Hit(pk, 0.0) for pk in found]

    def _numbers(self, statement: Sql) -> list[int]:
        return [pk for (pk,) in self._rows(statement)]

    def _number(self) -> int:
        """How many documents there are, hidden ones too."""
        return self._rows(Sql("SELECT COUNT(*) FROM search_searchdocument"))[0][0]

    def _now(self) -> Any:
        return self.connection.ops.adapt_datetimefield_value(timezone.now())

    def _rows(self, statement: Sql) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement.text, statement.params)
            return cursor.fetchall()

    def _says(self, clauses: Sequence[Clause], match: str, *, members: bool, titled: bool = False) -> Sql:
        """The condition that the words of a document meet all of these clauses, or any; `titled`: its title one of them."""
        raise NotImplementedError

    def _is_by(self, names: Sequence[str]) -> Sql:
        """The condition that its authors have all of these words."""
        raise NotImplementedError

    def _ranked(self, request: SearchRequest, chosen: Sql, candidates: Sequence[int] | None = None) -> list[Hit]:
        """One page of the documents that match and are chosen, best first; only of the candidates, if there are any."""
        raise NotImplementedError

    def _telling_words(self, document: int) -> list[str]:
        """The words that say most about a document: often in it, seldom elsewhere. Never those for members alone."""
        rows = self._rows(Sql("SELECT title, summary, text FROM search_searchdocument WHERE id = %s", [document]))
        counted: Counter[str] = Counter()
        for title, summary, text in rows:
            for part, weight in ((title, 4), (summary, 2), (text[:READ], 1)):
                for word in words(part):
                    counted[word] += weight
        often = [word for word in counted if word not in STOP_WORDS and len(word) > 2 and not word.isdecimal()]
        often = heapq.nlargest(CONSIDERED, often, key=counted.__getitem__)
        if not often:
            return []
        total, weights = self._number(), {}
        for frequency, clause in self._frequencies([Clause(((word,),)) for word in often]):
            if frequency < total / 4 or total < FEW:
                [[word]] = clause.alternatives
                weights[word] = counted[word] * math.log(1 + total / (frequency + 1))
        return heapq.nlargest(TELLING, weights, key=weights.__getitem__)
