"""Text packets to and from sockets. The stock way: the library's queue for each client, emptied by its own writers.

It works in every mode and for long polling; `direct_outlet.py` is the fast way beside it. Packets are Socket.IO's,
without the engine's leading "4".
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from engineio import packet

from speedboat.server import Serving

log = logging.getLogger(__name__)

Hook = Callable[[str, "str | bytes"], bool]
After = Callable[[str, "str | bytes"], None]

# What a packet that is not Socket.IO may raise inside the library.
NONSENSE = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)


class Outlet(Protocol):
    """Something that sends: never blocks, keeps the order of what is sent to one socket."""

    def send(self, eio_sid: str, packets: list[bytes]) -> None:
        """These packets, in one write where that is possible."""

    def send_many(self, eio_sids: Iterable[str], *packets: bytes) -> None:
        """The same packets to many sockets, encoded once."""

    def offer_inbound(self, hook: Hook, after: After) -> None:
        """Offer every message to `hook(eio_sid, message)` first.

        It must not block. True: taken. False: the library handles the message, where blocking is allowed, and then
        `after(eio_sid, message)` is called. Messages of one client are never handled side by side or out of order.
        """

    def end(self, eio_sid: str) -> None:
        """Close the connection of one client."""

    def farewell(self) -> None:
        """Close every connection in a way that makes clients come back by themselves."""


LARGEST_FIRST = 16_384  # bytes in a message of somebody who has not been let in: a code, a name, a token


def is_inside(server: Any, eio_sid: str) -> bool:
    """Whether a client is connected to the namespace, or just being let in or refused."""
    return server.manager.sid_from_eio_sid(eio_sid, "/") is not None


class QueueOutlet:
    """The stock path.

    Args:
        engine: the engine.io server.
    """

    def __init__(self, engine: Any, serving: Serving) -> None:
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
            # Straight into the queue: `send` would close a silent client here and now, which may block.
            for each in shared:
                socket.queue.put(each)

    def offer_inbound(self, hook: Hook, after: After) -> None:
        stock = self._engine.handlers["message"]

        def on_message(eio_sid: str, data: str | bytes) -> None:
            with self._serving.alone():
                taken = hook(eio_sid, data)
            if not taken:
                handle_stock(stock, eio_sid, data)
                with self._serving.alone():
                    after(eio_sid, data)

        self._engine.on("message", on_message)

    def end(self, eio_sid: str) -> None:
        if socket := self._engine.sockets.pop(eio_sid, None):
            self._serving.spawn(socket.close, False)

    def farewell(self) -> None:
        for socket in list(self._engine.sockets.values()):
            self._serving.spawn(socket.close, False)


def handle_stock(stock: Callable[[str, Any], Any], eio_sid: str, data: Any) -> None:
    """Let the library handle a message; one that is not Socket.IO is dropped."""
    try:
        stock(eio_sid, data)
    except NONSENSE:
        log.debug("dropped a packet that is not Socket.IO", exc_info=True)
