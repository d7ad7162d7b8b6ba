"""Answers from Elasticsearch, and only what the database would say too.

The index is told of changes within a second or two (`search.elastic.sync`), but rights hold at once: documents that wait
are left out of the question, and where many wait, or one has waited long, the index is behind and the database answers.
What comes back is compared with the rows once more before anybody sees it.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from search.elastic import bodies
from search.elastic.client import FAILURES, alias, client, reason
from search.engines.base import EngineFailed, Hit, OutOfStep, Results
from search.models import SearchDocument, SearchIndex

if TYPE_CHECKING:
    from search.engines.base import SearchRequest

SECONDS = 1.0  # what a search may take; the database needs the rest of the two seconds that people wait
MOST_WAITING = 200  # documents that can be left out of a question
LONGEST_WAIT = dt.timedelta(seconds=10)
DEEPEST = 10_000  # hits that Elasticsearch pages through
LIKE = 5_000  # characters of a document that say what it is about


class ElasticsearchEngine:
    """The engine of a site with an Elasticsearch."""

    name = "elasticsearch"

    def search(self, request: SearchRequest) -> Results:
        """Answer a question. Raises EngineFailed; OutOfStep where the index cannot know the answer."""
        if request.offset + request.limit > DEEPEST:
            raise OutOfStep("Elasticsearch pages no further.")
        answer = _ask(bodies.search(request, _waiting(), timezone.now()))
        try:
            hits = _hits(answer)
            total = int(answer["hits"]["total"]["value"])
            counted = answer.get("aggregations", {})
            found = counted["found"]["doc_count"] if request.chosen else total
            counts = {
                name: {bucket["key"]: bucket["doc_count"] for bucket in counted[f"facet:{name}"]["values"]["buckets"]}
                for name in request.facets
            }
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise EngineFailed("Elasticsearch gave an answer that cannot be read.") from error
        _compare(hits, request)
        return Results([hit for hit, _ in hits], total, counts, self.name, found)

    def related(self, document: int, request: SearchRequest) -> list[Hit]:
        """Documents like this one, within the rights of the request. Raises EngineFailed."""
        row = SearchDocument.objects.filter(pk=document).values_list("title", "summary", "text").first()
        if row is None:
            return []
        text = "\n".join(row)[:LIKE]
        answer = _ask(bodies.related(text, document, request, _waiting(), timezone.now()))
        try:
            hits = _hits(answer)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise EngineFailed("Elasticsearch gave an answer that cannot be read.") from error
        _compare(hits, request)
        return [hit for hit, _ in hits]


def _waiting() -> list[int]:
    """The documents that the index does not have as they are now. Raises OutOfStep if it is too far behind."""
    if SearchIndex.live() is None:
        raise OutOfStep("No index is built yet.")
    waiting = list(SearchDocument.objects.waiting().values_list("pk", "changed_at")[: MOST_WAITING + 1])
    since = timezone.now() - LONGEST_WAIT
    if len(waiting) > MOST_WAITING or any(changed_at < since for _, changed_at in waiting):
        raise OutOfStep("The index is behind.")
    return [pk for pk, _ in waiting]


def _ask(body: dict[str, Any]) -> Any:
    try:
        answer = client(SECONDS).search(index=alias(), body=body, allow_partial_search_results=False)
        whole = not answer["timed_out"] and answer["_shards"]["failed"] == 0
    except FAILURES as error:
        raise EngineFailed(f"Elasticsearch failed: {reason(error)}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise EngineFailed("Elasticsearch gave an answer that cannot be read.") from error
    if not whole:
        raise EngineFailed("Elasticsearch gave a part of the answer.")
    return answer


def _hits(answer: Any) -> list[tuple[Hit, int]]:
    """The hits, each with the version that was found."""
    return [(Hit(int(hit["_id"]), hit["_score"] or 0.0), int(hit["_version"])) for hit in answer["hits"]["hits"]]


def _compare(hits: list[tuple[Hit, int]], request: SearchRequest) -> None:
    """See that every hit is what the database has at this moment. Raises OutOfStep: then no number can be trusted either."""
    rows = {
        pk: (version, access)
        for pk, version, access in SearchDocument.objects.present()
        .filter(pk__in=[hit.document for hit, _ in hits])
        .values_list("pk", "version", "access")
    }
    for hit, version in hits:
        if hit.document not in rows:
            raise OutOfStep("A document is gone.")
        current, access = rows[hit.document]
        if current != version or access not in request.rules:
            raise OutOfStep("A document has changed.")
