"""Why a document was found: its summary, the passage of a file or a recording, or a few sentences of its text.

For the hits of one page of results, in two queries however many there are. Only what the reader may read is looked at,
and of long texts only their beginning and the best passages, which the database picks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, F, IntegerField, Q, Value, When, Window
from django.db.models.functions import RowNumber, Substr

from search.marking import excerpt
from search.models import Passage, SearchDocument

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

    from search.marking import Wanted

OPENING = 20_000  # characters of a document's text that are looked at
BEST = 3  # passages of a document that are compared by stems


@dataclass(frozen=True)
class Snippet:
    """Words with marks; where they come from a file or a recording, its name, the place in it, and where that opens."""

    html: SafeString
    source: str = ""
    place: str = ""
    url: str = ""


def snippets(documents: Iterable[int], wanted: Wanted, *, members: bool) -> dict[int, Snippet]:
    """The snippets of documents, by primary key. One in whose texts nothing of it stands has none."""
    documents = list(documents)
    if not (documents and wanted.patterns):
        return {}
    passages = _passages(documents, wanted, members=members)
    texts = SearchDocument.objects.filter(pk__in=documents).annotate(
        opening=Substr("text", 1, OPENING), inside=Substr("members_text", 1, OPENING)
    )
    found = {}
    for pk, title, summary, *own in texts.values_list("pk", "title", "summary", "opening", "inside"):
        snippet = _best(title, summary, own[: 1 + members], passages.get(pk, []), wanted)
        if snippet:
            found[pk] = snippet
    return found


def _best(title: str, summary: str, own: list[str], passages: list[Passage], wanted: Wanted) -> Snippet | None:
    """The summary where it shows all; else the passage, unless the page's own words show more.

    A summary says more of a page than a scrap of its text, so the text has to show something that title and summary lack.
    """
    said = excerpt(summary, wanted)
    if said and len(said.clauses) == len(wanted.patterns):
        return Snippet(said.html)
    shown = {mark.clause for mark in wanted.marks(title)} | (said.clauses if said else set()) if summary else set()
    texts = [found for text in own if (found := excerpt(text, wanted, lines=True)) and found.clauses - shown]
    placed = [(found, passage) for passage in passages if (found := excerpt(passage.text, wanted))]
    best = max([said, *texts] if said else texts, key=lambda one: len(one.clauses), default=None)
    if placed:
        found, passage = max(placed, key=lambda pair: len(pair[0].clauses))
        if best is None or len(found.clauses) >= len(best.clauses):
            return Snippet(found.html, passage.source, passage.place, passage.url)
    return Snippet(best.html) if best else None


def _passages(documents: list[int], wanted: Wanted, *, members: bool) -> dict[int, list[Passage]]:
    """The passages of each document in which most of the wanted clauses stand, as far as a database can tell."""
    score: Any = Value(0)  # a sum of conditions
    anything = Q()
    for needles in wanted.needles:
        stands = Q()
        for needle in needles:
            stands |= Q(text__icontains=needle)
        anything |= stands
        score = score + Case(When(stands, then=1), default=0, output_field=IntegerField())
    rank = Window(RowNumber(), partition_by=[F("document")], order_by=[score.desc(), F("position").asc()])
    rows = Passage.objects.filter(anything, document__in=documents)
    if not members:
        rows = rows.filter(members=False)
    found: dict[int, list[Passage]] = {}
    for passage in rows.annotate(rank=rank).filter(rank__lte=BEST).order_by("document", "rank"):
        found.setdefault(passage.document_id, []).append(passage)
    return found
