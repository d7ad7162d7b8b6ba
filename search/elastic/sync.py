"""Tells Elasticsearch what has changed: the documents that wait. The clock does it twice a second; nothing else has to.

Nothing is lost: a document waits, as a row of the database, until every index has confirmed its newest version and shows
it to searches. Whatever fails in between, it is sent again.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog

from search.elastic import bulk, rebuild
from search.elastic.client import FAILURES, client, configured, reason
from search.engines.breaker import Breaker
from search.models import SearchDocument, SearchIndex, SearchLease

if TYPE_CHECKING:
    from collections.abc import Callable

logger = structlog.get_logger(__name__)

SLICE = 5  # seconds that the clock spends here at a time
BUILD_FOR = 1  # of them, in which it builds an index: what is saved meanwhile is to be found within two

# A server that hangs must not hold up the clock: after one failure it is left alone for some seconds.
breaker = Breaker(failures=1, pause=5)


def tend() -> None:
    """The clock's job: send what waits, and build an index where one is wanted. A server that fails is no error here."""
    if configured() and (rebuild.wanted() or SearchDocument.objects.waiting().exists()):
        _trying(_catch_up)


def check() -> None:
    """The clock's job: see whether the index is still there. A server that fails is no error here."""
    if configured():
        _trying(rebuild.check)
    else:
        _forget()


def _trying(work: Callable[[], object]) -> None:
    if not breaker.allows():
        return
    try:
        client(1).info()  # a server that hangs is known in a second
        work()
    except FAILURES as error:
        breaker.failed()
        logger.warning("search_not_in_step", reason=reason(error))
    else:
        breaker.succeeded()


def _catch_up() -> None:
    if rebuild.wanted():
        rebuild.go_on(BUILD_FOR)
    drain(SLICE)


def _forget() -> None:
    """Without Elasticsearch nothing has to be told to it: tombstones go, and an index of earlier days counts no more."""
    SearchDocument.objects.filter(deleted=True).delete()
    SearchIndex.objects.all().delete()


def drain(seconds: float = float("inf"), progress: Callable[[int], object] | None = None) -> int:
    """Send what waits, for at most this long, and give how many documents went. Raises what the client raises.

    `progress` is told the number of documents after each portion.

    Does nothing while somebody else is at it, or while no index answers: the first one is being built then.
    """
    done = 0
    until = time.monotonic() + seconds
    refused: set[int] = set()
    while time.monotonic() < until:
        with SearchLease.held("write") as mine:
            live = SearchIndex.live()
            if not mine or not live:
                break
            waiting = SearchDocument.objects.waiting().exclude(pk__in=refused)
            rows = waiting.select_related("facets").order_by("pk")[: bulk.ROWS]
            batch = next(bulk.batches(rows.iterator(chunk_size=bulk.READ_AT_ONCE)), None)
            if batch is None:
                break
            building = SearchIndex.building()
            indexes = [live.name, building.name] if building else [live.name]
            outcome = bulk.send(batch, indexes)
            if not bulk.show(indexes):
                break
            bulk.confirm(outcome.sent)
            refused |= set(outcome.refused)
            if not _explained(outcome.newer):
                logger.error("search_index_from_another_time", index=live.name)
                live.distrust()
                break
            done += len(outcome.sent)
            if progress:
                progress(len(batch))
    return done


def _explained(newer: dict[int, int]) -> bool:
    """Whether the database, too, has a newer version of each of these than was sent. It then goes with the next batch.

    If not, the index knows a future that the database has forgotten, because it was restored from a backup.
    """
    known = dict(SearchDocument.objects.filter(pk__in=newer).values_list("pk", "version"))
    return all(pk not in known or known[pk] > version for pk, version in newer.items())
