"""What a mistyped word may have meant: a word near it among those that stand in what this reader may find.

The words are candidates and no more. Whoever offers one has found something by it first, with the reader's own rights, so
that spelling tells nothing of what is hidden, nor of what has gone since the words were learned.
"""

from __future__ import annotations

import functools
import operator
import re
import time
from collections import Counter
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Substr
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.models import SearchDocument, Word
from search.queries import fold, words
from search.stems import beginning, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from search.queries import Query

SHORTEST, LONGEST = 4, 40  # letters of a word that is learned or put right
READ = 100_000  # characters of a document that are learned from
SECONDS = 2.0  # that learning takes at most, each time
CHUNK = 50
TURN = 0.05  # seconds for others to write
_WORDS = re.compile(r"[^\W\d_]+")


def learn() -> int:
    """Learn the words of documents that have changed, for at most two seconds; gives how many. Safe to run twice.

    What only members may read of a public page is not learned. Only writing holds the database (SQLite has one writer at a
    time), and between two portions others have their turn.
    """
    until, done = time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        rows = SearchDocument.objects.unlearned().order_by("pk")
        batch = list(rows.annotate(opening=Substr("text", 1, READ)).defer("text", "members_text")[:CHUNK])
        if not batch:
            break
        counts = _counted(batch)
        with transaction.atomic():
            _add(counts)
            for document in batch:  # one that was written meanwhile comes again
                SearchDocument.objects.filter(pk=document.pk).update(learned=document.version)
        done += len(batch)
        time.sleep(TURN)
    return done


def _counted(documents: Iterable[SearchDocument]) -> Counter[tuple[int, str]]:
    """In how many of these documents of a rule each word stands."""
    counts: Counter[tuple[int, str]] = Counter()
    for document in documents:
        text = f"{document.title} {document.summary} {document.authors} {document.opening}"  # type: ignore[attr-defined]
        said = {word for word in words(text) if SHORTEST <= len(word) <= LONGEST and word.isalpha()}
        counts.update((document.access_id, word) for word in said)
    return counts


def _add(counts: Counter[tuple[int, str]]) -> None:
    known: dict[tuple[int, str], int] = {}
    wanted = sorted({word for _, word in counts})
    for start in range(0, len(wanted), 500):
        rows = Word.objects.filter(word__in=wanted[start : start + 500])
        known |= {(rule, word): number for rule, word, number in rows.values_list("access", "word", "documents")}
    Word.objects.bulk_create(
        [
            Word(word=word, length=len(word), access_id=rule, documents=number + known.get((rule, word), 0))
            for (rule, word), number in counts.items()
        ],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["word", "access"],
        update_fields=["documents"],
    )


def start_over() -> None:
    """Forget every word, so that those of what is gone do not stay; `learn` goes through all documents anew.

    In portions: to mark a document, SQLite writes it anew with all its text, and everybody else would wait for the whole.
    """
    Word.objects.all().delete()
    last = 0
    keys = SearchDocument.objects.order_by("pk").values_list("pk", flat=True)
    while portion := list(keys.filter(pk__gt=last)[:CHUNK]):
        SearchDocument.objects.filter(pk__in=portion, learned__isnull=False).update(learned=None)
        last = portion[-1]
        time.sleep(TURN)


def corrected(text: str, query: Query, rules: Sequence[int]) -> str | None:
    """What was typed with its unknown words put right, as far as they are near a known one; None where none is.

    `text` is what `query` was parsed from; `rules` the reader's.
    """
    typed = {
        word
        for clause in query.wanted
        if not (clause.quoted or clause.prefix)
        for word in clause.alternatives[0]
        if SHORTEST <= len(word) <= LONGEST and word.isalpha()
    }
    theirs = Word.objects.filter(access__in=rules)
    unknown = typed - _known(typed, theirs)
    better = {word: near for word in sorted(unknown) if (near := _near(word, theirs))}
    if not better:
        return None
    return _WORDS.sub(lambda match: better.get(fold(match.group()), match.group()), text)


def _known(typed: set[str], theirs: QuerySet[Word]) -> set[str]:
    """Those that stand somewhere, in this form or another of the same stem."""
    if not typed:
        return set()
    begun = [Q(word__startswith=beginning(word)) for word in typed]
    stems = {stem(word) for word in theirs.filter(functools.reduce(operator.or_, begun)).values_list("word", flat=True)}
    return {word for word in typed if stem(word) in stems}


def _near(word: str, known: QuerySet[Word]) -> str | None:
    """The known word that takes fewest changes: one in a short word, two in a longer one; the most frequent of equals."""
    changes = 1 if len(word) < 6 else 2
    near = known.filter(length__range=(len(word) - changes, len(word) + changes))
    frequent = dict(near.order_by().values_list("word").annotate(Sum("documents")))
    found = process.extract(word, list(frequent), scorer=OSA.distance, score_cutoff=changes, limit=50)
    best = min(found, key=lambda one: (one[1], one[0][0] != word[0], -frequent[one[0]], one[0]), default=None)
    return best[0] if best else None
