"""Socket.IO: coming in, commands, `changes`, drags, who is here, and the flush of patches to everybody.

The doors only: who somebody is, `access` knows; what a command does, the writer finds out. Commands are taken at the
engine's message hook, before the library makes a greenlet and a request context of each.
"""

from __future__ import annotations

import logging
import re
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import msgspec
from flask import request
from flask_socketio import ConnectionRefusedError as Refusal
from flask_socketio import SocketIO

from speedboat import scene
from speedboat.access import Access, MessageLimit
from speedboat.asked import Act, Answer, Flush, Leave, Look, Outcome, View
from speedboat.language import choose
from speedboat.log import SCREEN, Refused, Viewer
from speedboat.measures import Measures
from speedboat.neighbours import Neighbours
from speedboat.notices import Dragged, Here, Notices
from speedboat.outlet import Outlet
from speedboat.refusals import error_of
from speedboat.room import Room, Socket
from speedboat.rules import read_command
from speedboat.server import Serving
from speedboat.workshop import Writer

log = logging.getLogger(__name__)

LARGEST_MESSAGE = 64 * 1024  # bytes; more is refused by name, and over a megabyte the engine closes the connection
CREW_PAUSE = 0.1  # seconds in which comings and goings are gathered
DRAG_PAUSE = 0.04  # seconds in which the last place of each dragged card is gathered
DRAG_PAUSE_MORE = 0.0006  # longer by this for each workshop where somebody drags: the rest of the work goes first
DRAG_PAUSE_MOST = 0.1
BEAT = 4.0  # seconds between two times of telling other processes who is here

encode = msgspec.json.Encoder().encode
_array = msgspec.json.Decoder(list[msgspec.Raw])
_word = msgspec.json.Decoder(str)
_EVENT = re.compile(r"^2(\d{0,15})(\[.*)\Z", re.DOTALL)


class Drag(msgspec.Struct, forbid_unknown_fields=True):
    card: str
    x: float
    y: float


class Changes(msgspec.Struct, forbid_unknown_fields=True):
    since: int


_drag = msgspec.json.Decoder(Drag)
_changes = msgspec.json.Decoder(Changes)


