"""What may be meant while somebody still types: sections, topics, pages of the site, and titles of what they may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Case, Q, When
from django.urls import reverse

from home.models import Entry, SectionPage, StandardPage, Term
from home.templatetags.home_tags import what

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHORTEST = 2  # letters
MOST_WORDS = 8
SECTIONS, TOPICS, PAGES, TITLES = 3, 2, 2, 6


def suggestions(text: str, user: Any) -> list[dict[str, str]]:
    """What begins like the words that were typed: `label`, `what` it is, and the `url` that opens it. Four queries."""
    words = text.split()[:MOST_WORDS]
    if len("".join(words)) < SHORTEST:
        return []
    found = [
        *_sections(words),
        *_topics(words),
        *(
            {"label": page.title, "what": "Page", "url": page.url}
            for page in _titled(StandardPage.objects.live(), words)[:PAGES]
        ),
    ]
    entries = _titled(Entry.objects.visible_to(user), words).select_related("section")
    for entry in entries.order_by(_begins(words), "-published_at", "-pk")[:TITLES]:
        place = entry.section.title if entry.section else "For all States"
        found.append({"label": entry.title, "what": f"{what(entry)} · {place}", "url": entry.url})
    return found


def _sections(words: list[str]) -> list[dict[str, str]]:
    code = SectionPage.objects.live().filter(code__iexact=" ".join(words))
    sections = _titled(SectionPage.objects.live(), words) | code
    return [{"label": page.title, "what": "Section", "url": page.url} for page in sections.order_by("title")[:SECTIONS]]


def _topics(words: list[str]) -> list[dict[str, str]]:
    """The vocabulary is everybody's; it says nothing of what there is."""
    terms = _titled(Term.objects.filter(vocabulary="topic"), words, "name").order_by("name")
    address = reverse("search")
    return [
        {"label": term.name, "what": "Topic", "url": f"{address}?{urlencode({'topic': term.slug})}"}
        for term in terms[:TOPICS]
    ]


def _titled(rows: QuerySet, words: list[str], name: str = "title") -> QuerySet:
    """Those in whose title each word begins a word."""
    for word in words:
        starts = Q(**{f"{name}__istartswith": word})
        for before in (" ", "-", "(", "“", "/"):
            starts |= Q(**{f"{name}__icontains": before + word})
        rows = rows.filter(starts)
    return rows


def _begins(words: list[str]) -> Case:
    return Case(When(title__istartswith=" ".join(words), then=0), default=1)
