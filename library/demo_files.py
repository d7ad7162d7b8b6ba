"""Writes the demonstration's files: PDF, Word, PowerPoint and Excel with real text inside, from `home.demo_text` parts.

Each function takes a title, the author, an ISO 639-1 language and the parts, and gives the file's bytes. The PDF is tagged
and carries title and language, as PDF/UA asks. The libraries are for development only, so they are imported late.
"""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from home.demo_text import Part

TEAL = "0E4F5C"
WRITTEN = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)  # in every file, so that two runs write the same


def write(extension: str, title: str, author: str, language: str, parts: list[Part]) -> bytes:
    """A file of that kind (`pdf`, `docx`, `pptx`, `xlsx`)."""
    return WRITERS[extension](title, author, language, parts)


def pdf(title: str, author: str, language: str, parts: list[Part]) -> bytes:
    """A tagged PDF."""
    import typst

    date = f"datetime(year: {WRITTEN.year}, month: {WRITTEN.month}, day: {WRITTEN.day})"
    lines = [
        f"#set document(title: {_quoted(title)}, author: {_quoted(author)}, date: {date})",
        f"#set text(lang: {_quoted(language)}, size: 11pt)",
        '#set page(paper: "us-letter", margin: 2.5cm, numbering: "1")',
        "#set par(leading: 0.75em, spacing: 1.2em)",
        f'#show heading: set text(fill: rgb("#{TEAL}"))',
        "#show heading: set block(above: 1.6em, below: 0.8em)",
        f"#text(size: 20pt, weight: 600)[#{_quoted(title)}]",
        f"#text(size: 10pt)[#{_quoted(author)}]",
    ]
    for part in parts:
        match part.kind:
            case "heading" | "subheading":
                lines.append(f"#heading(level: {1 if part.kind == 'heading' else 2}, {_quoted(part.content)})")
            case "paragraph":
                lines.append(f"#par({_quoted(part.content)})")
            case "list":
                lines.append(f"#list({', '.join(_quoted(item) for item in part.content)})")
            case "table":
                head, *rows = part.content
                cells = ", ".join(_quoted(cell) for row in rows for cell in row)
                header = ", ".join(f"strong({_quoted(cell)})" for cell in head)
                lines.append(f"#table(columns: {len(head)}, inset: 7pt, table.header({header}), {cells})")
    return typst.compile("\n\n".join(lines).encode(), format="pdf", pdf_standards=["ua-1"])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def docx(title: str, author: str, language: str, parts: list[Part]) -> bytes:
    """A Word document with real headings, lists and tables."""
    from docx import Document
    from docx.oxml.ns import qn

    document = Document()
    _describe(document.core_properties, title, author, language)
    fonts = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    fonts.find(qn("w:lang")).set(qn("w:val"), "en-US" if language == "en" else language)
    document.add_heading(title, 0)
    document.add_paragraph(author)
    for part in parts:
        match part.kind:
            case "heading" | "subheading":
                document.add_heading(part.content, 1 if part.kind == "heading" else 2)
            case "paragraph":
                document.add_paragraph(part.content)
            case "list":
                for item in part.content:
                    document.add_paragraph(item, style="List Bullet")
            case "table":
                table = document.add_table(len(part.content), len(part.content[0]), style="Table Grid")
                for row, cells in zip(table.rows, part.content, strict=True):
                    for cell, text in zip(row.cells, cells, strict=True):
                        cell.text = text
                for cell in table.rows[0].cells:
                    cell.paragraphs[0].runs[0].bold = True
    return _saved(document.save)


def pptx(title: str, author: str, language: str, parts: list[Part]) -> bytes:
    """A presentation: a title slide, then one slide for each heading."""
    from pptx import Presentation

    deck = Presentation()
    _describe(deck.core_properties, title, author, language)
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text = title
    first.placeholders[1].text = author
    for heading, lines in _slides(parts):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = heading
        frame = slide.placeholders[1].text_frame
        frame.text = lines[0] if lines else ""
        for line in lines[1:]:
            frame.add_paragraph().text = line
    return _saved(deck.save)


def _slides(parts: list[Part]) -> list[tuple[str, list[str]]]:
    slides: list[tuple[str, list[str]]] = []
    for part in parts:
        if part.kind in ("heading", "subheading"):
            slides.append((part.content, []))
            continue
        if not slides:
            slides.append(("In short", []))
        match part.kind:
            case "paragraph":
                slides[-1][1].append(part.content)
            case "list":
                slides[-1][1].extend(part.content)
            case "table":
                slides[-1][1].extend(": ".join([row[0], ", ".join(row[1:])]) for row in part.content[1:])
    return slides


def xlsx(title: str, author: str, language: str, parts: list[Part]) -> bytes:
    """A workbook: a sheet with what the text says, then one sheet for each table, named by the heading above it."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    _describe(book.properties, title, author, language, creator="creator")
    sheet = book.active
    sheet.title = "Read me"
    sheet.column_dimensions["A"].width = 100
    sheet.append([title])
    sheet["A1"].font = Font(bold=True, size=14)
    heading = "Table"
    for part in parts:
        match part.kind:
            case "heading" | "subheading":
                heading = part.content
                sheet.append([part.content])
                sheet.cell(sheet.max_row, 1).font = Font(bold=True)
            case "paragraph":
                sheet.append([part.content])
                sheet.cell(sheet.max_row, 1).alignment = Alignment(wrap_text=True)
            case "list":
                for item in part.content:
                    sheet.append([item])
            case "table":
                table = book.create_sheet(heading.translate(dict.fromkeys(map(ord, r"[]:*?/\\"), " "))[:31])
                for row in part.content:
                    table.append([_number(cell) for cell in row])
                for cell in table[1]:
                    cell.font = Font(bold=True)
                for column in table.columns:
                    width = max(len(str(cell.value or "")) for cell in column) + 2
                    table.column_dimensions[column[0].column_letter].width = min(width, 60)
                table.freeze_panes = "A2"
    return _saved(book.save)


def _number(cell: str) -> str | float:
    bare = cell.removeprefix("$").replace(",", "")
    try:
        return float(bare) if "." in bare else int(bare)
    except ValueError:
        return cell


def _describe(properties, title: str, author: str, language: str, creator: str = "author") -> None:
    properties.title, properties.language = title, language
    setattr(properties, creator, author)
    properties.created = properties.modified = WRITTEN.replace(tzinfo=None)


def _saved(save: Callable) -> bytes:
    buffer = BytesIO()
    save(buffer)
    return buffer.getvalue()


WRITERS: dict[str, Callable[[str, str, str, list[Part]], bytes]] = {
    "pdf": pdf,
    "docx": docx,
    "pptx": pptx,
    "xlsx": xlsx,
}
