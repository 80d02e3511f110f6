"""A clock for durations: timers and limits keep their length when the machine's clock is corrected."""

from __future__ import annotations

import time
from collections.abc import Callable


class SteadyClock:
    """Milliseconds since the epoch, UTC: the wall clock when the process started, plus the monotonic time since.

    For durations: timers, rate limits, `retry_at`. Dates, such as that of an event, come from the wall clock.

    Args:
        wall: milliseconds since the epoch, read once.
        elapsed: nanoseconds of a monotonic clock.
    """

    def __init__(self, wall: Callable[[], int], elapsed: Callable[[], int] | None = None) -> None:
        self._elapsed = elapsed or since_boot
        self._offset = wall() * 1_000_000 - self._elapsed()

    def __call__(self) -> int:
        return (self._offset + self._elapsed()) // 1_000_000


def since_boot() -> int:
    """Return nanoseconds of the monotonic clock, including time asleep where the system counts it."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    return time.monotonic_ns()