class Live:
    """All connections of this process."""

    def __init__(
        self, socketio: SocketIO, access: Access, writer: Writer, serving: Serving, outlet: Outlet, limit: MessageLimit
    ) -> None:
        self._socketio = socketio
        self._access = access
        self._writer = writer
        self._serving = serving
        self._outlet = outlet
        self._limit = limit
        self.clock: Callable[[], int] = lambda: 0
        self.measures = Measures()
        self._sockets: dict[str, Socket] = {}
        self._rooms: dict[int, Room] = defaultdict(Room)
        self._letters: dict[str, list[bytes]] = defaultdict(list)
        self._crew_news: dict[int, set[str]] = {}
        self._drags: dict[int, dict[str, tuple[str, bytes]]] = {}
        self._drag_limit = MessageLimit(60, lambda: self.clock(), burst=240)
        self._neighbours = Neighbours()
        self._notices: Notices | None = None

    def attach(self) -> None:
        """Take our place in front of the library: every message is offered to us first."""
        self._socketio.on_event("connect", self._connect)
        self._socketio.on_event("disconnect", self._disconnect)
        self._outlet.offer_inbound(self._take, self._after)
        self.measures.connections = lambda: len(self._sockets)
        self.measures.workshops = lambda: len(self._rooms)

    def _after(self, eio_sid: str, data: str | bytes) -> None:
        """The library has handled a packet; after a CONNECT the client is in, or has been refused."""
        if isinstance(data, str) and data.startswith("0"):
            self._enter(eio_sid)

    # --- coming and going -------------------------------------------------------------------------------------------

    def _connect(self, auth: Any = None) -> None:
        given = auth if isinstance(auth, dict) else {}
        language = choose([_text(given, "language")], request.headers.get("Accept-Language"))
        try:
            self._refuse_nonsense(given)
            screen = given.get("view") == "screen"
            entry = self._access.enter(
                given.get("code", ""),
                token=given.get("token") or None,
                key=given.get("key"),
                name=given.get("name"),
                screen=screen,
            )
        except Refused as refusal:
            error = error_of(refusal, language)
            raise Refusal(error["message"], error) from None
        sid: str = request.sid  # type: ignore[attr-defined]
        eio_sid: str = self._socketio.server.manager.eio_sid_from_sid(sid, "/")
        who = SCREEN if entry.person is None else Viewer(entry.person, "participant")
        since = given.get("since", 0)
        self._sockets[eio_sid] = Socket(sid, eio_sid, entry.workshop.id, who, language, entry.token, since)

    @staticmethod
    def _refuse_nonsense(given: dict[str, Any]) -> None:
        for field in ("code", "token", "key", "name", "view", "language"):
            if not isinstance(given.get(field, ""), str | None):
                raise Refused("wrong_type", field)
        since = given.get("since", 0)
        if not isinstance(since, int) or isinstance(since, bool):
            raise Refused("wrong_type", "since")

    def _enter(self, eio_sid: str) -> None:
        """Once the library has told the client that it is connected: its patch, then everything that comes after."""
        if (socket := self._sockets.get(eio_sid)) and not socket.entered:
            socket.entered = True
            look = Look(
                socket.workshop, socket.who.person, socket.since, lambda view: self._welcome(socket, view), True
            )
            self._writer.put(look)

    def _welcome(self, socket: Socket, view: View) -> None:
        if socket.eio_sid not in self._sockets:
            return  # gone again; its disconnect has told the writer
        if view.role is None:
            self._end(socket)
            return
        me = {"id": socket.who.person, "role": view.role, "name": view.name}
        head = encode({"me": me, "token": socket.token, "now": self.clock()})
        self._send(socket, b'2["welcome",' + head[:-1] + b',"patch":' + view.patch + b"}]")
        room = self._rooms[socket.workshop]
        is_new = socket.who.person is not None and not room.of(socket.who.person)
        room.add(socket)
        everybody = room.people() | self._neighbours.people(socket.workshop)
        crew = encode({"people": [{"id": person, "here": True} for person in sorted(everybody)]})
        self._send(socket, b'2["crew",' + crew + b"]")
        if is_new and socket.who.person:
            self._crew_changed(socket.workshop, socket.who.person)

    def _disconnect(self, *_: Any) -> None:
        sid: str = request.sid  # type: ignore[attr-defined]
        eio_sid = self._socketio.server.manager.eio_sid_from_sid(sid, "/")
        with self._serving.alone():
            if socket := self._sockets.pop(eio_sid, None):
                self._leave(socket)

    def _leave(self, socket: Socket) -> None:
        room = self._rooms[socket.workshop]
        room.remove(socket)
        if not room.sockets:
            self._rooms.pop(socket.workshop, None)
        if socket.entered:
            self._writer.put(Leave(socket.workshop, socket.who.person))
        person = socket.who.person
        if person and not room.of(person):
            self._crew_changed(socket.workshop, person)

    def _is_here(self, workshop: int, person: str) -> bool:
        room = self._rooms.get(workshop)
        return (room is not None and bool(room.of(person))) or self._neighbours.is_here(workshop, person)

    def _end(self, socket: Socket) -> None:
        """Disconnect somebody who is not on the board any more, after what was sent to them."""
        self._serving.spawn(self._socketio.server.disconnect, socket.sid)

    # --- messages ---------------------------------------------------------------------------------------------------

    def _take(self, eio_sid: str, data: str | bytes) -> bool:
        """A Socket.IO event of ours; False leaves the packet to the library."""
        if not isinstance(data, str):
            return True  # nothing of ours is binary
        if data[:1] in ("5", "6"):
            return True
        found = _EVENT.match(data) if data[:1] == "2" else None
        socket = self._sockets.get(eio_sid)
        if found is None or socket is None:
            return False
        ack, body = found.groups()
        try:
            self._event(socket, ack, body)
        except Refused as refusal:
            self._answer(socket, ack, Answer(refusal=refusal))
            self._post()
        return True

    def _event(self, socket: Socket, ack: str, body: str) -> None:
        if len(body) > LARGEST_MESSAGE or len(body.encode("utf-8", "replace")) > LARGEST_MESSAGE:
            raise Refused("too_large")
        try:
            parts = _array.decode(body)
            name, payload = _word.decode(parts[0]), bytes(parts[1]) if len(parts) > 1 else b""
        except (msgspec.MsgspecError, IndexError, UnicodeError, RecursionError):
            raise Refused("malformed") from None
        if name == "do":
            self._do(socket, ack, payload)
        elif name == "drag":
            self._take_drag(socket, payload)
        elif name == "changes":
            self._changes(socket, ack, payload)
        else:
            raise Refused("unknown_message")

    def _do(self, socket: Socket, ack: str, payload: bytes) -> None:
        self._count(socket)
        command = read_command(payload)
        if socket.who.person is None:
            raise Refused("only_watching")
        self._writer.put(Act(socket.workshop, socket.who, command, lambda answer: self._answer(socket, ack, answer)))

    def _changes(self, socket: Socket, ack: str, payload: bytes) -> None:
        self._count(socket)
        try:
            since = _changes.decode(payload).since
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise Refused("malformed", "since") from None

        def reply(view: View) -> None:
            if ack and view.role:
                self._send(socket, b"3%s[%s]" % (ack.encode(), view.patch))

        self._writer.put(Look(socket.workshop, socket.who.person, since, reply))

    def _count(self, socket: Socket) -> None:
        retry_at = self._limit.refused_until(socket.who.person or socket.sid)
        if retry_at is not None:
            raise Refused("slow_down", retry_at=retry_at)

    def _answer(self, socket: Socket, ack: str, answer: Answer) -> None:
        if not ack:
            return
        encoded = answer.encoded
        if answer.refusal:
            self.measures.refusals[answer.refusal.code] += 1
            encoded = encode({"ok": False, "error": error_of(answer.refusal, socket.language)})
        self._send(socket, b"3%s[%s]" % (ack.encode(), encoded))

    # --- the flush --------------------------------------------------------------------------------------------------

    def deliver(self, outcome: Outcome) -> None:
        """On the loop: everything that came of one group; patch and answer to one socket leave in one write."""
        started = time.perf_counter()
        for reply, value in outcome.replies:
            if not isinstance(value, View):
                reply(value)
        for flush in outcome.flushes:
            self._flush(flush)
        for reply, value in outcome.replies:
            if isinstance(value, View):
                reply(value)
        self._post()
        self.measures.flush.add(time.perf_counter() - started)

    def _flush(self, flush: Flush) -> None:
        room = self._rooms.get(flush.workshop)
        if not room:
            return
        for role, sockets in room.by_role(flush).items():
            if patch := flush.shared.get(role):
                self._send_patch([s.eio_sid for s in sockets if s.who.person not in flush.own], patch)
        for person, patch in flush.own.items():
            self._send_patch([s.eio_sid for s in room.of(person)], patch)
        for person in flush.removed:
            for socket in room.of(person):
                self._end(socket)

    def _send_patch(self, eio_sids: list[str], patch: bytes) -> None:
        text = b'2["patch",' + patch + b"]"
        letters = self._letters
        # Before the answer: what was asked for is on the board by the time it is said to be done.
        for eio_sid in [eio_sid for eio_sid in eio_sids if eio_sid in letters]:
            letters[eio_sid].insert(0, text)
        self._outlet.send_many([eio_sid for eio_sid in eio_sids if eio_sid not in letters], text)

    def _send(self, socket: Socket, text: bytes) -> None:
        """Put a packet with what leaves for this socket at the end of the turn."""
        self._letters[socket.eio_sid].append(text)

    def _post(self) -> None:
        letters, self._letters = self._letters, defaultdict(list)
        for eio_sid, packets in letters.items():
            self._outlet.send(eio_sid, packets)

    def _to_room(self, workshop: int, *texts: bytes) -> None:
        room = self._rooms.get(workshop)
        if room:
            self._outlet.send_many(list(room.sockets), *texts)

    # --- other processes --------------------------------------------------------------------------------------------

    def join_others(self, notices: Notices) -> None:
        """Tell other processes who is here and what is dragged, and hear it of them, from now on."""
        self._notices = notices
        self._serving.later(BEAT, self._beat)

    def hear(self, notice: Dragged | Here) -> None:
        """On the loop: what another process said."""
        if isinstance(notice, Dragged):
            self._to_room(notice.workshop, *[b'2["drag",' + drag.encode() + b"]" for drag in notice.drags])
        else:
            changed = self._neighbours.hear(notice.origin, notice.workshop, notice.people, self.clock())
            self._tell_room(notice.workshop, changed)

    def say_here(self) -> None:
        """On the loop: say again who is in every workshop."""
        for workshop in list(self._rooms):
            self._say_here(workshop)

    def _say_here(self, workshop: int) -> None:
        if self._notices:
            room = self._rooms.get(workshop)
            self._notices.say(Here(self._notices.origin, workshop, sorted(room.people()) if room else []))

    def _beat(self) -> None:
        self.say_here()
        for workshop, people in self._neighbours.forget_silent(self.clock()).items():
            self._tell_room(workshop, people)
        self._serving.later(BEAT, self._beat)

    # --- not stored: who is here, what is being dragged -------------------------------------------------------------

    def _crew_changed(self, workshop: int, person: str) -> None:
        if workshop not in self._crew_news:
            self._crew_news[workshop] = set()
            self._serving.later(CREW_PAUSE, lambda: self._tell_crew(workshop))
        self._crew_news[workshop].add(person)

    def _tell_crew(self, workshop: int) -> None:
        self._tell_room(workshop, self._crew_news.pop(workshop, set()))
        self._say_here(workshop)

    def _tell_room(self, workshop: int, news: set[str]) -> None:
        people = [{"id": person, "here": self._is_here(workshop, person)} for person in sorted(news)]
        if people:
            self._to_room(workshop, b'2["crew",' + encode({"people": people}) + b"]")

    def _take_drag(self, socket: Socket, payload: bytes) -> None:
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
        drags = self._drags.pop(workshop, {}).values()
        if self._notices:
            self._notices.say(Dragged(self._notices.origin, workshop, [drag.decode() for _, drag in drags]))
        dragged = [(eio_sid, b'2["drag",' + drag + b"]") for eio_sid, drag in drags]
        hands = {eio_sid for eio_sid, _ in dragged}
        room = list(self._rooms[workshop].sockets) if workshop in self._rooms else []
        self._outlet.send_many([eio_sid for eio_sid in room if eio_sid not in hands], *[text for _, text in dragged])
        for hand in hands.intersection(room):
            self._outlet.send_many((hand,), *[text for eio_sid, text in dragged if eio_sid != hand])


def _text(given: dict[str, Any], field: str) -> str | None:
    value = given.get(field)
    return value if isinstance(value, str) else None
