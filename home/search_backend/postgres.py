"""PostgreSQL full text search for the admin."""

from modelsearch.backends.database.postgres.postgres import PostgresSearchBackend

from home.search_backend import PlainWords


class AdminSearchBackend(PlainWords, PostgresSearchBackend):
    """Stock, with plain words."""
