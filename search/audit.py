"""Whether everything that can be found is there, and nothing else: pages against documents, documents against the index."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from wagtail.models import Page

from home.models import ContentPage, SectionPage, StandardPage
from search import people, projection
from search.elastic import bulk
from search.elastic.client import client
from search.models import SearchDocument, SearchIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KINDS = (ContentPage, SectionPage, StandardPage)
AT_ONCE = 2_000  # documents compared at a time


@dataclass
class Findings:
    """What is wrong. Empty when all is well."""

    without_document: list[int] = field(default_factory=list)  # pages that are live
    without_page: list[str] = field(default_factory=list)  # keys of documents
    people: list[int] = field(default_factory=list)  # users
    waiting: int = 0
    missing: list[int] = field(default_factory=list)  # documents that the index lacks, or has in another version
    ghosts: list[int] = field(default_factory=list)  # documents that only the index has
    no_index: bool = False

    def __bool__(self) -> bool:
        return any(vars(self).values())

    def sentences(self) -> list[str]:
        """In words, one each."""
        said = {
            f"{len(self.without_document)} pages have no search document.": self.without_document,
            f"{len(self.without_page)} search documents stand for pages that are not live.": self.without_page,
            f"{len(self.people)} people are not to be found as their profiles say.": self.people,
            "No index of Elasticsearch is complete: run `manage.py search rebuild`.": self.no_index,
            f"{self.waiting} documents wait to be sent: run `manage.py search drain`.": self.waiting,
            f"{len(self.missing)} documents are not in the index as the database has them.": self.missing,
            f"{len(self.ghosts)} documents in the index are not in the database.": self.ghosts,
        }
        return [sentence for sentence, wrong in said.items() if wrong]


def of_sources() -> Findings:
    """Compare what is live with the search documents. Reads no page."""
    findings = Findings(people=people.out_of_step())
    for kind in KINDS:
        key = Concat(Value(projection.page_key(0)[:-1]), Cast(OuterRef("pk"), CharField()))
        there = SearchDocument.objects.present().filter(key=key)
        live = kind.objects.filter(live=True).filter(~Exists(there))
        findings.without_document += live.order_by("pk").values_list("pk", flat=True)
    keys = set(SearchDocument.objects.present().filter(key__startswith="page:").values_list("key", flat=True))
    pages = (pk for kind in KINDS for pk in kind.objects.filter(live=True).values_list("pk", flat=True))
    findings.without_page = sorted(keys - {projection.page_key(pk) for pk in pages})
    return findings


def mend() -> None:
    """The clock's job: nothing stays without a document, as what was there before an upgrade does."""
    repair_sources(of_sources())


def repair_sources(findings: Findings) -> None:
    """Write the documents that are missing, and bury those without a page."""
    for start in range(0, len(findings.without_document), projection.CHUNK):
        pks = findings.without_document[start : start + projection.CHUNK]
        projection.project_pages(Page.objects.filter(pk__in=pks).specific())
    projection.bury(findings.without_page)
    for pk in findings.people:
        people.project([pk])


def of_index(findings: Findings, progress: Callable[[int], Any] = lambda _: None) -> None:
    """Compare the search documents with the index that answers. Raises what the client raises.

    What waits is counted as waiting only: the index is known not to have it yet.
    """
    live = SearchIndex.live()
    findings.no_index = live is None
    findings.waiting = SearchDocument.objects.waiting().count()
    if live is None:
        return
    low = 0
    for there in _portions(live.name):
        high = max(there) if len(there) == AT_ONCE else None
        _compare(findings, there, low, high)
        progress(len(there))
        low = high or 0
        if high is None:
            return


def _portions(index: str) -> Iterator[dict[int, int]]:
    """Primary keys and versions in the index, in order; the last portion is smaller than the others."""
    elastic, last = client(bulk.SECONDS), 0
    while True:
        answer = elastic.search(
            index=index,
            query={"range": {"document": {"gt": last}}},
            sort=["document"],
            size=AT_ONCE,
            version=True,
            allow_partial_search_results=False,
        )
        there = {int(hit["_id"]): int(hit["_version"]) for hit in answer["hits"]["hits"]}
        yield there
        if len(there) < AT_ONCE:
            return
        last = max(there)


def _compare(findings: Findings, there: dict[int, int], low: int, high: int | None) -> None:
    """One portion: the documents with primary keys above `low`, up to `high`."""
    rows = SearchDocument.objects.filter(pk__gt=low)
    if high is not None:
        rows = rows.filter(pk__lte=high)
    known = {}
    for pk, version, synced, deleted in rows.values_list("pk", "version", "synced_version", "deleted"):
        known[pk] = deleted
        if synced >= version and not deleted and there.get(pk) != version:
            findings.missing.append(pk)
    findings.ghosts += [pk for pk in there if pk not in known]


def repair_index(findings: Findings) -> None:
    """Let what the index lacks be sent again, and take out what only it has. Raises what the client raises."""
    for start in range(0, len(findings.missing), AT_ONCE):
        pks = findings.missing[start : start + AT_ONCE]
        SearchDocument.objects.filter(pk__in=pks).update(synced_version=0)
    live = SearchIndex.live()
    if live and findings.ghosts:
        lines = [{"delete": {"_index": live.name, "_id": str(pk)}} for pk in findings.ghosts]
        client(bulk.SECONDS).bulk(operations=lines, refresh=True)
