"""Packets to and from sockets: frames written straight to the descriptor where the server allows it, else the library.

`make_outlet` chooses; `outlet.py` is what every way of sending has in common, and the library's own way.
"""

from __future__ import annotations

from typing import Any, cast

from engineio import payload

from speedboat.server import DirectServing, Serving, StockServing
from speedboat.websocket.direct_outlet import DirectOutlet
from speedboat.websocket.outlet import LARGEST_FIRST, Outlet, QueueOutlet, is_inside

__all__ = ["MOST_POSTED", "make_outlet"]

# Packets in one POST of a polling client. The library takes 16, and drops a client that sends all that it wrote while
# it was offline.
MOST_POSTED = 2000


def make_outlet(server: Any, serving: Serving) -> Outlet:
    """The best outlet there is for a Socket.IO server (python-socketio's) in this mode."""
    payload.Payload.max_decode_packets = MOST_POSTED
    if serving.name == "eventlet":
        return DirectOutlet(server, cast(DirectServing, serving))

    def largest(eio_sid: str) -> int:
        return int(server.eio.max_http_buffer_size) if is_inside(server, eio_sid) else LARGEST_FIRST

    driver = cast(StockServing, serving).websockets(largest)
    server.eio._async = {**server.eio._async, "websocket": driver}
    return QueueOutlet(server.eio, serving)
