"""The engine on PostgreSQL: its own full-text index finds, BM25 ranks.

`ts_rank` knows nothing of how rare a word is, nor how long a text: half as good on judged collections. What BM25 needs
is all there, though. How many documents hold a word, the index counts. How often one document holds it follows from
`ts_rank` of that word alone, which is the sum of 1/j² over its n positions, divided by π²/6: nearly 1 - 0.6079/(n + ½),
so n is that turned around, and rounded.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from search.engines.base import Hit
from search.engines.database import TITLE_WEIGHT, DatabaseEngine, Sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from search.engines.base import SearchRequest
    from search.queries import Clause, Phrase

K1, B = 1.2, 0.75  # BM25's own: how soon more of the same word says no more; how much a long text is held against it
_TIMES = "round((0.6079 / (1 - least(ts_rank(ARRAY[1, 1, 1, 1], {column}, {term}), 0.9999)) - 0.5)::numeric)"


class PostgreSQLEngine(DatabaseEngine):
    """`search_words w` has one narrow row for each document that is there, its vectors stored apart."""

    name = "postgresql"
    held = "w"
    number = indexed = "w.document_id"
    every = ordered = "search_words w JOIN search_searchdocument d ON d.id = w.document_id"
    matched = "search_words w"

    def _says(self, clauses: Sequence[Clause], match: str, *, members: bool) -> Sql:
        query = _joined((_clause(clause) for clause in clauses), "&&" if match == "all" else "||")
        if members:
            return Sql(f"(w.words @@ ({query.text}) OR w.members_words @@ ({query.text}))", query.params * 2)
        return "w.words @@ (" + query + ")"

    def _is_by(self, names: Sequence[str]) -> Sql:
        return "w.authors @@ (" + _joined((_tsquery((name,)) for name in names), "&&") + ")"

    def _by_relevance(self, request: SearchRequest, matching: Sql) -> list[Hit]:
        first, section = self._section_first(request)
        terms = {(phrase, clause.prefix) for clause in request.query.wanted for phrase in clause.alternatives}
        words = sorted({(word, prefix and word == phrase[-1]) for phrase, prefix in terms for word in phrase})
        queries = [_tsquery((word,), prefix=prefix) for word, prefix in words]
        column = "coalesce(w.members_words, w.words)" if request.members else "w.words"
        [(total, average)] = self._rows(Sql("SELECT COUNT(*), AVG(length) FROM search_words"))
        candidates = (
            f"WITH c AS MATERIALIZED (SELECT w.document_id AS id, d.section_id, w.title, {column} || '' AS words,"
            f" {K1} * (1 - {B} + {B} * w.length / {float(average or 1)}) AS slow FROM {self.ordered} WHERE "
            + matching
            + ")"
        )
        score = Sql("0")
        for query in queries:
            [(frequency,)] = self._rows("SELECT COUNT(*) FROM search_words w WHERE w.words @@ " + query)
            weight = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)) * (K1 + 1)
            times = _times("d.words", query) + f" + {TITLE_WEIGHT - 1} * " + _times("d.title", query)
            score += f" + {weight} * (1 - d.slow / (d.slow + " + times + "))"
        order = f" AS score FROM c d ORDER BY {first}score DESC, d.id DESC LIMIT %s OFFSET %s"
        page = Sql(order, [*section, request.limit, request.offset])
        rows = self._rows(candidates + " SELECT d.id, " + score + page)
        return [Hit(pk, float(score)) for pk, score in rows]


def _times(column: str, query: Sql) -> Sql:
    before, after = _TIMES.format(column=column, term="\0").split("\0")
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
