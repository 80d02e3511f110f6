"""Commands for a workshop that somebody else holds: set aside, so that no other waits for them, and tried again.

Only PostgreSQL holds one workshop and not the others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from speedboat.writing.requests import Act, ByWorkshop, acts_of, but_acts

AGAIN = 0.1  # seconds between attempts
LONGEST = 3.0  # seconds a command is set aside before its sender is told to try again


class Aside:
    """What the writer has set aside, by workshop; what comes later for one of those waits behind it.

    Args:
        clock: seconds, never going back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._acts: dict[int, list[Act]] = {}
        self._since: dict[int, float] = {}
        self._due = 0.0

    def pause(self) -> float | None:
        """Seconds until the next attempt is due; None when nothing is set aside."""
        return max(0.0, self._due - self._clock()) if self._acts else None

    def join(self, asked: ByWorkshop) -> ByWorkshop:
        """What to attempt now: these and, when that is due, all that was set aside, in the order it came."""
        if not self._acts:
            return asked
        if self._clock() < self._due:
            for workshop, acts in acts_of(asked).items():
                if workshop in self._acts:
                    self._acts[workshop] += acts
            free = {workshop: requests for workshop, requests in asked.items() if workshop not in self._acts}
            return but_acts(asked) | free
        waiting, self._acts = self._acts, {}
        return {workshop: [*waiting.get(workshop, ()), *asked.get(workshop, ())] for workshop in waiting | asked}

    def settle(self, attempted: Iterable[int], held: dict[int, list[Act]]) -> list[Act]:
        """After an attempt: set aside what is held; returned is what has been so for too long."""
        now = self._clock()
        for workshop in attempted:
            if workshop not in held and workshop not in self._acts:
                self._since.pop(workshop, None)
        given_up: list[Act] = []
        for workshop, acts in held.items():
            if now - self._since.setdefault(workshop, now) > LONGEST:
                given_up += acts
                del self._since[workshop]
            else:
                self._acts[workshop] = acts
        if held:
            self._due = now + AGAIN
        return given_up
