"""Boards for the tests of the domain: given(log) when(command) then(facts)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from speedboat.domain.features.erasure import EraseRecord
from speedboat.domain.features.joining import Join
from speedboat.domain.features.phases import WorkshopCreated
from speedboat.domain.messages import Command, Decision, Event, Refused, Viewer
from speedboat.domain.projection import apply, changed_since
from speedboat.domain.rules import convert_command, decide
from speedboat.domain.state import Board

ALICE, BOB, CAROL, DAN = (f"person:{name:_<16}" for name in ("alice", "bob", "carol", "dan"))
NOW = 1_700_000_000_000
_numbers = itertools.count()


def card(n: int = 1) -> str:
    return f"card:{n:016d}"


def theme(n: int = 1) -> str:
    return f"theme:{n:016d}"


def action(n: int = 1) -> str:
    return f"action:{n:016d}"


class Table:
    """A board with Alice, who facilitates, and Bob and Dan, who take part."""

    def __init__(self) -> None:
        self.board = Board()
        self.log: list[Event] = []
        self.now = NOW
        self.write(None, [WorkshopCreated("Où en sommes-nous ?", "Une île")])
        for person, role, name in (
            (ALICE, "facilitator", "Alice"),
            (BOB, "participant", "Bob"),
            (DAN, "participant", "Dan"),
        ):
            self.join(person, role, name)

    def join(self, person: str, role: Any, name: str) -> None:
        decision = decide(self.board, Join("joining_", person, role, name), Viewer(person, "participant"), self.now)
        assert isinstance(decision, Decision)
        self.take(person, decision)

    def come(self, person: str, role: Any, name: str, **more: Any) -> Decision | Refused:
        """Return the outcome of somebody's joining, without applying it."""
        return decide(self.board, Join("joining_", person, role, name, **more), Viewer(person, "participant"), self.now)

    def knock(self, person: str, name: str = "", **more: Any) -> str:
        """Let somebody ask to join; return the refusal's code, "" if they are in."""
        decision = self.come(person, "participant", name, **more)
        if isinstance(decision, Refused):
            return decision.code
        self.take(person, decision)
        return decision.refusal.code if decision.refusal else ""

    def write(self, by: str | None, facts: list[Any]) -> None:
        for fact in facts:
            event = Event(self.board.seq + 1, self.now, by, fact)
            self.log.append(event)
            apply(self.board, event)

    def take(self, by: str | None, decision: Decision) -> None:
        self.write(by, decision.facts)
        self.board.names.update(decision.names)
        self.board.devices.update(decision.devices)

    def ask(self, who: str, name: str, **arguments: Any) -> Decision | Refused:
        """Return the outcome of a command, without applying it."""
        return decide(self.board, self.command(name, **arguments), Viewer(who, "participant"), self.now)

    @staticmethod
    def command(name: str, **arguments: Any) -> Command:
        return convert_command({"id": f"command-{next(_numbers):08d}", "name": name, **arguments})

    def do(self, who: str, name: str, **arguments: Any) -> Decision:
        decision = self.ask(who, name, **arguments)
        assert isinstance(decision, Decision), decision.code
        self.take(who, decision)
        return decision

    def erase(self, records: Iterable[str]) -> None:
        """Erase now what a decision leaves for later: see `Decision.later`."""
        for record in records:
            decision = decide(self.board, EraseRecord("erasing_", record), Viewer(None, "screen"), self.now)
            assert isinstance(decision, Decision)
            self.take(None, decision)

    def refusal(self, who: str, name: str, **arguments: Any) -> str:
        refusal = self.ask(who, name, **arguments)
        assert isinstance(refusal, Refused), refusal
        return refusal.code

    def add(
        self, who: str = BOB, n: int = 1, text: str = "Pas de budget", kind: str = "anchor", weight: float = 0.5
    ) -> str:
        self.do(who, "add_card", card=card(n), kind=kind, text=text, weight=weight)
        return card(n)

    def viewer(self, person: str) -> Viewer:
        return self.board.viewer(person)

    def seen(self, viewer: Viewer | str) -> dict[str, Any]:
        """Return the records that a viewer has after a fresh load."""
        if isinstance(viewer, str):
            viewer = self.viewer(viewer)
        return {record.id: record for record in changed_since(self.board, 0, viewer).put}
