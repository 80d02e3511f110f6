"""What passes and is not kept: who is here, what is being dragged; in this process and, where told, in the others.

Runs on the loop. Another process's people are known by what it announces again and again; of one that died they are
gone when its last announcement has run out.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from speedboat import scene
from speedboat.access import MessageLimit
from speedboat.log import Refused
from speedboat.notices import Notice
from speedboat.outlet import Outlet
from speedboat.room import Room, Socket
from speedboat.server import Serving

CREW_PAUSE = 0.1  # seconds in which comings and goings are gathered
DRAG_PAUSE = 0.04  # seconds in which the last place of each dragged card is gathered
DRAG_PAUSE_MORE = 0.0006  # longer by this for each workshop where somebody drags: the rest of the work goes first
DRAG_PAUSE_MOST = 0.1
ANNOUNCE = 3.0  # seconds between announcements of who is here
EXPIRY = 10.0  # seconds that an announcement holds

encode = msgspec.json.Encoder().encode


class Drag(msgspec.Struct, forbid_unknown_fields=True):
    card: str
    x: float
    y: float


_drag = msgspec.json.Decoder(Drag)


class Teller(Protocol):
    """What this file needs of `notices.Notices`."""

    def tell(self, kind: Any, workshop: int = 0, **said: Any) -> None: ...


class Passing:
    """Comings, goings and drags in the rooms of this process.

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
        self._drags: dict[int, dict[str, tuple[str, bytes]]] = {}
        self._drag_limit = MessageLimit(60, clock, burst=240)

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
        if people and room:
            self._outlet.send_many(list(room.sockets), b'2["crew",' + encode({"people": people}) + b"]")
        here = room.people() if room else None
        if here != self._announced.get(workshop):
            self._announce(workshop)

    # --- the other processes ----------------------------------------------------------------------------------------

    def hear(self, notice: Notice) -> None:
        """Something another process told, but for what it wrote."""
        if notice.kind == "crew":
            self._set_elsewhere(notice.workshop, notice.process, notice.people)
        elif notice.kind == "drag":
            if room := self._rooms.get(notice.workshop):
                texts = [b'2["drag",' + encode(drag) + b"]" for drag in notice.drags]
                self._outlet.send_many(list(room.sockets), *texts)
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

    # --- drags ------------------------------------------------------------------------------------------------------

    def take_drag(self, socket: Socket, payload: bytes) -> None:
        """Raises Refused for what is not a drag; too many are left out without a word."""
        if socket.who.person is None or self._drag_limit.refused_until(socket.who.person):
            return
        try:
            drag = _drag.decode(payload)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise Refused("malformed") from None
        if not re.fullmatch(r"card:[A-Za-z0-9_-]{16,64}", drag.card):
            raise Refused("malformed_id", "card")
        drag.x = min(max(drag.x, 0.0), scene.WIDTH)
        drag.y = min(max(drag.y, 0.0), scene.HEIGHT)
        waiting = self._drags.setdefault(socket.workshop, {})
        if not waiting:
            pause = min(DRAG_PAUSE + DRAG_PAUSE_MORE * len(self._drags), DRAG_PAUSE_MOST)
            self._serving.later(pause, lambda: self._relay_drags(socket.workshop))
        waiting[drag.card] = (socket.eio_sid, encode(drag))

    def _relay_drags(self, workshop: int) -> None:
        """The last place of each dragged card, to everybody but the hand that drags it."""
        taken = list(self._drags.pop(workshop, {}).values())
        dragged = [(eio_sid, b'2["drag",' + drag + b"]") for eio_sid, drag in taken]
        hands = {eio_sid for eio_sid, _ in dragged}
        room = list(self._rooms[workshop].sockets) if workshop in self._rooms else []
        self._outlet.send_many([eio_sid for eio_sid in room if eio_sid not in hands], *[text for _, text in dragged])
        for hand in hands.intersection(room):
            self._outlet.send_many((hand,), *[text for eio_sid, text in dragged if eio_sid != hand])
        if self.others and self.is_open_elsewhere(workshop):
            self.others.tell("drag", workshop, drags=[msgspec.json.decode(drag) for _, drag in taken])
