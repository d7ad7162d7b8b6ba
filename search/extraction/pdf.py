"""PDF, page by page. Lines in larger type than the rest are taken for headings."""

from __future__ import annotations

import logging
import statistics
from typing import IO, Any

import pypdf
from pypdf.errors import FileNotDecryptedError, LimitReachedError, PyPdfError

from search.extraction.parts import DAMAGED, PASSWORD, TOO_LARGE, Parts, UnreadableError

LARGER = 1.15  # times the size of most of the text
LONGEST_HEADING = 160  # characters
FULL = 0.8  # of the longest line of the page: a line as long goes on in the next
HEADINGS = 12  # a page with more larger lines is a poster, not a text with headings


def read_pdf(file: IO[bytes]) -> Parts:
    """A part for each page that has text. Raises UnreadableError."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):  # many are locked against printing, not against reading
            raise UnreadableError(PASSWORD)
        return _pages(reader)
    except LimitReachedError as error:
        raise UnreadableError(TOO_LARGE) from error
    except FileNotDecryptedError as error:
        raise UnreadableError(PASSWORD) from error
    except PyPdfError as error:
        raise UnreadableError(DAMAGED) from error


def _pages(reader: pypdf.PdfReader) -> Parts:
    pages: list[tuple[int, list[tuple[float, str]]]] = []
    left = Parts().left
    for number, page in enumerate(reader.pages, start=1):
        lines = _lines(page)
        pages.append((number, lines))
        left -= sum(len(line) for _, line in lines)
        if left <= 0:
            break
    sizes = [size for _, lines in pages for size, line in lines for _ in range(max(len(line) // 20, 1))]
    usual = statistics.median(sizes) if sizes else 0.0
    parts = Parts()
    for number, lines in pages:
        marked = [(size > usual * LARGER and len(line) <= LONGEST_HEADING, line) for size, line in lines]
        if sum(is_heading for is_heading, _ in marked) > max(HEADINGS, len(marked) // 2):
            marked = [(False, line) for _, line in marked]
        marked = _joined(marked)
        parts.add(marked, place=f"page {number}", fragment=f"page={number}")
    return parts


def _joined(lines: list[tuple[bool, str]]) -> list[tuple[bool, str]]:
    """The lines as paragraphs: one that goes on to the edge goes on in the next, and so does a broken word."""
    edge = FULL * max((len(line) for is_heading, line in lines if not is_heading), default=0)
    found: list[tuple[bool, str]] = []
    goes_on = False
    for is_heading, line in lines:
        if found and goes_on and found[-1][0] == is_heading:
            before = found[-1][1]
            broken = before.endswith("-") and line[:1].islower()
            found[-1] = (is_heading, before[:-1] + line if broken else f"{before} {line}")
        else:
            found.append((is_heading, line))
        goes_on = is_heading or len(line) >= edge or line.endswith("-")
    return found


def _lines(page: Any) -> list[tuple[float, str]]:
    """The lines of a page with the size of their first letters, in points."""
    sizes: list[tuple[str, float]] = []

    def note(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if text.strip():
            sizes.append((text.strip(), abs(size * (tm[3] or tm[1]) * (cm[3] or cm[1]))))

    text = page.extract_text(visitor_text=note)
    found, at = [], 0
    for line in text.splitlines():
        words = line.strip()
        if not words:
            continue
        # The fragments come in the order of the text: the first that shares its beginning gives the size.
        for index in range(at, min(at + 40, len(sizes))):
            fragment, size = sizes[index]
            if words.startswith(fragment[:12]) or fragment.startswith(words[:12]):
                at = index
                break
        else:
            size = sizes[at][1] if at < len(sizes) else 0.0
        found.append((size, words))
    return found
