"""Writes the flat rows. The only writer of `Entry` and `EntryFacet`.

Always from the pages as the database has them, never from an object in memory that may hold a draft, and always in the
caller's transaction, so that a page and its row cannot part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.text import Truncator
from wagtail.models import Page, ReferenceIndex

from home import access
from home.models.entries import AccessRule, Entry, EntryFacet
from home.signals import pages_changed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from home.models.base import ContentPage

CHUNK = 200


def project(page_ids: Iterable[int], *, references: bool = True) -> None:
    """Bring the rows of these content pages up to date.

    Takes primary keys; ids of pages that are gone or are no content pages do no harm. Rows of pages that are not live
    are removed. With `references`, Wagtail's reference index is updated too: on it rests who may read a file, so it
    must not wait for a background task.
    """
    from home.models.base import ContentPage

    ids = list(page_ids)
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            pages = list(ContentPage.objects.filter(pk__in=ids[start : start + CHUNK]).specific())
            for page in pages:
                page.write_own_rows()
            write(page for page in pages if page.live)
            Entry.objects.filter(pk__in=[page.pk for page in pages if not page.live]).delete()
            if references:
                for page in pages:
                    ReferenceIndex.create_or_update_for_object(page)
            pages_changed.send(sender=ContentPage, pages=pages)


def project_subtree(page: Page) -> None:
    """Bring the rows of a page and of all below it up to date: after a move or a change of address."""
    from home.models.base import ContentPage

    pages = ContentPage.objects.filter(Q(path__startswith=page.path))
    for content in pages.specific().iterator(chunk_size=CHUNK):
        section = content.nearest_section()
        if content.section_id != (section.pk if section else None):
            ContentPage.objects.filter(pk=content.pk).update(section=section)
    project(pages.values_list("pk", flat=True), references=False)
    structure = Page.objects.descendant_of(page, inclusive=True).exclude(pk__in=pages.values("pk"))
    pages_changed.send(sender=Page, pages=list(structure.specific()))


def write(pages: Iterable[ContentPage]) -> None:
    """Insert or replace the rows of live pages, as their `entry_values` and `entry_facets` give them."""
    rules: dict[str, AccessRule] = {}
    rows, facets = [], []
    for page in pages:
        text = access.rule_text(page.access_keys())
        if text not in rules:
            rules[text] = AccessRule.objects.get_or_create(text=text)[0]
        row = Entry(pk=page.pk, access=rules[text], **page.entry_values())
        row.teaser = Truncator(row.teaser).chars(300)
        rows.append(row)
        facets += [
            EntryFacet(entry_id=page.pk, name=name, value=value, type=row.type, access=row.access)
            for name, value in sorted(page.entry_facets())
        ]
    if not rows:
        return
    columns = [field.name for field in Entry._meta.concrete_fields if not field.primary_key]
    Entry.objects.bulk_create(rows, update_conflicts=True, unique_fields=["page"], update_fields=columns)
    EntryFacet.objects.filter(entry__in=rows).delete()
    EntryFacet.objects.bulk_create(facets)


@transaction.atomic
def rename_value(name: str, old: str, new: str) -> None:
    """Give every row that has one value of a facet another value instead: two terms have become one."""
    rows = EntryFacet.objects.filter(name=name)
    rows.filter(value=old, entry__in=rows.filter(value=new).values("entry")).delete()
    rows.filter(value=old).update(value=new)
