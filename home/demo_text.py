"""The plain markup in which the demonstration's texts are written, and what it becomes on a page.

`# Heading`, `## Heading below it`, `- item` (several make a list), `| cell | cell |` (several make a table, the first row
its heading), and paragraphs, parted by empty lines. Nothing else: texts stay readable in a diff.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any


@dataclass(frozen=True)
class Part:
    """One part of a text: `heading` or `subheading` or `paragraph` (content is a string), `list` (strings), `table`
    (rows of strings)."""

    kind: str
    content: Any


def parse(text: str) -> list[Part]:
    """The parts of a text, in order."""
    parts = []
    for chunk in text.strip().split("\n\n"):
        lines = [line.strip() for line in chunk.strip().splitlines() if line.strip()]
        while lines and lines[0].startswith("#"):
            marks, heading = lines.pop(0).split(" ", 1)
            parts.append(Part("heading" if marks == "#" else "subheading", heading))
        if not lines:
            continue
        if all(line.startswith("|") for line in lines):
            parts.append(Part("table", [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]))
        elif lines[0].startswith("- "):
            items: list[str] = []
            for line in lines:
                if line.startswith("- "):
                    items.append(line[2:])
                else:
                    items[-1] += f" {line}"
            parts.append(Part("list", items))
        else:
            parts.append(Part("paragraph", " ".join(lines)))
    return parts


def html(text: str) -> str:
    """A text as rich text of an announcement, of notes or of a transcript."""
    return "".join(_html(part) for part in parse(text))


def stream(text: str) -> list[tuple[str, Any]]:
    """A text as the blocks of a body (`home.blocks.BodyBlock`), headings as blocks of their own."""
    from wagtail.rich_text import RichText

    blocks: list[tuple[str, Any]] = []
    prose = ""
    for part in parse(text):
        if part.kind in ("heading", "subheading"):
            if prose:
                blocks.append(("text", RichText(prose)))
                prose = ""
            blocks.append(("heading", {"text": part.content, "level": "h2" if part.kind == "heading" else "h3"}))
        else:
            prose += _html(part)
    if prose:
        blocks.append(("text", RichText(prose)))
    return blocks


def _html(part: Part) -> str:
    match part.kind:
        case "heading" | "subheading":
            tag = "h2" if part.kind == "heading" else "h3"
            return f"<{tag}>{escape(part.content)}</{tag}>"
        case "list":
            return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in part.content) + "</ul>"
        case "paragraph":
            return f"<p>{escape(part.content)}</p>"
    raise ValueError(f"A {part.kind} belongs into a file, not onto a page.")
