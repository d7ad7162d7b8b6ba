"""Answers from Elasticsearch, and only what the database would say too.

The index is told of changes within a second or two (`search.elastic.sync`), but rights hold at once: documents that wait
are left out of the question, and where many wait, or one has waited long, the index is behind and the database answers.
What comes back is compared with the rows once more before anybody sees it.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from search.elastic import bodies, schema
from search.elastic.client import FAILURES, alias, client, reason
from search.engines.base import EngineFailed, Hit, OutOfStep, Results
from search.models import SearchDocument

if TYPE_CHECKING:
    from search.engines.base import SearchRequest

SECONDS = 1.0  # what a search may take; the database needs the rest of the two seconds that people wait
MOST_WAITING = 200  # documents that can be left out of a question
LONGEST_WAIT = dt.timedelta(seconds=10)
DEEPEST = 10_000  # hits that Elasticsearch pages through
LIKE = 5_000  # characters of a document that say what it is about
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)


class IndexEngine:
    """Answers from one index, as it is."""

    name = "elasticsearch"

    def __init__(self, index: str, seconds: float):
        self.index, self.seconds = index, seconds  # what a question may take

    def search(self, request: SearchRequest) -> Results:
        """Answer a question. Raises EngineFailed."""
        if request.offset + request.limit > DEEPEST:
            raise OutOfStep("Elasticsearch pages no further.")
        waiting, now = self._waiting(), timezone.now()
        found, counted = self._ask([bodies.hits(request, waiting, now), bodies.counts(request, waiting, now)], request)
        try:
            numbers = counted["aggregations"]
            counts = {
                name: {bucket["key"]: bucket["doc_count"] for bucket in numbers[f"facet:{name}"]["values"]["buckets"]}
                for name in request.facets
            }
            total, whole = int(numbers["chosen"]["doc_count"]), int(counted["hits"]["total"]["value"])
            return Results(_hits(found, request), total, counts, self.name, whole)
        except UNREADABLE as error:
            raise EngineFailed("Elasticsearch gave an answer that cannot be read.") from error

    def related(self, document: int, request: SearchRequest) -> list[Hit]:
        """Documents like this one, within the rights of the request. Raises EngineFailed."""
        row = SearchDocument.objects.filter(pk=document).values_list("title", "summary", "text").first()
        if row is None:
            return []
        text = "\n".join(row)[:LIKE]
        body = bodies.related(text, document, request, self._waiting(), timezone.now())
        return _hits(self._ask([body], request)[0], request)

    def _ask(self, asked: list[dict[str, Any]], request: SearchRequest) -> list[Any]:
        """The answers to several questions, which the server takes at the same time."""
        timeout = f"{self.seconds * 900:.0f}ms"  # to hear from it, rather than hang up
        header = {"index": self.index, "allow_partial_search_results": False}
        lines = [line for body in asked for line in (header, {**body, "timeout": timeout})]
        try:
            answers = client(self.seconds).msearch(searches=lines)["responses"]
            for answer in answers:
                if "error" in answer:
                    raise EngineFailed(f"Elasticsearch failed: {answer['error']['type']}")
                if answer["timed_out"] or answer["_shards"]["failed"]:
                    raise EngineFailed("Elasticsearch gave a part of the answer.")
            if len(answers) != len(asked):
                raise EngineFailed("Elasticsearch did not answer every question.")
            self._compare({int(hit["_id"]): int(hit["_version"]) for hit in answers[0]["hits"]["hits"]}, request)
            _hits(answers[0], request)
        except FAILURES as error:
            raise EngineFailed(f"Elasticsearch failed: {reason(error)}") from error
        except UNREADABLE as error:
            raise EngineFailed("Elasticsearch gave an answer that cannot be read.") from error
        return answers

    def _waiting(self) -> list[int]:
        """The documents that must not be answered with."""
        return []

    def _compare(self, versions: dict[int, int], request: SearchRequest) -> None:
        """See that these documents, with the versions that were found, may be answered with. Raises OutOfStep."""


class ElasticsearchEngine(IndexEngine):
    """The engine of a site with an Elasticsearch."""

    def __init__(self) -> None:
        super().__init__(alias(), SECONDS)

    def _waiting(self) -> list[int]:
        """The documents that the index does not have as they are now. Raises OutOfStep if it is too far behind, or made for
        other questions than today's.
        """
        if schema.current() is None:
            raise OutOfStep("No index of today's mapping is built yet.")
        waiting = list(SearchDocument.objects.waiting().values_list("pk", "changed_at")[: MOST_WAITING + 1])
        since = timezone.now() - LONGEST_WAIT
        if len(waiting) > MOST_WAITING or any(changed_at < since for _, changed_at in waiting):
            raise OutOfStep("The index is behind.")
        return [pk for pk, _ in waiting]

    def _compare(self, versions: dict[int, int], request: SearchRequest) -> None:
        """See that every hit is what the database has at this moment. If not, no number can be trusted either."""
        there = SearchDocument.objects.present().filter(pk__in=versions, access__in=request.rules)
        if dict(there.values_list("pk", "version")) != versions:
            raise OutOfStep("The index has something else than the database.")


def _hits(answer: Any, request: SearchRequest) -> list[Hit]:
    return [Hit(int(hit["_id"]), bodies.score_of(hit, request)) for hit in answer["hits"]["hits"]]
