"""Leaves a server alone that fails again and again, so that nobody waits for it."""

from __future__ import annotations

import threading
import time


class Breaker:
    """Open after some failures in a row; then one try each pause, until one succeeds. One for all threads of a process."""

    def __init__(self, failures: int, pause: float):
        self._limit, self._pause = failures, pause  # pause: seconds
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """As new."""
        self._failures, self._until = 0, 0.0

    @property
    def is_open(self) -> bool:
        """Whether the server is being left alone."""
        return self._failures >= self._limit

    def allows(self) -> bool:
        """Whether the server may be asked now. While open, says yes to one caller a pause."""
        with self._lock:
            if not self.is_open:
                return True
            now = time.monotonic()
            if now < self._until:
                return False
            self._until = now + self._pause
            return True

    def failed(self) -> None:
        """The server did not answer."""
        with self._lock:
            self._failures += 1
            self._until = time.monotonic() + self._pause

    def succeeded(self) -> None:
        """The server answered."""
        with self._lock:
            self.reset()
