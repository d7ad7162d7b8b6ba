"""How tests read an answer: as a person reads the page, not as markup."""

from __future__ import annotations

from typing import Any

from tests.html import text_of, tree_of


def words(response: Any) -> str:
    """What a page says."""
    return text_of(tree_of(response.content.decode()))


def main_of(response: Any) -> Any:
    """The middle of a page."""
    return next(tree_of(response.content.decode()).iter("main"))


def links_of(response: Any) -> list[str]:
    """Where the middle of a page leads."""
    return [link.get("href", "") for link in main_of(response).iter("a")]


def titles_of(response: Any) -> list[str]:
    """The titles of the rows of a page."""
    return [text_of(heading) for heading in main_of(response).iter() if "row-title" in heading.get("class", "")]


def block(response: Any, label: str) -> str:
    """What a block of a page says; `label` is the id of its heading."""
    return " ".join(text_of(part) for part in main_of(response).iter("section") if part.get("aria-labelledby") == label)
