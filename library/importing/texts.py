"""Reads comma, semicolon, tab or bar separated text in the encodings that spreadsheet programs write."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re

from charset_normalizer import from_bytes

from library.importing import columns
from library.importing.rows import MAX_ROWS, Refusal, Row, Source, too_many

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
]
_SEPARATOR_LINE = re.compile(r'\A"?sep=(.)"?\r?\n', re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")
SAMPLE = 200_000
# A huge cell is one bad row, not a bad file. The limit is one for the whole process, so it is set once.
csv.field_size_limit(max(csv.field_size_limit(), 64 * 1024 * 1024))


def read_rows(data: bytes) -> Source:
    """All rows of a text file. Raises Refusal."""
    text, encoding = decode(data)
    text = text.replace("\x00", "").replace("\x1a", "")
    delimiter, text = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        for number, cells in enumerate(reader, start=1):
            if number > MAX_ROWS:
                raise too_many()
            rows.append(Row(number, cells))
    except csv.Error as error:
        raise Refusal(_about_quotes(str(error), len(rows) + 1)) from error
    return Source(rows, f"Text in {encoding}, separated by {DELIMITERS.get(delimiter, repr(delimiter))}")


def _about_quotes(error: str, row: int) -> str:
    if "unexpected end" in error:
        return f"A quotation mark that opens in row {row} is never closed, so the rows after it cannot be told apart."
    return f'Row {row} has a quotation mark in the middle of a quoted cell. Write it twice (""), or save the table as .xlsx.'


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding. Raises Refusal for what is no text."""
    for mark, codec, name in _BOMS:
        if data.startswith(mark):
            return _strictly(data, codec, name), name
    if data.count(0) > len(data) // 5:  # UTF-16 without its mark: every other byte of English is zero
        codec = "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"
        return _strictly(data, codec, "UTF-16"), "UTF-16"
    if len(_CONTROLS.findall(data)) > len(data) // 20:
        raise Refusal("This is not a table: the file holds no text. Save the table as .xlsx or .csv.")
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        _refuse_mixture(data, error)
    return _eight_bit(data)


def reads_as_text(data: bytes) -> bool:
    """Whether the beginning of a file could be text, in whatever encoding."""
    return any(data.startswith(mark) for mark, _, _ in _BOMS) or not _CONTROLS.search(data[:1024])


def _strictly(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise Refusal(f"The file says that it is {name} text but is not: it is damaged or cut off.") from error


def _refuse_mixture(data: bytes, error: UnicodeDecodeError) -> None:
    """Text that is mostly UTF-8 but not wholly would be mangled by any one reading."""
    wrong = data.decode("utf-8", errors="replace")
    right = sum(1 for letter in wrong if ord(letter) > 127 and letter != "\ufffd")
    if right > wrong.count("\ufffd"):
        line = data[: error.start].count(b"\n") + 1
        raise Refusal(
            f"The letters in line {line} are in another encoding than the rest of the file. "
            "Open it in your spreadsheet program, correct them, and save it as “CSV UTF-8” or .xlsx."
        ) from error


def _eight_bit(data: bytes) -> tuple[str, str]:
    """Windows-1252 or Mac Roman where the text is Western, else what charset-normalizer finds."""
    if sum(byte > 127 for byte in data[:SAMPLE]) < len(data[:SAMPLE]) // 4:
        windows, mac = data.decode("cp1252", errors="replace"), data.decode("mac_roman")
        return (mac, "Mac Roman") if _plausible(mac) > _plausible(windows) else (windows, "Windows-1252")
    best = from_bytes(data).best()
    if best is None:
        raise Refusal("The encoding of this file is not known. Save it as “CSV UTF-8” or .xlsx.")
    return str(best), best.encoding


_WESTERN = set("áàâäãåçéèêëíìîïñóòôöõúùûüßœæøÁÉÍÓÚÑÜÖÄÇ“”‘’–—…•®©™°§¿¡½¼±µ«» ")
_BREAKS_A_WORD = re.compile(r"[a-zß-ÿ][A-ZÀ-ÞŠŽŸ“”‘–—]|[^\W\d_][®©°§¿¡½¼±«»•…][^\W\d_]")


def _plausible(text: str) -> int:
    """How much a reading of the bytes above 127 looks like Western text: usual letters, no capitals inside words."""
    usual = sum(1 for letter in text if ord(letter) > 127 and letter in _WESTERN)
    unusual = sum(1 for letter in text if ord(letter) > 127 and letter not in _WESTERN)
    broken = sum(1 for pair in _BREAKS_A_WORD.findall(text) if not pair.isascii())
    return usual - unusual - 2 * broken


def _delimiter(text: str) -> tuple[str, str]:
    """What separates the cells, and the text without Excel's `sep=` line."""
    said = _SEPARATOR_LINE.match(text)
    if said:
        return said.group(1), text[said.end() :]
    return max(DELIMITERS, key=lambda delimiter: _fit(text[:SAMPLE], delimiter)), text


def _fit(text: str, delimiter: str) -> tuple[int, int, int]:
    """How well a delimiter suits: headings that it shows, rows as wide as the headings, their width."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    sample = [row for row in itertools.islice(reader, 40) if row]
    if not sample:
        return (0, 0, 0)
    known = [columns.known(row) for row in sample[:10]]
    header = sample[known.index(max(known))]
    return max(known), sum(len(row) == len(header) for row in sample), len(header)
