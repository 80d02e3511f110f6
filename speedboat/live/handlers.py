"""Socket.IO: coming in, commands, `changes`, and the flush of patches to everybody.

The doors only: who somebody is, `access` knows; what a command does, the writer finds out. Commands are taken at the
engine's message hook, before the library makes a greenlet and a request context of each.
"""

from __future__ import annotations

import logging
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Set
from typing import Any

import msgspec
from flask import request
from flask_socketio import ConnectionRefusedError as Refusal
from flask_socketio import SocketIO

from speedboat.access.entry import Access, has_passphrase
from speedboat.access.rate_limit import MessageLimit
from speedboat.domain.messages import SCREEN, Command, Refused, Viewer
from speedboat.domain.rules import read_command
from speedboat.i18n.catalogues import choose
from speedboat.i18n.error_messages import error_of
from speedboat.live.presence import Presence
from speedboat.live.rooms import Room, Socket
from speedboat.metrics import Metrics
from speedboat.server import Serving
from speedboat.storage.store import UNAVAILABLE
from speedboat.websocket.outlet import Outlet
from speedboat.writing.requests import Act, Answer, Flush, Leave, Look, Outcome, View
from speedboat.writing.writer import Writer

log = logging.getLogger(__name__)

LARGEST_MESSAGE = 64 * 1024  # bytes; more is refused by name, and over a megabyte the engine closes the connection

encode = msgspec.json.Encoder().encode
_array = msgspec.json.Decoder(list[msgspec.Raw])
_word = msgspec.json.Decoder(str)
_EVENT = re.compile(r"^2(\d{0,15})(\[.*)\Z", re.DOTALL)


class Changes(msgspec.Struct, forbid_unknown_fields=True):
    since: int


_changes = msgspec.json.Decoder(Changes)


class Live:
    """All connections of this process."""

    def __init__(
        self,
        socketio: SocketIO,
        access: Access,
        writer: Writer,
        serving: Serving,
        outlet: Outlet,
        limit: MessageLimit,
        metrics: Metrics,
    ) -> None:
        self._socketio = socketio
        self._access = access
        self._writer = writer
        self._serving = serving
        self._outlet = outlet
        self._limit = limit
        self._metrics = metrics
        self.clock: Callable[[], int] = lambda: 0
        self._sockets: dict[str, Socket] = {}
        self._rooms: dict[int, Room] = defaultdict(Room)
        self._letters: dict[str, list[bytes]] = defaultdict(list)
        self.presence = Presence(self._rooms, serving, outlet, lambda: self.clock())

    @property
    def connections(self) -> int:
        """How many have been let in."""
        return len(self._sockets)

    def attach(self) -> None:
        """Take our place in front of the library: every message is offered to us first."""
        self._socketio.on_event("connect", self._connect)
        self._socketio.on_event("disconnect", self._disconnect)
        self._outlet.offer_inbound(self._take, self._after)

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
                passphrase=given.get("passphrase"),
                device=given.get("device"),
            )
        except (Refused, *UNAVAILABLE) as fault:
            refusal = fault if isinstance(fault, Refused) else Refused("try_again")
            self._metrics.refused(refusal.code)
            error = error_of(refusal, language)
            raise Refusal(error["message"], error) from None
        sid: str = request.sid  # type: ignore[attr-defined]
        eio_sid: str = self._socketio.server.manager.eio_sid_from_sid(sid, "/")
        who = SCREEN if entry.person is None else Viewer(entry.person, "participant")
        since = given.get("since", 0)
        self._sockets[eio_sid] = Socket(sid, eio_sid, entry.workshop.id, who, language, entry.token, since)

    @staticmethod
    def _refuse_nonsense(given: dict[str, Any]) -> None:
        for field in ("code", "token", "key", "name", "view", "language", "passphrase", "device"):
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
        person = socket.who.person
        news = [person] if person is not None and not self.presence.is_here(socket.workshop, person) else []
        room.add(socket)
        if view.terms:
            room.learn(view.terms, {person: view.role} if person else {})
        self._send(socket, self.presence.crew(socket.workshop))
        self.presence.changed(socket.workshop, *news)

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
        gone = [person] if person and not self.presence.is_here(socket.workshop, person) else []
        self.presence.changed(socket.workshop, *gone)

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
            self.presence.drags.take(socket, payload)
        elif name == "changes":
            self._changes(socket, ack, payload)
        else:
            raise Refused("unknown_message")

    def _do(self, socket: Socket, ack: str, payload: bytes) -> None:
        self._count(socket)
        command = read_command(payload)
        if socket.who.person is None:
            raise Refused("only_watching")
        if has_passphrase(command):
            self._serving.spawn(self._seal, socket, ack, command)
        else:
            self._put(socket, ack, command)

    def _put(self, socket: Socket, ack: str, command: Command) -> None:
        self._writer.put(Act(socket.workshop, socket.who, command, lambda answer: self._answer(socket, ack, answer)))

    def _seal(self, socket: Socket, ack: str, command: Command) -> None:
        """Beside the loop, since sealing is slow; what this socket says meanwhile may come before it."""
        try:
            self._put(socket, ack, self._access.seal(str(socket.who.person), command))
        except Refused as refusal:
            with self._serving.alone():
                self._answer(socket, ack, Answer(refusal=refusal))
                self._post()

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
            self._metrics.refused(answer.refusal.code)
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
        self._metrics.flush_time.observe(time.perf_counter() - started)

    def _flush(self, flush: Flush) -> None:
        room = self._rooms.get(flush.workshop)
        if not room:
            return
        if flush.has_ended:
            for socket in list(room.sockets.values()):
                self._end(socket)
            return
        assert flush.terms is not None
        was_anonymous = room.anonymous
        room.learn(flush.terms, flush.roles, flush.removed)
        own = {person: [socket.eio_sid for socket in room.of(person)] for person in flush.own}
        apart = {eio_sid for eio_sids in own.values() for eio_sid in eio_sids}
        for role, sockets in room.by_role(flush).items():
            if patch := flush.shared.get(role):
                self._send_patch(sockets, apart, patch)
        for person, eio_sids in own.items():
            self._send_patch(dict.fromkeys(eio_sids), frozenset(), flush.own[person])
        if room.anonymous != was_anonymous:
            self.presence.turn(flush.workshop)
        for person in flush.removed:
            for socket in room.of(person):
                self._end(socket)

    def _send_patch(self, eio_sids: Mapping[str, Any], apart: Set[str], patch: bytes) -> None:
        """To all of these but those apart."""
        text = b'2["patch",' + patch + b"]"
        letters = self._letters
        # Before the answer: what was asked for is on the board by the time it is said to be done.
        answered = [eio_sid for eio_sid in letters if eio_sid in eio_sids and eio_sid not in apart]
        for eio_sid in answered:
            letters[eio_sid].insert(0, text)
        others = {*apart, *answered}
        self._outlet.send_many([eio_sid for eio_sid in eio_sids if eio_sid not in others], text)

    def _send(self, socket: Socket, text: bytes) -> None:
        """Put a packet with what leaves for this socket at the end of the turn."""
        self._letters[socket.eio_sid].append(text)

    def _post(self) -> None:
        letters, self._letters = self._letters, defaultdict(list)
        for eio_sid, packets in letters.items():
            self._outlet.send(eio_sid, packets)


def _text(given: dict[str, Any], field: str) -> str | None:
    value = given.get(field)
    return value if isinstance(value, str) else None
