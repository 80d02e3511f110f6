"""The clock of a process that nobody sets: a machine whose time is corrected keeps its timers and limits."""

from __future__ import annotations

import time
from collections.abc import Callable


class SteadyClock:
    """Milliseconds since the epoch, UTC, as they were said when the process started, and what has passed since.

    For what lasts: timers, limits, the time to come back. What is dated, such as an event, takes the wall clock.

    Args:
        wall: milliseconds since the epoch, read once.
        elapsed: nanoseconds of a clock that nobody sets.
    """

    def __init__(self, wall: Callable[[], int], elapsed: Callable[[], int] | None = None) -> None:
        self._elapsed = elapsed or since_boot
        self._offset = wall() * 1_000_000 - self._elapsed()

    def __call__(self) -> int:
        return (self._offset + self._elapsed()) // 1_000_000


def since_boot() -> int:
    """Return nanoseconds of the monotonic clock, the time a machine sleeps included where its system counts that."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    return time.monotonic_ns()
