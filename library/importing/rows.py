"""What every reader of files gives and raises."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_ROWS = 50_000


class Refusal(Exception):  # noqa: N818 - a refusal is an answer to a person, and is read as one
    """A file or an order that cannot be imported. Its text says what is wrong and what to do."""


@dataclass(frozen=True)
class Row:
    """One row as text. `number` is the one a spreadsheet program shows; `problems` are cells that hold no value."""

    number: int
    cells: list[str]
    problems: dict[int, str] = field(default_factory=dict)

    def cell(self, index: int) -> str:
        """The cell in a column; nothing in a row that ends before it."""
        return self.cells[index] if index < len(self.cells) else ""


@dataclass(frozen=True)
class Source:
    """What a reader gives: all rows, what the file is in words, notes on how it was read, and merged ranges (`A1:C1`)."""

    rows: list[Row]
    origin: str
    notes: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


def too_many() -> Refusal:
    """The answer to a file with more rows than one import takes."""
    return Refusal(f"The file has more than {MAX_ROWS:,} rows. Split it into several files.")
