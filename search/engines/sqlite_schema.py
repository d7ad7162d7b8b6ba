"""SQLite's index of words: an FTS5 table over the search documents, which triggers keep current in the writer's transaction.

It stores no text of its own (external content), so it cannot say anything that the documents do not. A migration that
changes the documents' columns makes that table anew on SQLite, without its triggers: it ends with `install`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from search.engines import titles_schema

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

COLUMNS = ("title", "summary", "authors", "text", "members_text")
_NAMES = ", ".join(COLUMNS)
_OLD = ", ".join(f"old.{name}" for name in COLUMNS)
_NEW = ", ".join(f"new.{name}" for name in COLUMNS)
_FORGET = f"INSERT INTO search_words (search_words, rowid, {_NAMES}) VALUES ('delete', old.id, {_OLD});"
_LEARN = f"INSERT INTO search_words (rowid, {_NAMES}) VALUES (new.id, {_NEW});"

REMOVE = (
    "DROP TRIGGER IF EXISTS search_words_insert",
    "DROP TRIGGER IF EXISTS search_words_update",
    "DROP TRIGGER IF EXISTS search_words_delete",
    "DROP TABLE IF EXISTS search_words",
    "DROP INDEX IF EXISTS search_narrow",
)
TABLE = f"""CREATE VIRTUAL TABLE {{schema}}search_words USING fts5(
    {_NAMES}, content='search_searchdocument', content_rowid='id',
    tokenize="porter unicode61 remove_diacritics 2", prefix='2 3')"""
FILL = "INSERT INTO {schema}search_words (search_words) VALUES ('rebuild')"
# Counts look up each match. This holds all they want of it; the documents themselves are wide (five times slower).
NARROW = """CREATE INDEX {schema}search_narrow ON search_searchdocument
    (id, access_id, facets_id, expires_at, deleted, section_id)"""
TRIGGERS = (
    f"CREATE TRIGGER search_words_insert AFTER INSERT ON search_searchdocument BEGIN {_LEARN} END",
    f"CREATE TRIGGER search_words_update AFTER UPDATE OF {_NAMES} ON search_searchdocument BEGIN {_FORGET} {_LEARN} END",
    f"CREATE TRIGGER search_words_delete AFTER DELETE ON search_searchdocument BEGIN {_FORGET} END",
)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the index away."""
    with connection.cursor() as cursor:
        for statement in REMOVE:
            cursor.execute(statement)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the index, in place of one that is there, with the words of the documents that are there; that of titles, too."""
    remove(connection)
    with connection.cursor() as cursor:
        for statement in (TABLE.format(schema=""), FILL.format(schema=""), NARROW.format(schema=""), *TRIGGERS):
            cursor.execute(statement)
    titles_schema.install(connection)
