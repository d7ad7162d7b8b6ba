"""The engines: Elasticsearch, and the database itself (SQLite or PostgreSQL)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from search.engines.database import DatabaseEngine


def database_engine() -> DatabaseEngine:
    """The engine inside the site's database."""
    if connection.vendor == "postgresql":
        from search.engines.postgresql import PostgreSQLEngine

        return PostgreSQLEngine()
    from search.engines.sqlite import SQLiteEngine

    return SQLiteEngine()


def engine() -> DatabaseEngine:
    """The engine that answers readers."""
    return database_engine()
