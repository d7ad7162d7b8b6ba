"""The index of titles, for suggestions: each word as it stands, so that any part of it is a beginning.

Beside the index of words, whose stems have none ("screeni" begins no "screen"). Triggers keep it current in the writer's
transaction, as there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_FORGET = (
    "INSERT INTO search_titles (search_titles, rowid, type, title) VALUES ('delete', old.id, old.type, old.title);"
)
_LEARN = "INSERT INTO search_titles (rowid, type, title) VALUES (new.id, new.type, new.title);"
SQLITE = (
    "DROP TRIGGER IF EXISTS search_titles_insert",
    "DROP TRIGGER IF EXISTS search_titles_update",
    "DROP TRIGGER IF EXISTS search_titles_delete",
    "DROP TABLE IF EXISTS search_titles",
    """CREATE VIRTUAL TABLE search_titles USING fts5(
        type, title, content='search_searchdocument', content_rowid='id',
        tokenize="unicode61 remove_diacritics 2", prefix='1 2 3')""",
    "INSERT INTO search_titles (search_titles) VALUES ('rebuild')",
    f"CREATE TRIGGER search_titles_insert AFTER INSERT ON search_searchdocument BEGIN {_LEARN} END",
    f"""CREATE TRIGGER search_titles_update AFTER UPDATE OF type, title ON search_searchdocument
        BEGIN {_FORGET} {_LEARN} END""",
    f"CREATE TRIGGER search_titles_delete AFTER DELETE ON search_searchdocument BEGIN {_FORGET} END",
)

# A type is a word that no title holds: "=person".
_ROW = """SELECT d.id, d.access_id, d.expires_at,
    array_to_tsvector(string_to_array(search_plain(d.title), ' ') || ('=' || d.type))"""
POSTGRESQL = (
    "DROP TRIGGER IF EXISTS search_titles_follow ON search_searchdocument",
    "DROP TRIGGER IF EXISTS search_titles_truncate ON search_searchdocument",
    "DROP TABLE IF EXISTS search_titles",
    "DROP FUNCTION IF EXISTS search_titles_follow()",
    """CREATE TABLE search_titles (
        document_id bigint PRIMARY KEY, access_id bigint NOT NULL, expires_at timestamptz, words tsvector NOT NULL)""",
    f"INSERT INTO search_titles {_ROW} FROM search_searchdocument d WHERE NOT d.deleted",
    # Without the list of what is pending, which every question would read from end to end.
    "CREATE INDEX search_titles_words ON search_titles USING gin (words) WITH (fastupdate = off)",
    f"""CREATE FUNCTION search_titles_follow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'TRUNCATE' THEN
            DELETE FROM search_titles;
            RETURN NULL;
        END IF;
        IF TG_OP <> 'INSERT' THEN
            DELETE FROM search_titles WHERE document_id = OLD.id;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            INSERT INTO search_titles {_ROW} FROM (SELECT NEW.*) d WHERE NOT d.deleted;
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER search_titles_follow
        AFTER INSERT OR DELETE OR UPDATE OF type, title, access_id, expires_at, deleted
        ON search_searchdocument FOR EACH ROW EXECUTE FUNCTION search_titles_follow()""",
    """CREATE TRIGGER search_titles_truncate AFTER TRUNCATE
        ON search_searchdocument FOR EACH STATEMENT EXECUTE FUNCTION search_titles_follow()""",
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the index, in place of one that is there, with the titles of the documents that are there."""
    with connection.cursor() as cursor:
        for statement in _statements(connection):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the index away."""
    with connection.cursor() as cursor:
        for statement in _statements(connection):
            if statement.startswith("DROP"):
                cursor.execute(statement)


def _statements(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE
