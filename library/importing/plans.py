"""What an import would do to each row, and the doing of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.html import format_html
from django.utils.text import slugify
from wagtail.log_actions import log
from wagtail.models import Page

from home import bulk
from home.models import Population, Requirement, Setting, Stage, Topic
from home.models.vocabularies import Vocabulary
from library.importing import columns
from library.importing.cells import clean, cut, fold
from library.importing.records import BadRowError, Reader, Record, same_address
from library.importing.rows import Refusal
from library.models import LibraryPage, ResourceLink, ResourcePage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from library.importing.tables import Table

NEW, DUPLICATE, REFUSED = "imported", "duplicate", "refused"
MODELS = {model.of: model for model in (Topic, Setting, Population, Stage, Requirement)}
PAGE_FIELD: dict[str, str] = {
    Vocabulary.TOPIC: "topics",
    Vocabulary.SETTING: "settings",
    Vocabulary.POPULATION: "populations",
    Vocabulary.STAGE: "stages",
    Vocabulary.REQUIREMENT: "requirements",
}


@dataclass
class Outcome:
    """What becomes of one row: `imported`, `duplicate` or `refused`, why, and the page's address once it has one."""

    row: int
    title: str
    outcome: str
    reason: str = ""
    address: str = ""


@dataclass
class Plan:
    """What an import would do. Every row has exactly one outcome."""

    columns: columns.Columns
    outcomes: list[Outcome] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)  # (vocabulary, name) -> records

    def count(self, outcome: str) -> int:
        """How many rows have this outcome."""
        return sum(1 for one in self.outcomes if one.outcome == outcome)

    @property
    def counts(self) -> dict[str, int]:
        """Rows, and each outcome: the first is the sum of the others."""
        return {"rows": len(self.outcomes), **{name: self.count(name) for name in (NEW, DUPLICATE, REFUSED)}}

    def unknown_terms(self, vocabulary: str) -> list[tuple[str, int]]:
        """Names that the vocabulary lacks, most frequent first, with the number of records that have them.

        Spellings that would come to the same term count as one, under the most frequent of them.
        """
        spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for (of, name), count in self.unknown.items():
            if of == vocabulary:
                spellings[slugify(name) or fold(name)][name] += count
        found = [(names.most_common(1)[0][0], names.total()) for names in spellings.values()]
        return sorted(found, key=lambda pair: (-pair[1], fold(pair[0])))


def check(library: LibraryPage, audience: str) -> None:
    """Raise Refusal for an audience that the library's pages cannot have."""
    if audience == "section" and library.place is None:
        raise Refusal(
            "The shared library belongs to the whole community, so its resources cannot be for one section only. "
            "Choose members or anyone."
        )


def plan(table: Table, library: LibraryPage, *, create_topics: bool = False) -> Plan:
    """What an import of this table into this library would do. Changes nothing. Raises Refusal."""
    made = Plan(columns.find(table.header))
    reader = Reader(made.columns, table.rows)
    seen: dict[tuple[str, ...], str] = dict.fromkeys(_identities_in(library), "in the library")
    known = _known_terms()
    title_column = made.columns.found["title"]
    for row in table.rows:
        try:
            record = reader.read(row)
        except BadRowError as error:
            title = clean(row.cell(title_column)[:1000])
            made.outcomes.append(Outcome(row.number, cut(title, 255), REFUSED, str(error)))
            continue
        where = next((seen[key] for key in _keys_to_look_for(record) if key in seen), None)
        if where:
            made.outcomes.append(Outcome(row.number, record.title, DUPLICATE, f"The same resource is {where}."))
            continue
        seen |= dict.fromkeys(_identities(record), f"in row {row.number} of this file")
        _note_unknown_terms(made, record, known, create_topics=create_topics)
        made.records.append(record)
        made.outcomes.append(Outcome(row.number, record.title, NEW, " ".join(record.notes)))
    return made


def _note_unknown_terms(made: Plan, record: Record, known: dict[tuple[str, str], Any], *, create_topics: bool) -> None:
    for vocabulary, names in record.terms.items():
        unknown = [name for name in names if (vocabulary, slugify(name)) not in known]
        made.unknown.update((vocabulary, name) for name in unknown)
        left_out = [name for name in unknown if not (create_topics and can_be_topic(vocabulary, name))]
        if left_out:
            record.notes.append(f"Not in our list of {PAGE_FIELD[vocabulary]}, so left out: {'; '.join(left_out)}.")


