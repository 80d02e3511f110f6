"""One websocket on the direct way: its stages, what waits to be written, what waits to be handled, its silence.

Belongs to `direct_outlet.py`. Runs in callbacks of the loop, with no greenlet of its own; only `Connection.work` may
wait.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import logging
import socket as sockets
import struct
import sys
import termios
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from engineio import packet

from speedboat.server import DirectServing
from speedboat.websocket import frames
from speedboat.websocket.frames import BrokenFrame, FrameReader, frame
from speedboat.websocket.outlet import LARGEST_FIRST, After, Hook, handle_stock

log = logging.getLogger(__name__)

MOST_WAITING = 1_000_000  # bytes that may wait for one slow reader before it is cut off
# What may wait behind a message that blocks, before the client is no longer read: so many messages, so many bytes.
MOST_INBOX, LARGEST_INBOX = 200, 1_000_000
GRACE = 30.0  # seconds in which a slow line that still takes bytes may owe us a pong
CLOSING_TIME = 2.0  # seconds a client has to close its end
PROBE_TIME = 10.0  # seconds a client has to go over from polling to its websocket

# How a connection stands; the order matters.
PROBE, UPGRADE, OPEN, CLOSING, GONE = range(5)

_PING = frame(b"2")
_PROBED = frame(b"3probe")
_buffer = memoryview(bytearray(65_536))  # everybody's: what is read is copied out at once


class Owner(Protocol):
    """What a connection belongs to: the outlet that opened it and hears of its end."""

    engine: Any  # the engine.io server
    serving: DirectServing
    connections: dict[str, Connection]
    passing: set[Connection]
    hook: Hook
    after: After
    stock: Callable[[str, Any], Any]

    def is_inside(self, eio_sid: str) -> bool: ...
    def slim(self, eio_sid: str) -> None: ...
    def ended(self, client: Any, reason: str) -> None: ...


class Connection:
    """One websocket."""

    __slots__ = (
        "backlog",
        "client",
        "deadline",
        "end_reading",
        "end_writing",
        "inbox",
        "inbox_size",
        "opened",
        "outlet",
        "owed_since",
        "ping_due",
        "reader",
        "send",
        "sock",
        "stage",
        "told_later",
        "unsent",
        "waiting",
        "working",
    )

    def __init__(self, outlet: Owner, client: Any, sock: sockets.socket) -> None:
        self.outlet = outlet
        self.client = client  # the engine.io socket
        self.sock = sock
        self.send = sock.send
        self.reader = FrameReader(LARGEST_FIRST)
        self.stage = PROBE
        self.opened = False  # the library counts this client as ours, and is to be told when it has gone
        self.backlog: deque[bytes | memoryview] | None = None
        self.waiting = 0  # bytes in the backlog
        self.inbox: deque[str | bytes] | None = None  # messages behind the one that is being handled
        self.inbox_size = 0  # characters or bytes that have come into it
        self.working = False
        self.told_later: str | None = None
        self.deadline = 0.0
        self.ping_due = 0.0
        self.owed_since = 0.0  # when a ping went that has not been answered
        self.unsent = 0  # bytes the kernel still held when the pong was overdue
        self.end_writing: Callable[[], None] | None = None
        self.end_reading: Callable[[], None] | None = outlet.serving.watch(sock.fileno(), self._readable)

    # --- stages -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """From here on everything for this client leaves here; what the library had queued goes first."""
        client, queue, empty = self.client, self.client.queue, self.outlet.engine.get_queue_empty_exception()
        queued = []
        while True:
            try:
                queued.append(queue.get(block=False))
            except empty:
                break
        client.queue = _Straight(self)
        client.upgraded, client.upgrading = True, False
        queue.put(packet.Packet(packet.NOOP))  # for a poll that still waits there
        self.stage, self.opened = OPEN, True
        self.outlet.passing.discard(self)
        self.outlet.connections[client.sid] = self
        self.outlet.slim(client.sid)
        self._measure()
        for waiting in queued:
            if waiting is None or waiting.packet_type != packet.NOOP:
                client.queue.put(waiting)

    def until(self, seconds: float) -> None:
        """The stage it is in may last so long."""
        self.deadline = time.monotonic() + seconds
        self.outlet.passing.add(self)

    def check_deadline(self, now: float) -> None:
        if now > self.deadline:
            self.gone(self.outlet.engine.reason.TRANSPORT_ERROR)

    def close(self, code: int, reason: str = "", *, why: str | None = None, tell: bool = True) -> None:
        """Send the closing frame, then wait a moment for the client to close its end."""
        if self.stage >= CLOSING:
            return
        self.put(frames.close_frame(code, reason))
        if self.stage == GONE:
            return
        self.stage = CLOSING
        self.inbox = None
        self.until(CLOSING_TIME)
        if self.backlog is None:
            self._shut()
        self._leave((why or self.outlet.engine.reason.SERVER_DISCONNECT) if tell else None)

    def gone(self, why: str, *, at_once: bool = False) -> None:
        """Close the descriptor. At once: what the kernel still holds for the client is thrown away too."""
        if self.stage == GONE:
            return
        was, self.stage = self.stage, GONE
        self.inbox = self.backlog = None
        for end in (self.end_reading, self.end_writing):
            if end:
                end()
        if at_once:
            self.sock.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()
        self.outlet.passing.discard(self)
        if was < CLOSING:
            self._leave(why)

    def _leave(self, why: str | None) -> None:
        if self.opened:
            self.outlet.connections.pop(self.client.sid, None)
            if self.working:
                self.told_later = why  # the library must not hear of the end while it is still letting somebody in
            elif why is not None:
                self.outlet.serving.spawn(self.outlet.ended, self.client, why)
        else:
            self.client.upgrading = False  # the client goes on polling

    def _shut(self) -> None:
        try:
            self.sock.shutdown(sockets.SHUT_WR)
        except OSError:
            pass  # the client was faster

    # --- writing ----------------------------------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Whole frames; never blocks."""
        if self.stage < CLOSING:
            self.put(data)

    def put(self, data: bytes) -> None:
        if self.backlog is not None:
            self._append(data)
            return
        try:
            sent = self.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.gone(self.outlet.engine.reason.TRANSPORT_ERROR)
            return
        if sent < len(data):
            self.backlog = deque((memoryview(data)[sent:],))
            self.waiting = len(data) - sent
            self.end_writing = self.outlet.serving.watch(self.sock.fileno(), self._writable, writing=True)

    def _append(self, data: bytes) -> None:
        assert self.backlog is not None
        if self.waiting > MOST_WAITING:
            # Nothing is left out before the end: the client comes back and asks for what it missed.
            log.info("disconnected a client that reads too slowly; it reconnects and catches up")
            self.gone(self.outlet.engine.reason.TRANSPORT_ERROR, at_once=True)
            return
        self.backlog.append(data)
        self.waiting += len(data)

    def _writable(self) -> None:
        backlog = self.backlog
        try:
            while backlog:
                data = backlog[0]
                sent = self.send(data)
                self.waiting -= sent
                if sent < len(data):
                    backlog[0] = memoryview(data)[sent:]
                    return
                backlog.popleft()
        except BlockingIOError:
            return
        except OSError:
            self.gone(self.outlet.engine.reason.TRANSPORT_ERROR)
            return
        if self.end_writing:
            self.end_writing()
        self.backlog = self.end_writing = None
        if self.stage == CLOSING:
            self._shut()

    # --- reading ----------------------------------------------------------------------------------------------------

    def _readable(self) -> None:
        try:
            size = self.sock.recv_into(_buffer)
        except BlockingIOError:
            return
        except OSError:
            size = 0
        if not size:
            self.gone(self.outlet.engine.reason.TRANSPORT_CLOSE)
        elif self.stage < CLOSING:  # after our closing frame, what still comes is not ours to handle
            self.feed(bytes(_buffer[:size]))

    def feed(self, data: bytes) -> None:
        """Handle what a client sent."""
        try:
            for opcode, payload in self.reader.feed(data):
                if self.stage >= CLOSING:
                    return
                if opcode == frames.TEXT:
                    self._text(payload.decode())
                elif opcode == frames.BINARY:
                    if self.stage == OPEN:
                        self._message(payload)
                elif opcode == frames.PING:
                    self.write(frame(payload, frames.PONG))
                elif opcode == frames.CLOSE:
                    why = self.outlet.engine.reason.TRANSPORT_CLOSE
                    self.close(frames.closing_code(payload), why=why)
                    self.gone(why)
        except BrokenFrame as broken:
            self.close(broken.code, broken.reason, why=self.outlet.engine.reason.TRANSPORT_ERROR)
        except UnicodeDecodeError:
            self.close(frames.NOT_TEXT, why=self.outlet.engine.reason.TRANSPORT_ERROR)

    def _text(self, text: str) -> None:
        """An engine.io packet; those a client has no business sending are ignored."""
        kind = text[:1]
        if self.stage == OPEN:
            if kind == "4":
                self._message(text[1:])
            elif kind == "3":
                self._ponged()
            elif kind == "1":
                self.close(frames.NORMAL, why=self.outlet.engine.reason.CLIENT_DISCONNECT)
            elif kind == "b":
                try:
                    self._message(base64.b64decode(text[1:], validate=True))
                except (ValueError, binascii.Error):
                    log.debug("dropped a packet that is not valid base64")
        elif self.stage == PROBE and text == "2probe":
            self.stage = UPGRADE
            self.write(_PROBED)
            self.client.queue.put(packet.Packet(packet.NOOP))  # ends the poll that waits
        elif self.stage == UPGRADE and text == "5":
            self.start()
        else:
            self.close(frames.PROTOCOL_ERROR, "not an upgrade")

    def _message(self, data: str | bytes) -> None:
        if self.inbox is not None:
            self.inbox.append(data)
            self.inbox_size += len(data)
            if (len(self.inbox) > MOST_INBOX or self.inbox_size > LARGEST_INBOX) and self.end_reading:
                self.end_reading()
                self.end_reading = None
        elif not self._taken(data):
            self.inbox, self.inbox_size, self.working = deque((data,)), 0, True
            self.outlet.serving.spawn(self.work)

    def _taken(self, data: str | bytes) -> bool:
        try:
            return self.outlet.hook(self.client.sid, data)
        except Exception:
            log.exception("handling a message failed; this is a bug, please report it")
            return True

    def work(self) -> None:
        """Let the library handle what was not taken, and all that comes meanwhile, in order."""
        inbox, sid = self.inbox, self.client.sid
        first = True
        while inbox and self.inbox is inbox:
            data = inbox.popleft()
            if first or not self._taken(data):
                try:
                    handle_stock(self.outlet.stock, sid, data)
                    self._measure()
                    self.outlet.after(sid, data)
                except Exception:
                    log.exception("handling a packet failed; this is a bug, please report it")
            first = False
        self.working = False
        if self.told_later is not None:
            self.outlet.ended(self.client, self.told_later)
        elif inbox is not None and self.inbox is inbox:
            self.inbox = None
            if self.end_reading is None:
                self.end_reading = self.outlet.serving.watch(self.sock.fileno(), self._readable)

    def _measure(self) -> None:
        """Take large messages only from who has been let in: nobody can have left or come in but by the library."""
        is_inside = self.outlet.is_inside(self.client.sid)
        self.reader.most = int(self.outlet.engine.max_http_buffer_size) if is_inside else LARGEST_FIRST

    # --- silence ----------------------------------------------------------------------------------------------------

    def ping(self) -> None:
        self.owed_since, self.ping_due, self.unsent = time.monotonic(), 0.0, sys.maxsize
        self.write(_PING)

    def _ponged(self) -> None:
        self.owed_since = 0.0
        self.ping_due = time.monotonic() + self.outlet.engine.ping_interval

    def check_silence(self, now: float, timeout: float) -> None:
        if self.owed_since:
            if now - self.owed_since > timeout and not self._moves(now):
                self.gone(self.outlet.engine.reason.PING_TIMEOUT, at_once=True)
        elif self.ping_due and now >= self.ping_due:
            self.ping()

    def _moves(self, now: float) -> bool:
        """Whether a slow line still takes bytes: the ping may be waiting behind a large board."""
        held: int = struct.unpack("i", fcntl.ioctl(self.sock.fileno(), termios.TIOCOUTQ, b"\0\0\0\0"))[0]
        before, self.unsent = self.unsent, held + self.waiting
        return 0 < self.unsent < before and now - self.owed_since < GRACE


class _Straight:
    """Stands where the library keeps the queue of a client."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, queued: Any) -> None:
        connection = self._connection
        if queued is None:
            connection.close(frames.NORMAL)
        elif queued.packet_type == packet.PING:
            connection.client.last_ping = None  # silence is judged here, by a clock that does not jump
            connection.ping()
        else:
            text = queued.encode()
            connection.write(frame(text, frames.BINARY) if isinstance(text, bytes) else frame(text.encode()))

    def join(self) -> None:
        """Nothing ever waits here."""
