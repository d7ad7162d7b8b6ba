"""The headings of a body: their order (at most one level below the one before), and ways to them."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from django.utils.html import strip_tags
from django.utils.text import slugify

if TYPE_CHECKING:
    from collections.abc import Iterable

Heading = tuple[int, str]

TITLE = 1  # the page's title is the heading of the first level
LONG = 4  # so many main headings make an "On this page" list
_MAIN = re.compile(r"<h2\b([^>]*)>(.*?)</h2>", re.IGNORECASE | re.DOTALL)
_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1>", re.IGNORECASE | re.DOTALL)


def headings(rich_text: str) -> list[Heading]:
    """The headings of a rich text, as (level, text). Empty ones are left out."""
    found = ((int(level), html.unescape(strip_tags(text)).strip()) for level, text in _HEADING.findall(rich_text))
    return [(level, text) for level, text in found if text]


def anchored(body: str) -> tuple[str, list[tuple[str, str]]]:
    """A rendered body with an id on each main heading, made from its words; and the headings, as (id, words)."""
    found: list[tuple[str, str]] = []

    def with_id(match: re.Match[str]) -> str:
        words = html.unescape(strip_tags(match[2])).strip()
        if not words:
            return match[0]
        name = start = f"part-{slugify(words)[:50] or 'x'}"
        number = 1
        while name in (used for used, _ in found):
            number += 1
            name = f"{start}-{number}"
        found.append((name, words))
        return f'<h2{match[1]} id="{name}">{match[2]}</h2>'

    return _MAIN.sub(with_id, body), found


def out_of_order(found: Iterable[Heading], *, after: int = TITLE) -> str:
    """What is wrong with the first heading that skips a level, in words for its author; empty when nothing is.

    `after` is the level of the heading that stands before them.
    """
    previous = after
    for level, text in found:
        if level > previous + 1:
            above = "no heading stands above it" if previous == TITLE else f"the one above it is a Heading {previous}"
            return (
                f"“{text}” is a Heading {level}, but {above}. Make it a Heading {previous + 1}, so that people who "
                "listen to the page do not look for a part that is missing."
            )
        previous = level
    return ""
