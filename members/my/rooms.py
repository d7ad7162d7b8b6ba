"""The rooms of "My worksite": each app adds what is a person's own, and what waits for them there.

    @room
    def submissions(user) -> Room | None: ...

in the app's `rooms.py`, which its AppConfig imports when it is ready. A function gives None where a person has no such
room; what it gives stands at `/my/` and, where something waits, on the front page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Waiting:
    """One thing to do: its sentence ("Review “Jail screening”"), what else to know, and the address where it is done."""

    text: str
    note: str
    url: str


@dataclass(frozen=True)
class Room:
    """A part of "My worksite": name, address, one sentence, and what waits in it, longest first."""

    name: str
    url: str
    about: str
    waiting: list[Waiting] = field(default_factory=list)


_makers: list[Callable[[Any], Room | None]] = []


def room(maker: Callable[[Any], Room | None]) -> Callable[[Any], Room | None]:
    """Add a room. Rooms stand in the order in which they were added."""
    _makers.append(maker)
    return maker


def rooms_of(user: Any) -> list[Room]:
    """The rooms that a person has."""
    return [found for maker in _makers if (found := maker(user))]


def waiting_for(user: Any) -> list[Waiting]:
    """All that waits for a person, room by room."""
    return [task for found in rooms_of(user) for task in found.waiting]
