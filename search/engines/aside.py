"""A second index beside the site's, for a collection that is none of its content: the same analysis, the same statements.

The database engines get temporary tables of the same names, which hide the site's from this one connection for as long.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from search.engines import database_engine, postgresql_schema, sqlite_schema
from search.models import SearchDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from search.engines.base import Engine

RULE = FACETS = 1
CHUNK = 500
TABLES = ("search_searchdocument", "search_words")


@contextmanager
def database_aside(documents: Sequence[tuple[str, str]]) -> Iterator[Engine]:
    """The database's engine over these documents, (title, text), numbered from 1; nothing of it is left behind."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        try:
            if postgresql:
                cursor.execute("CREATE TEMPORARY TABLE search_searchdocument (LIKE search_searchdocument)")
                _fill(documents)
                cursor.execute(postgresql_schema.TABLE.format(temporary="TEMPORARY"))
                cursor.execute(postgresql_schema.FILL)
                cursor.execute(postgresql_schema.INDEX)
                cursor.execute("ANALYZE search_words")
            else:
                columns = ", ".join(f.column for f in SearchDocument._meta.concrete_fields if not f.primary_key)
                cursor.execute(f"CREATE TEMPORARY TABLE search_searchdocument (id INTEGER PRIMARY KEY, {columns})")
                _fill(documents)
                cursor.execute(sqlite_schema.TABLE.format(schema="temp."))
                cursor.execute(sqlite_schema.FILL.format(schema="temp."))
                cursor.execute(sqlite_schema.NARROW.format(schema="temp."))
            yield database_engine()
        finally:
            for table in TABLES:
                cursor.execute(f"DROP TABLE IF EXISTS {'pg_temp' if postgresql else 'temp'}.{table}")


def _fill(documents: Iterable[tuple[str, str]]) -> None:
    now = timezone.now()
    rows = (
        SearchDocument(
            pk=number, key=str(number), access_id=RULE, facets_id=FACETS, title=title[:255], text=text, published_at=now
        )
        for number, (title, text) in enumerate(documents, start=1)
    )
    SearchDocument.objects.bulk_create(rows, batch_size=CHUNK)