def can_be_topic(vocabulary: str, name: str) -> bool:
    """Whether `create_topics` makes a topic of this name."""
    return vocabulary == Vocabulary.TOPIC and bool(slugify(name)) and len(name) <= 80


def _keys_to_look_for(record: Record) -> list[tuple[str, ...]]:
    """A row is there already when one has its address; or, if it has none, its title and publisher; or summary."""
    if record.addresses:
        return [("address", same_address(address)) for address in record.addresses]
    if record.publisher:
        return [("publisher", fold(record.title), fold(record.publisher))]
    return [("summary", fold(record.title), fold(record.summary))]


def _identities(thing: Record) -> Iterator[tuple[str, ...]]:
    """Everything by which a later row may be recognised as this one."""
    yield from (("address", same_address(address)) for address in thing.addresses)
    if thing.publisher:
        yield ("publisher", fold(thing.title), fold(thing.publisher))
    yield ("summary", fold(thing.title), fold(thing.summary))


def _identities_in(library: LibraryPage) -> Iterator[tuple[str, ...]]:
    pages = ResourcePage.objects.descendant_of(library)
    for title, publisher, summary in pages.order_by().values_list("title", "publisher", "summary").iterator():
        yield from _identities(Record(0, title=title, publisher=publisher, summary=summary))
    for address in ResourceLink.objects.filter(resource__in=pages.order_by().values("pk")).values_list(
        "url", flat=True
    ):
        yield ("address", same_address(address))


def _known_terms() -> dict[tuple[str, str], Any]:
    """Every term by its vocabulary and by what its name, or its slug, comes to."""
    terms = [term for model in MODELS.values() for term in model.objects.all()]
    return {(term.vocabulary, slugify(word)): term for term in terms for word in (term.name, term.slug)}


def carry_out(
    table: Table,
    library: LibraryPage,
    *,
    audience: str,
    publish: bool = True,
    user: Any = None,
    create_topics: bool = False,
    progress: Callable[[int], Any] | None = None,
) -> Plan:
    """Import a table: all of it or nothing, in one transaction. Gives the plan with the addresses of the new pages.

    The plan is made anew under the library's lock, so that two imports at once, or one import twice, make each page
    once. Raises Refusal.
    """
    check(library, audience)
    with transaction.atomic():
        Page.objects.select_for_update().get(pk=library.pk)
        made = plan(table, library, create_topics=create_topics)
        if create_topics:
            _create_topics(made, user)
        known = _known_terms()
        pages = [_page(record, known, audience) for record in made.records]
        bulk.create(library, pages, user=user, publish=publish, progress=progress)
    new = (outcome for outcome in made.outcomes if outcome.outcome == NEW)
    for outcome, page in zip(new, pages, strict=True):
        outcome.address = page.get_full_url() or ""
    return made


def _create_topics(made: Plan, user: Any) -> None:
    names = [name for name, _ in made.unknown_terms(Vocabulary.TOPIC) if can_be_topic(Vocabulary.TOPIC, name)]
    by_slug = {slugify(name)[:80]: name for name in reversed(names)}
    topics = Topic.objects.bulk_create(
        Topic(vocabulary=Vocabulary.TOPIC, name=name, slug=slug) for slug, name in by_slug.items()
    )
    for topic in topics:
        log(topic, "wagtail.create", user=user)


def _page(record: Record, known: dict[tuple[str, str], Any], audience: str) -> ResourcePage:
    terms = {
        PAGE_FIELD[vocabulary]: list(
            {term.pk: term for name in names if (term := known.get((vocabulary, slugify(name))))}.values()
        )
        for vocabulary, names in record.terms.items()
    }
    return ResourcePage(
        title=record.title,
        summary=record.summary,
        kind=record.kind,
        authors=record.authors,
        publisher=record.publisher,
        year=record.year,
        source_state=record.source_state,
        licence=record.licence,
        language=record.language,
        version=record.version,
        audience=audience,
        body=[("text", format_html("<p>Full title: {}</p>", record.full_title))] if record.full_title else [],
        links=[ResourceLink(url=address, sort_order=order) for order, address in enumerate(record.addresses)],
        **terms,
    )
