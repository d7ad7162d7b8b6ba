"""The engine on PostgreSQL: its own full-text index finds, BM25 ranks.

`ts_rank` knows nothing of how rare a word is, nor how long a text: half as good on judged collections. What BM25 needs
is all there, though. How many documents hold a word, the index counts. How often one document holds it follows from
`ts_rank` of that word alone, which is the sum of 1/j² over its n positions, divided by π²/6: nearly 1 - 0.6079/(n + ½),
so n is that turned around, and rounded.
"""

from __future__ import annotations

import math
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import transaction

from search.engines.base import Hit
from search.engines.database import DatabaseEngine, Sql
from search.queries import Clause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from search.engines.base import Results, SearchRequest
    from search.queries import Phrase, Query

K1, B = 1.2, 0.75  # BM25's own: how soon more of the same word says no more; how much a long text is held against it
FEW, MINUTES = 5000, 10  # fewer documents are counted each time
_TIMES = "round(0.6079::float8 / (1.00001 - 10 * ts_rank({column}, {term})) - 0.5)"

_COMMON = """SELECT word, part FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = 'words',
    unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) AS known (word, part)
    WHERE c.oid = 'search_words'::regclass AND word IS NOT NULL"""


class PostgreSQLEngine(DatabaseEngine):
    """`search_words w` has one narrow row for each document that is there, its vectors stored apart."""

    name = "postgresql"
    held = "w"
    # Of no index: for a word that nearly all documents hold, the planner would take the index of rules.
    rule = "(w.access_id + 0)"
    number = indexed = "w.document_id"
    ordered = "search_words w JOIN search_searchdocument d ON d.id = w.document_id"
    every = matched = "search_words w"
    table: int  # the index's own number
    about: float  # how many documents it had when PostgreSQL last counted; -1 where it never did

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
        """The planner does not know what it costs to look into a vector, and would look into all of them, or into those of
        all documents that the reader may see: each look is worth twenty of its operations. What it then thinks that a
        statement costs is no reason to compile it, either.
        """
        with transaction.atomic(self.connection.alias), self.connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL jit = off; SET LOCAL cpu_operator_cost = 0.05;"
                "SELECT oid, reltuples FROM pg_class WHERE oid = 'search_words'::regclass"
            )
            self.table, self.about = cursor.fetchone()
            yield
            cursor.execute("SET LOCAL enable_seqscan = on; SET LOCAL jit = on; SET LOCAL cpu_operator_cost TO DEFAULT")

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

    def _found(self, request: SearchRequest) -> tuple[list[tuple[int, int]], Sql]:
        """As everywhere; but a phrase is looked for once: it means a look into each document that has its words."""
        phrases = (len(phrase) > 1 for clause in request.query.wanted for phrase in clause.alternatives)
        if not any(phrases):
            return super()._found(request)
        matching = self._matching(request)
        start = f"SELECT w.facets_id, array_agg(w.document_id) FROM {self.matched} WHERE "
        sets = self._rows(start + matching + " GROUP BY w.facets_id")
        found = [document for _, documents in sets for document in documents]
        matching = Sql("w.document_id = ANY(%s)", [found])
        return [(facets, len(documents)) for facets, documents in sets], matching

    def _ranked(self, request: SearchRequest, chosen: Sql, candidates: Sequence[int] | None = None) -> list[Hit]:
        column = "coalesce(w.members_words, w.words)" if request.members else "w.words"
        if candidates is not None:
            chosen = Sql("w.document_id = ANY(%s)", [candidates])
        total, average = self._size()
        tables = self.matched if request.section is None else self.ordered
        # The vectors are unpacked once, not once for each word: `|| ''` makes them anew.
        read = (
            f"WITH c AS MATERIALIZED (SELECT w.document_id AS id, w.title, {column} || '' AS words,"
            f" {K1} * (1 - {B} + {B} * w.length / {average or 1}) AS slow FROM {tables} WHERE " + chosen + ")"
        )
        score = Sql("0")
        asked = _words(request.query)
        for frequency, clause in self._frequencies(list(asked)):
            query = _clause(clause)
            weight = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)) * (K1 + 1) * asked[clause]
            whole = "c.slow / (c.slow + " + _times("c.words", query) + ")"
            title = f"{K1} / ({K1} + " + _times("c.title", query) + ")"
            score += f" + {weight} * (2 - " + whole + " - " + title + ")"
        page = Sql(
            " AS score FROM c ORDER BY score DESC, c.id DESC LIMIT %s OFFSET %s", [request.limit, request.offset]
        )
        return [Hit(*row) for row in self._rows(read + " SELECT c.id, " + score + page)]

    def _frequencies(self, clauses: Sequence[Clause]) -> list[tuple[int, Clause]]:
        """As everywhere; but how many documents hold a common word the planner knows, as it was when it last counted."""
        common = self._common()
        plain = {clause.alternatives[0][0]: clause for clause in clauses if _is_word(clause)} if common else {}
        known: dict[Clause, int] = {}
        if plain:
            stems = ", ".join(["(ts_lexize('search_english', %s))[1]"] * len(plain))
            for stem, clause in zip(self._rows(Sql(f"SELECT {stems}", list(plain)))[0], plain.values(), strict=True):
                if stem in common:
                    known[clause] = common[stem]
        rest = [clause for clause in clauses if clause not in known]
        if rest:
            known |= {clause: number for number, clause in super()._frequencies(rest)}
        return [(known[clause], clause) for clause in clauses]

    def _common(self) -> dict[str, int]:
        """The commonest stems, and about how many documents hold each. None of few documents: those are counted."""
        if self.about < FEW:
            return {}
        common = cache.get(f"search-common-{self.table}")
        if common is None:
            common = {stem: round(part * self.about) for stem, part in self._rows(Sql(_COMMON))}
            cache.set(f"search-common-{self.table}", common, MINUTES * 60)
        return common

    def _number(self) -> int:
        return self._size()[0]

    def _size(self) -> tuple[int, float]:
        """How many documents there are, and how long they are on average. Of many, as it was some minutes ago."""
        exactly = Sql("SELECT COUNT(*), AVG(length)::float8 FROM search_words")
        if self.about < FEW:
            return self._rows(exactly)[0]
        size = cache.get(f"search-size-{self.table}")
        if size is None:
            size = self._rows(exactly)[0]
            cache.set(f"search-size-{self.table}", size, MINUTES * 60)
        return size[0], size[1]


def _is_word(clause: Clause) -> bool:
    return not clause.prefix and len(clause.alternatives) == 1 and len(clause.alternatives[0]) == 1


def _words(query: Query) -> dict[Clause, int]:
    """Each word that is wanted, by itself, and how often it is asked for."""
    asked = Counter(Clause(clause.alternatives) for clause in query.wanted if _is_word(clause))
    for clause in query.wanted:
        for phrase in clause.alternatives:
            for word in phrase:
                asked.setdefault(Clause(((word,),), prefix=clause.prefix and word == phrase[-1]), 1)
    return asked


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
