"""One websocket of the direct outlet: its stages, its backlog of frames to write, its inbox, its pings.

Belongs to `direct_outlet.py`. Runs in callbacks of the event loop, with no greenlet of its own; only `Connection.work`
may block.
"""

from __future__ import annotations

import base64
import binascii
import logging
import socket as sockets
import struct
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from engineio import Server, packet
from engineio.socket import Socket

from speedboat.server import DirectServing
from speedboat.websocket import frames
from speedboat.websocket.frames import BrokenFrame, FrameReader, frame
from speedboat.websocket.kernel_buffer import unsent_in_kernel
from speedboat.websocket.outlet import LARGEST_BEFORE_JOIN, After, Hook, handle_by_library

log = logging.getLogger(__name__)

LARGEST_BACKLOG = 1_000_000  # bytes unsent to a slow client before it is disconnected
# Back-pressure: with so many messages or bytes waiting behind one that blocks, the client is no longer read.
MOST_INBOX, LARGEST_INBOX = 200, 1_000_000
GRACE = 30.0  # seconds a pong may be overdue while the client still receives bytes
CLOSING_TIME = 2.0  # seconds a client has to close its end
PROBE_TIME = 10.0  # seconds a client has to upgrade from polling to its websocket

# Stages of a connection, in order.
PROBE, UPGRADE, OPEN, CLOSING, GONE = range(5)

_PING = frame(b"2")
_PROBED = frame(b"3probe")
_buffer = memoryview(bytearray(65_536))  # shared by all connections: its content is copied out at once


class Owner(Protocol):
    """The outlet that opened a connection, as far as the connection uses it."""

    engine: Server
    serving: DirectServing
    connections: dict[str, Connection]
    in_transition: set[Connection]
    hook: Hook
    after: After
    stock: Callable[[str, object], object]

    def is_inside(self, eio_sid: str) -> bool: ...
    def trim_environ(self, eio_sid: str) -> None: ...
    def report_end(self, client: object, reason: str) -> None: ...


