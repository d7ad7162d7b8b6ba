"""What somebody typed, taken apart: words, "phrases", -without, begin*, and `state:ohio` `year:2019..2024`.

Pure, and kind: whatever is typed gives a query, never an error. The same for every engine. An engine gets clauses; a
clause is met by any one of its alternatives, each a phrase of one or more words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

MAX_LENGTH = 4000  # characters that are read; what follows is left out
MAX_WORDS = 128  # of all that is wanted; and of all that is not

# Words that say nothing by themselves (Lucene's English list). Left out, unless nothing else is there.
STOP_WORDS = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "for",
        "if",
        "in",
        "into",
        "is",
        "it",
        "no",
        "not",
        "of",
        "on",
    }
    | {"or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with"}
)
OPERATORS = ("state", "topic", "type", "author", "year")
_TOKEN = re.compile(r'(?P<minus>-?)(?:(?P<name>[a-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))', re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"[’']s\b", re.IGNORECASE)

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Clause:
    """One thing that is wanted, or not: any one of its phrases. `prefix`: its last word may go on."""

    alternatives: tuple[Phrase, ...]
    prefix: bool = False
    quoted: bool = False

    @property
    def words(self) -> set[str]:
        """All its words, folded."""
        return {word for phrase in self.alternatives for word in phrase}


@dataclass(frozen=True)
class Query:
    """A query taken apart. `operators` are (name, value) as typed, in small letters."""

    typed: str = ""
    wanted: tuple[Clause, ...] = ()
    unwanted: tuple[Clause, ...] = ()
    operators: tuple[tuple[str, str], ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)


def fold(text: str) -> str:
    """Small letters without accents: how words are compared."""
    decomposed = unicodedata.normalize("NFKD", text).lower()
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words(text: str) -> list[str]:
    """The folded words of a text, in order, as every engine divides it: at whatever is neither letter nor digit."""
    return _WORD.findall(fold(text))


def parse(text: str) -> Query:
    """Take apart what was typed. Lone punctuation is nothing; an operator that does not exist is words."""
    typed = " ".join(text.replace("\x00", "").split())[:MAX_LENGTH]
    wanted: list[Clause] = []
    unwanted: list[Clause] = []
    operators: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(typed):
        if operator := _operator(match):
            operators.append(operator)
            continue
        name = (match["name"] or "").lower()
        value = match["phrase"] if match["phrase"] is not None else match["word"]
        clauses = _clauses(match, name, value)
        (unwanted if match["minus"] else wanted).extend(clauses)
    return Query(typed, _first(_without_stop_words(wanted)), _first(unwanted), tuple(operators))


def _operator(match: re.Match[str]) -> tuple[str, str] | None:
    """The name and value of an operator, in small letters; one that is to be left out keeps its minus."""
    name = (match["name"] or "").lower()
    value = match["phrase"] if match["phrase"] is not None else match["word"]
    return (match["minus"] + name, value.strip().lower()) if name in OPERATORS and value.strip() else None


def without_operators(text: str, gone: Container[tuple[str, str]]) -> str:
    """What was typed without some of its operators, given as `parse` gives them."""
    return " ".join(_TOKEN.sub(lambda match: "" if _operator(match) in gone else match.group(), text).split())


def _clauses(match: re.Match[str], name: str, value: str) -> list[Clause]:
    if match["phrase"] is not None:
        phrase = tuple(words(value))
        prefixed = [Clause(((word,),)) for word in words(name)]
        return [*prefixed, Clause((phrase,), quoted=True)] if phrase else prefixed
    found = words(_POSSESSIVE.sub("", f"{name} {value}"))
    if not found:
        return []
    return [Clause((tuple(found),), prefix=value.endswith("*"))]  # "co-occurring" is one thing: its parts side by side


def _first(clauses: list[Clause]) -> tuple[Clause, ...]:
    """As many of them as have `MAX_WORDS` words together. The last one may be cut."""
    kept: list[Clause] = []
    left = MAX_WORDS
    for clause in clauses:
        [phrase] = clause.alternatives
        if left > 0:
            kept.append(replace(clause, alternatives=(phrase[:left],)))
        left -= len(phrase)
    return tuple(kept)


def _without_stop_words(clauses: list[Clause]) -> list[Clause]:
    telling = [
        clause
        for clause in clauses
        if clause.quoted or clause.prefix or not all(word in STOP_WORDS for word in clause.words)
    ]
    return telling or clauses


def loosened(query: Query) -> Query:
    """The query for finding any of its clauses: a word of several parts ("co-occurring") is met by one of them, too."""
    parts = [
        Clause(((word,),))
        for clause in query.wanted
        if not clause.quoted and len(clause.alternatives[0]) > 1
        for word in clause.alternatives[0]
        if word not in STOP_WORDS
    ]
    return replace(query, wanted=(*query.wanted, *parts))
