"""What a letter can tell: one `Offer` a thing, for everybody; `members.letters.contents` picks a reader's.

An app adds what it knows by a function, once for all readers, in a fixed number of queries:

    @source
    def dates(now) -> list[Offer]: ...
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dateformat import format as date_format

from home.listings import NEWS_TYPES
from home.models import Entry, EntryFacet
from home.templatetags.home_tags import audience, what

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FIRST_NEWS_OF = dt.timedelta(days=7)  # what a first letter tells
NEWS_OF = dt.timedelta(days=14)  # a letter that could not leave one week loses nothing; the ledger keeps repeats away
SHORTEST = 25  # characters: what ends before is an abbreviation, no sentence


@dataclass(frozen=True)
class Offer:
    """One thing: how the ledger calls it, the entry that says who may know of it and whose it is, and its words."""

    item: str
    entry: Entry
    states: frozenset[str]  # slugs of the sections that list it
    topics: frozenset[str]
    text: Callable[[str], str]  # its lines for a reader in that zone
    begins: dt.datetime | None = None  # of a date in the coming week; None for news


_sources: list[Callable[[dt.datetime], list[Offer]]] = []


def source(function: Callable[[dt.datetime], list[Offer]]) -> Callable[[dt.datetime], list[Offer]]:
    """Add a source of offers."""
    _sources.append(function)
    return function


def offers(now: dt.datetime) -> list[Offer]:
    """All there is to tell at that moment."""
    return [offer for function in _sources for offer in function(now)]


def facets_of(entries: Iterable[Entry]) -> dict[int, dict[str, frozenset[str]]]:
    """The sections (`state`) and topics (`topic`) of entries, by their keys."""
    found: dict[int, dict[str, set[str]]] = {entry.pk: {"state": set(), "topic": set()} for entry in entries}
    rows = EntryFacet.objects.filter(name__in=("state", "topic"), entry__in=found)
    for pk, name, value in rows.values_list("entry", "name", "value"):
        found[pk][name].add(value)
    return {pk: {name: frozenset(values) for name, values in facets.items()} for pk, facets in found.items()}


def address(entry: Entry) -> str:
    """The address of an entry with its host."""
    return urljoin(f"{settings.SITE_URL}/", entry.url)


def kind(entry: Entry) -> str:
    """What it is, and who can see it where that is not anyone: "Announcement, members only"."""
    words = audience(entry)
    return (
        f"{what(entry)}, {words[:1].lower() + words[1:] if words == 'Members only' else words}"
        if words
        else what(entry)
    )


def sentence(text: str) -> str:
    """The first sentence of a text."""
    end = re.search(r"(?<=[^A-Z\s][.!?])\s+(?=[A-Z“\"(])", text[SHORTEST:])
    return text[: SHORTEST + end.start()] if end else text


@source
def news(now: dt.datetime) -> list[Offer]:
    """What was published in the last two weeks to read and to watch."""
    entries = Entry.objects.of_type(*NEWS_TYPES).filter(published_at__gt=now - NEWS_OF, published_at__lte=now)
    found = list(entries.select_related("section", "access").order_by("-published_at", "-pk"))
    facets = facets_of(found)
    return [
        Offer(f"page:{entry.pk}", entry, facets[entry.pk]["state"], facets[entry.pk]["topic"], _words(entry, now))
        for entry in found
    ]


def _words(entry: Entry, now: dt.datetime) -> Callable[[str], str]:
    begins = entry.starts_at if entry.starts_at and entry.starts_at > now else None

    def text(tz: str) -> str:
        day = f", {date_format(begins.astimezone(ZoneInfo(tz)), 'D, M j')}" if begins else ""
        lines = [f"- {entry.title}", f"  {sentence(entry.teaser)}", f"  {kind(entry)}{day}", f"  {address(entry)}"]
        return "\n".join(line for line in lines if line.strip())

    return text
