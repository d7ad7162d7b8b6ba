"""What a reader collects, within bounds, and how it refuses. Used inside the child process: standard library only."""

from __future__ import annotations

import re
from typing import TypedDict

MAX_CHARACTERS = 1_000_000  # of one file; what comes after is left out
MAX_PARTS = 5_000

PASSWORD = "It is protected by a password."  # noqa: S105
DAMAGED = "It is damaged or cut off."
TOO_LARGE = "It unpacks to far more than a document should."


_LEADERS = re.compile(r"(?:\s*[.…_]){4,}")  # between a title and its page number, or to write on


class UnreadableError(Exception):
    """A file that is not read; its message is a sentence about "it" that editors see."""


class PartDict(TypedDict):
    """One part of a file, as `FileText.parts` keeps it.

    `place` says where it stands in words ("page 3"), `fragment` what opens it there (`page=3`, or nothing), `headings`
    are the numbers of the lines of `text` that look like headings.
    """

    place: str
    fragment: str
    headings: list[int]
    text: str


class Parts:
    """Collects parts until there is enough."""

    def __init__(self) -> None:
        self.found: list[PartDict] = []
        self.left = MAX_CHARACTERS

    @property
    def full(self) -> bool:
        """Whether nothing more is wanted."""
        return self.left <= 0 or len(self.found) >= MAX_PARTS

    def add(self, lines: list[tuple[bool, str]], *, place: str = "", fragment: str = "") -> None:
        """Add a part from its lines, each with whether it is a heading. Empty lines are left out, and so is a part
        that has no others.
        """
        kept: list[str] = []
        headings: list[int] = []
        for is_heading, line in lines:
            clean = " ".join(_LEADERS.sub(" …", line.replace("\x00", "")).split())[: max(self.left, 0)]
            if not clean:
                continue
            if is_heading:
                headings.append(len(kept))
            kept.append(clean)
            self.left -= len(clean) + 1
        if kept and len(self.found) < MAX_PARTS:
            self.found.append({"place": place, "fragment": fragment, "headings": headings, "text": "\n".join(kept)})
