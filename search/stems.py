"""Words by their stems, so that "screens" and "screening" are one. The stemmer of the search engines (Snowball, English)."""

from __future__ import annotations

import functools
import threading

import snowballstemmer

_stemmer = snowballstemmer.stemmer("english")
_lock = threading.Lock()  # a stemmer holds the word that it works on


@functools.lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one folded word (`search.queries.fold`)."""
    with _lock:
        return _stemmer.stemWord(word)


def beginning(word: str) -> str:
    """How every word of the same stem begins: the stem, but for an i that was a y ("therapies", "therapy")."""
    stemmed = stem(word)
    return stemmed[:-1] if stemmed.endswith("i") and len(stemmed) > 2 else stemmed
