"""A table out of a file, whatever kind of file it is. What it is is read from its content, never from its name."""

from __future__ import annotations

from dataclasses import dataclass, field

import filetype

from library.importing import columns, texts, workbooks
from library.importing.rows import Refusal, Row, Source

MAX_BYTES = 20 * 1024 * 1024
LOOK_FOR_HEADER = 10  # rows at the top that may hold a title or a note before the headings

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old Office files, and of encrypted new ones
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"{\\rtf")


@dataclass(frozen=True)
class Table:
    """The rows below the headings, with what a person should know about how the file was read."""

    header: list[str]
    rows: list[Row]
    origin: str
    notes: list[str] = field(default_factory=list)


def read(data: bytes) -> Table:
    """The table in a CSV or XLSX file. Raises Refusal, in words for people, for what is none."""
    if len(data) > MAX_BYTES:
        raise too_big(len(data))
    if not data.strip():
        raise Refusal("The file is empty.")
    if data.startswith(_OLE):
        raise Refusal(_about_ole(data))
    if data.startswith(_ZIP):
        source = workbooks.read_rows(data)
    else:
        kind = filetype.guess(data)
        # A heading may begin like a picture: BMI.
        if kind and (kind.extension == "pdf" or not texts.reads_as_text(data)):
            raise Refusal(f"This is a {kind.extension.upper()} file, not a table. Save the table as .xlsx or .csv.")
        if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:10].lower().startswith(_MARKUP):
            raise Refusal(
                "This is a web page or a document under the name of a spreadsheet. "
                "Open it in your spreadsheet program and save it as .xlsx or .csv."
            )
        source = texts.read_rows(data)
    return _below_header(source)


def too_big(size: int) -> Refusal:
    """The answer to a file of more bytes than one import takes."""
    mega = 1024 * 1024
    return Refusal(
        f"The file is {size / mega:.0f} MB. The limit is {MAX_BYTES // mega} MB. Split it into several files."
    )


def _about_ole(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "This workbook is protected by a password. Save a copy without the password."
    return "This is an old Excel file (.xls). Open it in your spreadsheet program and save it as .xlsx or .csv."


def _below_header(source: Source) -> Table:
    filled = [row for row in source.rows if any(cell.strip() for cell in row.cells) or row.problems]
    if not filled:
        raise Refusal("The file is empty: it has no row with anything in it.")
    header = max(filled[:LOOK_FOR_HEADER], key=lambda row: columns.known(row.cells))
    below = filled[filled.index(header) + 1 :]
    if not below:
        raise Refusal("The file has headings but no row below them.")
    notes = [*source.notes, *workbooks.about_merged(source.merged, header.number)]
    if header is not filled[0]:
        notes.append(f"The headings are in row {header.number}. What stands above them is left out.")
    return Table(header.cells, below, source.origin, notes)
