"""The one vocabulary of address parameters, and the one filter over entries, that every listing and search share.

`?q=jail&topic=consent-and-privacy&topic=housing&year=2024&sort=title&page=2`: several values of one facet widen, several
facets narrow. `when=past` asks a calendar for what is over, `when=2026-12` for a month. A value that nobody has is
harmless: it finds nothing, and can be taken off again.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, Q, Value
from django.utils import timezone

from home.models import AccessRule, Entry, EntryFacet, SectionPage, Term
from home.places import places

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict

    from home.models.entries import EntryQuerySet

# What the values of facets that are choices of a model are called: (facet, value) -> label.
CHOICE_LABELS: dict[tuple[str, str], str] = {}


def name_choices(facet: str, choices: list[tuple[str, str]]) -> None:
    """Say what the values of a facet are called. Called at start by the app that owns the model."""
    CHOICE_LABELS.update({(facet, value): str(label) for value, label in choices})


VOCABULARIES = {"topic", "setting", "population", "stage", "needs"}  # the facets whose values are terms
MAX_WORDS = 16
MAX_VALUES = 20
SHOWN = 4  # choices of a group that stand open; the others wait behind "All 23 topics"
OFFERED = 100  # choices of a group that are offered at all: an imported library can bring thousands of topics


@dataclass(frozen=True)
class Facet:
    """One group of choices: its parameter name, its heading, and the word for many ("All 23 topics")."""

    name: str
    label: str
    many: str


FACETS = {
    facet.name: facet
    for facet in (
        Facet("type", "Type", "types"),
        Facet("kind", "Kind", "kinds"),
        Facet("state", "Section", "sections"),
        Facet("role", "Role", "roles"),
        Facet("topic", "Topic", "topics"),
        Facet("setting", "Setting", "settings"),
        Facet("population", "Population", "populations"),
        Facet("stage", "Stage", "stages"),
        Facet("needs", "What it takes", "needs"),
        Facet("source", "Source State", "States"),
        Facet("year", "Year", "years"),
        Facet("language", "Language", "languages"),
        Facet("format", "File type", "file types"),
        Facet("organization", "Organization", "organizations"),
        Facet("captions", "Captions", "captions"),
    )
}
TYPES = {
    "announcement": "Announcements",
    "event": "Events",
    "call": "Conference calls",
    "webinar": "Webinars",
    "resource": "Resources",
}
SORTS = {
    "newest": ("Newest first", ("-published_at", "-pk")),
    "oldest": ("Oldest first", ("published_at", "pk")),
    "title": ("Title, A to Z", ("title", "pk")),
}
# What stands first where nobody asks for an order: its name, and the queryset's word for it.
FIRST_SORTS = {
    ("announcement",): ("Newest first", "pinned_first"),
    ("webinar",): ("Coming first, then the latest", "coming_first"),
}


@dataclass(frozen=True)
class Choice:
    """One value of a facet as the reader sees it."""

    value: str
    label: str
    count: int
    chosen: bool
    id: str  # its checkbox, on the page


@dataclass(frozen=True)
class Group:
    """One facet with its choices, most frequent first."""

    name: str
    label: str
    many: str
    choices: list[Choice]

    @property
    def open(self) -> list[Choice]:
        """The choices that stand open: the first few, and what is chosen."""
        return [choice for index, choice in enumerate(self.choices) if index < SHOWN or choice.chosen]

    @property
    def more(self) -> list[Choice]:
        """The choices behind "All 23 topics"."""
        return [choice for choice in self.choices[SHOWN:OFFERED] if not choice.chosen]

    @property
    def more_label(self) -> str:
        """What stands before them: whether these are all."""
        count = len(self.choices)
        if count <= OFFERED:
            return f"All {count} {self.many}"
        return f"The {OFFERED} most used of {count:,} {self.many}"


@dataclass(frozen=True)
class Chip:
    """A choice that is on, and the address without it."""

    label: str
    without: str


class Filters:
    """What a reader asked for, as it stands in an address, and as it is shown: groups of choices, chips, addresses.

    Takes the request's parameters and the names of the facets on offer. Text is cleaned of what no database takes (NUL)
    and cut, so that nothing typed into an address can break a page. What finds and counts is a subclass's (`counts`).
    """

    orders: dict[str, str] = {name: label for name, (label, _) in SORTS.items()}
    usual_order = "newest"  # the one that no address names
    types_in_words: dict[str, str] = TYPES
    longest = 255  # characters of the words that are read

    def __init__(self, data: QueryDict, *, facets: list[str]):
        self.facets = facets
        self.query = " ".join(data.get("q", "").replace("\x00", "").split())[: self.longest]
        sort = data.get("sort")
        self.sort: str = sort if sort in self.orders else self.usual_order
        self.others: dict[str, str] = {}  # parameters that are no choice and stay in every address
        self.chosen: dict[str, list[str]] = {}
        for name in facets:
            values = [value.replace("\x00", "")[:80] for value in data.getlist(name)[:MAX_VALUES]]
            if any(values):
                self.chosen[name] = list(dict.fromkeys(filter(None, values)))

    def counts(self) -> dict[str, dict[str, int]]:
        """How many there are by facet and value; with the choices of the other facets, without the facet's own."""
        raise NotImplementedError

    def sorts(self) -> list[tuple[str, str]]:
        """The orders on offer: value and name."""
        return list(self.orders.items())

    def groups(self) -> list[Group]:
        """Every facet on offer with its counts.

        A count is what its value alone would find together with the choices of the other groups. What would find
        nothing is left out, unless it is chosen.
        """
        counts = self.counts()
        for name, values in self.chosen.items():
            for value in values:
                counts.setdefault(name, {}).setdefault(value, 0)
        self.labels = self._labels(counts)
        groups = []
        for name in self.facets:
            chosen = self.chosen.get(name, [])
            choices = [
                Choice(value, self.labels.get((name, value), value), count, value in chosen, f"{name}-{number}")
                for number, (value, count) in enumerate(counts.get(name, {}).items())
            ]
            if name == "year":
                choices.sort(key=lambda choice: choice.value, reverse=True)
            else:
                choices.sort(key=lambda choice: (-choice.count, choice.label))
            if choices:
                groups.append(Group(name, FACETS[name].label, FACETS[name].many, choices))
        return groups

    def word_chips(self) -> list[Chip]:
        """What was typed."""
        return [Chip(f"“{self.query}”", self.address(q=""))] if self.query else []

    def chips(self, groups: list[Group]) -> list[Chip]:
        """What is chosen, each with the address without it."""
        chips = self.word_chips()
        for group in groups:
            chips += [
                Chip(choice.label, self.address(without=(group.name, choice.value)))
                for choice in group.choices
                if choice.chosen
            ]
        return chips

    def address(self, *, without: tuple[str, str] | None = None, page: int | None = None, **changed: str) -> str:
        """The shareable query string of this choice: with one taken off, at another page, with others changed (`when`,
        `q`; empty leaves one out). Starts with `?`.
        """
        query = changed.pop("q", self.query)
        pairs = [("q", query)] if query else []
        pairs += [(name, value) for name, values in self.chosen.items() for value in values]
        pairs += [(name, value) for name, value in {**self.others, **changed}.items() if value]
        pairs += [("sort", self.sort)] if self.sort != self.usual_order else []
        if without in pairs:
            pairs.remove(without)
        if page and page > 1:
            pairs.append(("page", str(page)))
        return "?" + urlencode(pairs)

    @property
    def active(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.query or self.chosen)

    def _labels(self, counts: dict[str, dict[str, int]]) -> dict[tuple[str, str], str]:
        labels = {("type", value): label for value, label in self.types_in_words.items()}
        labels |= {("source", place.code): place.name for place in places()}
        labels |= CHOICE_LABELS
        terms = Term.objects.filter(vocabulary__in=VOCABULARIES & counts.keys()).order_by()
        sections = (
            SectionPage.objects.filter(slug__in=counts.get("state", {})).order_by().annotate(facet=Value("state"))
        )
        named = terms.values_list("vocabulary", "slug", "name")
        for name, value, label in named.union(sections.values_list("facet", "slug", "title"), all=True):
            labels[name, value] = label
        return labels


