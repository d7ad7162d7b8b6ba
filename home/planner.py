"""Tells the database how full its tables are, where it would find out by itself too late or not at all."""

from __future__ import annotations

from django.db import connection
from wagtail.models import Page

from home.models import ContentPage, Entry, EntryFacet


def tell() -> None:
    """Make the statistics that queries are planned by. The clock calls it each hour, and whoever writes very much at once.

    SQLite never makes any by itself: without them, the counts beside filters take up to seven times as long at 20,000 pages.
    It has to know of all tables: one of which it knows nothing it takes for a very long one, and reads the others whole.
    PostgreSQL looks every minute: right after an import of 2,000 rows, the counts took ten seconds a page.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Rows looked at an index: half a second in all, however many there are. From fewer than all rows of a value it
            # guesses how many there are of the others: of 1,000 rows, it took 9,000 resources for fewer than Ohio's 200.
            cursor.execute("PRAGMA analysis_limit = 100000")
            cursor.execute("ANALYZE")
        else:
            tables = (model._meta.db_table for model in (Page, ContentPage, Entry, EntryFacet))
            cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")
