"""What may be meant while somebody still types: sections, topics, pages of the site, titles of what they may see, people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from home.models import SectionPage, Term
from home.templatetags.home_tags import what
from search import queries
from search.engines import titles
from search.engines.base import Hit
from search.results import documents_of, entries_of
from search.rights import rights_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from home.models import Entry
    from search.engines.titles import Titled

SHORTEST = 2  # letters
MOST_WORDS = 8
SECTIONS, TOPICS, PAGES, TITLES, PEOPLE = 3, 2, 2, 6, 3


def suggestions(text: str, user: Any) -> list[dict[str, str]]:
    """What begins like the words that were typed: `label`, `what` it is, and the `url` that opens it.

    All but topics and the codes of States comes from the search documents, by the reader's rights. Five queries, beside
    those for the reader's keys.
    """
    words = queries.words(text)[:MOST_WORDS]
    if len("".join(words)) < SHORTEST:
        return []
    rights = rights_of(user)
    begun = titles.begun(words, rights["rules"])
    sections = _chosen(begun, words, {"section"}, SECTIONS)
    pages = _chosen(begun, words, {"page"}, PAGES)
    people = _chosen(begun, words, {"person"}, PEOPLE)
    others = _chosen(begun, words, None, TITLES)
    chosen = [*sections, *pages, *others, *people]
    entries = entries_of(documents_of([Hit(pk, 0) for pk in chosen], rights), user)

    def said(keys: Iterable[int]) -> list[dict[str, str]]:
        return [_said(entries[pk]) for pk in keys if pk in entries]

    places = said(sections)
    places += [one for one in _coded(words) if one not in places]
    return [*places, *_topics(words), *said(pages), *said(others), *said(people)]


def _chosen(begun: Iterable[Titled], words: Sequence[str], types: set[str] | None, most: int) -> list[int]:
    """The documents of these types (None: of content) that are offered: first those whose whole title begins so.

    Content comes newest first, as it is given; what has a name, by name.
    """
    start = " ".join(words)
    rows = [row for row in begun if (row.type in types if types else row.type not in titles.APART)]
    if types:
        rows.sort(key=lambda row: queries.fold(row.title))
    rows.sort(key=lambda row: not " ".join(queries.words(row.title)).startswith(start))
    return [row.document for row in rows[:most]]


def _said(entry: Entry) -> dict[str, str]:
    if entry.type in titles.APART:
        more = entry.teaser if entry.type == "person" else ""
    else:
        more = entry.section.title if entry.section else "For all States"
    return {"label": entry.title, "what": " · ".join(filter(None, [what(entry), more])), "url": entry.url}


def _coded(words: Sequence[str]) -> list[dict[str, str]]:
    """The section whose postal code was typed."""
    sections = SectionPage.objects.live().filter(code__iexact=" ".join(words))
    return [{"label": page.title, "what": "Section", "url": page.url} for page in sections]


def _topics(words: Sequence[str]) -> list[dict[str, str]]:
    """The vocabulary is everybody's; it says nothing of what there is. It is short, and read whole."""
    *before, last = words
    found = []
    for name, slug in Term.objects.filter(vocabulary="topic").order_by("name").values_list("name", "slug"):
        named = queries.words(name)
        if set(before) <= set(named) and any(word.startswith(last) for word in named):
            address = f"{reverse('search')}?{urlencode({'topic': slug})}"
            found.append({"label": name, "what": "Topic", "url": address})
    return found[:TOPICS]
