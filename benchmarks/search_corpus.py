"""A site with very many documents to search, the same every time, made in a few minutes.

Each text is a few summaries of the table and texts of the demonstration, so that words are as frequent as in real texts and
stand beside each other as they do there; names that are made up give them the long tail of words that stand in few
documents. Each document has its page and its entry, as far as the search page reads them.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
import re
import time
from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Page

from home import bulk, setup
from home.models import AccessRule, Entry, Population, SectionPage, Setting, Stage, Topic
from library.models import LibraryPage, ResourcePage
from members.models import Membership, User
from search.models import FacetSet, SearchDocument
from search.projection import page_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WORDS = 700  # of a document, about
CHUNK = 1_000
COMBINATIONS = 6_000  # of facet values
NAMES = 100_000  # that are made up
NAMES_EACH = 8  # in a document
MEMBER = "member@benchmark.example"
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo zu bren cald dorf grim hale".split()  # noqa: SIM905


def texts_of(table: Path, judged: Path) -> list[str]:
    """The summaries of the table and the texts of the demonstration."""
    with table.open(encoding="utf-8", newline="") as file:
        texts = [row["summary"] for row in csv.DictReader(file)]
    return texts + [json.loads(line)["text"] for line in judged.read_text(encoding="utf-8").splitlines()]


def sentences_of(texts: list[str]) -> list[str]:
    """Their sentences."""
    sentences = (sentence.strip() for text in texts for sentence in re.split(r"(?<=[.?!])\s+|\n+", text))
    return [sentence for sentence in sentences if len(sentence) > 30]


def titles_of(table: Path) -> list[str]:
    """The titles of the table."""
    with table.open(encoding="utf-8", newline="") as file:
        return [row["title"][:200] for row in csv.DictReader(file)]


def prepare() -> None:
    """The tables, the tree, and a member of Ohio."""
    call_command("migrate", verbosity=0)
    setup.set_up()
    user, new = User.objects.get_or_create(email=MEMBER)
    if new:
        Membership.objects.create(user=user, section=SectionPage.objects.get(code="OH"), role="member")


def fill(size: int, texts: list[str], titles: list[str], progress: Callable[[int], object]) -> float:
    """Documents up to this number; gives the seconds that making them took, the database's index of words included."""
    began = time.monotonic()
    start = ResourcePage.objects.count()
    maker = _Maker(texts, titles, seed=start)
    for first in range(start, size, CHUNK):
        with transaction.atomic():
            maker.make(range(first, min(first + CHUNK, size)))
        progress(first + CHUNK)
    if start < size:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return time.monotonic() - began


class _Maker:
    def __init__(self, texts: list[str], titles: list[str], seed: int) -> None:
        self.luck = random.Random(seed)  # noqa: S311
        self.texts, self.titles = texts, titles
        self.libraries = [
            (library, SectionPage.objects.ancestor_of(library).first())
            for library in LibraryPage.objects.order_by("path")
        ]
        self.public, self.members = (
            AccessRule.objects.get_or_create(text=text)[0] for text in ("|public|", "|members|")
        )
        sections = [section for _, section in self.libraries if section]
        rules = random.Random(3)  # noqa: S311
        terms = {
            "topic": (Topic, 3),
            "setting": (Setting, 2),
            "population": (Population, 2),
            "stage": (Stage, 1),
        }
        slugs = {
            name: (list(model.objects.values_list("slug", flat=True)), most) for name, (model, most) in terms.items()
        }
        self.sets = FacetSet.of(_facets(rules, slugs, sections) for _ in range(COMBINATIONS))

    def make(self, numbers: range) -> None:
        """Pages, entries and documents with these numbers."""
        now = timezone.now()
        pages = [self._page(number) for number in numbers]
        bulk.insert_rows(ResourcePage, pages)
        documents, entries = [], []
        for page in pages:
            values: dict[str, Any] = {
                "type": "resource",
                "access": self.public if self.luck.random() < 0.7 else self.members,
                "section": page.section,
                "title": page.title,
                "url": page.url_path,
                "published_at": now - dt.timedelta(minutes=self.luck.randint(0, 4000 * 1440)),
            }
            entries.append(Entry(page_id=page.pk, teaser=page.summary[:300], updated_at=now, **values))
            documents.append(
                SearchDocument(
                    key=page_key(page.pk),
                    summary=page.summary,
                    text=self._text(),
                    facets_id=self.sets[int(len(self.sets) * self.luck.random() ** 2)],
                    learned=1,
                    **values,
                )
            )
        Entry.objects.bulk_create(entries)
        SearchDocument.objects.bulk_create(documents)
        for library, _ in self.libraries:
            here = sum(page._cached_parent_obj is library for page in pages)
            Page.objects.filter(pk=library.pk).update(numchild=library.numchild + here)
            library.numchild += here

    def _page(self, number: int) -> ResourcePage:
        library, section = self.libraries[number % len(self.libraries)]
        title = self.luck.choice(self.titles)
        page = ResourcePage(title=title, draft_title=title, summary=self.luck.choice(self.texts)[:300], section=section)
        page.slug = f"resource-{number}"
        page.depth = library.depth + 1
        page.path = Page._get_path(library.path, page.depth, number // len(self.libraries) + 1)
        page._cached_parent_obj = library
        page.locale_id = library.locale_id
        page.set_url_path(library)
        return page

    def _text(self) -> str:
        text, length = [], 0
        while length < WORDS - NAMES_EACH:
            text.append(self.luck.choice(self.texts))
            length += text[-1].count(" ") + 1
        for _ in range(NAMES_EACH):
            rank = min(NAMES - 1, int(self.luck.paretovariate(0.5)))
            text[self.luck.randrange(len(text))] += f" {made_up(rank)}."
        return " ".join(text)


def made_up(rank: int) -> str:
    """A name that no language has."""
    name = ""
    rank += len(_SYLLABLES) ** 2
    while rank:
        rank, which = divmod(rank, len(_SYLLABLES))
        name += _SYLLABLES[which]
    return name.capitalize()


def _facets(
    luck: random.Random, terms: dict[str, tuple[list[str], int]], sections: list[Any]
) -> Iterator[tuple[str, str]]:
    yield "type", "resource"
    yield "state", luck.choice(sections).slug
    yield "year", str(luck.randint(2012, 2026))
    yield "kind", luck.choice(ResourcePage.Kind.values)
    yield "format", luck.choice(["pdf", "pdf", "docx", "xlsx", "link"])
    for name, (slugs, most) in terms.items():
        for slug in luck.sample(slugs, min(len(slugs), luck.randint(0, most))):
            yield name, slug
