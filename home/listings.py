"""One way to answer a listing (filter, count, sort, page), and the short lists that other pages show.

All of it reads entries, never pages.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from home.filters import FilterSet
from home.models import Entry, EntryFacet, Term, Wish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from home.models import ContentPage, SectionPage
    from home.models.entries import EntryQuerySet

PER_PAGE = 20
NEWS_TYPES = ("announcement", "resource", "webinar")  # what one reads or watches
NEWS_DAYS = 30  # what the map of the States counts as new
CANDIDATES = 50  # how many recent entries of the same topics are compared for "related"

# Which facets each type's listing offers.
FACETS_OF = {
    "announcement": ["kind", "topic", "year"],
    "event": ["kind", "topic"],
    "webinar": ["topic", "year"],
    "resource": ["kind", "topic", "setting", "population", "source", "year"],
}
ANYWHERE = object()


def listing(
    request: HttpRequest,
    types: tuple[str, ...],
    *,
    section: Any = ANYWHERE,
    facets: list[str] | None = None,
    narrow: Callable[[FilterSet], EntryQuerySet] | None = None,
    rows: Callable[[FilterSet], QuerySet] = FilterSet.results,
    per_page: int = PER_PAGE,
) -> dict[str, Any]:
    """The template context of a listing (`pages/listing.html`).

    Takes the entry types that it lists; `section` narrows to a section, or with None to what is shared; left out, it
    lists everything. Facets default to those of the first type. `narrow` gives the entries to start from where a
    listing shows fewer (a calendar: those with dates to come), `rows` what is shown where that is not the entries
    themselves (a calendar: their dates).
    """
    names = list(facets if facets is not None else FACETS_OF[types[0]])
    base = Entry.objects.visible_to(request.user).of_type(*types)
    filterset = FilterSet(request.GET, base, user=request.user, types=types, facets=names)
    if section is not ANYWHERE:
        filterset.within(section)
    if narrow:
        filterset.narrow(narrow(filterset))
    return page_of(request, filterset, rows(filterset), per_page)


def page_of(request: HttpRequest, filterset: FilterSet, rows: QuerySet, per_page: int = PER_PAGE) -> dict[str, Any]:
    """The template context of a listing whose filters and rows are at hand."""
    groups = filterset.groups()
    paginator = Paginator(rows, per_page)
    page = paginator.get_page(request.GET.get("page"))
    return {
        "filterset": filterset,
        "groups": groups,
        "chips": filterset.chips(groups),
        "sorts": filterset.sorts(),
        "page_obj": page,
        "total": paginator.count,
        "of_total": filterset.base.count() if filterset.active else paginator.count,
        "previous_address": filterset.address(page=page.number - 1) if page.has_previous() else "",
        "next_address": filterset.address(page=page.number + 1) if page.has_next() else "",
    }


def of_place(entries: EntryQuerySet, slugs: Iterable[str], *, shared: bool = False) -> EntryQuerySet:
    """The entries of these sections, with what is also listed in them; and with `shared` what is for all."""
    there = EntryFacet.objects.filter(name="state", value__in=list(slugs))
    condition = Q(pk__in=there.values("entry"))
    return entries.filter(condition | Q(section__isnull=True) if shared else condition)


def stream(
    user: Any, sections: Iterable[Any] | None = None, *, types: tuple[str, ...] = (), limit: int = 5
) -> list[Entry]:
    """What is new for a reader: everywhere, or in these sections. Newest first, with what a row shows."""
    entries = Entry.objects.visible_to(user)
    if sections is not None:
        entries = of_place(entries, [section.slug for section in sections])
    if types:
        entries = entries.of_type(*types)
    return _newest(entries, limit)


@dataclass(frozen=True)
class PlaceNews:
    """What is new in one place: its section (None: for all States), and the newest entries."""

    section: SectionPage | None
    entries: list[Entry]


@dataclass(frozen=True)
class News:
    """What became visible since a moment: place by place, those that were asked for first, and on certain topics."""

    since: dt.datetime
    first: list[PlaceNews]  # the places asked for, in that order, also those without news
    on_topics: list[Entry]
    others: list[PlaceNews]  # the place with the newest item first
    first_total: int
    total: int


def news(
    user: Any, since: dt.datetime, first: list[SectionPage], topics: Iterable[str] = (), *, limit: int = 6
) -> News:
    """What is new to read and to watch since a moment; what is in none of the places `first` but on `topics` apart.

    A calendar's dates are not news: they stand beside it, and a year of calls would bury all else.
    """
    fresh = Entry.objects.visible_to(user).of_type(*NEWS_TYPES).filter(published_at__gt=since)
    near = of_place(fresh, [section.slug for section in first]) if first else fresh.none()
    groups = _newest_of_each(near, [section.slug for section in first], limit) if first else {}
    rest = fresh.exclude(pk__in=near.order_by().values("pk")) if first else fresh
    on_topics: list[Entry] = []
    if wanted := list(topics):
        tagged = EntryFacet.objects.filter(name="topic", value__in=wanted)
        on_topics = _newest(rest.filter(pk__in=tagged.values("entry")), limit)
    others: dict[int | None, list[Entry]] = {}
    shown = {entry.pk for entry in on_topics}
    for entry in _newest(rest, limit + len(shown)):
        if entry.pk not in shown:
            others.setdefault(entry.section_id, []).append(entry)
    first_total = near.count() if first else 0
    return News(
        since,
        [PlaceNews(section, groups.get(section.slug, [])) for section in first],
        on_topics,
        [PlaceNews(entries[0].section, entries) for entries in others.values()],
        first_total,
        first_total + rest.count(),
    )


def _newest_of_each(entries: EntryQuerySet, slugs: list[str], limit: int) -> dict[str, list[Entry]]:
    """The newest entries of each section; one that several of them list stands under the first alone."""
    newest = Window(RowNumber(), partition_by="value", order_by=[F("entry__published_at").desc(), F("entry").desc()])
    rows = EntryFacet.objects.filter(name="state", value__in=slugs, entry__in=entries.order_by().values("pk"))
    pairs = rows.annotate(rank=newest).filter(rank__lte=limit).values_list("entry", "value")
    place: dict[int, str] = {}
    for pk, slug in sorted(pairs, key=lambda pair: slugs.index(pair[1])):
        place.setdefault(pk, slug)
    groups: dict[str, list[Entry]] = {}
    for entry in _newest(Entry.objects.filter(pk__in=place), len(place)):
        groups.setdefault(place[entry.pk], []).append(entry)
    return groups


def _newest(entries: EntryQuerySet, limit: int) -> list[Entry]:
    return list(entries.for_rows().order_by("-published_at", "-pk")[:limit])


def near(user: Any, section: Any, *, limit: int = 4) -> list[Entry]:
    """What the other sections of the same HHS region shared last; without any, what all others did."""
    others = Entry.objects.visible_to(user).of_type(*NEWS_TYPES)
    others = others.filter(section__isnull=False).exclude(section=section)
    found = _newest(others.filter(section__hhs_region=section.hhs_region), limit) if section.hhs_region else []
    return found or _newest(others, limit)


def open_wishes(*, limit: int = 2) -> list[Wish]:
    """What sections are looking for and nobody has answered, the newest first. Wishes are public, like their pages."""
    wishes = Wish.objects.filter(answered__isnull=True, section__live=True).select_related("section")
    wishes = wishes.only("text", "since", "section__title", "section__url_path")
    return list(wishes.order_by("-since", "-pk")[:limit])


def recordings(user: Any, *, limit: int = 3) -> list[Entry]:
    """The webinars that were held last and left something to watch or read."""
    held = Entry.objects.visible_to(user).of_type("webinar").filter(ends_at__lte=timezone.now()).exclude(detail="")
    return list(held.for_rows().order_by("-starts_at", "-pk")[:limit])


def types_in(user: Any, section: Any) -> set[str]:
    """Which types of content a reader would find in a section."""
    return set(Entry.objects.visible_to(user).in_section(section).order_by().values_list("type", flat=True).distinct())


def topics_in(user: Any, section: Any) -> list[dict[str, Any]]:
    """The topics of a section's library with how many resources a reader finds under each, by name."""
    entries = Entry.objects.visible_to(user).of_type("resource").in_section(section)
    counts = dict(
        EntryFacet.objects.filter(name="topic", type="resource", entry__in=entries.order_by().values("pk"))
        .values_list("value")
        .annotate(Count("pk"))
    )
    terms = Term.objects.filter(vocabulary="topic", slug__in=counts).order_by("name").values("slug", "name")
    return [term | {"count": counts[term["slug"]]} for term in terms]


def counts_by_section(user: Any, *, days: int | None = None) -> dict[int, int]:
    """How much a reader would find in each section, by its primary key: all, or what news there is since some days."""
    entries = Entry.objects.visible_to(user).filter(section__isnull=False)
    if days is not None:
        entries = entries.of_type(*NEWS_TYPES).filter(published_at__gte=timezone.now() - dt.timedelta(days=days))
    return dict(entries.order_by().values_list("section").annotate(Count("pk")))


def related(user: Any, page: ContentPage, topics: list[str], *, limit: int = 4) -> list[Entry]:
    """What else a reader may see on the same topics: those that share most of them first, then the newest."""
    if not topics:
        return []
    facets = EntryFacet.objects.filter(name="topic", value__in=topics)
    recent = Entry.objects.visible_to(user).filter(pk__in=facets.values("entry")).exclude(pk=page.pk)
    newest = list(recent.for_rows().order_by("-published_at", "-pk")[:CANDIDATES])
    shared = Counter(facets.filter(entry__in=[entry.pk for entry in newest]).values_list("entry", flat=True))
    return sorted(newest, key=lambda entry: -shared[entry.pk])[:limit]
