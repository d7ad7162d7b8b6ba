"""Word and PowerPoint."""

from __future__ import annotations

import re
from typing import IO

from search.extraction import archives
from search.extraction.parts import DAMAGED, Parts, UnreadableError

_HEADING_STYLE = re.compile(r"(heading|berschrift|titre|ttulo)[ ]?[1-6]?$|^(sub)?title$", re.IGNORECASE)
MAX_LINES = 400  # of one part of a Word file that has no headings


class _Paragraphs:
    """Collects paragraphs and table rows while the XML of Office runs by."""

    def __init__(self) -> None:
        self.lines: list[tuple[bool, str]] = []
        self._words: list[str] = []
        self._cells: list[str] = []
        self._row = 0  # how many table rows are open
        self._in_text = False
        self._is_heading = False

    def start(self, tag: str, values: dict[str, str]) -> None:
        if tag == "t":
            self._in_text = True
        elif tag in ("tab", "br", "cr"):
            self._words.append(" ")
        elif tag == "tr":
            self._row += 1
        elif tag == "pStyle":
            self._is_heading = bool(_HEADING_STYLE.search(values.get("val", "")))
        elif tag == "ph":
            self._is_heading = values.get("type") in ("title", "ctrTitle")

    def text(self, text: str) -> None:
        if self._in_text:
            self._words.append(text)

    def end(self, tag: str) -> None:
        if tag == "t":
            self._in_text = False
        elif tag == "p":
            line = "".join(self._words).strip()
            self._words.clear()
            if self._row:
                self._cells.append(line)
            elif line:
                self.lines.append((self._is_heading, line))
            if not self._row and tag == "p":
                self._is_heading = self._is_heading and not line  # a slide's title may begin with an empty line
        elif tag == "tr":
            self._row -= 1
            if not self._row:
                self.lines.append((False, " | ".join(filter(None, self._cells))))
                self._cells.clear()
        elif tag == "sp":
            self._is_heading = False


def _lines(archive: archives.zipfile.ZipFile, name: str) -> list[tuple[bool, str]]:
    found = _Paragraphs()
    archives.read_xml(archive, name, start=found.start, end=found.end, text=found.text)
    return found.lines


def read_docx(file: IO[bytes]) -> Parts:
    """A Word file: a part for each heading with what stands under it; notes and headers last. Raises UnreadableError."""
    archive = archives.opened(file)
    if "word/document.xml" not in archive.namelist():
        raise UnreadableError(DAMAGED)
    parts = Parts()
    part: list[tuple[bool, str]] = []
    for is_heading, line in _lines(archive, "word/document.xml"):
        if part and ((is_heading and not part[-1][0]) or len(part) >= MAX_LINES):
            parts.add(part, place=_under(part))
            part = []
        part.append((is_heading, line))
    parts.add(part, place=_under(part))
    for name in ("word/footnotes.xml", "word/endnotes.xml"):
        if name in archive.namelist():
            parts.add(_lines(archive, name), place="notes")
    headers = [name for _, name in archives.numbered(archive, r"word/(?:header|footer)([0-9]+)\.xml")]
    repeated = {line: None for name in headers for _, line in _lines(archive, name)}
    parts.add([(False, line) for line in repeated], place="header and footer")
    return parts


def _under(part: list[tuple[bool, str]]) -> str:
    if not part or not part[0][0]:
        return ""
    heading = part[0][1]
    return f"under “{heading[:57]}…”" if len(heading) > 58 else f"under “{heading}”"


def read_pptx(file: IO[bytes]) -> Parts:
    """Slides: a part for each slide, its notes after it. Raises UnreadableError."""
    archive = archives.opened(file)
    slides = archives.numbered(archive, r"ppt/slides/slide([0-9]+)\.xml")
    if "ppt/presentation.xml" not in archive.namelist():
        raise UnreadableError(DAMAGED)
    notes = dict(archives.numbered(archive, r"ppt/notesSlides/notesSlide([0-9]+)\.xml"))
    parts = Parts()
    for number, name in slides:
        if parts.full:
            break
        lines = _lines(archive, name)
        if number in notes:
            spoken = [line for line in _lines(archive, notes[number]) if line[1] != str(number)]
            lines += [(False, line) for _, line in spoken]
        parts.add(lines, place=f"slide {number}")
    return parts
