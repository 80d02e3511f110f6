"""Text packets to sockets, by the library's own way: its queue for each client, emptied by its own writers.

Works in every mode and for long polling. Packets are Socket.IO's, without the engine's leading "4".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from engineio import packet


class Outlet(Protocol):
    """Something that sends: never blocks, keeps the order of what is sent to one socket."""

    def send(self, eio_sid: str, packets: list[bytes]) -> None:
        """These packets, in one write where that is possible."""

    def send_many(self, eio_sids: Iterable[str], text: bytes) -> None:
        """The same packet to many sockets, encoded once."""


class QueueOutlet:
    """The stock path.

    Args:
        engine: the engine.io server.
    """

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def send(self, eio_sid: str, packets: list[bytes]) -> None:
        for text in packets:
            self._engine.send_packet(eio_sid, packet.Packet(packet.MESSAGE, text.decode()))

    def send_many(self, eio_sids: Iterable[str], text: bytes) -> None:
        # The library keeps the encoded form in the packet.
        shared = packet.Packet(packet.MESSAGE, text.decode())
        for eio_sid in eio_sids:
            self._engine.send_packet(eio_sid, shared)
