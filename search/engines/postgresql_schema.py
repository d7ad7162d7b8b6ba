"""PostgreSQL's index of words: a narrow table beside the search documents, which triggers keep current in the writer's
transaction.

Beside and not in them, because marking a document as sent to Elasticsearch would otherwise write its index entries anew;
narrow, because counts read it from end to end. No foreign key: the triggers do what it would, and Django may empty the
table of documents alone.

Words are stemmed (Snowball, English) and lose their accents; none is left out, so that "to be or not to be" is a phrase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

REMOVE = (
    "DROP TRIGGER IF EXISTS search_words_change ON search_searchdocument",
    "DROP TRIGGER IF EXISTS search_words_delete ON search_searchdocument",
    "DROP TRIGGER IF EXISTS search_words_truncate ON search_searchdocument",
    "DROP TABLE IF EXISTS search_words",
    "DROP FUNCTION IF EXISTS search_words_learn()",
    "DROP FUNCTION IF EXISTS search_words_forget()",
    "DROP FUNCTION IF EXISTS search_words_forget_all()",
    "DROP FUNCTION IF EXISTS search_vector(text)",
    "DROP FUNCTION IF EXISTS search_plain(text)",
    "DROP TEXT SEARCH CONFIGURATION IF EXISTS search_english",
    "DROP TEXT SEARCH DICTIONARY IF EXISTS search_english",
)
ANALYSIS = (
    "CREATE TEXT SEARCH DICTIONARY search_english (TEMPLATE = pg_catalog.snowball, Language = english)",
    "CREATE TEXT SEARCH CONFIGURATION search_english (COPY = pg_catalog.simple)",
    "ALTER TEXT SEARCH CONFIGURATION search_english ALTER MAPPING REPLACE pg_catalog.simple WITH search_english",
    # Letters and digits with single spaces between: PostgreSQL's parser would take "jail/prison" for a path. What costs is
    # each place that an expression finds, so single spaces are not looked for, and ASCII is not taken apart.
    r"""CREATE FUNCTION search_plain(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT trim(regexp_replace(regexp_replace(
            CASE WHEN octet_length(words) = length(words) THEN lower(words)
            ELSE regexp_replace(lower(normalize(words, NFKD)), '[\u0300-\u036f]+', '', 'g') END,
            '[^[:alnum:] ]+', ' ', 'g'), ' {2,}', ' ', 'g'))
    $$""",
    # A vector holds a megabyte. Longer texts (a thousand pages of a table, say) are found by their beginning.
    """CREATE FUNCTION search_vector(words text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
    DECLARE
        size integer := length(words);
    BEGIN
        LOOP
            BEGIN
                RETURN ts_delete(to_tsvector('search_english', left(words, size)), 'fieldends');
            EXCEPTION WHEN program_limit_exceeded THEN
                size := size / 2;
            END;
        END LOOP;
    END $$""",
)
# A phrase is looked for in the vector of each document that has its words: not compressed (which saves nothing), it is read
# in half the time.
TABLE = """CREATE {temporary} TABLE search_words (
    document_id bigint PRIMARY KEY,
    access_id bigint NOT NULL,
    facets_id bigint NOT NULL,
    expires_at timestamptz,
    length integer NOT NULL,
    title tsvector NOT NULL,
    authors tsvector NOT NULL,
    words tsvector NOT NULL,
    members_words tsvector
) WITH (toast_tuple_target = 128);
ALTER TABLE search_words ALTER words SET STORAGE EXTERNAL, ALTER members_words SET STORAGE EXTERNAL"""
INDEX = "CREATE INDEX search_words_gin ON search_words USING gin (words, members_words, title, authors)"
COUNTS = "CREATE INDEX search_words_counts ON search_words (access_id, facets_id) INCLUDE (expires_at)"
# One row of the table from one document: "d". The filler keeps a phrase from running from one field into the next.
_ROW = """SELECT d.id, d.access_id, d.facets_id, d.expires_at,
    length(plain.words) - length(replace(plain.words, ' ', '')) + 1,
    search_vector(search_plain(d.title)), search_vector(search_plain(d.authors)), search_vector(plain.words),
    CASE WHEN d.members_text <> '' THEN search_vector(plain.words || ' fieldends ' || search_plain(d.members_text)) END
    FROM {documents} d, LATERAL (SELECT search_plain(
        concat_ws(' fieldends ', d.title, d.summary, d.authors, d.text)) AS words) plain"""
FILL = f"INSERT INTO search_words {_ROW.format(documents='search_searchdocument')} WHERE NOT d.deleted"
TRIGGER_FUNCTIONS = (
    f"""CREATE FUNCTION search_words_learn() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM search_words WHERE document_id = NEW.id;
        IF NOT NEW.deleted THEN
            INSERT INTO search_words {_ROW.format(documents="(SELECT NEW.*)")};
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION search_words_forget() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM search_words WHERE document_id = OLD.id;
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION search_words_forget_all() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM search_words;
        RETURN NULL;
    END $$""",
)
TRIGGERS = (
    """CREATE TRIGGER search_words_change AFTER INSERT OR UPDATE OF
        title, summary, authors, text, members_text, access_id, facets_id, expires_at, deleted
        ON search_searchdocument FOR EACH ROW EXECUTE FUNCTION search_words_learn()""",
    """CREATE TRIGGER search_words_delete AFTER DELETE
        ON search_searchdocument FOR EACH ROW EXECUTE FUNCTION search_words_forget()""",
    """CREATE TRIGGER search_words_truncate AFTER TRUNCATE
        ON search_searchdocument FOR EACH STATEMENT EXECUTE FUNCTION search_words_forget_all()""",
)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the index away."""
    with connection.cursor() as cursor:
        for statement in REMOVE:
            cursor.execute(statement)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the index, in place of one that is there, with the words of the documents that are there."""
    remove(connection)
    with connection.cursor() as cursor:
        for statement in (*ANALYSIS, TABLE.format(temporary=""), FILL, INDEX, COUNTS, *TRIGGER_FUNCTIONS, *TRIGGERS):
            cursor.execute(statement)
