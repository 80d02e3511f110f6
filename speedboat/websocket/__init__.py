"""Sending packets to sockets and receiving them.

On eventlet, websocket frames are written straight to the descriptor (`direct_outlet.py`, `connection.py`, `frames.py`);
in every other mode, and for long polling, the engine.io library does it (`outlet.py`). `make_outlet` chooses.
"""

from __future__ import annotations

from typing import cast

import socketio
from engineio import payload

from speedboat.server import DirectServing, Serving, StockServing
from speedboat.websocket.direct_outlet import DirectOutlet
from speedboat.websocket.outlet import LARGEST_BEFORE_JOIN, Outlet, QueueOutlet, is_inside

__all__ = ["MOST_POSTED", "make_outlet"]

# Packets in one POST of a polling client. The library's limit is 16, at which it would drop a client that sends all the
# cards it wrote offline.
MOST_POSTED = 2000


def make_outlet(server: socketio.Server, serving: Serving) -> Outlet:
    """Return the fastest outlet for a python-socketio server in this serving mode."""
    payload.Payload.max_decode_packets = MOST_POSTED
    if serving.name == "eventlet":
        return DirectOutlet(server, cast(DirectServing, serving))

    def largest(eio_sid: str) -> int:
        return int(server.eio.max_http_buffer_size) if is_inside(server, eio_sid) else LARGEST_BEFORE_JOIN

    driver = cast(StockServing, serving).websockets(largest)
    server.eio._async = {**server.eio._async, "websocket": driver}
    return QueueOutlet(server.eio, serving)
