"""The interface for sending text packets to sockets, and its stock implementation by the engine.io library.

The stock one puts packets into the library's queue for each client. It works in every mode and for long polling;
`direct_outlet.py` is the fast one. Packets are Socket.IO's, without engine.io's leading "4".
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Protocol

import socketio
from engineio import Server, packet

from speedboat.server import Serving

log = logging.getLogger(__name__)

Hook = Callable[[str, "str | bytes"], bool]
After = Callable[[str, "str | bytes"], None]

# Exceptions that a packet which is not Socket.IO may raise inside the library.
BAD_PACKET_ERRORS = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)


class Outlet(Protocol):
    """Sends packets to sockets. Never blocks, and keeps the order of packets to one socket."""

    def send(self, eio_sid: str, packets: list[bytes]) -> None:
        """Send packets to one socket, in one write where possible."""

    def send_many(self, eio_sids: Iterable[str], *packets: bytes) -> None:
        """Send the same packets to many sockets, encoding them once."""

    def offer_inbound(self, hook: Hook, after: After) -> None:
        """Offer every incoming message to `hook` before the library sees it.

        Messages of one client are handled one at a time and in order.

        Args:
            hook: called with (eio_sid, message). Must not block. Returns True if it has handled the message; otherwise
                the library handles it, where blocking is allowed.
            after: called with (eio_sid, message) once the library has handled a message.
        """

    def end(self, eio_sid: str) -> None:
        """Close the connection of one client."""

    def close_all(self) -> None:
        """Close every connection in a way that makes clients come back by themselves."""


LARGEST_BEFORE_JOIN = 16_384  # bytes in a message of a client that has not joined: a code, a name, a token


def is_inside(server: socketio.Server, eio_sid: str) -> bool:
    """Whether a client is connected to the Socket.IO namespace, or its connection is being decided."""
    return server.manager.sid_from_eio_sid(eio_sid, "/") is not None


class QueueOutlet:
    """Sends through the library's queues.

    Args:
        engine: the engine.io server.
    """

    def __init__(self, engine: Server, serving: Serving) -> None:
        self._engine = engine
        self._serving = serving

    def send(self, eio_sid: str, packets: list[bytes]) -> None:
        self.send_many((eio_sid,), *packets)

    def send_many(self, eio_sids: Iterable[str], *packets: bytes) -> None:
        # The library keeps the encoded form in the packet.
        shared = [packet.Packet(packet.MESSAGE, text.decode()) for text in packets]
        for eio_sid in eio_sids:
            socket = self._engine.sockets.get(eio_sid)
            if socket is None or socket.closed:
                continue
            # Straight into the queue: the library's `send` would close a silent client at once, which may block.
            for each in shared:
                socket.queue.put(each)

    def offer_inbound(self, hook: Hook, after: After) -> None:
        stock = self._engine.handlers["message"]

        def on_message(eio_sid: str, data: str | bytes) -> None:
            with self._serving.exclusive():
                is_handled = hook(eio_sid, data)
            if not is_handled:
                handle_by_library(stock, eio_sid, data)
                with self._serving.exclusive():
                    after(eio_sid, data)

        self._engine.on("message", on_message)

    def end(self, eio_sid: str) -> None:
        if socket := self._engine.sockets.pop(eio_sid, None):
            self._serving.spawn(socket.close, False)

    def close_all(self) -> None:
        for socket in list(self._engine.sockets.values()):
            self._serving.spawn(socket.close, False)


def handle_by_library(stock: Callable[[str, object], object], eio_sid: str, data: object) -> None:
    """Let the library handle a message; drop one that is not Socket.IO."""
    try:
        stock(eio_sid, data)
    except BAD_PACKET_ERRORS:
        log.debug("dropped a packet that is not Socket.IO", exc_info=True)
