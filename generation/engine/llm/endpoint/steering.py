"""How many requests are on their way at once: fewer after "too many requests", one more after a row of answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

DOWN, ANSWERS_UP = 0.75, 25


class Steering:
    """A door that lets `most` through at once at first, never more, and waits as long as the endpoint asks."""

    def __init__(self, most: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.limit = most, float(most)
        self._clock, self._row, self._inside, self._closed_until = clock, 0, 0, 0.0
        self._door = threading.Condition()

    @contextmanager
    def passage(self) -> Iterator[None]:
        """One request on its way."""
        with self._door:
            while self._inside >= int(self.limit) or self._clock() < self._closed_until:
                self._door.wait(timeout=min(1.0, max(0.01, self._closed_until - self._clock())))
            self._inside += 1
        try:
            yield
        finally:
            with self._door:
                self._inside -= 1
                self._door.notify_all()

    def busy(self, seconds: float) -> None:
        """The endpoint has too many requests, and asks to wait so long."""
        with self._door:
            self.limit, self._row = max(1.0, self.limit * DOWN), 0
            self._closed_until = max(self._closed_until, self._clock() + seconds)

    def answered(self) -> None:
        """One answer came; after a row of them one more may be on its way."""
        with self._door:
            self._row += 1
            if self._row >= ANSWERS_UP:
                self._row, self.limit = 0, min(float(self.most), self.limit + 1)
                self._door.notify_all()
