"""What makes up "my data". An app adds its part by registering one function:

    from members.privacy.parts import Part, part

    @part
    def followed(user):
        return Part("following", "What you follow", [{"topic": ...}, ...])

Rows are dictionaries of texts, numbers, dates, and lists of these. The module has to be imported when the app is ready.
What goes with an account that is deleted needs no registration: rows that point to it with `on_delete=CASCADE` go.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Attached:
    """A file of a part: its path in the archive, and a function that opens it; FileNotFoundError where it is gone."""

    path: str
    open: Callable[[], Any]


@dataclass(frozen=True)
class Part:
    """One part: its key in the JSON, its heading, its rows, its files."""

    key: str
    title: str
    rows: list[dict[str, Any]]
    files: list[Attached] = field(default_factory=list)


_functions: list[Callable[[Any], Part]] = []


def part(function: Callable[[Any], Part]) -> Callable[[Any], Part]:
    """Register a function that takes a user and gives their part."""
    _functions.append(function)
    return function


def parts_of(user: Any) -> list[Part]:
    """All parts of somebody's data, in the order of registration."""
    return [function(user) for function in _functions]
