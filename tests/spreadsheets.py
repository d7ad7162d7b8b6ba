"""Makes tables as spreadsheet programs write them, and as they should not be."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def text(rows: Iterable[Iterable[Any]], encoding: str = "utf-8", delimiter: str = ",", end: str = "\r\n") -> bytes:
    """A table as CSV. `utf-16-le` and `utf-16-be` come without a byte order mark."""
    file = io.StringIO(newline="")
    # Before Python 3.13 a line feed in a cell is quoted only where the line ends in one.
    quoting = csv.QUOTE_MINIMAL if "\n" in end else csv.QUOTE_ALL
    csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return file.getvalue().encode(encoding)


def workbook(*sheets: Iterable[Iterable[Any]], change: Callable[[Any], Any] | None = None) -> bytes:
    """An .xlsx file with these sheets. `change` gets the openpyxl workbook before it is saved."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(list(row))
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_rows(xml: str) -> bytes:
    """An .xlsx file whose only sheet has these `<row>` elements, as Excel writes them."""
    return rewritten(
        workbook([["Title"]]),
        "xl/worksheets/sheet1.xml",
        lambda sheet: re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData>%s</sheetData>" % xml.encode(), sheet),
    )


def written(cell: str, value: str) -> str:
    """The XML of a cell with a text."""
    return f'<c r="{cell}" t="inlineStr"><is><t>{value}</t></is></c>'


def rewritten(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A ZIP file with one part changed, or added where `change` makes something of nothing."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
        if part not in old.namelist():
            new.writestr(part, change(b""))
    return file.getvalue()


def archive(**parts: bytes) -> bytes:
    """A ZIP file of these parts; `__` in a name stands for a slash, `_` before the ending for a dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            folder, _, ending = name.replace("__", "/").rpartition("_")
            new.writestr(f"{folder}.{ending}", content)
    return file.getvalue()
