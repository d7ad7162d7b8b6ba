"""What is asked of the search: ten kinds of questions, the same every time."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from benchmarks.search_corpus import made_up
from search.queries import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NUMBER = 40  # of each kind
# How large a part of all sentences has a word. A document has about thirty of them.
MIDDLE, COMMON = (0.0005, 0.003), (0.02, 1)
RARE = (50, 1000)  # ranks of names that are made up: of 100,000 documents, some ten to a thousand have them


def questions(sentences: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """By kind: `typed`, and what else a `SearchRequest` takes."""
    luck = random.Random(7)  # noqa: S311
    texts = [re.findall(r"[a-z]+", sentence.lower()) for sentence in sentences]
    frequency = Counter(word for text in texts for word in set(text))

    def words(band: tuple[float, float]) -> list[str]:
        low, high = (share * len(texts) for share in band)
        return sorted(
            word
            for word, number in frequency.items()
            if low < number <= high and len(word) > 4 and word not in STOP_WORDS
        )

    middle, common = words(MIDDLE), words(COMMON)
    known = set(middle)
    rich = [telling for text in texts if len(telling := sorted(known.intersection(text))) >= 5]

    def typed(make_one: Callable[[], str], **values: Any) -> list[dict[str, Any]]:
        return [{"typed": make_one(), **values} for _ in range(NUMBER)]

    def together(number: int) -> str:
        return " ".join(luck.sample(luck.choice(rich), number))

    def run(length: int) -> str:
        text = luck.choice([text for text in texts if len(text) > length])
        start = luck.randrange(len(text) - length)
        return " ".join(text[start : start + length])

    runs = Counter(tuple(text[at : at + 3]) for text in texts for at in range(len(text) - 2))
    often = [" ".join(three) for three, _ in runs.most_common(NUMBER)]
    chosen = {"kind": ["guide", "report", "policy", "article"], "year": ["2020", "2021", "2022"]}
    return {
        "a rare word": typed(lambda: made_up(luck.randint(*RARE))),
        "a word": typed(lambda: luck.choice(middle)),
        "a common word": typed(lambda: luck.choice(common)),
        "two words": typed(lambda: together(2)),
        "five words, any": typed(lambda: together(5), match="any"),
        "a phrase of three words": typed(lambda: f'"{run(3)}"'),
        "a beginning": typed(lambda: luck.choice(middle)[:4] + "*"),
        "two words, two facets chosen": typed(lambda: together(2), chosen=chosen),
        "25 words, any": typed(lambda: run(25), match="any"),
        "a phrase of very common words": [{"typed": f'"{phrase}"'} for phrase in often],
    }


def beginnings(titles: Sequence[str]) -> list[str]:
    """Three letters that a title's word begins with."""
    luck = random.Random(8)  # noqa: S311
    words = sorted({word for title in titles for word in re.findall(r"[a-z]{4,}", title.lower())})
    return [word[:3] for word in luck.sample(words, NUMBER)]
