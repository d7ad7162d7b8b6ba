"""An index beside the site's, for a collection that is none of its content: the same analysis, the same questions."""

from __future__ import annotations

import json
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from search.elastic import bulk, schema
from search.elastic.client import alias, client
from search.engines.elasticsearch import IndexEngine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from search.engines.base import Engine

RULE = 1


@contextmanager
def elasticsearch_aside(documents: Sequence[tuple[str, str]]) -> Iterator[Engine]:
    """An engine over these documents, (title, text), numbered from 1; nothing of it is left behind.

    Raises what the client raises.
    """
    name = f"{alias()}-aside-{secrets.token_hex(8)}"
    client(bulk.SECONDS).indices.create(index=name, **schema.definition())
    try:
        for start in range(0, len(documents), bulk.ROWS):
            lines: list[Any] = []
            for number, (title, text) in enumerate(documents[start : start + bulk.ROWS], start=start + 1):
                body = {"document": number, "words": [title, text], "title": title, "access": RULE}
                lines += [
                    json.dumps({"index": {"_index": name, "_id": str(number)}}),
                    json.dumps(body | {"published_at": timezone.now().isoformat()}),
                ]
            client(bulk.SECONDS).bulk(operations=lines)
        bulk.show([name])
        yield IndexEngine(name, bulk.SECONDS)
    finally:
        client(bulk.SECONDS).indices.delete(index=name, ignore_unavailable=True)