class Connection:
    """One websocket."""

    __slots__ = (
        "backlog",
        "backlog_size",
        "client",
        "deadline",
        "end_reading",
        "end_reason",
        "end_writing",
        "inbox",
        "inbox_size",
        "is_registered",
        "outlet",
        "ping_due",
        "pinged_at",
        "reader",
        "send",
        "sock",
        "stage",
        "unsent",
        "working",
    )

    def __init__(self, outlet: Owner, client: Socket, sock: sockets.socket) -> None:
        self.outlet = outlet
        self.client = client  # the engine.io socket
        self.sock = sock
        self.send = sock.send
        self.reader = FrameReader(LARGEST_BEFORE_JOIN)
        self.stage = PROBE
        self.is_registered = False  # whether the library knows this client, and must be told when it disconnects
        self.backlog: deque[bytes | memoryview] | None = None
        self.backlog_size = 0  # bytes in the backlog
        self.inbox: deque[str | bytes] | None = None  # messages waiting behind the one being handled
        self.inbox_size = 0  # characters or bytes put into it
        self.working = False  # whether `work` is running
        self.end_reason: str | None = None
        self.deadline = 0.0
        self.ping_due = 0.0
        self.pinged_at = 0.0  # when the unanswered ping was sent; 0: none
        self.unsent = 0  # bytes still in the kernel and the backlog when the overdue pong was last checked
        self.end_writing: Callable[[], None] | None = None
        self.end_reading: Callable[[], None] | None = outlet.serving.watch(sock.fileno(), self._readable)

    # --- stages -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Take over sending to this client; what the library had queued is sent first."""
        client, queue, empty = self.client, self.client.queue, self.outlet.engine.get_queue_empty_exception()
        queued = []
        while True:
            try:
                queued.append(queue.get(block=False))
            except empty:
                break
        client.queue = _DirectQueue(self)
        client.upgraded, client.upgrading = True, False
        queue.put(packet.Packet(packet.NOOP))  # ends a poll that is still waiting
        self.stage, self.is_registered = OPEN, True
        self.outlet.in_transition.discard(self)
        self.outlet.connections[client.sid] = self
        self.outlet.trim_environ(client.sid)
        self._set_size_limit()
        for queued_packet in queued:
            if queued_packet is None or queued_packet.packet_type != packet.NOOP:
                client.queue.put(queued_packet)

    def set_deadline(self, seconds: float) -> None:
        """Drop the connection unless it reaches its next stage within so many seconds."""
        self.deadline = time.monotonic() + seconds
        self.outlet.in_transition.add(self)

    def check_deadline(self, now: float) -> None:
        """Drop the connection if its deadline has passed."""
        if now > self.deadline:
            self.drop(self.outlet.engine.reason.TRANSPORT_ERROR)

    def close(self, code: int, reason: str = "", *, why: str | None = None, tell: bool = True) -> None:
        """Send the closing frame, then give the client `CLOSING_TIME` to close its end.

        The library is told the reason `why` (by default: the server disconnected) unless `tell` is False.
        """
        if self.stage >= CLOSING:
            return
        self.put(frames.close_frame(code, reason))
        if self.stage == GONE:
            return
        self.stage = CLOSING
        self.inbox = None
        self.set_deadline(CLOSING_TIME)
        if self.backlog is None:
            self._shut()
        self._leave((why or self.outlet.engine.reason.SERVER_DISCONNECT) if tell else None)

    def drop(self, why: str, *, at_once: bool = False) -> None:
        """Close the descriptor; with `at_once`, discard what the kernel has not sent yet."""
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
        self.outlet.in_transition.discard(self)
        if was < CLOSING:
            self._leave(why)

    def _leave(self, why: str | None) -> None:
        if self.is_registered:
            self.outlet.connections.pop(self.client.sid, None)
            if self.working:
                self.end_reason = why  # told once `work` is done: the library may still be connecting this client
            elif why is not None:
                self.outlet.serving.spawn(self.outlet.report_end, self.client, why)
        else:
            self.client.upgrading = False  # the client goes on polling

    def _shut(self) -> None:
        try:
            self.sock.shutdown(sockets.SHUT_WR)
        except OSError:
            pass  # the client was faster

    # --- writing ----------------------------------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Send whole frames, without blocking, unless the connection is closing."""
        if self.stage < CLOSING:
            self.put(data)

    def put(self, data: bytes) -> None:
        """Send bytes, or append to the backlog what the kernel does not accept."""
        if self.backlog is not None:
            self._append(data)
            return
        try:
            count = self.send(data)
        except BlockingIOError:
            count = 0
        except OSError:
            self.drop(self.outlet.engine.reason.TRANSPORT_ERROR)
            return
        if count < len(data):
            self.backlog = deque((memoryview(data)[count:],))
            self.backlog_size = len(data) - count
            self.end_writing = self.outlet.serving.watch(self.sock.fileno(), self._writable, writing=True)

    def _append(self, data: bytes) -> None:
        assert self.backlog is not None
        if self.backlog_size > LARGEST_BACKLOG:
            # Disconnect rather than skip packets: the client reconnects and asks for what it missed.
            log.info("disconnected a client that reads too slowly; it reconnects and catches up")
            self.drop(self.outlet.engine.reason.TRANSPORT_ERROR, at_once=True)
            return
        self.backlog.append(data)
        self.backlog_size += len(data)

    def _writable(self) -> None:
        backlog = self.backlog
        try:
            while backlog:
                data = backlog[0]
                count = self.send(data)
                self.backlog_size -= count
                if count < len(data):
                    backlog[0] = memoryview(data)[count:]
                    return
                backlog.popleft()
        except BlockingIOError:
            return
        except OSError:
            self.drop(self.outlet.engine.reason.TRANSPORT_ERROR)
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
            self.drop(self.outlet.engine.reason.TRANSPORT_CLOSE)
        elif self.stage < CLOSING:  # after our closing frame incoming data is ignored
            self.feed(bytes(_buffer[:size]))

    def feed(self, data: bytes) -> None:
        """Handle bytes from the client."""
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
                    self.drop(why)
        except BrokenFrame as broken:
            self.close(broken.code, broken.reason, why=self.outlet.engine.reason.TRANSPORT_ERROR)
        except UnicodeDecodeError:
            self.close(frames.NOT_TEXT, why=self.outlet.engine.reason.TRANSPORT_ERROR)

    def _text(self, text: str) -> None:
        """Handle an engine.io packet; types that a client may not send are ignored."""
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
        elif not self._offer(data):
            self.inbox, self.inbox_size, self.working = deque((data,)), 0, True
            self.outlet.serving.spawn(self.work)

    def _offer(self, data: str | bytes) -> bool:
        try:
            return self.outlet.hook(self.client.sid, data)
        except Exception:
            log.exception("handling a message failed; this is a bug, please report it")
            return True

    def work(self) -> None:
        """Handle the inbox in order: let the library handle what the hook does not. May block."""
        inbox, sid = self.inbox, self.client.sid
        first = True
        while inbox and self.inbox is inbox:
            data = inbox.popleft()
            if first or not self._offer(data):
                try:
                    handle_by_library(self.outlet.stock, sid, data)
                    self._set_size_limit()
                    self.outlet.after(sid, data)
                except Exception:
                    log.exception("handling a packet failed; this is a bug, please report it")
            first = False
        self.working = False
        if self.end_reason is not None:
            self.outlet.report_end(self.client, self.end_reason)
        elif inbox is not None and self.inbox is inbox:
            self.inbox = None
            if self.end_reading is None:
                self.end_reading = self.outlet.serving.watch(self.sock.fileno(), self._readable)

    def _set_size_limit(self) -> None:
        """Allow large messages only to clients that have joined. Called after the library ran, which decides that."""
        is_inside = self.outlet.is_inside(self.client.sid)
        self.reader.most = int(self.outlet.engine.max_http_buffer_size) if is_inside else LARGEST_BEFORE_JOIN

    # --- pings ------------------------------------------------------------------------------------------------------

    def ping(self) -> None:
        """Send a ping."""
        self.pinged_at, self.ping_due, self.unsent = time.monotonic(), 0.0, sys.maxsize
        self.write(_PING)

    def _ponged(self) -> None:
        self.pinged_at = 0.0
        self.ping_due = time.monotonic() + self.outlet.engine.ping_interval

    def check_silence(self, now: float, timeout: float) -> None:
        """Send the ping that is due, or drop the connection if a pong is more than `timeout` seconds late."""
        if self.pinged_at:
            if now - self.pinged_at > timeout and not self._is_draining(now):
                self.drop(self.outlet.engine.reason.PING_TIMEOUT, at_once=True)
        elif self.ping_due and now >= self.ping_due:
            self.ping()

    def _is_draining(self, now: float) -> bool:
        """Whether a slow client still receives bytes: the ping may be queued behind a large board."""
        before, self.unsent = self.unsent, unsent_in_kernel(self.sock) + self.backlog_size
        return 0 < self.unsent < before and now - self.pinged_at < GRACE


class _DirectQueue:
    """Replaces the library's queue of a client: what is put in is sent at once."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, queued: packet.Packet) -> None:
        connection = self._connection
        if queued is None:
            connection.close(frames.NORMAL)
        elif queued.packet_type == packet.PING:
            connection.client.last_ping = None  # overdue pongs are detected here, by the monotonic clock
            connection.ping()
        else:
            text = queued.encode()
            connection.write(frame(text, frames.BINARY) if isinstance(text, bytes) else frame(text.encode()))

    def join(self) -> None:
        """Return at once: nothing is queued."""
