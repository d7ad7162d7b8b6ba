"""Excel workbooks: values, not formulas."""

from __future__ import annotations

import warnings
from typing import IO

import openpyxl

from search.extraction import archives
from search.extraction.parts import DAMAGED, Parts, UnreadableError

MAX_ROWS, MAX_COLUMNS = 20_000, 100


def read_xlsx(file: IO[bytes]) -> Parts:
    """A workbook: a part for each sheet, a line for each row. Raises UnreadableError."""
    names = archives.opened(file).namelist()
    if "xl/workbook.xml" not in names:
        raise UnreadableError(DAMAGED)
    file.seek(0)
    parts = Parts()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that hold no words
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            if parts.full or sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()  # some programs write wrong ones
            lines = [(True, sheet.title)]
            for row in sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True):
                cells = [str(value).strip() for value in row if value is not None]
                if any(cells):
                    lines.append((False, " | ".join(cells)))
            if len(lines) > 1:
                parts.add(lines, place=f"sheet “{sheet.title}”")
    return parts
