"""The report of an import: a CSV with a line for every row of the file, and a sentence for people."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, TextIO

from home.models.vocabularies import Vocabulary
from library.importing.plans import DUPLICATE, NEW, REFUSED

if TYPE_CHECKING:
    from library.importing.plans import Plan

HEADER = ["row", "outcome", "reason", "title", "page"]
_STARTS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


def write(plan: Plan, file: TextIO) -> None:
    """Write the report: every row, then every term that our lists lack with the number of records that have it."""
    writer = csv.writer(file)
    writer.writerow(HEADER)
    for one in plan.outcomes:
        writer.writerow([one.row, one.outcome, _safe(one.reason), _safe(one.title), one.address])
    for vocabulary in Vocabulary:
        for name, count in plan.unknown_terms(vocabulary):
            writer.writerow(["", f"unknown {vocabulary.label.lower()}", f"in {count} records", _safe(name), ""])


def _safe(text: str) -> str:
    """A cell that a spreadsheet program shows as text and does not run as a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def sentence(plan: Plan, *, done: bool) -> str:
    """The counts in one line."""
    counts = plan.counts
    verb = "imported" if done else "would be imported"
    duplicates = "duplicate" if counts[DUPLICATE] == 1 else "duplicates"
    return (
        f"{counts['rows']:,} rows: {counts[NEW]:,} {verb}, {counts[DUPLICATE]:,} {duplicates}, "
        f"{counts[REFUSED]:,} refused."
    )
