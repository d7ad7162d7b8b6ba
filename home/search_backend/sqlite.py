"""SQLite FTS5 search for the admin: one join instead of a subquery for every hit."""

from __future__ import annotations

from typing import Any

from modelsearch.backends.database.sqlite.query import MatchExpression, normalize
from modelsearch.backends.database.sqlite.sqlite import (
    IndexEntry,
    SQLiteAutocompleteQueryCompiler,
    SQLiteFTSIndexEntry,
    SQLiteSearchBackend,
    SQLiteSearchQueryCompiler,
)
from modelsearch.query import MatchAll, Not
from modelsearch.utils import get_descendants_content_types_pks

from home.search_backend import AnyFilter, PlainWords


class JoinedSearch:
    """Mixed into a compiler: the hits come from one join of the model, its index entries and the full-text table."""

    def search(self, config: Any, start: int | None, stop: int | None, score_field: str | None = None) -> Any:
        """The rows that match, best first where relevance is asked for."""
        query = normalize(self.query)
        if isinstance(query, (MatchAll, Not)):
            return super().search(config, start, stop, score_field)  # type: ignore[misc]
        match = MatchExpression(self.fields or self.FTS_TABLE_FIELDS, self.build_search_query(query, config=config))
        model = self.queryset.model._meta
        words, entry = SQLiteFTSIndexEntry._meta.db_table, IndexEntry._meta.db_table
        condition, parameters = match.as_sql(self.queryset.query.get_compiler(using=self.queryset.db), None)
        kinds = ", ".join(str(pk) for pk in get_descendants_content_types_pks(self.queryset.model))
        score = score_field or "_score"
        # `extra` is the only way to join tables that no field points to; all that is typed is a parameter.
        queryset = self.queryset.extra(  # noqa: S610
            select={score: f"bm25({words})"} if self.order_by_relevance or score_field else None,
            tables=[entry, words],
            where=[
                f"{words}.rowid = {entry}.id",
                f"{entry}.content_type_id IN ({kinds})",
                f'CAST({entry}.object_id AS INTEGER) = "{model.db_table}"."{model.pk.column}"',
                condition,
            ],
            params=parameters,
        )
        if self.order_by_relevance:
            queryset = queryset.order_by(score, "-pk")
        elif not queryset.query.order_by:
            queryset = queryset.order_by("-pk")
        return queryset[start:stop]


class SearchCompiler(AnyFilter, JoinedSearch, SQLiteSearchQueryCompiler):
    """Whole words."""


class AutocompleteCompiler(AnyFilter, JoinedSearch, SQLiteAutocompleteQueryCompiler):
    """Words of which the last may be unfinished."""


class AdminSearchBackend(PlainWords, SQLiteSearchBackend):
    """Stock but for its compilers."""

    query_compiler_class = SearchCompiler
    autocomplete_query_compiler_class = AutocompleteCompiler
