"""Commands whose workshop is locked by another transaction: set aside, so that no other workshop waits, and retried.

Happens on PostgreSQL only, which locks single rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from speedboat.domain.ids import WorkshopNumber
from speedboat.writing.requests import Act, ByWorkshop, acts_of, but_acts

AGAIN = 0.1  # seconds between attempts
LONGEST = 3.0  # seconds a command is set aside before its sender is told to try again


class BlockedCommands:
    """The commands set aside, by workshop; later commands for the same workshop wait behind them.

    Args:
        clock: seconds of a monotonic clock.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._acts: dict[WorkshopNumber, list[Act]] = {}
        self._since: dict[WorkshopNumber, float] = {}
        self._due = 0.0

    def pause(self) -> float | None:
        """Return the seconds until the next attempt; None when nothing is set aside."""
        return max(0.0, self._due - self._clock()) if self._acts else None

    def join(self, requests: ByWorkshop) -> ByWorkshop:
        """Return the requests to attempt now: the new ones and, when due, those that were set aside, in order."""
        if not self._acts:
            return requests
        if self._clock() < self._due:
            for workshop, acts in acts_of(requests).items():
                if workshop in self._acts:
                    self._acts[workshop] += acts
            free = {workshop: some for workshop, some in requests.items() if workshop not in self._acts}
            return but_acts(requests) | free
        waiting, self._acts = self._acts, {}
        return {workshop: [*waiting.get(workshop, ()), *requests.get(workshop, ())] for workshop in waiting | requests}

    def settle(self, attempted: Iterable[WorkshopNumber], blocked: dict[WorkshopNumber, list[Act]]) -> list[Act]:
        """Set aside the commands whose workshop is locked, after an attempt; return those that have timed out."""
        now = self._clock()
        for workshop in attempted:
            if workshop not in blocked and workshop not in self._acts:
                self._since.pop(workshop, None)
        given_up: list[Act] = []
        for workshop, acts in blocked.items():
            if now - self._since.setdefault(workshop, now) > LONGEST:
                given_up += acts
                del self._since[workshop]
            else:
                self._acts[workshop] = acts
        if blocked:
            self._due = now + AGAIN
        return given_up
