"""Builds an index anew beside the one that answers, and puts it in its place in one step.

Goes on where it was stopped, however that happened. What is written meanwhile reaches both indexes (`sync.drain`): whoever
reads documents to send them holds the lease for writing, so that nothing older follows something newer.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from elasticsearch import NotFoundError

from home import planner
from search.elastic import bulk, schema
from search.elastic.client import alias, client, new_name, ours
from search.models import SearchDocument, SearchIndex, SearchLease

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

logger = structlog.get_logger(__name__)

BUSY = 0.1  # seconds until the lease is asked for again


def wanted() -> bool:
    """Whether an index must be built: none answers, one is half built, or ours would look different today."""
    return schema.current() is None or SearchIndex.building() is not None


def check() -> None:
    """See whether the index that answers is still the one that we made. Raises what the client raises."""
    live = SearchIndex.live()
    if live and _uuid(live.name) != live.uuid:
        logger.error("search_index_lost", index=live.name)
        live.distrust()


def _uuid(name: str) -> str:
    try:
        answer = client(bulk.SECONDS).indices.get_settings(index=name)
    except NotFoundError:
        return ""
    return answer[name]["settings"]["index"]["uuid"] if name in answer else ""


def give_up() -> None:
    """Drop an index that is half built. Raises what the client raises."""
    with SearchLease.awaited("write"):
        building = SearchIndex.building()
        if building:
            _delete([building.name])
            building.delete()


def go_on(seconds: float = float("inf"), progress: Callable[[int], object] | None = None) -> bool:
    """Build for at most this long; gives whether the new index answers now. Raises what the client raises.

    `progress` is told the number of documents after each portion.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with SearchLease.held("write") as mine:
            if mine:
                index = _index()
                number = _portion(index)
                if number == 0:
                    _swap(index)
                    return True
        if not mine:
            time.sleep(BUSY)
        elif progress:
            progress(number)
    return False


def _index() -> SearchIndex:
    index = SearchIndex.building()
    if index and index.fingerprint == schema.fingerprint() and _uuid(index.name) == index.uuid:
        return index
    if index:
        _delete([index.name])
        index.delete()
    name = new_name()
    client(bulk.SECONDS).indices.create(index=name, **schema.definition())
    return SearchIndex.objects.create(name=name, uuid=_uuid(name), fingerprint=schema.fingerprint())


def _portion(index: SearchIndex) -> int:
    """Send the next documents by primary key, which no edit and no deletion shifts; gives how many."""
    there = SearchDocument.objects.present().filter(pk__gt=index.cursor)
    rows = there.select_related("facets").order_by("pk")[: bulk.ROWS]
    batch = next(bulk.batches(rows.iterator(chunk_size=bulk.READ_AT_ONCE)), None)
    if batch is None:
        return 0
    outcome = bulk.send(batch, [index.name])
    if outcome.refused:
        SearchDocument.objects.filter(pk__in=outcome.refused).update(synced_version=0)
    if SearchIndex.live() is None:
        bulk.confirm(outcome.sent)
    index.cursor = batch[-1][0].pk
    index.save(update_fields=["cursor"])
    return len(batch)


def _swap(index: SearchIndex) -> None:
    """Let the new index answer, in one step, and remove all others of ours."""
    elastic = client(bulk.SECONDS)
    elastic.indices.refresh(index=index.name)
    try:
        before = list(elastic.indices.get_alias(name=alias()))
    except NotFoundError:
        before = []
    elastic.indices.update_aliases(
        actions=[
            *({"remove": {"index": name, "alias": alias()}} for name in before if name != index.name),
            {"add": {"index": index.name, "alias": alias()}},
        ]
    )
    with transaction.atomic():
        SearchIndex.objects.exclude(pk=index.pk).delete()
        index.state = SearchIndex.State.LIVE
        index.save(update_fields=["state"])
    planner.tell()  # else SQLite would look for what waits by reading all, as if nothing had been sent
    _delete(leftovers())
    logger.info("search_index_live", index=index.name)


def leftovers() -> list[str]:
    """Indexes of ours on the server that no row knows. Raises what the client raises."""
    there = client(bulk.SECONDS).indices.get(index=f"{alias()}-*", filter_path="*.aliases", expand_wildcards="all")
    known = set(SearchIndex.objects.values_list("name", flat=True))
    return [name for name in ours(there) if name not in known]


def _delete(names: Iterable[str]) -> None:
    for name in names:
        client(bulk.SECONDS).indices.delete(index=name, ignore_unavailable=True)
