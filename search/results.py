"""From the hits of an engine to the rows that a page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from home.models import Entry
from members.profiles.names import initials
from search.marking import Wanted, marked
from search.models import SearchDocument
from search.models.facets import pairs_of
from search.snippets import snippets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.utils.safestring import SafeString

    from home.models import SectionPage
    from search.engines.base import Hit
    from search.queries import Query
    from search.rights import Rights
    from search.snippets import Snippet

TOPICS = 3  # named beside a result
PAGE_KEY = "page:"


@dataclass(frozen=True)
class Row:
    """One result: what `components/row.html` shows of it, and how it answers the query.

    `place`: where the result is a section, itself, for its tile; `initials`: where it is a person, theirs.
    """

    entry: Entry
    title: SafeString
    snippet: Snippet | None
    topics: list[str]
    place: SectionPage | None = None
    initials: str = ""


def documents_of(hits: Iterable[Hit], rights: Rights) -> list[SearchDocument]:
    """The documents of hits, in their order, without their texts. What this reader may not see is left out once more."""
    keys = [hit.document for hit in hits]
    current = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    found = SearchDocument.objects.present().filter(current, pk__in=keys, access__in=rights["rules"])
    by_key = found.select_related("section", "access").defer("text", "members_text").in_bulk(keys)
    return [by_key[pk] for pk in keys if pk in by_key]


def entries_of(documents: Iterable[SearchDocument], user: Any) -> dict[int, Entry]:
    """The entries that stand for documents in lists, by the document's primary key: those of content pages that this
    reader may see now, and for everything else one that is made up here and stands in no database.
    """
    documents = list(documents)
    pages = {
        document.pk: int(document.key.removeprefix(PAGE_KEY))
        for document in documents
        if document.key.startswith(PAGE_KEY)
    }
    kept = Entry.objects.visible_to(user).select_related("section", "access").in_bulk(pages.values())
    found = {}
    for document in documents:
        if document.type in WITHOUT_ENTRY:
            found[document.pk] = _made_up(document)
        elif entry := kept.get(pages.get(document.pk, 0)):
            found[document.pk] = entry
    return found


WITHOUT_ENTRY = {"section", "page", "person"}


def _made_up(document: SearchDocument) -> Entry:
    return Entry(
        type=document.type,
        section=document.section if document.type == "page" else None,
        access=document.access,
        title=document.title,
        teaser=document.summary,
        url=document.url,
    )


def rows_of(
    hits: Iterable[Hit], query: Query, user: Any, rights: Rights, labels: Mapping[tuple[str, str], str]
) -> list[Row]:
    """The rows of one page of hits. `labels`: what facet values are called, by (facet, value)."""
    documents = documents_of(hits, rights)
    entries = entries_of(documents, user)
    wanted = Wanted.by(query)
    why = snippets([document.pk for document in documents], wanted, members=rights["members"])
    facets = pairs_of(document.facets_id for document in documents)
    rows = []
    for document in documents:
        if entry := entries.get(document.pk):
            topics = [labels.get(pair, pair[1]) for pair in facets[document.facets_id] if pair[0] == "topic"]
            title = marked(entry.title, wanted.marks(entry.title))
            place = document.section if document.type == "section" else None
            letters = initials(document.title) if document.type == "person" else ""
            rows.append(Row(entry, title, why.get(document.pk), topics[:TOPICS], place, letters))
    return rows
