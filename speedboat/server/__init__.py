"""Serving modes: the only package that names eventlet, gevent or threads.

Nothing is monkey patched. Whatever may block (the database) runs in native threads; sockets are served on the event
loop of the chosen mode; this package is the bridge between the two, with one file for each mode.
"""

from __future__ import annotations

import socket

from speedboat.server.request_head import DEFAULT_TIMEOUTS, RequestTimeouts
from speedboat.server.serving import DirectServing, Serving, StockServing, Waiter

__all__ = ["DirectServing", "RequestTimeouts", "Serving", "StockServing", "Waiter", "listen", "make_serving"]

BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket; port 0 takes any free one. Raises OSError when the port is taken.

    An IPv6 address is one with a colon; `::` listens to IPv4, too, where the system can do both at once.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    is_dual = host == "::" and socket.has_dualstack_ipv6()
    listener = socket.create_server((host, port), family=family, backlog=BACKLOG, dualstack_ipv6=is_dual)
    # Nagle's algorithm with delayed acknowledgements costs 40 ms a message. Accepted sockets inherit this on Linux.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def make_serving(name: str, timeouts: RequestTimeouts = DEFAULT_TIMEOUTS) -> Serving:
    """Return the serving mode of that name: eventlet, gevent or threading.

    Args:
        timeouts: how long a request may take to arrive.

    Raises:
        ValueError: there is no such mode, or a package it needs is not installed.
    """
    try:
        if name == "eventlet":
            from speedboat.server.eventlet_mode import EventletServing

            return EventletServing(timeouts)
        if name == "gevent":
            from speedboat.server.gevent_mode import GeventServing

            return GeventServing(timeouts)
        if name == "threading":
            from speedboat.server.thread_mode import ThreadServing

            return ThreadServing(timeouts)
    except ImportError as error:
        raise ValueError(f"SPEEDBOAT_ASYNC={name} needs {error.name}, which is not installed") from None
    raise ValueError(f"SPEEDBOAT_ASYNC must be eventlet, gevent or threading, not {name!r}")
