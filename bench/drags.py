"""CPU cost of a drag on the event loop, from its arrival until it is handed to the outlet: 30 people, 300 cards.

`python -m bench.drags` prints µs of CPU, the minimum of several rounds, since other load only adds to it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from speedboat.domain.drag_rights import ANYBODYS, Grip, Terms
from speedboat.domain.messages import Viewer
from speedboat.live.drags import Drags
from speedboat.live.rooms import Room, Socket

ROUNDS, PEOPLE, CARDS, DRAGS = 9, 30, 300, 3000
TOGETHER = 12  # drags gathered in one pause: 300 a second


class Nowhere:
    """A loop that does at once what it is told to do later, and sends nothing."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], Any]] = []

    def later(self, seconds: float, fn: Callable[[], Any]) -> None:
        self.waiting.append(fn)

    def send_many(self, eio_sids: Any, *texts: bytes) -> None:
        pass


def main() -> None:
    for name, grip in (("anybody's card", ANYBODYS), ("another's hidden card", Grip("person:other", is_hidden=True))):
        print(f"{name}: {min(one_round(grip) for _ in range(ROUNDS)):.2f} µs")


def one_round(grip: Grip) -> float:
    room, nowhere, now = Room(), Nowhere(), [0]
    for n in range(PEOPLE):
        room.add(Socket(f"s{n}", f"s{n}", 1, Viewer(f"person:{n}", "participant"), "fr", "", 0))
    roles: Any = {f"person:{n}": "participant" for n in range(PEOPLE)}
    room.learn(Terms(False, frozenset(("participant",)), {card(n): grip for n in range(CARDS)}), roles)
    drags = Drags({1: room}, nowhere, nowhere, lambda: now[0], lambda _workshop, _drags: None)  # type: ignore[arg-type]
    sockets = list(room.sockets.values())
    payloads = [b'{"card":"%s","x":300,"y":700}' % card(n).encode() for n in range(CARDS)]
    started = time.process_time_ns()
    for n in range(DRAGS):
        drags.take(sockets[n % PEOPLE], payloads[n % CARDS])
        if n % TOGETHER == 0:
            now[0] += 1000 * TOGETHER // 300
            waiting, nowhere.waiting = nowhere.waiting, []
            for fn in waiting:
                fn()
    return (time.process_time_ns() - started) / DRAGS / 1000


def card(n: int) -> str:
    return f"card:{n:016d}"


if __name__ == "__main__":
    main()
