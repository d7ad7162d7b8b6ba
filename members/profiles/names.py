"""Names as people type them: without accents, hyphens and case, and by the nicknames that go with a first name."""

from __future__ import annotations

import functools
import re

from anyascii import anyascii
from nicknames import NickNamer

LONGEST = 40  # letters of a word that are compared
_WORDS = re.compile(r"[a-z0-9]+")
_JOINERS = re.compile(r"[-'’ʻ.]")


@functools.cache
def _nicknames() -> NickNamer:
    return NickNamer()


def fold(text: str) -> list[str]:
    """The words of a text in plain small letters: "José Begay-Stone" gives jose, begay, stone."""
    return [word[:LONGEST] for word in _WORDS.findall(anyascii(text).lower())]


def initials(name: str) -> str:
    """Two letters that stand for a person: of the first and the last word of their name. No name, no letters."""
    words = name.split()
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()


def words_of(first_name: str, last_name: str) -> set[str]:
    """All words by which somebody of this name is found: their own, joined ones in one piece (begaystone), and what a
    first name is short for or is shortened to (Bill, William)."""
    names = f"{first_name} {last_name}"
    found = {*fold(names), *fold(_JOINERS.sub("", names))}
    for name in fold(first_name):
        related = _nicknames().nicknames_of(name) | _nicknames().canonicals_of(name)
        found |= {word for one in related for word in fold(one)}
    return found


def beginning_with(word: str) -> tuple[str, str]:
    """The first and the last of all folded words that begin with this one, so that an index finds them in any collation."""
    return word, word + "z" * LONGEST
