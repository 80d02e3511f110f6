"""Rate limit on messages, by person."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

BURST = 300  # messages at once, before the rate applies
PEOPLE_REMEMBERED = 50_000


class MessageLimit:
    """A token bucket for each person, never for a room or an address: thirty phones share one.

    Args:
        per_second: tokens a second; 0 means no limit.
        clock: milliseconds since the epoch, UTC.
        burst: tokens in a full bucket.
    """

    def __init__(self, per_second: float, clock: Callable[[], int], burst: int = BURST) -> None:
        self._per_ms = per_second / 1000
        self._clock = clock
        self._burst = float(burst)
        self._buckets: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def acquire(self, person: str) -> int | None:
        """Count a message. Returns None if it is allowed, else the time (ms since the epoch) when the next one is."""
        if not self._per_ms:
            return None
        now = self._clock()
        tokens = self._refill(person, now)
        self._buckets.pop(person, None)
        passes = tokens >= 1
        self._buckets[person] = (tokens - 1 if passes else tokens, now)
        if len(self._buckets) > PEOPLE_REMEMBERED:
            self._buckets.popitem(last=False)
        return None if passes else now + int((1 - tokens) / self._per_ms) + 1

    def _refill(self, person: str, now: int) -> float:
        tokens, at = self._buckets.get(person, (self._burst, now))
        return min(self._burst, tokens + max(0, now - at) * self._per_ms)
