"""Tells the database how full its tables are, where it would find out by itself too late or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from wagtail.models import Page

from home.models import ContentPage, Entry, EntryFacet

if TYPE_CHECKING:
    from django.db.models import Model


def tell() -> None:
    """Make the statistics that queries are planned by. The clock calls it each hour, and whoever writes very much at once.

    SQLite never makes any by itself: without them, the counts beside filters take up to seven times as long at 20,000 pages.
    It has to know of all tables: one of which it knows nothing it takes for a very long one, and reads the others whole.
    Of our rows it looks at all: from a thousand, it took a library of 9,000 for less than the 200 of Ohio. Of pages it must
    not: where a column is empty in all of them (`alias_of`), it would then look nothing up by its index.
    PostgreSQL looks every minute: right after an import of 2,000 rows, the counts took ten seconds a page.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for rows, tables in ((1000, [""]), (100_000, [_name(Entry), _name(EntryFacet)])):
                cursor.execute(f"PRAGMA analysis_limit = {rows}")  # rows looked at an index; half a second in all
                for table in tables:
                    cursor.execute(f"ANALYZE {table}")
        else:
            cursor.execute(f"ANALYZE {', '.join(map(_name, (Page, ContentPage, Entry, EntryFacet)))}")


def _name(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)