class FilterSet(Filters):
    """What a reader asked for, applied to entries.

    Takes further the entries to start from (already `visible_to` the reader and of the listing's types), the reader and
    the entry types.
    """

    def __init__(self, data: QueryDict, base: EntryQuerySet, *, user: Any, types: tuple[str, ...], facets: list[str]):
        super().__init__(data, facets=facets)
        self.base = base
        self.user = user
        self.types = types
        self.when = data.get("when", "")
        self.past = self.when == "past"
        self.month = _month(self.when)
        if not (self.past or self.month):
            self.when = ""
        self.others["when"] = self.when
        self._whole_base = True

    def within(self, section: Any) -> FilterSet:
        """Only what stands in a section or is also listed in it; with None, only what is shared by all."""
        return self.narrow(self.base.in_section(section))

    def narrow(self, base: EntryQuerySet) -> FilterSet:
        """Start from fewer entries."""
        self.base = base
        self._whole_base = False
        return self

    def entries(self, *, leave_out: str | None = None) -> EntryQuerySet:
        """The entries that match; without the choices of one facet where its own counts are wanted."""
        entries = self.base
        for word in self.query.split()[:MAX_WORDS]:
            entries = entries.filter(Q(title__icontains=word) | Q(page__summary__icontains=word))
        for name, values in self.chosen.items():
            if name == leave_out:
                continue
            if name == "type":
                entries = entries.filter(type__in=values)
            else:
                rows = EntryFacet.objects.filter(name=name, value__in=values, type__in=self.types)
                entries = entries.filter(pk__in=rows.values("entry"))
        return entries

    def results(self) -> EntryQuerySet:
        """The entries that match, in the order asked for, with what a row shows."""
        entries = self.entries().for_rows()
        if self.sort == "newest" and self.types in FIRST_SORTS:
            return getattr(entries, FIRST_SORTS[self.types][1])()
        return entries.order_by(*SORTS[self.sort][1])

    def sorts(self) -> list[tuple[str, str]]:
        """The orders on offer; the usual one has a name of its own where a type's list is read otherwise."""
        names = dict(self.orders)
        if self.types in FIRST_SORTS:
            names["newest"] = FIRST_SORTS[self.types][0]
        return list(names.items())

    def counts(self) -> dict[str, dict[str, int]]:
        """One query counts; one before it where nothing is chosen."""
        rows = self._rows([name for name in self.facets if name not in self.chosen])
        for name in self.chosen:
            rows += self._rows([name], leave_out=name)
        counts: dict[str, Counter[str]] = {}
        for name, value, count in rows[0].union(*rows[1:], all=True) if rows else []:
            counts.setdefault(name, Counter())[value] += count
        return {name: dict(+values) for name, values in counts.items()}

    def _rows(self, names: list[str], *, leave_out: str | None = None) -> list[QuerySet]:
        """Queries that give (facet, value, count), to be added up."""
        found: list[QuerySet] = []
        if "type" in names:
            types = self.entries(leave_out=leave_out).order_by().annotate(facet=Value("type"))
            found.append(types.values_list("facet", "type").annotate(count=Count("pk")))
        names = [name for name in names if name != "type"]
        if not names:
            return found
        rows = EntryFacet.objects.filter(name__in=names, type__in=self.types).order_by()
        if self._whole_base and not self.query and not self.chosen.keys() - {leave_out}:
            # Nothing narrows: the facet rows repeat type and rule, so an index alone answers, less what has expired.
            # The rules as numbers: PostgreSQL, which cannot guess how many rows a text matches, is three times as fast.
            rows = rows.filter(access__in=list(AccessRule.objects.allowing(self.user).values_list("pk", flat=True)))
            gone = rows.filter(entry__in=Entry.objects.filter(expires_at__lte=timezone.now()).values("pk"))
            found.append(gone.values_list("name", "value").annotate(count=-Count("pk")))
        else:
            rows = rows.filter(entry__in=self.entries(leave_out=leave_out).order_by().values("pk"))
        return [*found, rows.values_list("name", "value").annotate(count=Count("pk"))]


def _month(text: str) -> dt.date | None:
    """The first day of a month written as "2026-12", of this century; None for anything else."""
    found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", text)
    return dt.date(int(found[1]), int(found[2]), 1) if found else None
