"""Connections that have not joined a workshop yet: how long they may stay, how many, and how much each may send.

A client that opens an engine.io connection has presented neither code nor token. Here a connection counts as joined
while it is connected to the Socket.IO namespace, and as pending before and after.
"""

from __future__ import annotations

import time

import socketio

from speedboat.server import Serving
from speedboat.websocket.outlet import LARGEST_BEFORE_JOIN, Outlet, is_inside

SWEEP = 1.0  # seconds between two checks


class PendingConnections:
    """The pending connections of one process.

    Args:
        server: the python-socketio server.
        seconds: how long a connection may stay pending.
        most: how many may be pending at once; one more closes the oldest.
    """

    def __init__(self, server: socketio.Server, outlet: Outlet, serving: Serving, seconds: float, most: int) -> None:
        self._server = server
        self._outlet = outlet
        self._serving = serving
        self._seconds = seconds
        self._most = most
        self._since: dict[str, float] = {}  # when each connection became pending, monotonic seconds, oldest first
        serving.later(SWEEP, self._sweep)

    def admit(self) -> bool:
        """Make room for one more connection by closing the oldest pending one; return False if there is no room."""
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
        """Return the largest message, in bytes, that this connection may send."""
        return int(self._server.eio.max_http_buffer_size) if is_inside(self._server, eio_sid) else LARGEST_BEFORE_JOIN

    def end(self, eio_sid: str) -> None:
        """Close a connection."""
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
