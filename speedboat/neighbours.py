"""Who is in the workshops by other processes, as these say; a process that falls silent takes its people with it."""

from __future__ import annotations

SILENT = 12_000  # ms after which a process counts as gone; each says who is there every few seconds


class Neighbours:
    """What was heard last of each process. Times in ms, by any clock that does not jump."""

    def __init__(self) -> None:
        self._heard: dict[str, dict[int, tuple[int, frozenset[str]]]] = {}

    def hear(self, origin: str, workshop: int, people: list[str], now: int) -> set[str]:
        """Note who is in a workshop by a process; returns whose presence there may have changed."""
        said = self._heard.setdefault(origin, {})
        before = said.pop(workshop, (0, frozenset[str]()))[1]
        after = frozenset(people)
        if after:
            said[workshop] = (now, after)
        if not said:
            del self._heard[origin]
        return set(before ^ after)

    def people(self, workshop: int) -> set[str]:
        return {person for said in self._heard.values() if workshop in said for person in said[workshop][1]}

    def is_here(self, workshop: int, person: str) -> bool:
        return any(workshop in said and person in said[workshop][1] for said in self._heard.values())

    def forget_silent(self, now: int) -> dict[int, set[str]]:
        """Forget what was not said again for too long; returns whose presence may have changed, by workshop."""
        gone: dict[int, set[str]] = {}
        for origin, said in list(self._heard.items()):
            for workshop, (at, people) in list(said.items()):
                if now - at > SILENT:
                    gone.setdefault(workshop, set()).update(people)
                    del said[workshop]
            if not said:
                del self._heard[origin]
        return gone
