"""Socket.IO handlers: connecting, commands, `changes`, and the flush of patches to everybody.

No rules here: `access` decides who somebody is, the writer what a command does. Commands are taken at the engine's
message hook, before the library creates a greenlet and a request context for each.
"""

from __future__ import annotations

import logging
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Set

import msgspec
from flask import request
from flask_socketio import ConnectionRefusedError as Refusal
from flask_socketio import SocketIO

from speedboat.access.entry import Access, has_passphrase
from speedboat.access.rate_limit import MessageLimit
from speedboat.domain.ids import WorkshopNumber
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

LARGEST_MESSAGE = 64 * 1024  # bytes; more is refused (`too_large`), and over 1 MB the engine closes the connection

encode = msgspec.json.Encoder().encode
_array = msgspec.json.Decoder(list[msgspec.Raw])
_word = msgspec.json.Decoder(str)
_EVENT = re.compile(r"^2(\d{0,15})(\[.*)\Z", re.DOTALL)


class Changes(msgspec.Struct, forbid_unknown_fields=True):
    """The message `changes`: asks for everything after the `seq` that the client has."""

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
        self._rooms: dict[WorkshopNumber, Room] = defaultdict(Room)
        self._outgoing: dict[str, list[bytes]] = defaultdict(list)
        self.presence = Presence(self._rooms, serving, outlet, lambda: self.clock())

    @property
    def connections(self) -> int:
        """The number of connections that have been let in."""
        return len(self._sockets)

    def attach(self) -> None:
        """Register the handlers. Every message is offered to `_take` before the library sees it."""
        self._socketio.on_event("connect", self._connect)
        self._socketio.on_event("disconnect", self._disconnect)
        self._outlet.offer_inbound(self._take, self._after)

    def _after(self, eio_sid: str, data: str | bytes) -> None:
        """Run after the library has handled a packet: after a CONNECT the client is connected, or was refused."""
        if isinstance(data, str) and data.startswith("0"):
            self._enter(eio_sid)

    # --- connecting and disconnecting -------------------------------------------------------------------------------

    def _connect(self, auth: object = None) -> None:
        fields = auth if isinstance(auth, dict) else {}
        language = choose([_text(fields, "language")], request.headers.get("Accept-Language"))
        try:
            self._check_types(fields)
            screen = fields.get("view") == "screen"
            entry = self._access.enter(
                fields.get("code", ""),
                token=fields.get("token") or None,
                key=fields.get("key"),
                name=fields.get("name"),
                screen=screen,
                passphrase=fields.get("passphrase"),
                device=fields.get("device"),
            )
        except (Refused, *UNAVAILABLE) as fault:
            refusal = fault if isinstance(fault, Refused) else Refused("try_again")
            self._metrics.count_refusal(refusal.code)
            error = error_of(refusal, language)
            raise Refusal(error["message"], error) from None
        sid: str = request.sid  # type: ignore[attr-defined]
        eio_sid: str = self._socketio.server.manager.eio_sid_from_sid(sid, "/")
        who = SCREEN if entry.person is None else Viewer(entry.person, "participant")
        since = fields.get("since", 0)
        self._sockets[eio_sid] = Socket(sid, eio_sid, entry.workshop.id, who, language, entry.token, since)

    @staticmethod
    def _check_types(fields: dict[str, object]) -> None:
        for field in ("code", "token", "key", "name", "view", "language", "passphrase", "device"):
            if not isinstance(fields.get(field, ""), str | None):
                raise Refused("wrong_type", field)
        since = fields.get("since", 0)
        if not isinstance(since, int) or isinstance(since, bool):
            raise Refused("wrong_type", "since")

    def _enter(self, eio_sid: str) -> None:
        """Ask the writer for the client's first patch, once the library has acknowledged the connection."""
        if (socket := self._sockets.get(eio_sid)) and not socket.entered:
            socket.entered = True
            look = Look(
                socket.workshop, socket.who.person, socket.since, lambda view: self._welcome(socket, view), True
            )
            self._writer.put(look)

    def _welcome(self, socket: Socket, view: View) -> None:
        if socket.eio_sid not in self._sockets:
            return  # already disconnected, and the writer knows
        if view.role is None:
            self._end(socket)
            return
        me = {"id": socket.who.person, "role": view.role, "name": view.name}
        head = encode({"me": me, "token": socket.token, "now": self.clock()})
        self._send(socket, b'2["welcome",' + head[:-1] + b',"patch":' + view.patch + b"}]")
        room = self._rooms[socket.workshop]
        person = socket.who.person
        arrivals = [person] if person is not None and not self.presence.is_here(socket.workshop, person) else []
        room.add(socket)
        if view.terms:
            room.learn(view.terms, {person: view.role} if person else {})
        self._send(socket, self.presence.crew(socket.workshop))
        self.presence.note_change(socket.workshop, *arrivals)

    def _disconnect(self, *_: object) -> None:
        sid: str = request.sid  # type: ignore[attr-defined]
        eio_sid = self._socketio.server.manager.eio_sid_from_sid(sid, "/")
        with self._serving.exclusive():
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
        departures = [person] if person and not self.presence.is_here(socket.workshop, person) else []
        self.presence.note_change(socket.workshop, *departures)

    def _end(self, socket: Socket) -> None:
        """Disconnect somebody who is no longer on the board, once their pending packets are sent."""
        self._serving.spawn(self._socketio.server.disconnect, socket.sid)

    # --- messages ---------------------------------------------------------------------------------------------------

    def _take(self, eio_sid: str, data: str | bytes) -> bool:
        """Handle a packet if it is a Socket.IO event of ours; return False to leave it to the library."""
        if not isinstance(data, str):
            return True  # drop it: none of our messages is binary
        if data[:1] in ("5", "6"):
            return True
        match = _EVENT.match(data) if data[:1] == "2" else None
        socket = self._sockets.get(eio_sid)
        if match is None or socket is None:
            return False
        ack, body = match.groups()
        try:
            self._event(socket, ack, body)
        except Refused as refusal:
            self._answer(socket, ack, Answer(refusal=refusal))
            self._send_outgoing()
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
            self._serving.spawn(self._hash_and_put, socket, ack, command)
        else:
            self._put(socket, ack, command)

    def _put(self, socket: Socket, ack: str, command: Command) -> None:
        self._writer.put(Act(socket.workshop, socket.who, command, lambda answer: self._answer(socket, ack, answer)))

    def _hash_and_put(self, socket: Socket, ack: str, command: Command) -> None:
        """Hash the passphrase off the loop, since scrypt is slow; later messages of this socket may overtake it."""
        try:
            self._put(socket, ack, self._access.hash_passphrase_in(socket.who.somebody, command))
        except Refused as refusal:
            with self._serving.exclusive():
                self._answer(socket, ack, Answer(refusal=refusal))
                self._send_outgoing()

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
        retry_at = self._limit.acquire(socket.who.person or socket.sid)
        if retry_at is not None:
            raise Refused("slow_down", retry_at=retry_at)

    def _answer(self, socket: Socket, ack: str, answer: Answer) -> None:
        if not ack:
            return
        encoded = answer.encoded
        if answer.refusal:
            self._metrics.count_refusal(answer.refusal.code)
            encoded = encode({"ok": False, "error": error_of(answer.refusal, socket.language)})
        self._send(socket, b"3%s[%s]" % (ack.encode(), encoded))

    # --- the flush --------------------------------------------------------------------------------------------------

    def deliver(self, outcome: Outcome) -> None:
        """Send everything that one batch produced; patch and answer for one socket leave in one write. On the loop."""
        started = time.perf_counter()
        for reply, value in outcome.replies:
            if not isinstance(value, View):
                reply(value)
        for flush in outcome.flushes:
            self._flush(flush)
        for reply, value in outcome.replies:
            if isinstance(value, View):
                reply(value)
        self._send_outgoing()
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
        excluded = {eio_sid for eio_sids in own.values() for eio_sid in eio_sids}
        for role, sockets in room.by_role(flush).items():
            if patch := flush.shared.get(role):
                self._send_patch(sockets, excluded, patch)
        for person, eio_sids in own.items():
            self._send_patch(dict.fromkeys(eio_sids), frozenset(), flush.own[person])
        if room.anonymous != was_anonymous:
            self.presence.switch_crew(flush.workshop)
        for person in flush.removed:
            for socket in room.of(person):
                self._end(socket)

    def _send_patch(self, eio_sids: Mapping[str, object], excluded: Set[str], patch: bytes) -> None:
        """Send a patch to all of these sockets but the excluded ones."""
        text = b'2["patch",' + patch + b"]"
        outgoing = self._outgoing
        # The patch goes before the answer: when a command is acknowledged, its effect is already on the client's board.
        answered = [eio_sid for eio_sid in outgoing if eio_sid in eio_sids and eio_sid not in excluded]
        for eio_sid in answered:
            outgoing[eio_sid].insert(0, text)
        others = {*excluded, *answered}
        self._outlet.send_many([eio_sid for eio_sid in eio_sids if eio_sid not in others], text)

    def _send(self, socket: Socket, text: bytes) -> None:
        """Queue a packet for this socket until `_send_outgoing`."""
        self._outgoing[socket.eio_sid].append(text)

    def _send_outgoing(self) -> None:
        outgoing, self._outgoing = self._outgoing, defaultdict(list)
        for eio_sid, packets in outgoing.items():
            self._outlet.send(eio_sid, packets)


def _text(fields: dict[str, object], field: str) -> str | None:
    value = fields.get(field)
    return value if isinstance(value, str) else None
