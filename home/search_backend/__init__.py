"""Wagtail's own search, which the admin's explorer and choosers use, kept fast and unbreakable.

Readers' search is not this: it reads `home.Entry`. Here only titles are indexed (`Page.search_fields`). Measured with 20,000
pages, the stock backend takes up to 195 s on SQLite (it asks the full-text table again for every hit) and half a second
and more on PostgreSQL (migration 0004 adds the missing index); a quotation mark in the query ends in an error.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection
from modelsearch.query import And, Or, Phrase, PlainText

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_WORDS = 16
WORD = re.compile(r"[^\W_]+")


def words_of(query: Any) -> Iterator[str]:
    """The words of what was typed: text, or the query that Wagtail's parser made of it."""
    if isinstance(query, str):
        yield from WORD.findall(query)
    elif isinstance(query, (PlainText, Phrase)):
        yield from WORD.findall(query.query_string)
    else:
        for part in query.subqueries:
            yield from words_of(part)


class PlainWords:
    """Mixed into a backend: a query is its words, whatever stands between them, and not too many of them."""

    def _search(self, query_compiler_class: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(query, (str, PlainText, Phrase, And, Or)):
            query = " ".join(islice(words_of(query), MAX_WORDS))
        return super()._search(query_compiler_class, query, *args, **kwargs)  # type: ignore[misc]


class AnyFilter:
    """Mixed into a compiler: a list may be narrowed and sorted by any field before it is searched.

    The library lets only indexed fields pass, for engines that keep a copy of them. A database has them all.
    """

    def check(self) -> None:
        """Nothing to check."""


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - the name that Wagtail looks for
    """The backend for the default database. Takes the settings of `WAGTAILSEARCH_BACKENDS`."""
    if connection.vendor == "postgresql":
        from home.search_backend.postgres import AdminSearchBackend
    else:
        from home.search_backend.sqlite import AdminSearchBackend  # type: ignore[assignment]

    return AdminSearchBackend(params)
