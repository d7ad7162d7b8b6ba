"""Sends search documents to Elasticsearch in bulk, each with its version, and says what became of each."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from django.db.models import F

from search.elastic.client import client
from search.elastic.schema import body_of
from search.models import SearchDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

logger = structlog.get_logger(__name__)

SECONDS = 15  # what one request may take
ROWS = 500
READ_AT_ONCE = 20  # rows in memory: a document may hold two million characters
CHARACTERS = 4_000_000  # of JSON in one request; a single document may be larger


@dataclass
class Outcome:
    """What became of documents that were sent, by primary key."""

    sent: dict[int, int] = field(default_factory=dict)  # -> the version that all indexes have now
    newer: dict[int, int] = field(default_factory=dict)  # -> the version that was sent; some index knows a newer one
    refused: dict[int, str] = field(default_factory=dict)  # -> why


def batches(rows: Iterable[SearchDocument]) -> Iterator[list[tuple[SearchDocument, str]]]:
    """Documents with their bodies, in portions that fit in one request."""
    batch: list[tuple[SearchDocument, str]] = []
    size = 0
    for row in rows:
        body = "" if row.deleted else json.dumps(body_of(row))
        if batch and (len(batch) >= ROWS or size + len(body) > CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append((row, body))
        size += len(body)
    if batch:
        yield batch


def send(batch: list[tuple[SearchDocument, str]], indexes: Sequence[str]) -> Outcome:
    """Send one portion to all these indexes. Raises what the client raises.

    A version that is older than what an index has is not taken (`external_gte`), so sending twice does no harm.
    """
    lines: list[Any] = []
    versions: list[tuple[int, int]] = []
    for index in indexes:
        for row, body in batch:
            meta = {"_index": index, "_id": str(row.pk), "version": row.version, "version_type": "external_gte"}
            lines.append(json.dumps({"delete" if row.deleted else "index": meta}))
            if body:
                lines.append(body)
            versions.append((row.pk, row.version))
    answer = client(SECONDS).bulk(operations=lines)
    outcome = Outcome()
    for (pk, version), item in zip(versions, answer["items"], strict=True):
        result = next(iter(item.values()))
        if result["status"] == 409:
            outcome.newer[pk] = version
        elif "error" in result:
            outcome.refused[pk] = f"{result['status']} {result['error']['type']}"
        else:
            outcome.sent[pk] = version
    for pk in [*outcome.newer, *outcome.refused]:
        outcome.sent.pop(pk, None)
    for pk, why in outcome.refused.items():
        logger.warning("search_document_refused", document=pk, reason=why)
    return outcome


def show(indexes: Sequence[str]) -> bool:
    """Let searches see what was sent, and give whether all of them do. Until then it must not count as sent."""
    return client(SECONDS).indices.refresh(index=list(indexes))["_shards"]["failed"] == 0


def confirm(sent: dict[int, int]) -> None:
    """Note which versions Elasticsearch has now; tombstones that it has forgotten go."""
    by_version: dict[int, list[int]] = {}
    for pk, version in sent.items():
        by_version.setdefault(version, []).append(pk)
    for version, pks in by_version.items():
        SearchDocument.objects.filter(pk__in=pks, synced_version__lt=version).update(synced_version=version)
    SearchDocument.objects.filter(pk__in=list(sent), deleted=True, synced_version__gte=F("version")).delete()
