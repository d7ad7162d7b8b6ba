"""What is wrong with a page's HTML, as far as a program can tell.

Parsed strictly by html5lib; then the promises that hold for every page: one h1, no heading level skipped, ids that stand
once and references that lead to one, a label for every control, a name for every link and button, alternative text and
size for every picture, and nothing inline that the security policy would block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import html5lib

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

HEADINGS = {f"h{level}": level for level in range(1, 7)}
CONTROLS = {"input", "select", "textarea"}
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls")


def tree_of(body: str) -> Element:
    """The page as a tree, parsed as a browser would."""
    return html5lib.parse(body, treebuilder="etree", namespaceHTMLElements=False)


def problems(body: str) -> list[str]:
    """Every rule that a page breaks, as sentences; none for a good page."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(body)
    found = [f"line {line}: {code} {data or ''}".strip() for (line, _), code, data in parser.errors]
    for rule in (_ids, _headings, _controls, _names, _pictures, _inline):
        found += rule(tree)
    return found


def text_of(element: Element) -> str:
    """What a reader hears of an element: its text, and the alternative text of its pictures."""
    pictures = [child.get("alt", "") for child in element.iter("img")]
    return " ".join(" ".join([*element.itertext(), *pictures]).split())


def _ids(tree: Element) -> Iterator[str]:
    ids = [element.get("id") for element in tree.iter() if element.get("id") is not None]
    for value in sorted({value for value in ids if ids.count(value) > 1}):
        yield f"the id {value} stands {ids.count(value)} times"
    for element in tree.iter():
        for name in REFERENCES:
            for value in (element.get(name) or "").split():
                if value not in ids:
                    yield f"{name}={value} leads nowhere"
        href = element.get("href") or ""
        if element.tag == "a" and href.startswith("#") and href[1:] not in ids:
            yield f"the link {href} leads nowhere"


def _headings(tree: Element) -> Iterator[str]:
    found = [element for element in tree.iter() if element.tag in HEADINGS]
    count = sum(element.tag == "h1" for element in found)
    if count != 1:
        yield f"{count} h1"
    previous = 0
    for element in found:
        level = HEADINGS[element.tag]
        # The parts of the page before the h1 have none, so the first heading is the h1.
        if level > previous + 1:
            yield f"h{level} after h{previous}: {text_of(element)}"
        if not text_of(element):
            yield f"an empty h{level}"
        previous = level


def _controls(tree: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in tree.iter("label") if text_of(label)}
    wrapped = {id(control) for label in tree.iter("label") if text_of(label) for control in label.iter()}
    for control in tree.iter():
        if control.tag not in CONTROLS or control.get("type") in UNLABELLED:
            continue
        named = control.get("id") in labelled or id(control) in wrapped
        if not (named or control.get("aria-label") or control.get("aria-labelledby")):
            yield f"no label: {control.tag} {control.get('name')}"
    for fieldset in tree.iter("fieldset"):
        if fieldset.find("legend") is None:
            yield "a fieldset without a legend"


def _names(tree: Element) -> Iterator[str]:
    for element in tree.iter():
        if element.tag in ("a", "button", "summary") and not (text_of(element) or element.get("aria-label")):
            yield f"no name: {element.tag} {element.get('href', '')}"


def _pictures(tree: Element) -> Iterator[str]:
    for element in tree.iter("img"):
        missing = [name for name in ("alt", "width", "height") if element.get(name) is None]
        if missing:
            yield f"no {', '.join(missing)}: img {element.get('src')}"


def _inline(tree: Element) -> Iterator[str]:
    for element in tree.iter():
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            yield f"an inline {element.tag}"
        yield from (f"{name} on {element.tag}" for name in element.keys() if name == "style" or name.startswith("on"))  # noqa: SIM118
