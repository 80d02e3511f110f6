"""Paces requests that ask for heavy jobs: however many arrive at once, they start and finish one after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from speedboat.domain.messages import Refused
from speedboat.server import Serving

APART = 0.02  # seconds between two turns: part for one request, the rest for the live rooms
LONGEST = 10.0  # seconds; a request that would wait longer for its turn is refused


class Pace:
    """Hands out turns, one every `apart` seconds; unused turns do not accumulate.

    Args:
        clock: milliseconds since the epoch, UTC.
    """

    def __init__(self, serving: Serving, clock: Callable[[], int], apart: float = APART) -> None:
        self._serving = serving
        self._clock = clock
        self._apart = apart
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Wait for a turn without blocking the event loop. Raises Refused: `try_again`."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            if turn - now > LONGEST:
                raise Refused("try_again", retry_at=self._clock() + int(LONGEST * 1000))
            self._next = turn + self._apart
        if turn > now:
            try:
                self._serving.waiter().wait(turn - now)
            except TimeoutError:
                pass  # never set: a wait that times out is how to sleep in every serving mode
