"""Writes the demonstration's files: PDF, Word, PowerPoint and Excel with real text inside, from `home.demo_text` parts.

Each writer takes a title, the author, an ISO 639-1 language and the parts, and gives the file's bytes. The PDF is tagged
and carries title and language, as PDF/UA asks; a few are spoilt afterwards, in the ways in which people's files are. The
libraries are for development only, so they are imported late.
"""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from home.demo_text import Part

TEAL = "0E4F5C"
COVERED = 240  # words from which a PDF has a title page
CONTENTS = {"en": "Contents", "es": "Contenido"}
TOTAL = "Total"
WRITTEN = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)  # in every file, so that two runs write the same


def write(kind: str, title: str, author: str, language: str, parts: list[Part]) -> bytes:
    """A file of that kind: `pdf`, `docx`, `pptx`, `xlsx`, or `pdf:scan` and the like for one that is spoilt."""
    extension, _, flaw = kind.partition(":")
    if flaw:
        return FLAWS[flaw](title, author, language, parts)
    return WRITERS[extension](title, author, language, parts)


def pdf(title: str, author: str, language: str, parts: list[Part]) -> bytes:
    """A tagged PDF; a long one begins with a title page and its contents."""
    import typst

    return typst.compile(_typst(title, author, language, parts), format="pdf", pdf_standards=["ua-1"])


def _typst(title: str, author: str, language: str, parts: list[Part]) -> bytes:
    """The source of a PDF in Typst's language."""
    date = f"datetime(year: {WRITTEN.year}, month: {WRITTEN.month}, day: {WRITTEN.day})"
    lines = [
        f"#set document(title: {_quoted(title)}, author: {_quoted(author)}, date: {date})",
        f"#set text(lang: {_quoted(language)}, size: 11pt)",
        '#set page(paper: "us-letter", margin: 2.5cm, numbering: "1")',
        "#set par(leading: 0.75em, spacing: 1.2em)",
        f'#show heading: set text(fill: rgb("#{TEAL}"))',
        "#show heading: set block(above: 1.6em, below: 0.8em)",
    ]
    heading = f"#text(size: 20pt, weight: 600)[#{_quoted(title)}]"
    by = f"#text(size: 10pt)[#{_quoted(author)}]"
    if _words(parts) > COVERED:
        contents = CONTENTS.get(language, CONTENTS["en"])
        lines += [
            "#v(7cm)",
            heading,
            by,
            "#pagebreak()",
            f"#outline(title: {_quoted(contents)}, depth: 1)",
            "#pagebreak()",
        ]
    else:
        lines += [heading, by]
    for part in parts:
        match part.kind:
            case "heading" | "subheading":
                lines.append(f"#heading(level: {1 if part.kind == 'heading' else 2}, {_quoted(part.content)})")
            case "paragraph":
                lines.append(f"#par({_quoted(part.content)})")
            case "list":
                lines.append(f"#list({', '.join(_quoted(item) for item in part.content)})")
            case "table":
                lines.append(_typst_table(part.content))
    return "\n\n".join(lines).encode()


def _typst_table(rows: list[list[str]]) -> str:
    """A table with a header row; columns of numbers are set to the right, a row of totals is bold."""
    head, *body = rows
    numbers = [all(isinstance(_number(row[column]), int | float) for row in body) for column in range(len(head))]
    align = ", ".join("right" if number else "left" for number in numbers)
    header = ", ".join(f"strong({_quoted(cell)})" for cell in head)
    cells = ", ".join(f"strong({_quoted(cell)})" if row[0] == TOTAL else _quoted(cell) for row in body for cell in row)
    return f"#table(columns: {len(head)}, align: ({align},), inset: 7pt, table.header({header}), {cells})"


