"""Writes the search documents. The only writer of `SearchDocument` and `Passage`.

In the transaction of the page's own write (`home.signals.pages_changed`), so that nothing can be lost: a row is either
there with its page or not at all. On top of the entry rows, which are written before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from wagtail.models import Page

from home import access
from home.models import AccessRule, ContentPage, Entry, EntryFacet, SectionPage, StandardPage, Term
from search import texts
from search.models import FacetSet, Passage, SearchDocument

if TYPE_CHECKING:
    from collections.abc import Iterable

CHUNK = 100
Pair = tuple[str, str]
WRITTEN = (
    "type",
    "section_id",
    "access_id",
    "facets_id",
    "title",
    "summary",
    "authors",
    "url",
    "text",
    "members_text",
    "published_at",
    "starts_at",
    "expires_at",
    "deleted",
    "stale",
)


@dataclass
class Source:
    """A thing that can be found, as `write` takes it: the columns of its document, its facet values, its passages."""

    key: str
    values: dict[str, Any]
    facets: set[Pair]
    parts: list[texts.Part]


def page_key(pk: int) -> str:
    """The key of a page's document."""
    return f"page:{pk}"


def project_pages(pages: Iterable[Page]) -> None:
    """Bring the documents of these specific pages up to date: write those that are live, bury those that are not."""
    pages = [page for page in pages if isinstance(page, (ContentPage, SectionPage, StandardPage))]
    live = [page for page in pages if page.live]
    for start in range(0, len(live), CHUNK):
        batch = live[start : start + CHUNK]
        parts, facets = _parts(batch), _facets(batch)
        entries = Entry.objects.in_bulk([page.pk for page in batch])
        names = _names(facets)
        write(
            [
                _source(page, entries.get(page.pk), facets.get(page.pk, set()), parts.get(page.pk, []), names)
                for page in batch
            ]
        )
    bury(page_key(page.pk) for page in pages if not page.live)


def _parts(pages: list[Page]) -> dict[int, list[texts.Part]]:
    files, spoken = texts.file_parts(pages), texts.spoken_parts(pages)
    return {page.pk: [*spoken.get(page.pk, []), *files.get(page.pk, [])] for page in pages}


def _facets(pages: list[Page]) -> dict[int, set[Pair]]:
    found: dict[int, set[Pair]] = {}
    rows = EntryFacet.objects.filter(entry__in=[page.pk for page in pages])
    for pk, name, value in rows.values_list("entry", "name", "value"):
        found.setdefault(pk, set()).add((name, value))
    return found


def _names(facets: dict[int, set[Pair]]) -> dict[Pair, str]:
    """What the terms among these facet values are called."""
    pairs = {pair for held in facets.values() for pair in held}
    terms = Term.objects.filter(vocabulary__in={name for name, _ in pairs}, slug__in={value for _, value in pairs})
    return {(vocabulary, slug): name for vocabulary, slug, name in terms.values_list("vocabulary", "slug", "name")}


def _source(
    page: Page, entry: Entry | None, facets: set[Pair], parts: list[texts.Part], names: dict[Pair, str]
) -> Source:
    words = texts.words_of(page, parts, [names[pair] for pair in sorted(facets) if pair in names])
    values: dict[str, Any] = {
        "title": page.title,
        "authors": words.authors,
        "text": words.text,
        "members_text": words.members_text,
    }
    if entry:
        values |= {
            "type": entry.type,
            "section_id": entry.section_id,
            "access_id": entry.access_id,
            "summary": page.summary,
            "url": entry.url,
            "published_at": entry.published_at,
            "starts_at": entry.starts_at,
            "expires_at": entry.expires_at,
        }
        if any(part.source == "" for part in parts):
            facets = facets | {("captions", "yes")}
    else:
        is_section = isinstance(page, SectionPage)
        section = page if is_section else SectionPage.objects.ancestor_of(page).first()
        values |= {
            "type": "section" if is_section else "page",
            "section_id": section.pk if section else None,
            "access_id": _public_rule().pk,
            "summary": page.introduction,
            "url": page.get_url() or "",
            "published_at": page.first_published_at or timezone.now(),
            "starts_at": None,
            "expires_at": page.expire_at,
        }
        if section:
            facets = facets | {("state", section.slug)}
    return Source(page_key(page.pk), values, facets | {("type", values["type"])}, words.parts)


def _public_rule() -> AccessRule:
    return AccessRule.objects.get_or_create(text=access.rule_text({access.PUBLIC}))[0]


@transaction.atomic
def write(sources: list[Source]) -> None:
    """Insert or replace documents with their passages. Each that is replaced gets the next version."""
    known = dict(
        SearchDocument.objects.select_for_update()
        .filter(key__in=[source.key for source in sources])
        .values_list("key", "version")
    )
    sets = FacetSet.of(source.facets for source in sources)
    rows = [
        SearchDocument(
            key=source.key,
            facets_id=facets,
            **source.values,
            deleted=False,
            stale=False,
            version=known.get(source.key, 0) + 1,
            changed_at=timezone.now(),
        )
        for source, facets in zip(sources, sets, strict=True)
    ]
    SearchDocument.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["key"], update_fields=[*WRITTEN, "version", "changed_at"]
    )
    keys = dict(SearchDocument.objects.filter(key__in=[row.key for row in rows]).values_list("key", "pk"))
    if known:
        Passage.objects.filter(document__in=[keys[key] for key in known]).delete()
    Passage.objects.bulk_create(
        Passage(
            document_id=keys[source.key],
            position=position,
            source=part.source[:255],
            place=part.place[:80],
            url=part.url[:300],
            members=part.members,
            text=part.text,
        )
        for source in sources
        for position, part in enumerate(source.parts)
    )


@transaction.atomic
def bury(keys: Iterable[str]) -> None:
    """These can no longer be found, from now on. Their rows stay, empty, until Elasticsearch has been told."""
    rows = SearchDocument.objects.filter(key__in=list(keys), deleted=False)
    Passage.objects.filter(document__in=rows).delete()
    rows.update(
        deleted=True,
        stale=False,
        version=F("version") + 1,
        changed_at=timezone.now(),
        title="",
        summary="",
        authors="",
        text="",
        members_text="",
        url="",
    )


def mark_stale(keys: Iterable[str]) -> None:
    """What these documents repeat has changed elsewhere (the text of a file, the name of a topic)."""
    SearchDocument.objects.filter(key__in=list(keys), deleted=False).update(stale=True)


def refresh(limit: int = 500) -> int:
    """Write stale documents anew and give how many. The clock calls it every few seconds; safe to run twice."""
    done = 0
    while done < limit:
        with transaction.atomic():
            stale = list(
                SearchDocument.objects.select_for_update(skip_locked=True).filter(stale=True).order_by("pk")[:CHUNK]
            )
            if not stale:
                break
            SearchDocument.objects.filter(pk__in=[row.pk for row in stale]).update(stale=False)
            pages = [int(row.key.removeprefix("page:")) for row in stale if row.key.startswith("page:")]
            project_pages(Page.objects.filter(pk__in=pages).specific())
            done += len(stale)
    return done
