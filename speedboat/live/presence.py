"""What passes and is not kept: who is here, in this process and, where told, in the others. Drags are in `drags.py`.

Runs on the loop. Another process's people are known by what it announces again and again; of one that died they are
gone when its last announcement has run out.

In an anonymous workshop nobody is told who came or went, only how many are here, and that on a slow beat of its own: a
phone that comes back sends the cards written meanwhile, and were it announced in the same moment, they would be signed.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from speedboat.live.drags import Drags
from speedboat.live.pubsub import Notice
from speedboat.live.rooms import Room
from speedboat.server import Serving
from speedboat.websocket.outlet import Outlet

CREW_PAUSE = 0.1  # seconds in which comings and goings are gathered
BEAT = (5.0, 15.0)  # seconds, at random between these, from one telling of how many are here to the next
ANNOUNCE = 3.0  # seconds between announcements of who is here
EXPIRY = 10.0  # seconds that an announcement holds

encode = msgspec.json.Encoder().encode
_chance = random.SystemRandom()


class Teller(Protocol):
    """What this file needs of `pubsub.Notices`."""

    def tell(self, kind: Any, workshop: int = 0, **said: Any) -> None: ...


class Presence:
    """Comings and goings in the rooms of this process.

    Args:
        rooms: whose sockets are here, by workshop.
        others: the line to the other processes, if there are any.
    """

    def __init__(self, rooms: dict[int, Room], serving: Serving, outlet: Outlet, clock: Callable[[], int]) -> None:
        self.others: Teller | None = None
        self._rooms = rooms
        self._serving = serving
        self._outlet = outlet
        self._news: dict[int, set[str]] = {}
        self._announced: dict[int, set[str]] = {}
        self._elsewhere: dict[int, dict[str, tuple[set[str], float]]] = {}
        self._counts: dict[int, int] = {}  # how many are here, as last told in each anonymous workshop
        self._beats = False
        self.drags = Drags(rooms, serving, outlet, clock, self._pass_drags_on)

    def connect(self, others: Teller) -> None:
        """There are other processes: tell them who is here, now and again."""
        self.others = others
        self._serving.later(ANNOUNCE, self._announce_again)

    # --- who is here ------------------------------------------------------------------------------------------------

    def is_here(self, workshop: int, person: str) -> bool:
        room = self._rooms.get(workshop)
        if room is not None and room.of(person):
            return True
        return any(person in people for people, _ in self._elsewhere.get(workshop, {}).values())

    def people(self, workshop: int) -> list[str]:
        """Everybody who is here, with whichever process."""
        room = self._rooms.get(workshop)
        here = room.people() if room is not None else set()
        return sorted(here.union(*(people for people, _ in self._elsewhere.get(workshop, {}).values())))

    def crew(self, workshop: int) -> bytes:
        """The packet that tells somebody who has just come in who is here."""
        if self._is_anonymous(workshop):
            # As last told: whoever comes in again and again learns no sooner how many there are.
            if workshop not in self._counts:
                self._start_counting(workshop)
            return self._packet({"here": self._counts[workshop]})
        return self._packet({"people": [{"id": person, "here": True} for person in self.people(workshop)]})

    def is_open_elsewhere(self, workshop: int) -> bool:
        """Whether another process says that it has somebody in it; may be asked in any thread."""
        return bool(self._elsewhere.get(workshop))

    def changed(self, workshop: int, *people: str) -> None:
        """Somebody came or went: it is told a moment later, with whatever else has changed by then."""
        if workshop not in self._news:
            self._news[workshop] = set()
            self._serving.later(CREW_PAUSE, lambda: self._tell_crew(workshop))
        self._news[workshop].update(people)

    def _tell_crew(self, workshop: int) -> None:
        news = self._news.pop(workshop, set())
        people = [{"id": person, "here": self.is_here(workshop, person)} for person in sorted(news)]
        room = self._rooms.get(workshop)
        if people and room and not room.anonymous:
            self._outlet.send_many(list(room.sockets), self._packet({"people": people}))
        here = room.people() if room else None
        if here != self._announced.get(workshop):
            self._announce(workshop)

    @staticmethod
    def _packet(crew: dict[str, Any]) -> bytes:
        return b'2["crew",' + encode(crew) + b"]"

    # --- how many, in anonymous workshops ---------------------------------------------------------------------------

    def turn(self, workshop: int) -> None:
        """Tell everybody anew: from now on only how many are here, or from now on who."""
        self._counts.pop(workshop, None)
        if room := self._rooms.get(workshop):
            self._outlet.send_many(list(room.sockets), self.crew(workshop))

    def _is_anonymous(self, workshop: int) -> bool:
        room = self._rooms.get(workshop)
        return room is not None and room.anonymous

    def _start_counting(self, workshop: int) -> None:
        self._counts[workshop] = len(self.people(workshop))
        if not self._beats:
            self._beats = True
            self._serving.later(_chance.uniform(*BEAT), self._beat)

    def _beat(self) -> None:
        """Tell how many are here, where that has changed. No coming or going brings a beat forward or puts it off."""
        for workshop, before in list(self._counts.items()):
            if not self._is_anonymous(workshop):
                del self._counts[workshop]
            elif (here := len(self.people(workshop))) != before:
                self._counts[workshop] = here
                self._outlet.send_many(list(self._rooms[workshop].sockets), self._packet({"here": here}))
        self._beats = bool(self._counts)
        if self._beats:
            self._serving.later(_chance.uniform(*BEAT), self._beat)

    # --- the other processes ----------------------------------------------------------------------------------------

    def hear(self, notice: Notice) -> None:
        """Something another process told, but for what it wrote."""
        if notice.kind == "crew":
            self._set_elsewhere(notice.workshop, notice.process, notice.people)
        elif notice.kind == "drag":
            self.drags.hear(notice.workshop, notice.drags)
        elif notice.kind == "ask":
            self._announce_all()
        elif notice.kind == "gone":
            for workshop in [of for of, told in self._elsewhere.items() if notice.process in told]:
                self._set_elsewhere(workshop, notice.process, None)
        elif notice.kind == "back" and self.others:
            # While nothing could be heard nobody has gone for that: what is known holds until it has been told anew.
            until = time.monotonic() + EXPIRY
            for told in self._elsewhere.values():
                for process, (people, _) in told.items():
                    told[process] = (people, until)
            self.others.tell("ask")
            self._announce_all()

    def _set_elsewhere(self, workshop: int, process: str, people: list[str] | None) -> None:
        told = self._elsewhere.setdefault(workshop, {})
        before = told.pop(process, (set(), 0.0))[0]
        if people is not None:
            told[process] = (set(people), time.monotonic() + EXPIRY)
        elif not told:
            del self._elsewhere[workshop]
        if (news := before.symmetric_difference(people or ())) and workshop in self._rooms:
            self.changed(workshop, *news)

    def _announce(self, workshop: int) -> None:
        if self.others is None:
            return
        room = self._rooms.get(workshop)
        if room:
            self._announced[workshop] = room.people()
        else:
            self._announced.pop(workshop, None)
        self.others.tell("crew", workshop, people=sorted(room.people()) if room else None)

    def _announce_all(self) -> None:
        for workshop in {*self._rooms, *self._announced}:
            self._announce(workshop)

    def _announce_again(self) -> None:
        self._serving.later(ANNOUNCE, self._announce_again)
        self._announce_all()
        if not self._hears():
            return
        now = time.monotonic()
        for workshop, told in list(self._elsewhere.items()):
            for process in [of for of, (_, until) in told.items() if until < now]:
                self._set_elsewhere(workshop, process, None)

    def _hears(self) -> bool:
        hears = getattr(self.others, "hears", None)
        return hears is None or bool(hears.is_set())

    def _pass_drags_on(self, workshop: int, drags: list[bytes]) -> None:
        if self.others and self.is_open_elsewhere(workshop):
            self.others.tell("drag", workshop, drags=[msgspec.json.decode(drag) for drag in drags])
