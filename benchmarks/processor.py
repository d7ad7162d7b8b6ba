"""How long something takes: by the clock, and of the processor, the servers that work for it included."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass
class Took:
    """Milliseconds of several runs."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{percentiles(self.clock)} | {percentiles(self.processor)}"


class Stopwatch:
    """Measures this process and the servers with these numbers, on the same machine (Linux tells it to the nanosecond)."""

    def __init__(self, servers: Iterable[int] = ()) -> None:
        self._servers = [Path(f"/proc/{number}/task") for number in servers]

    def run(self, work: Callable[[], object], took: Took) -> None:
        """Do it, and note how long it took."""
        clock, processor = time.perf_counter(), self.processor()
        work()
        took.clock.append((time.perf_counter() - clock) * 1000)
        took.processor.append((self.processor() - processor) * 1000)

    def processor(self) -> float:
        """Seconds of the processor until now."""
        return time.process_time() + sum(map(_used_by, self._servers)) / 1e9


def _used_by(tasks: Path) -> int:
    """Nanoseconds that the threads of a process have run."""
    used = 0
    for thread in tasks.iterdir():
        try:
            used += int((thread / "schedstat").read_text().split()[0])
        except FileNotFoundError:  # it has just ended
            continue
    return used


def percentiles(took: list[float]) -> str:
    """p50 / p95."""
    took = sorted(took)
    return f"{statistics.median(took):.0f} / {took[min(len(took) - 1, int(len(took) * 0.95))]:.0f}"
