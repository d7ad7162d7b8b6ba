"""Editors' picks: the pages that stand above the results of certain searches, for who may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from search.models import Pick, SearchDocument
from search.projection import page_key
from search.queries import words
from search.results import entries_of

if TYPE_CHECKING:
    from home.models import Entry
    from search.rights import Rights

MOST = 3


@dataclass(frozen=True)
class Picked:
    """A pick as readers see it."""

    entry: Entry
    note: str


def picks_for(typed: str, user: Any, rights: Rights) -> list[Picked]:
    """The picks for these words that a reader may see, in their order. Three queries where there are some, else one."""
    asked = tuple(words(typed))
    picks = [pick for pick in Pick.objects.order_by("order", "pk") if asked in pick.searches] if asked else []
    if not picks:
        return []
    documents = {
        document.key: document
        for document in SearchDocument.objects.present()
        .filter(key__in=[page_key(pick.page_id) for pick in picks], access__in=rights["rules"])
        .select_related("section", "access")
        .defer("text", "members_text")
    }
    entries = entries_of(documents.values(), user)
    found = []
    for pick in picks:
        document = documents.get(page_key(pick.page_id))
        if document and document.pk in entries:
            found.append(Picked(entries[document.pk], pick.note))
    return found[:MOST]
