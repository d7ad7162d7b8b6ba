"""The engines: Elasticsearch, and the database itself (SQLite or PostgreSQL)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from search.elastic.client import configured

if TYPE_CHECKING:
    from search.engines.base import Engine
    from search.engines.database import DatabaseEngine


def database_engine() -> DatabaseEngine:
    """The engine inside the site's database."""
    if connection.vendor == "postgresql":
        from search.engines.postgresql import PostgreSQLEngine

        return PostgreSQLEngine()
    from search.engines.sqlite import SQLiteEngine

    return SQLiteEngine()


def engine() -> Engine:
    """The engine that answers readers: Elasticsearch where there is one and it is well, else the database's own."""
    if not configured():
        return database_engine()
    from search.engines.elasticsearch import ElasticsearchEngine
    from search.engines.fallback import FirstOf

    return FirstOf(ElasticsearchEngine(), database_engine())
