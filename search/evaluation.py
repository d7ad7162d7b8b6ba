"""How good the search is on a judged collection: reading one in BEIR's layout, and the measures."""

from __future__ import annotations

import csv
import json
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from search import queries, service
from search.engines.base import SearchRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from search.engines.base import Engine

DEPTH = 100  # hits that are looked at
RULE = 1  # the access rule of everything in a collection


class BrokenCollection(Exception):  # noqa: N818
    """A collection cannot be read. The message says where and why."""


@dataclass
class Collection:
    """Documents as (id, title, text), queries by id, and which documents are relevant to a query, and how much."""

    documents: list[tuple[str, str, str]]
    queries: dict[str, str]
    judged: dict[str, dict[str, int]]


@dataclass
class Scores:
    """The measures, over all judged queries; one that finds nothing counts as nothing, and as `empty`."""

    ndcg: float = 0.0
    recall: float = 0.0
    mrr: float = 0.0
    empty: int = 0
    queries: int = 0
    milliseconds: float = 0.0  # a query, on average

    def lines(self) -> list[str]:
        """One measure a line."""
        return [
            f"nDCG@10 {self.ndcg:.3f}",
            f"recall@100 {self.recall:.3f}",
            f"MRR {self.mrr:.3f}",
            f"empty queries {self.empty} of {self.queries}",
            f"milliseconds a query {self.milliseconds:.1f}",
        ]


def read(folder: Path) -> Collection:
    """The collection in a folder. Raises BrokenCollection."""
    documents = [
        (_text(row, "_id"), row.get("title") or "", row.get("text") or "") for row in _json(folder / "corpus.jsonl")
    ]
    if len({number for number, _, _ in documents}) < len(documents):
        raise BrokenCollection(f"{folder / 'corpus.jsonl'}: two documents have the same _id.")
    asked = {_text(row, "_id"): _text(row, "text") for row in _json(folder / "queries.jsonl")}
    judged: dict[str, dict[str, int]] = {}
    for query, document, score in _judgements(folder / "qrels" / "test.tsv"):
        if score > 0:
            judged.setdefault(query, {})[document] = score
    unknown = sorted(judged.keys() - asked.keys())
    if unknown:
        raise BrokenCollection(f"{folder}: the judged query {unknown[0]} is not in queries.jsonl.")
    if not judged:
        raise BrokenCollection(f"{folder}: no query has a relevant document.")
    if not documents:
        raise BrokenCollection(f"{folder / 'corpus.jsonl'}: there are no documents.")
    return Collection(documents, asked, judged)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from enumerate(file, start=1)
    except UnicodeDecodeError:
        raise BrokenCollection(f"{path}: the file is not UTF-8 text.") from None
    except OSError as error:
        raise BrokenCollection(f"{path}: {error.strerror or error}.") from None


def _json(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in _lines(path):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise BrokenCollection(f"{path}, line {number}: this is not JSON.") from None
        if not isinstance(row, dict) or "_id" not in row:
            raise BrokenCollection(f"{path}, line {number}: there is no _id.")
        yield row


def _text(row: dict[str, Any], name: str) -> str:
    return str(row.get(name) or "")


def _judgements(path: Path) -> Iterator[tuple[str, str, int]]:
    rows = csv.reader((line for _, line in _lines(path)), delimiter="\t", quoting=csv.QUOTE_NONE)
    for number, row in enumerate(rows, start=1):
        if number == 1 or not row:
            continue  # the header
        try:
            query, document, score = row
            yield query, document, round(float(score))
        except ValueError:
            message = f"{path}, line {number}: three columns are wanted: query-id, corpus-id, and a number."
            raise BrokenCollection(message) from None


def evaluate(collection: Collection, engine: Engine, wrapped: Any = iter) -> Scores:
    """Ask every judged query as the site would. The engine holds the documents, numbered from 1 in their order.

    `wrapped` is put around the queries: a progress bar, say.
    """
    scores = Scores(queries=len(collection.judged))
    started = time.perf_counter()
    for query, relevant in wrapped(collection.judged.items()):
        request = SearchRequest(queries.parse(collection.queries[query]), (RULE,), limit=DEPTH)
        hits = service.find(request, engine).results.hits
        ranked = [collection.documents[hit.document - 1][0] for hit in hits]
        scores.empty += not ranked
        scores.ndcg += ndcg(ranked, relevant)
        scores.recall += len(relevant.keys() & set(ranked)) / len(relevant)
        scores.mrr += next((1 / rank for rank, document in enumerate(ranked, start=1) if document in relevant), 0)
    scores.milliseconds = (time.perf_counter() - started) * 1000
    for name in ("ndcg", "recall", "mrr", "milliseconds"):
        setattr(scores, name, getattr(scores, name) / scores.queries)
    return scores


def ndcg(ranked: Sequence[str], relevant: Mapping[str, int], depth: int = 10) -> float:
    """Normalized discounted cumulative gain, as trec_eval has it: the gain is the judgement itself."""
    return _gain(relevant.get(document, 0) for document in ranked[:depth]) / _gain(
        sorted(relevant.values(), reverse=True)[:depth]
    )


def _gain(judgements: Iterable[int]) -> float:
    return sum(judgement / math.log2(rank + 1) for rank, judgement in enumerate(judgements, start=1))
