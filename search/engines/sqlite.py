"""The engine on SQLite: FTS5, whose bm25() knows how rare a word is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.engines.base import Hit
from search.engines.database import DatabaseEngine, Sql, among, page_in_order
from search.engines.sqlite_schema import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.engines.base import SearchRequest
    from search.queries import Clause

OPEN = tuple(name for name in COLUMNS if name != "members_text")
TITLE_ALONE = ", ".join("1.0" if name == "title" else "0.0" for name in COLUMNS)


class SQLiteEngine(DatabaseEngine):
    """FTS5 tables are joined by their rowid, which is the document's primary key."""

    name = "sqlite"
    held = "d"
    rule = "d.access_id"
    number = "d.id"
    indexed = "w.rowid"
    every = "search_searchdocument d"
    matched = "search_words w CROSS JOIN search_searchdocument d INDEXED BY search_narrow ON d.id = w.rowid"
    ordered = "search_words w CROSS JOIN search_searchdocument d ON d.id = w.rowid"

    def _says(self, clauses: Sequence[Clause], match: str, *, members: bool, titled: bool = False) -> Sql:
        wanted = expression(clauses, match, COLUMNS if members else OPEN)
        if titled:
            wanted = f"({wanted}) AND ({expression(clauses, 'any', ('title',))})"
        return Sql("search_words MATCH %s", [wanted])

    def _is_by(self, names: Sequence[str]) -> Sql:
        return Sql("search_words MATCH %s", ["authors : (" + " AND ".join(map(_string, names)) + ")"])

    def _in_order(self, request: SearchRequest, chosen: Sql, *, many: bool) -> list[Hit]:
        """As everywhere; but of very many, the newest are soon met on the way from the newest of all."""
        if not (many and request.query.wanted) or request.sort == "title":
            return super()._in_order(request, chosen, many=many)
        found = f"SELECT d.id FROM {self.matched} WHERE " + chosen
        walk = "SELECT d.id FROM search_searchdocument d INDEXED BY search_newest WHERE d.id IN (" + found + ")"
        return [Hit(pk, 0.0) for pk in self._numbers(walk + page_in_order(request))]

    def _ranked(self, request: SearchRequest, chosen: Sql, candidates: Sequence[int] | None = None) -> list[Hit]:
        if candidates is not None:  # +: looked up for each row, not one search for each of them
            chosen += " AND " + among("+w.rowid", candidates)
        page = Sql(" ORDER BY score DESC, d.id DESC LIMIT %s OFFSET %s", [request.limit, request.offset])
        score = f"-bm25(search_words) - bm25(search_words, {TITLE_ALONE}) AS score"
        return [Hit(*row) for row in self._rows(f"SELECT d.id, {score} FROM {self.matched} WHERE " + chosen + page)]


def expression(clauses: Sequence[Clause], match: str, columns: Sequence[str]) -> str:
    """Clauses in FTS5's language, looked for in these columns."""
    joined = (" AND " if match == "all" else " OR ").join(_clause(clause) for clause in clauses)
    return f"{{{' '.join(columns)}}} : ({joined})"


def _clause(clause: Clause) -> str:
    phrases = [_string(" ".join(phrase)) + (" *" if clause.prefix else "") for phrase in clause.alternatives]
    return "(" + " OR ".join(phrases) + ")"


def _string(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'
