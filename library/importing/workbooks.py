"""Reads the first sheet with anything in it out of an .xlsx workbook: values only, within bounds."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.escape import unescape

from library.importing.rows import MAX_ROWS, Refusal, Row, Source, too_many

MAX_COLUMNS = 200
MAX_CELLS = 2_000_000
MAX_MEMBERS = 1_000
MAX_UNPACKED = 150 * 1024 * 1024
MAX_RATIO = 100  # real sheets pack 5 to 30 times
RATIO_FROM = 1024 * 1024

_OTHERS = {
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint file",
    "xl/workbook.bin": "a binary workbook (.xlsb)",
    "Index/Document.iwa": "a Numbers or Pages file",
    "content.xml": "an OpenDocument file",
}
_ERRORS = {"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"}
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"')
_DAMAGED = "The workbook is damaged or cut off. Open it in your spreadsheet program and save it again as .xlsx."


def read_rows(data: bytes) -> Source:
    """All rows of the first sheet with data. Raises Refusal."""
    archive = _checked(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styles and extensions that nobody here needs
            return _read(data, archive)
    except Refusal:
        raise
    except Exception as error:
        raise Refusal(_DAMAGED) from error


def _checked(data: bytes) -> zipfile.ZipFile:
    """The archive, once its table of contents says that it is a workbook and unpacks to a sane size."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refusal(_DAMAGED) from error
    members = archive.infolist()
    names = {member.filename for member in members}
    unpacked = sum(member.file_size for member in members)
    packed_too_well = any(
        member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1)
        for member in members
    )
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or packed_too_well:
        raise Refusal("This workbook unpacks to far more than it should. Save the table as .csv and import that.")
    if any(member.flag_bits & 1 for member in members):
        raise Refusal("This workbook is protected by a password. Save a copy without the password.")
    if "xl/workbook.xml" not in names:
        what = next((what for name, what in _OTHERS.items() if name in names), "a ZIP archive")
        raise Refusal(f"This is {what}, not an .xlsx workbook. Save the table as .xlsx or .csv.")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Refusal("This workbook contains macros. Save it as .xlsx, without macros.")
    return archive


def _read(data: bytes, archive: zipfile.ZipFile) -> Source:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    for sheet in sheets:
        xml = archive.read(sheet._worksheet_path.lstrip("/"))
        if xml.count(b"<c") > MAX_CELLS:
            raise Refusal(f"Sheet “{sheet.title}” has more than {MAX_CELLS:,} cells. Split it into several files.")
        rows = _rows(sheet, data, has_formulas=b"<f>" in xml or b"<f " in xml)
        if any(any(row.cells) or row.problems for row in rows):
            others = [f"“{other.title}”" for other in book.worksheets if other is not sheet]
            notes = [f"Only sheet “{sheet.title}” is read, not {', '.join(others)}."] if others else []
            merged = [match.decode() for match in _MERGED.findall(xml)]
            return Source(rows, f"Excel workbook, sheet “{sheet.title}”", notes, merged)
    raise Refusal("The workbook is empty: no sheet has anything in it.")


def _rows(sheet: Any, data: bytes, *, has_formulas: bool) -> list[Row]:
    formulas = None
    if has_formulas:
        formulas = _values(openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)[sheet.title])
    rows: list[Row] = []
    values_of = _values_beside_formulas if has_formulas else _values
    for number, values in enumerate(values_of(sheet), start=1):
        if number > MAX_ROWS and any(value is not None for value in values):
            raise too_many()
        written = next(formulas) if formulas else values
        problems = {
            index: words
            for index, value in enumerate(values)
            if (words := _problem(value, written[index], f"{get_column_letter(index + 1)}{number}"))
        }
        filled = [index for index, value in enumerate(values) if value is not None or index in problems]
        rows.append(Row(number, [_text(value) for value in values[: filled[-1] + 1 if filled else 0]], problems))
    return rows


def _values(sheet: Any) -> Any:
    sheet.reset_dimensions()  # some programs write wrong ones
    return sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True)


def _values_beside_formulas(sheet: Any) -> Any:
    """Values where some are results of formulas. A result that is an empty text is there, and is no missing result."""
    sheet.reset_dimensions()
    for cells in sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS):
        yield tuple("" if cell.value is None and cell.data_type == "str" else cell.value for cell in cells)


def _problem(value: Any, written: Any, cell: str) -> str:
    if value is None and written is not None:
        return f"Cell {cell} is a formula whose result is not in the file. Open the workbook, save it, and try again."
    if isinstance(value, str) and value in _ERRORS:
        return f"Cell {cell} holds the error {value}."
    return ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unescape(str(value))  # Excel writes a carriage return as _x000D_


def about_merged(merged: list[str], header: int) -> list[str]:
    """A note when cells below the headings are merged: only the first of them holds the value."""
    ranges = [name for name in merged if range_boundaries(name)[3] > header]
    if not ranges:
        return []
    shown = ", ".join(ranges[:5]) + (" and others" if len(ranges) > 5 else "")
    return [f"Cells are merged ({shown}). Only the first cell of each holds the value; the others count as empty."]
