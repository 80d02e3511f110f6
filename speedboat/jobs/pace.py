"""A pace for requests that may be heavy: however many come at once, they are begun and answered one after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from speedboat.domain.messages import Refused
from speedboat.server import Serving

APART = 0.02  # seconds: some of them for one request, the rest for the live rooms
LONGEST = 10.0  # seconds; who would have to wait longer for a turn is refused


class Pace:
    """Turns, one every so often; they are not saved up.

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
        """Wait for a turn, without holding up the loop. Raises Refused: `try_again`."""
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
                pass  # nobody sets it: this is how to sleep in every way of serving
