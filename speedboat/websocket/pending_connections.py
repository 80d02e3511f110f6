"""Connections that have not been let into a workshop: how long they may stay, how many there may be, how much each may
send.

Whoever opens the engine's connection has shown nothing yet, neither code nor token. Seen from here a connection is let
in once it is connected to the Socket.IO namespace, and is a newcomer again when it leaves that.
"""

from __future__ import annotations

import time
from typing import Any

from speedboat.server import Serving
from speedboat.websocket.outlet import LARGEST_FIRST, Outlet, is_inside

SWEEP = 1.0  # seconds between looks


class Newcomers:
    """The newcomers of one process.

    Args:
        server: the Socket.IO server (python-socketio's).
        seconds: a newcomer may stay so long.
        most: so many newcomers at once; one more ends the oldest.
    """

    def __init__(self, server: Any, outlet: Outlet, serving: Serving, seconds: float, most: int) -> None:
        self._server = server
        self._outlet = outlet
        self._serving = serving
        self._seconds = seconds
        self._most = most
        self._since: dict[str, float] = {}  # by connection, the oldest first; seconds of a clock that does not jump
        serving.later(SWEEP, self._sweep)

    def make_room(self) -> bool:
        """Whether there is room for one more: when there is none, the oldest newcomer that is idle makes it."""
        inside = self._server.manager.rooms.get("/", {}).get(None, ())
        if len(self._server.eio.sockets) - len(inside) < self._most:
            return True
        for eio_sid in list(self._since):
            self._since.pop(eio_sid, None)
            if not is_inside(self._server, eio_sid) and eio_sid in self._server.eio.sockets:
                self.end(eio_sid)
                return True
        return False

    def largest_message(self, eio_sid: str) -> int:
        """Bytes that this connection may send at once."""
        return int(self._server.eio.max_http_buffer_size) if is_inside(self._server, eio_sid) else LARGEST_FIRST

    def end(self, eio_sid: str) -> None:
        self._outlet.end(eio_sid)

    def _sweep(self) -> None:
        self._serving.later(SWEEP, self._sweep)
        manager, now = self._server.manager, time.monotonic()
        pending = set(manager.pending_connect.get("/", ()))
        since: dict[str, float] = {}
        for eio_sid in list(self._server.eio.sockets):
            sid = manager.sid_from_eio_sid(eio_sid, "/")
            if sid is not None and sid not in pending:
                continue
            since[eio_sid] = self._since.get(eio_sid, now)
        self._since = dict(sorted(since.items(), key=lambda one: one[1]))
        for eio_sid, moment in since.items():
            if now - moment > self._seconds:
                self.end(eio_sid)
