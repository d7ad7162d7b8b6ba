"""Marks in a text the words that a query found, and cuts the passage that shows most of them. Pure; escapes everything.

The same for every engine: a word counts as found where its stem is that of a wanted word, as the engines see it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.stems import beginning, stem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from search.queries import Clause, Phrase, Query

WINDOW = 260  # characters of a passage
LEAD = 60  # how far before the first mark a passage begins, at most
MOST_CLAUSES = 12
LINE_ENDS = re.compile(r"(?<![.?!:;,\s])\s*\n\s*")  # after a whole sentence a space is enough


class _Plain(dict[int, int]):
    """A table for `str.translate`: each character by its small letter without accents, one for one."""

    def __missing__(self, code: int) -> int:
        base = unicodedata.normalize("NFKD", chr(code).lower())[:1]
        self[code] = ord(base) if base else code
        return self[code]


_plain = _Plain()


def plain(text: str) -> str:
    """A text in small letters without accents, as long as it was."""
    return text.lower() if text.isascii() else text.translate(_plain)


@dataclass(frozen=True)
class Mark:
    """Where something that is wanted stands in a text."""

    start: int
    end: int
    clause: int


@dataclass
class Wanted:
    """What is looked for in texts: one pattern for each clause of a query."""

    patterns: list[re.Pattern[str]] = field(default_factory=list)
    phrases: list[set[Phrase]] = field(default_factory=list)  # by stems; a prefix as it stands
    needles: list[list[str]] = field(default_factory=list)  # what a database can look for, any one of each clause

    @classmethod
    def by(cls, query: Query) -> Wanted:
        """What a query wants."""
        made = cls()
        for clause in query.wanted[:MOST_CLAUSES]:
            made._add(clause)
        return made

    def _add(self, clause: Clause) -> None:
        begins = [[beginning(word) for word in phrase] for phrase in clause.alternatives]
        written = (r"[\W_]+".join(re.escape(word) + r"[^\W_]*" for word in phrase) for phrase in begins)
        self.patterns.append(re.compile(r"(?<![^\W_])(?:" + "|".join(sorted(written, key=len, reverse=True)) + ")"))
        self.phrases.append({_stems(phrase, prefix=clause.prefix) for phrase in clause.alternatives})
        self.needles.append([max(phrase, key=len) for phrase in begins])

    def marks(self, text: str) -> list[Mark]:
        """Where the clauses stand in a text, in its order, none inside another."""
        simple = plain(text)
        found = [
            Mark(match.start(), match.end(), number)
            for number, pattern in enumerate(self.patterns)
            for match in pattern.finditer(simple)
            if self._is_meant(number, match.group())
        ]
        kept: list[Mark] = []
        for mark in sorted(found, key=lambda mark: (mark.start, -mark.end)):
            if not kept or mark.start >= kept[-1].end:
                kept.append(mark)
        return kept

    def _is_meant(self, number: int, found: str) -> bool:
        words = re.findall(r"[^\W_]+", found)
        stems = tuple(map(stem, words))
        return any(
            len(phrase) == len(words)
            and stems[:-1] == phrase[:-1]
            and (stems[-1] == phrase[-1] or (phrase[-1].endswith("*") and words[-1].startswith(phrase[-1][:-1])))
            for phrase in self.phrases[number]
        )


def _stems(phrase: Phrase, *, prefix: bool) -> Phrase:
    last = f"{phrase[-1]}*" if prefix else stem(phrase[-1])
    return (*map(stem, phrase[:-1]), last)


def marked(text: str, marks: Iterable[Mark], *, start: int = 0, end: int | None = None) -> SafeString:
    """A part of a text with its marks, escaped."""
    end = len(text) if end is None else end
    parts, at = [], start
    for mark in marks:
        if start <= mark.start and mark.end <= end:
            parts += [escape(text[at : mark.start]), "<mark>", escape(text[mark.start : mark.end]), "</mark>"]
            at = mark.end
    return mark_safe("".join([*parts, escape(text[at:end])]))  # noqa: S308  every part was escaped


@dataclass(frozen=True)
class Excerpt:
    """The part of a text that shows most of what is wanted. `clauses`: which of it stands there."""

    html: SafeString
    clauses: frozenset[int]


def excerpt(text: str, wanted: Wanted, *, lines: bool = False) -> Excerpt | None:
    """The best passage of a text, cut at words; None where nothing that is wanted stands in it.

    `lines`: each line is a thing of its own, such as a point of an agenda, and stays apart from the next.
    """
    marks = wanted.marks(text)
    if not marks:
        return None
    first, clauses = _best(marks)
    start, end = _cut(text, marks[first].start)
    inner = marked(text, marks, start=start, end=end)
    shown = LINE_ENDS.sub(" · ", inner.strip()) if lines else inner
    before = "… " if start > 0 else ""
    after = " …" if end < len(text) else ""
    return Excerpt(mark_safe(before + shown + after), frozenset(clauses))  # noqa: S308  escaped by `marked`


def _best(marks: list[Mark]) -> tuple[int, set[int]]:
    """The mark with which the window begins that holds most clauses, then most marks; the earliest of equals."""
    best: tuple[tuple[int, int], int, set[int]] = ((0, 0), 0, set())
    end = 0
    for start, mark in enumerate(marks):
        end = max(end, start)
        while end < len(marks) and marks[end].end - mark.start <= WINDOW - LEAD:
            end += 1
        held = {each.clause for each in marks[start:end]} or {mark.clause}
        if (len(held), end - start) > best[0]:
            best = ((len(held), end - start), start, held)
    return best[1], best[2]


def _cut(text: str, first: int) -> tuple[int, int]:
    """Where a passage around its first mark begins (at a sentence, a line or a word) and ends (at a word)."""
    earliest = max(0, first - LEAD)
    lead = text[earliest:first]
    ends = [match.end() for match in re.finditer(r"[.?!]\s+|\n+", lead)]
    gap = re.search(r"\s", lead)
    if ends:
        start = earliest + ends[-1]
    elif earliest and gap:
        start = earliest + gap.end()
    else:
        start = first if earliest else 0
    end = min(len(text), start + WINDOW)
    if end < len(text):
        space = text.rfind(" ", start, end)
        end = space if space > first else end
    return start, end