def _words(parts: list[Part]) -> int:
    """How many words the parts have."""
    texts = []
    for part in parts:
        match part.kind:
            case "table":
                texts += [cell for row in part.content for cell in row]
            case "list":
                texts += part.content
            case _:
                texts.append(part.content)
    return len(" ".join(texts).split())


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
                _add_up(table)
                for cell in (cell for row in table for cell in row):
                    if cell.row == 1 or table.cell(cell.row, 1).value == TOTAL:
                        cell.font = Font(bold=True)
                    if part.content[cell.row - 1][cell.column - 1].startswith("$"):
                        cell.number_format = (
                            '"$"#,##0.00' if "." in part.content[cell.row - 1][cell.column - 1] else '"$"#,##0'
                        )
                for column in table.columns:
                    width = max(len(str(cell.value or "")) for cell in column) + 2
                    table.column_dimensions[column[0].column_letter].width = min(width, 60)
                table.freeze_panes = "A2"
    return _saved(book.save)


def _add_up(table) -> None:
    """Let a last row of totals be formulas where it is the sum of the rows above."""
    if table.cell(table.max_row, 1).value != TOTAL:
        return
    for column in table.iter_cols(min_col=2, min_row=2):
        *above, total = column
        if all(isinstance(cell.value, int | float) for cell in column) and sum(c.value for c in above) == total.value:
            total.value = f"=SUM({above[0].coordinate}:{above[-1].coordinate})"


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


# Files as people send them: each of these makes life hard for somebody, and the site has to cope. ------------------------


def _scan(title: str, author: str, language: str, parts: list[Part]) -> bytes:
    """Pictures of pages: no text, no title, no tags."""
    import typst
    from PIL import Image

    source = _typst(title, author, language, parts)
    pages = typst.compile(source, format="png", ppi=72)
    images = [Image.open(BytesIO(page)).convert("L") for page in (pages if isinstance(pages, list) else [pages])]
    buffer = BytesIO()
    images[0].save(buffer, "PDF", save_all=True, append_images=images[1:], resolution=72)
    return buffer.getvalue()


def _untitled(title: str, author: str, language: str, parts: list[Part]) -> bytes:
    """No title in the file."""
    return _without(pdf(title, author, language, parts), title=True)


def _untagged(title: str, author: str, language: str, parts: list[Part]) -> bytes:
    """Nothing that tells a screen reader what is a heading and what a table."""
    return _without(pdf(title, author, language, parts), tags=True)


def _wrong_language(title: str, author: str, language: str, parts: list[Part]) -> bytes:
    """It says English, or Spanish where it is English."""
    return pdf(title, author, "es" if language == "en" else "en", parts)


def _picture(title: str, author: str, language: str, parts: list[Part]) -> bytes:
    """Its tables are pictures without a description."""
    import typst

    source = _typst(title, author, language, [part for part in parts if part.kind != "table"])
    for part in parts:
        if part.kind == "table":
            page = f"#set page(width: auto, height: auto, margin: 4pt)\n{_typst_table(part.content)}".encode()
            picture = typst.compile(page, format="png", ppi=110)
            numbers = ", ".join(map(str, picture))
            source += f"\n\n#image(bytes(({numbers})), width: 100%)".encode()
    return typst.compile(source, format="pdf")


def _without(content: bytes, *, title: bool = False, tags: bool = False) -> bytes:
    from pypdf import PdfWriter
    from pypdf.generic import NameObject

    writer = PdfWriter(clone_from=BytesIO(content))
    root = writer.root_object
    if title:
        writer.metadata = {}
        root.pop(NameObject("/Metadata"), None)
    if tags:
        for name in ("/StructTreeRoot", "/MarkInfo"):
            root.pop(NameObject(name), None)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


WRITERS: dict[str, Callable[[str, str, str, list[Part]], bytes]] = {
    "pdf": pdf,
    "docx": docx,
    "pptx": pptx,
    "xlsx": xlsx,
}
FLAWS = {
    "scan": _scan,
    "untitled": _untitled,
    "untagged": _untagged,
    "wrong-language": _wrong_language,
    "picture": _picture,
}
