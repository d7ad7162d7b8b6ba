"""The order of headings in a body: a heading stands at most one level below the one before it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from django.utils.html import strip_tags

if TYPE_CHECKING:
    from collections.abc import Iterable

Heading = tuple[int, str]

TITLE = 1  # the page's title is the heading of the first level
_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1>", re.IGNORECASE | re.DOTALL)


def headings(rich_text: str) -> list[Heading]:
    """The headings of a rich text, as (level, text). Empty ones are left out."""
    found = ((int(level), html.unescape(strip_tags(text)).strip()) for level, text in _HEADING.findall(rich_text))
    return [(level, text) for level, text in found if text]


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
