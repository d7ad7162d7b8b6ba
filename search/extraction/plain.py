"""Plain text and CSV, in whatever encoding."""

from __future__ import annotations

import csv
import io
from typing import IO

from library.importing.rows import Refusal
from library.importing.texts import decode
from search.extraction.parts import MAX_CHARACTERS, Parts, UnreadableError

LINES = 100  # of one part


def _text(file: IO[bytes]) -> str:
    try:
        return decode(file.read(MAX_CHARACTERS * 4))[0]
    except Refusal as error:
        raise UnreadableError("It is no text, or in an encoding that cannot be told.") from error


def _in_parts(lines: list[str]) -> Parts:
    parts = Parts()
    for start in range(0, len(lines), LINES):
        place = f"line {start + 1}" if len(lines) > LINES else ""
        parts.add([(False, line) for line in lines[start : start + LINES]], place=place)
        if parts.full:
            break
    return parts


def read_txt(file: IO[bytes]) -> Parts:
    """A text: a part for each hundred lines. Raises UnreadableError."""
    return _in_parts(_text(file).splitlines())


def read_csv(file: IO[bytes]) -> Parts:
    """A table: a line for each row. Raises UnreadableError."""
    text = _text(file)
    try:
        dialect: type[csv.Dialect] | str = csv.Sniffer().sniff(text[:4096], delimiters=",;\t|")
    except csv.Error:
        dialect = "excel"
    rows = csv.reader(io.StringIO(text.replace("\x00", "")), dialect)
    try:
        return _in_parts([" | ".join(filter(None, (cell.strip() for cell in row))) for row in rows])
    except csv.Error as error:
        raise UnreadableError("Its rows cannot be told apart.") from error
