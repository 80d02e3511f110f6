"""CPU cost of one command in `domain/`: deciding, folding, and projecting for a room of 30; and of a change of phase.

`python -m bench.command_cost` prints µs of CPU, the minimum of several rounds, since other load only adds to it.
"""

from __future__ import annotations

import time
from typing import Any

import msgspec

from speedboat.domain.features.joining import Join
from speedboat.domain.features.phases import WorkshopCreated
from speedboat.domain.messages import SCREEN, Decision, Event, Role, Viewer
from speedboat.domain.projection import apply, changed_since, stands_apart
from speedboat.domain.rules import convert_command, decide
from speedboat.domain.state import Board

ROUNDS, PEOPLE, CARDS = 5, 30, 300
KINDS = ("wind", "anchor", "shark")
NOBODY: tuple[Role, ...] = ("participant", "facilitator", "screen")

encode = msgspec.json.Encoder().encode


def main() -> None:
    rounds = [one_round() for _ in range(ROUNDS)]
    for name in rounds[0]:
        print(f"{name}: {min(one[name] for one in rounds):.1f} µs")


def one_round() -> dict[str, float]:
    """CPU µs of one command of each kind, in a workshop where people write cards, move them and vote."""
    room = Room()
    costs = {}
    room.do(0, "set_phase", phase="write")
    costs["add_card, hidden"] = room.time(
        [
            (n % PEOPLE, "add_card", {"card": card(n), "kind": KINDS[n % 3], "text": f"Carte {n}", "x": 400, "y": 600})
            for n in range(CARDS)
        ]
    )
    costs["set_phase, which reveals them"] = room.time([(0, "set_phase", {"phase": "group"})])
    costs["move_card"] = room.time(
        [(n % PEOPLE, "move_card", {"card": card(n), "x": 300 + n, "y": 500 + n}) for n in range(CARDS)]
    )
    room.do(0, "set_phase", phase="vote")
    costs["vote"] = room.time(
        [(n % PEOPLE, "vote", {"target": card(n // PEOPLE * 7), "count": 1}) for n in range(PEOPLE * 5)]
    )
    costs["set_phase, which shows the votes"] = room.time([(0, "set_phase", {"phase": "cut"})])
    return costs


class Room:
    """A board, as the writer keeps it, and the patches of its room."""

    def __init__(self) -> None:
        self.board = Board()
        self.number = 0
        self._apply([WorkshopCreated("Banc", "")])
        for n in range(PEOPLE):
            role: Any = "participant" if n else "facilitator"
            self._apply(decided(decide(self.board, Join("joining_", person(n), role, f"P{n}"), SCREEN, 0)).facts)
        self.here = {person(n) for n in range(PEOPLE)}

    def time(self, acts: list[tuple[int, str, dict[str, Any]]]) -> float:
        started = time.process_time_ns()
        for n, name, arguments in acts:
            self.do(n, name, **arguments)
        return (time.process_time_ns() - started) / len(acts) / 1000

    def do(self, n: int, name: str, **arguments: Any) -> None:
        since = self.board.seq
        self.number += 1
        command = convert_command({"id": f"command-{self.number:08d}", "name": name, **arguments})
        self._apply(decided(decide(self.board, command, Viewer(person(n), "participant"), 0)).facts)
        for role in NOBODY:
            encode(changed_since(self.board, since, Viewer(None, role)))
        for apart in stands_apart(self.board, since, self.here):
            encode(changed_since(self.board, since, self.board.viewer(apart)))

    def _apply(self, facts: list[Any]) -> None:
        for fact in facts:
            apply(self.board, Event(self.board.seq + 1, 0, None, fact))


def decided(decision: Any) -> Decision:
    assert isinstance(decision, Decision), decision
    return decision


def person(n: int) -> str:
    return f"person:{n:016d}"


def card(n: int) -> str:
    return f"card:{n:016d}"


if __name__ == "__main__":
    main()
