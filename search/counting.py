"""Counts beside filters, from how many matching documents carry each combination of facet values.

An engine that counts combinations (`FacetSet`) asks once, whatever is chosen; everything else is adding up.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from search.models.facets import pairs_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from search.engines.base import Counts, SearchRequest
    from search.models.facets import Pairs


@dataclass
class Counted:
    """What the combinations add up to.

    `total`: with every choice applied; `found`: before any choice; `counts`: of the facets asked for; `sets`: the facet
    sets that meet every choice, `narrowed`: whether there are others.
    """

    total: int = 0
    found: int = 0
    counts: Counts = field(default_factory=dict)
    sets: list[int] = field(default_factory=list)
    narrowed: bool = False


def count(combinations: Iterable[tuple[int, int]], request: SearchRequest) -> Counted:
    """Add up (facet set, number of documents) of all that matches the words, before any choice."""
    combinations = list(combinations)
    if not (request.chosen or request.facets or request.years):
        total = sum(number for _, number in combinations)
        return Counted(total, total, {}, [pk for pk, _ in combinations])
    pairs = pairs_of(pk for pk, _ in combinations)
    wanted = {name: set(values) for name, values in request.chosen.items()}
    counts: dict[str, Counter[str]] = {name: Counter() for name in request.facets}
    answer = Counted()
    for pk, number in combinations:
        held = pairs[pk]
        if request.years and not _of_years(held, *request.years):
            continue
        answer.found += number
        missed = {name for name, values in wanted.items() if not any(n == name and v in values for n, v in held)}
        if not missed:
            answer.total += number
            answer.sets.append(pk)
        if len(missed) > 1:
            continue
        for name, value in held:
            if name in counts and missed <= {name}:
                counts[name][value] += number
    answer.counts = {name: dict(values) for name, values in counts.items()}
    answer.narrowed = len(answer.sets) < len(combinations)
    return answer


def _of_years(pairs: Pairs, first: int, last: int) -> bool:
    return any(name == "year" and value.isdecimal() and first <= int(value) <= last for name, value in pairs)
