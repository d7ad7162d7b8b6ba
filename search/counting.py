"""Counts beside filters, from how many matching documents carry each combination of facet values.

An engine that counts combinations (`FacetSet`) asks once, whatever is chosen; everything else is adding up.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from search.models.facets import pairs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from search.engines.base import Counts


def count(
    combinations: Iterable[tuple[int, int]], chosen: Mapping[str, Sequence[str]], facets: Iterable[str]
) -> tuple[int, Counts, list[int]]:
    """Add up (facet set, number of documents) of all that matches before any choice.

    Gives the total with the choices applied, the counts of the facets asked for, and the facet sets that meet every choice.
    """
    combinations = list(combinations)
    pairs = pairs_of(pk for pk, _ in combinations)
    wanted = {name: set(values) for name, values in chosen.items()}
    counted = set(facets)
    counts: dict[str, Counter[str]] = {name: Counter() for name in counted}
    total = 0
    meeting = []
    for pk, number in combinations:
        held = pairs[pk]
        missed = {name for name, values in wanted.items() if not any(n == name and v in values for n, v in held)}
        if not missed:
            total += number
            meeting.append(pk)
        if len(missed) > 1:
            continue
        for name, value in held:
            if name in counted and missed <= {name}:
                counts[name][value] += number
    return total, {name: dict(values) for name, values in counts.items()}, meeting
