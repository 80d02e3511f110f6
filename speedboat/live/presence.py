"""Presence: who is connected, in this process and in the others. Nothing of it is stored. Drags are in `drags.py`.

Runs on the event loop. Every process announces its people every few seconds; those of a process that died count as gone
once its last announcement has expired.

In an anonymous workshop clients are told only how many people are here, on a slow timer of its own. A phone that comes
back sends the cards written offline; announcing the phone at that moment would give away their author.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from speedboat.domain.ids import NO_WORKSHOP, PersonId, WorkshopNumber
from speedboat.live.drags import Drags
from speedboat.live.pubsub import Notice, NoticeKind
from speedboat.live.rooms import Room
from speedboat.server import Serving
from speedboat.websocket.outlet import Outlet

CREW_PAUSE = 0.1  # seconds for which arrivals and departures are collected into one packet
BEAT = (5.0, 15.0)  # seconds between two counts sent in anonymous workshops, drawn at random from this range
ANNOUNCE = 3.0  # seconds between announcements to the other processes
EXPIRY = 10.0  # seconds an announcement of another process is valid

encode = msgspec.json.Encoder().encode
_chance = random.SystemRandom()


class NoticeSender(Protocol):
    """What this file needs of `pubsub.Notices`."""

    is_listening: threading.Event

    def send(self, kind: NoticeKind, workshop: WorkshopNumber = NO_WORKSHOP, **fields: Any) -> None:
        """Send a notice to the other processes, without blocking."""


class Presence:
    """Who is present in the rooms of this process.

    Args:
        rooms: the rooms of this process, by workshop.
        clock: milliseconds since the epoch, UTC.
    """

    def __init__(
        self, rooms: dict[WorkshopNumber, Room], serving: Serving, outlet: Outlet, clock: Callable[[], int]
    ) -> None:
        self.others: NoticeSender | None = None
        self._rooms = rooms
        self._serving = serving
        self._outlet = outlet
        self._changes: dict[WorkshopNumber, set[PersonId]] = {}
        self._announced: dict[WorkshopNumber, set[PersonId]] = {}
        self._elsewhere: dict[WorkshopNumber, dict[str, tuple[set[PersonId], float]]] = {}
        self._last_counts: dict[
            WorkshopNumber, int
        ] = {}  # how many people are here, as last sent in each anonymous workshop
        self._beats = False
        self.drags = Drags(rooms, serving, outlet, clock, self._pass_drags_on)

    def connect(self, others: NoticeSender) -> None:
        """Start announcing who is here to the other processes, every `ANNOUNCE` seconds."""
        self.others = others
        self._serving.later(ANNOUNCE, self._announce_again)

    # --- who is here ------------------------------------------------------------------------------------------------

    def is_here(self, workshop: WorkshopNumber, person: PersonId) -> bool:
        """Whether somebody is connected, to whichever process."""
        room = self._rooms.get(workshop)
        if room is not None and room.of(person):
            return True
        return any(person in people for people, _ in self._elsewhere.get(workshop, {}).values())

    def people(self, workshop: WorkshopNumber) -> list[str]:
        """Return everybody who is connected, to whichever process, sorted by id."""
        room = self._rooms.get(workshop)
        here = room.people() if room is not None else set()
        return sorted(here.union(*(people for people, _ in self._elsewhere.get(workshop, {}).values())))

    def crew(self, workshop: WorkshopNumber) -> bytes:
        """Return the packet that tells a new connection who is here."""
        if self._is_anonymous(workshop):
            # The count last sent, not the current one: reconnecting again and again reveals no arrival sooner.
            if workshop not in self._last_counts:
                self._start_counting(workshop)
            return self._packet({"here": self._last_counts[workshop]})
        return self._packet({"people": [{"id": person, "here": True} for person in self.people(workshop)]})

    def is_open_elsewhere(self, workshop: WorkshopNumber) -> bool:
        """Whether another process has announced somebody in this workshop. Thread-safe."""
        return bool(self._elsewhere.get(workshop))

    def note_change(self, workshop: WorkshopNumber, *people: PersonId) -> None:
        """Note that people came or went; `CREW_PAUSE` seconds later one packet tells all such changes."""
        if workshop not in self._changes:
            self._changes[workshop] = set()
            self._serving.later(CREW_PAUSE, lambda: self._tell_crew(workshop))
        self._changes[workshop].update(people)

    def _tell_crew(self, workshop: WorkshopNumber) -> None:
        changes = self._changes.pop(workshop, set())
        people = [{"id": person, "here": self.is_here(workshop, person)} for person in sorted(changes)]
        room = self._rooms.get(workshop)
        if people and room and not room.anonymous:
            self._outlet.send_many(list(room.sockets), self._packet({"people": people}))
        here = room.people() if room else None
        if here != self._announced.get(workshop):
            self._announce(workshop)

    @staticmethod
    def _packet(crew: dict[str, object]) -> bytes:
        return b'2["crew",' + encode(crew) + b"]"

    # --- counts, in anonymous workshops -----------------------------------------------------------------------------

    def switch_crew(self, workshop: WorkshopNumber) -> None:
        """Send everybody the crew again after a workshop became anonymous (a count) or stopped being so (names)."""
        self._last_counts.pop(workshop, None)
        if room := self._rooms.get(workshop):
            self._outlet.send_many(list(room.sockets), self.crew(workshop))

    def _is_anonymous(self, workshop: WorkshopNumber) -> bool:
        room = self._rooms.get(workshop)
        return room is not None and room.anonymous

    def _start_counting(self, workshop: WorkshopNumber) -> None:
        self._last_counts[workshop] = len(self.people(workshop))
        if not self._beats:
            self._beats = True
            self._serving.later(_chance.uniform(*BEAT), self._beat)

    def _beat(self) -> None:
        """Send the counts that have changed. The timer never depends on who comes or goes."""
        for workshop, before in list(self._last_counts.items()):
            if not self._is_anonymous(workshop):
                del self._last_counts[workshop]
            elif (here := len(self.people(workshop))) != before:
                self._last_counts[workshop] = here
                self._outlet.send_many(list(self._rooms[workshop].sockets), self._packet({"here": here}))
        self._beats = bool(self._last_counts)
        if self._beats:
            self._serving.later(_chance.uniform(*BEAT), self._beat)

    # --- the other processes ----------------------------------------------------------------------------------------

    def hear(self, notice: Notice) -> None:
        """Handle a notice of another process, of any kind but `wrote` and `wrong`."""
        if notice.kind == "crew":
            self._set_elsewhere(notice.workshop, notice.process, notice.people)
        elif notice.kind == "drag":
            self.drags.hear(notice.workshop, notice.drags)
        elif notice.kind == "ask":
            self._announce_all()
        elif notice.kind == "gone":
            for workshop in [of for of, processes in self._elsewhere.items() if notice.process in processes]:
                self._set_elsewhere(workshop, notice.process, None)
        elif notice.kind == "back" and self.others:
            # The connection to the other processes was down: keep what was known until they have announced again.
            until = time.monotonic() + EXPIRY
            for people_by_process in self._elsewhere.values():
                for process, (people, _) in people_by_process.items():
                    people_by_process[process] = (people, until)
            self.others.send("ask")
            self._announce_all()

    def _set_elsewhere(self, workshop: WorkshopNumber, process: str, people: list[PersonId] | None) -> None:
        people_by_process = self._elsewhere.setdefault(workshop, {})
        before = people_by_process.pop(process, (set(), 0.0))[0]
        if people is not None:
            people_by_process[process] = (set(people), time.monotonic() + EXPIRY)
        elif not people_by_process:
            del self._elsewhere[workshop]
        if (changes := before.symmetric_difference(people or ())) and workshop in self._rooms:
            self.note_change(workshop, *changes)

    def _announce(self, workshop: WorkshopNumber) -> None:
        if self.others is None:
            return
        room = self._rooms.get(workshop)
        if room:
            self._announced[workshop] = room.people()
        else:
            self._announced.pop(workshop, None)
        self.others.send("crew", workshop, people=sorted(room.people()) if room else None)

    def _announce_all(self) -> None:
        for workshop in {*self._rooms, *self._announced}:
            self._announce(workshop)

    def _announce_again(self) -> None:
        self._serving.later(ANNOUNCE, self._announce_again)
        self._announce_all()
        if not self._is_listening():
            return
        now = time.monotonic()
        for workshop, people_by_process in list(self._elsewhere.items()):
            for process in [of for of, (_, until) in people_by_process.items() if until < now]:
                self._set_elsewhere(workshop, process, None)

    def _is_listening(self) -> bool:
        return self.others is None or self.others.is_listening.is_set()

    def _pass_drags_on(self, workshop: WorkshopNumber, drags: list[bytes]) -> None:
        if self.others and self.is_open_elsewhere(workshop):
            self.others.send("drag", workshop, drags=[msgspec.json.decode(drag) for drag in drags])
