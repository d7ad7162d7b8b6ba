"""One search page: what was asked, what was found, and what else would find something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator

from search import engines, spelling
from search.filters import PER_PAGE, SearchFilters
from search.results import rows_of
from search.rights import rights_of
from search.service import find
from search.wishes import sections_of

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from search.engines.base import Engine
    from search.rights import Rights
    from search.service import Answer

DEEPEST = 10_000  # results that can be paged through; who has not found it by then should say more
MOST_OFFERS = 6


@dataclass(frozen=True)
class Offer:
    """Another search that finds something: its words, how many it finds, its address."""

    label: str
    total: int
    address: str


@dataclass
class Asked:
    """A search and its answer."""

    filters: SearchFilters
    answer: Answer
    number: int  # of the page


def ask(filters: SearchFilters, rights: Rights, engine: Engine, number: int = 1) -> Asked:
    """Ask for one page of results; the last one where there are fewer."""
    answer = find(filters.request(rights, offset=(number - 1) * PER_PAGE), engine)
    last = max(1, -(-min(answer.results.total, DEEPEST) // PER_PAGE))
    if number > last:
        number = last
        answer = find(filters.request(rights, offset=(number - 1) * PER_PAGE), engine)
    return Asked(filters, answer, number)


def context_of(request: HttpRequest) -> dict[str, Any]:
    """The template context of the search page: that of every listing, and what is the search's own."""
    rights = rights_of(request.user)
    engine = engines.engine()
    asked = ask(SearchFilters(request.GET), rights, engine, _number(request.GET))
    offer, instead = _other_spelling(asked, request.GET, rights, engine)
    typed = asked.filters
    if instead:
        asked = instead
    filters, results = asked.filters, asked.answer.results
    filters.take(results.counts)
    groups = filters.groups()
    page = Paginator(range(min(results.total, DEEPEST)), PER_PAGE).get_page(asked.number)
    return {
        "filterset": filters,
        "groups": groups,
        "chips": filters.chips(groups),
        "sorts": filters.sorts(),
        "page_obj": page,
        "rows": rows_of(results.hits, asked.answer.request.query, request.user, rights, filters.labels),
        "total": results.total,
        "of_total": results.found,
        "previous_address": filters.address(page=page.number - 1) if page.has_previous() else "",
        "next_address": filters.address(page=page.number + 1) if page.has_next() else "",
        "typed": typed,  # as it was asked, where another spelling answers
        "other_spelling": offer,
        "as_typed": typed.address(only="1") if instead else "",
        "partly": asked.answer.partly,
        "whole": asked.answer.whole,
        "also": filters.widened.also,
        "only_these": filters.address(only="1"),
        "everywhere": filters.address(section=""),
        "widened_address": filters.address(only=""),
        "widening": _fewer(filters, rights, engine) if not results.total and filters.chosen else [],
        "wishing": sections_of(request.user) if filters.words and not (asked.answer.whole or instead) else [],
        "basic": results.engine != engine.name,
    }


def _number(data: QueryDict) -> int:
    typed = data.get("page", "")
    return max(1, int(typed)) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1


def _other_spelling(asked: Asked, data: QueryDict, rights: Rights, engine: Engine) -> tuple[Offer | None, Asked | None]:
    """Another spelling that finds something: offered where what was typed finds something too, else taken instead."""
    filters = asked.filters
    if filters.exact or asked.answer.whole:
        return None, None
    text = spelling.corrected(filters.query, filters.parsed, rights["rules"])
    if text is None:
        return None, None
    data = data.copy()
    data["q"] = text
    better = ask(SearchFilters(data), rights, engine)
    found = better.answer.results
    if not (better.answer.whole or (found.found and not asked.answer.results.found)):
        return None, None
    if asked.answer.results.found:
        return Offer(text, better.answer.whole, filters.address(q=text)), None
    return None, better


def _fewer(filters: SearchFilters, rights: Rights, engine: Engine) -> list[Offer]:
    """Each choice that can be taken off so that something is found, and how many; the most first."""
    offers = []
    for name, values in list(filters.chosen.items())[:MOST_OFFERS]:
        chosen = {other: held for other, held in filters.chosen.items() if other != name}
        total = find(filters.request(rights, limit=0, facets=(), chosen=chosen), engine).results.total
        if total:
            label = ", ".join(filters.labels.get((name, value), value) for value in values)
            offers.append(Offer(label, total, filters.address_without(name)))
    return sorted(offers, key=lambda offer: -offer.total)
