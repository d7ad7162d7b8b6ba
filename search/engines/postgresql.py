"""The engine on PostgreSQL: its own full-text index finds, BM25 ranks.

`ts_rank` knows nothing of how rare a word is, nor how long a text: half as good on judged collections. What BM25 needs
is all there, though. How many documents hold a word, the index counts. How often one document holds it follows from
`ts_rank` of that word alone, which is the sum of 1/j² over its n positions, divided by π²/6: nearly 1 - 0.6079/(n + ½),
so n is that turned around, and rounded.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import transaction

from search.engines.base import Hit
from search.engines.database import TITLE_WEIGHT, DatabaseEngine, Sql
from search.queries import Clause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from search.engines.base import Results, SearchRequest
    from search.queries import Phrase, Query

K1, B = 1.2, 0.75  # BM25's own: how soon more of the same word says no more; how much a long text is held against it
FEW, MINUTES = 5000, 10  # fewer documents are counted each time
_TIMES = "round(0.6079::float8 / (1.00001 - 10 * ts_rank({column}, {term})) - 0.5)"


class PostgreSQLEngine(DatabaseEngine):
    """`search_words w` has one narrow row for each document that is there, its vectors stored apart."""

    name = "postgresql"
    held = "w"
    number = indexed = "w.document_id"
    ordered = "search_words w JOIN search_searchdocument d ON d.id = w.document_id"
    every = matched = "search_words w"

    def search(self, request: SearchRequest) -> Results:
        """Answer a question, as the contract says."""
        with self._by_index():
            return super().search(request)

    def related(self, document: int, request: SearchRequest) -> list[Hit]:
        """Documents like this one."""
        with self._by_index():
            return super().related(document, request)

    @contextmanager
    def _by_index(self) -> Iterator[None]:
        """The planner does not know what it costs to look into a vector, and would look into all of them. What it then
        thinks that a statement costs is no reason to compile it, either.
        """
        with transaction.atomic(self.connection.alias), self.connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL jit = off")
            yield
            cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL jit = on")

    def _says(self, clauses: Sequence[Clause], match: str, *, members: bool, titled: bool = False) -> Sql:
        query = _joined((_clause(clause) for clause in clauses), "&&" if match == "all" else "||")
        says = "w.words @@ " + query
        if members:
            says = "(" + says + " OR w.members_words @@ " + query + ")"
        if titled:
            says += " AND w.title @@ " + _joined((_clause(clause) for clause in clauses), "||")
        return says

    def _is_by(self, names: Sequence[str]) -> Sql:
        return "w.authors @@ " + _joined((_tsquery((name,)) for name in names), "&&")

    def _ranked(self, request: SearchRequest, choice: Sql, candidates: Sql | None = None) -> list[Hit]:
        column = "coalesce(w.members_words, w.words)" if request.members else "w.words"
        chosen = "w.document_id IN (" + candidates + ")" if candidates else self._matching(request) + choice
        total, average = self._size()
        tables = self.matched if request.section is None else self.ordered
        # The vectors are unpacked once, not once for each word: `|| ''` makes them anew.
        read = (
            f"WITH c AS MATERIALIZED (SELECT w.document_id AS id, w.title, {column} || '' AS words,"
            f" {K1} * (1 - {B} + {B} * w.length / {average or 1}) AS slow FROM {tables} WHERE " + chosen + ")"
        )
        score = Sql("0")
        for frequency, clause in self._frequencies(_words(request.query)):
            query = _clause(clause)
            weight = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)) * (K1 + 1)
            times = _times("c.words", query) + f" + {TITLE_WEIGHT - 1} * " + _times("c.title", query)
            score += f" + {weight} * (1 - c.slow / (c.slow + " + times + "))"
        page = Sql(
            " AS score FROM c ORDER BY score DESC, c.id DESC LIMIT %s OFFSET %s", [request.limit, request.offset]
        )
        return [Hit(*row) for row in self._rows(read + " SELECT c.id, " + score + page)]

    def _size(self) -> tuple[int, float]:
        """How many documents there are, and how long they are on average. Of many, as it was some minutes ago."""
        about = "SELECT oid, reltuples FROM pg_class WHERE oid = 'search_words'::regclass"
        [(table, rows)] = self._rows(Sql(about))
        exactly = Sql("SELECT COUNT(*), AVG(length)::float8 FROM search_words")
        if rows < FEW:
            return self._rows(exactly)[0]
        size = cache.get(f"search-size-{table}")
        if size is None:
            size = self._rows(exactly)[0]
            cache.set(f"search-size-{table}", size, MINUTES * 60)
        return size[0], size[1]


def _words(query: Query) -> list[Clause]:
    """Each word that is wanted, by itself."""
    words = {
        (word, clause.prefix and word == phrase[-1])
        for clause in query.wanted
        for phrase in clause.alternatives
        for word in phrase
    }
    return [Clause(((word,),), prefix=prefix) for word, prefix in sorted(words)]


def _times(column: str, query: Sql) -> Sql:
    """How often it is there."""
    before, after = _TIMES.format(column=column, term="|").split("|")
    return before + query + after


def _clause(clause: Clause) -> Sql:
    return _joined((_tsquery(phrase, prefix=clause.prefix) for phrase in clause.alternatives), "||")


def _tsquery(phrase: Phrase, *, prefix: bool = False) -> Sql:
    """One phrase in PostgreSQL's language. A prefix is stemmed like its word, so that it finds the word itself."""
    if prefix:
        return Sql("to_tsquery('search_english', %s)", [" <-> ".join(phrase) + ":*"])
    return Sql("phraseto_tsquery('search_english', %s)", [" ".join(phrase)])


def _joined(queries: Iterable[Sql], operator: str) -> Sql:
    first, *others = queries
    for other in others:
        first += f" {operator} " + other
    return "(" + first + ")"
