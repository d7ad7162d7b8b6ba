"""PostgreSQL full text search for the admin."""

from modelsearch.backends.database.postgres.postgres import (
    PostgresAutocompleteQueryCompiler,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
)

from home.search_backend import AnyFilter, PlainWords


class SearchCompiler(AnyFilter, PostgresSearchQueryCompiler):
    """Whole words."""


class AutocompleteCompiler(AnyFilter, PostgresAutocompleteQueryCompiler):
    """Words of which the last may be unfinished."""


class AdminSearchBackend(PlainWords, PostgresSearchBackend):
    """Stock, with plain words and any filter."""

    query_compiler_class = SearchCompiler
    autocomplete_query_compiler_class = AutocompleteCompiler
