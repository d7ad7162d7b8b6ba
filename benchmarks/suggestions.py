"""How fast suggestions are over the documents that are there: for a benchmark that has made some."""

from __future__ import annotations

import random
import re
import time
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser

from search.suggestions import suggestions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ASKED = 40


def measure(titles: Sequence[str]) -> Iterator[tuple[str, list[float]]]:
    """Ask as a visitor types words of these titles; gives what was typed, in words, and the milliseconds of each answer.

    By the clock: what the database takes is in it. The first few of each kind are not counted.
    """
    luck = random.Random(7)  # noqa: S311
    words = [word for title in titles for word in re.findall(r"[a-z]{4,}", title.lower())]
    kinds = {
        "two letters": lambda: luck.choice(words)[:2],
        "four letters": lambda: luck.choice(words)[:4],
        "a word and one letter": lambda: f"{luck.choice(words)} {luck.choice(words)[:1]}",
        "a word and three letters": lambda: f"{luck.choice(words)} {luck.choice(words)[:3]}",
        "a title’s beginning": lambda: luck.choice(titles)[:18],
    }
    for kind, typed in kinds.items():
        took = []
        for text in [typed() for _ in range(ASKED + 3)]:
            began = time.perf_counter()
            suggestions(text, AnonymousUser())
            took.append((time.perf_counter() - began) * 1000)
        yield kind, took[3:]
