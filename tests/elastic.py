"""A real Elasticsearch for tests: one that `make elasticsearch` has started, named by ELASTICSEARCH_TEST_URL."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import override_settings

from search.elastic import rebuild, sync
from search.elastic.client import alias, client, ours
from search.engines import elasticsearch, fallback
from search.models import SearchDocument, SearchIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from search.engines.base import Hit, Results, SearchRequest

PATIENT = 30  # seconds: a busy machine is no failure


def server() -> str:
    """Its address; skips the test where there is none."""
    address = os.environ.get("ELASTICSEARCH_TEST_URL", "")
    if not address:
        pytest.skip("No Elasticsearch: `make elasticsearch`, then ELASTICSEARCH_TEST_URL=http://127.0.0.1:9200")
    return address


def use(settings, monkeypatch, address: str) -> None:
    """Let this test's site have that Elasticsearch, with a prefix of its own."""
    settings.ELASTICSEARCH_URL = [address]
    settings.ELASTICSEARCH_PREFIX = f"test-{os.getpid()}"
    monkeypatch.setattr(elasticsearch, "SECONDS", PATIENT)
    fallback.breaker.reset()
    sync.breaker.reset()


def clear() -> None:
    """Remove what a test has left there."""
    elastic = client(PATIENT)
    for name in ours(elastic.indices.get(index=f"{alias()}-*")):
        elastic.indices.delete(index=name)


@contextmanager
def kept(address: str) -> Iterator[pytest.MonkeyPatch]:
    """Let the site have that Elasticsearch for as long as the block runs: for a module that builds its index once."""
    with override_settings(), pytest.MonkeyPatch.context() as patch:
        use(settings, patch, address)
        yield patch
        clear()


def catch_up() -> None:
    """What the clock does: build the first index, send what waits."""
    if rebuild.wanted():
        rebuild.go_on()
    sync.drain()
    assert SearchIndex.live()
    assert not SearchDocument.objects.waiting().exists()


class Current:
    """The engine, told of every change before it is asked."""

    name = "elasticsearch"

    def __init__(self):
        self.engine = elasticsearch.ElasticsearchEngine()

    def search(self, request: SearchRequest) -> Results:
        catch_up()
        return self.engine.search(request)

    def related(self, document: int, request: SearchRequest) -> list[Hit]:
        catch_up()
        return self.engine.related(document, request)
