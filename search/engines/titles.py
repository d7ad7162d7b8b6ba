"""Asks the index of titles what begins like the words that were typed.

Asked of the database whichever engine searches: it is current, and quick enough for every key that is pressed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from search.engines.database import Sql, among

if TYPE_CHECKING:
    from collections.abc import Sequence

NEWEST = 60  # of each group; the caller picks from them
APART = ("section", "page", "person")  # types that are asked for by themselves; the others together


@dataclass(frozen=True)
class Titled:
    """A document with its title."""

    document: int
    type: str
    title: str


def begun(words: Sequence[str], rules: Sequence[int]) -> list[Titled]:
    """The documents in whose title all of these folded words stand, the last as the beginning of a word.

    Only those with one of the access rules that are not past their expiry; of each type in `APART`, and of all others
    together, the newest. One query.
    """
    if not (words and rules):
        return []
    found = _in_postgresql if connection.vendor == "postgresql" else _in_sqlite
    groups = [found(words, rules, kind) for kind in (*APART, None)]
    statement = "SELECT d.id, d.type, d.title FROM search_searchdocument d WHERE d.id IN (" + groups[0]
    for group in groups[1:]:
        statement += " UNION ALL " + group
    statement += ") ORDER BY d.id DESC"
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.params)
        return [Titled(*row) for row in cursor.fetchall()]


def _open(table: str, rules: Sequence[int]) -> Sql:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    opened = " AND " + among(f"{table}.access_id", rules)
    return opened + Sql(f" AND ({table}.expires_at IS NULL OR {table}.expires_at > %s)", [now])


def _in_sqlite(words: Sequence[str], rules: Sequence[int], kind: str | None) -> Sql:
    wanted = "title : (" + " AND ".join(f'"{word}"' for word in words) + " *)"
    types = f"type : {kind}" if kind else f"type : ({' OR '.join(APART)})"
    match = f"({wanted}) {'AND' if kind else 'NOT'} ({types})"
    # FTS5 gives its rows from the newest on and stops; the narrow index has all else that is asked of them.
    start = (
        "SELECT * FROM (SELECT t.rowid FROM search_titles t"
        " CROSS JOIN search_searchdocument n INDEXED BY search_narrow ON n.id = t.rowid"
    )
    found = start + Sql(" WHERE search_titles MATCH %s AND NOT n.deleted", [match]) + _open("n", rules)
    return found + f" ORDER BY t.rowid DESC LIMIT {NEWEST})"


def _in_postgresql(words: Sequence[str], rules: Sequence[int], kind: str | None) -> Sql:
    types = f"'={kind}'" if kind else " & ".join(f"!'={one}'" for one in APART)
    wanted = " & ".join(f"'{word}'" for word in words) + f":* & {types}"
    found = "(SELECT t.document_id FROM search_titles t WHERE t.words @@ " + Sql("%s::tsquery", [wanted])
    # + 0: by the index of words; the planner would go through all titles from the newest on, and look into each.
    return found + _open("t", rules) + f" ORDER BY t.document_id + 0 DESC LIMIT {NEWEST})"
