"""One search from a question to an answer, for the page and for its evaluation alike.

The rule of all and any: what meets everything that is wanted is the answer, if there is enough of it; otherwise, what meets
any of it, best first. Decided before anything is chosen, so that a choice never changes the rule under its own count.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from search import engines, queries

if TYPE_CHECKING:
    from search.engines.base import Engine, Results, SearchRequest

ENOUGH = 20  # documents that meet everything: a page of them (measured: docs/search.md)


@dataclass(frozen=True)
class Answer:
    """What was found. `relaxed`: nothing (or too little) meets everything that is wanted, so any of it will do; `whole` is
    how many meet everything.
    """

    results: Results
    request: SearchRequest
    whole: int
    relaxed: bool = False

    @property
    def partly(self) -> bool:
        """Whether some of what was found meets only a part of what is wanted."""
        return self.relaxed and self.results.found > self.whole


def find(request: SearchRequest, engine: Engine | None = None) -> Answer:
    """Ask the engine for what meets all that is wanted; where that is too little, for what meets any of it.

    Too little is less than `ENOUGH` where the best stands first, and nothing at all in any other order, in which what
    meets little of it would stand in the way.
    """
    engine = engine or engines.engine()
    results = engine.search(request)
    loose = queries.loosened(request.query)
    enough = ENOUGH if request.sort == "relevance" else 1
    if request.match == "any" or results.found >= enough or len(loose.wanted) < 2:
        return Answer(results, request, results.found)
    request = replace(request, query=loose, match="any")
    return Answer(engine.search(request), request, results.found, relaxed=True)
