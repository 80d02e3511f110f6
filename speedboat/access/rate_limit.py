"""How fast one person may send messages."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

BURST = 300  # messages at once, before the rate counts
PEOPLE_REMEMBERED = 50_000


class MessageLimit:
    """How many messages a person may send: a bucket of `burst`, filled at `per_second`; 0 means no limit.

    Counted for each person, never for a room or an address: thirty phones share one.
    """

    def __init__(self, per_second: float, clock: Callable[[], int], burst: int = BURST) -> None:
        self._per_ms = per_second / 1000
        self._clock = clock
        self._burst = float(burst)
        self._left: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def refused_until(self, person: str) -> int | None:
        """Count a message: None if it may pass, else the time (ms) at which the next one may."""
        if not self._per_ms:
            return None
        now = self._clock()
        left = self._now_left(person, now)
        self._left.pop(person, None)
        passes = left >= 1
        self._left[person] = (left - 1 if passes else left, now)
        if len(self._left) > PEOPLE_REMEMBERED:
            self._left.popitem(last=False)
        return None if passes else now + int((1 - left) / self._per_ms) + 1

    def _now_left(self, person: str, now: int) -> float:
        left, at = self._left.get(person, (self._burst, now))
        return min(self._burst, left + max(0, now - at) * self._per_ms)
