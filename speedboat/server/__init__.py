"""Serving: the only folder that names eventlet, gevent or threads.

Nothing is monkey patched. What may block (the database) runs in native threads; what serves sockets runs on
the loop of the chosen mode; this is the bridge between the two, one file for each mode.
"""

from __future__ import annotations

import socket
from abc import abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from speedboat.server.native import has_hung_up, run_alone, run_native
from speedboat.server.request_head import USUAL, Patience
from speedboat.writing.queue import Desk

__all__ = ["Desk", "DirectServing", "Patience", "Serving", "StockServing", "Waiter", "listen", "make_serving"]

BACKLOG = 2048


class Waiter(Protocol):
    """One value, set once by anybody, waited for without holding up the loop."""

    def set(self, value: Any) -> None: ...
    def wait(self, timeout: float) -> Any: ...


class Serving(Protocol):
    """A way to serve: how to run something beside, later, back on the loop, or off it.

    What `later` and `soon_from_thread` call must not block; `spawn` is for what may.
    """

    name: str
    patience: Patience

    @abstractmethod
    def spawn(self, fn: Callable[..., Any], *args: Any) -> None:
        """Run concurrently, on the loop."""

    @abstractmethod
    def later(self, seconds: float, fn: Callable[[], Any]) -> None:
        """Run on the loop after so many seconds."""

    @abstractmethod
    def soon_from_thread(self, fn: Callable[..., Any], *args: Any) -> None:
        """Run on the loop, asked for in a native thread; in the order asked."""

    @abstractmethod
    def waiter(self) -> Waiter:
        """A new waiter; TimeoutError from `wait` when the time (seconds) is over."""

    @abstractmethod
    def serve(self, app: Any, listener: socket.socket, on_stopping: Callable[[], None]) -> None:
        """Serve until SIGTERM or SIGINT, then accept nobody, call `on_stopping` in a native thread and return."""

    @abstractmethod
    def connection_of(self, environ: dict[str, Any]) -> socket.socket | None:
        """The connection a request came through, if this way of serving tells."""

    def has_left(self, environ: dict[str, Any]) -> bool:
        """Whether whoever made a request that is being answered has closed the connection."""
        connection = self.connection_of(environ)
        return connection is not None and has_hung_up(connection)

    def alone(self) -> AbstractContextManager[Any]:
        """Held while something runs that must not run beside what `later` and `soon_from_thread` call.

        On a loop nothing that does not wait ever does.
        """
        return nullcontext()

    def off_loop(self, fn: Callable[..., Any], *args: Any) -> Any:
        """Run in a native thread and wait for it without holding up the loop; returns or raises what `fn` does."""
        waiter = self.waiter()
        run_native(fn, args, lambda outcome: self.soon_from_thread(waiter.set, outcome))
        return _result(waiter)

    def in_own_thread(self, fn: Callable[..., Any], *args: Any) -> Any:
        """The same in a thread of its own, which nothing that the others wait for holds up."""
        waiter = self.waiter()
        run_alone(fn, args, lambda outcome: self.soon_from_thread(waiter.set, outcome))
        return _result(waiter)


def _result(waiter: Waiter) -> Any:
    done, value = waiter.wait(600)
    if done:
        return value
    raise value


class DirectServing(Serving, Protocol):
    """A mode whose sockets can be taken over from its HTTP server, and watched without a greenlet for each."""

    @abstractmethod
    def take_socket(self, environ: dict[str, Any]) -> tuple[socket.socket, bytes]:
        """Take the connection of a request away from the HTTP server, with what it had read too far.

        The request must then return an empty body, and never call `start_response`.
        """

    @abstractmethod
    def watch(self, fd: int, on_ready: Callable[[], None], *, writing: bool = False) -> Callable[[], None]:
        """Call, on the loop, whenever there is something to read, or room to write; returns what ends it.

        It must be ended before the descriptor is closed.
        """


class StockServing(Serving, Protocol):
    """A mode whose websockets are the engine.io library's."""

    @abstractmethod
    def websockets(self, largest: Callable[[str], int]) -> Callable[..., Any]:
        """The driver the library opens websockets with.

        Args:
            largest: bytes that a client, by its engine.io id, may send in one message.
        """


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. Raises OSError when the port is taken."""
    listener = socket.create_server((host, port), backlog=BACKLOG, reuse_port=False)
    # Nagle's algorithm with delayed acknowledgements costs 40 ms a message. Accepted sockets inherit this on Linux.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def make_serving(name: str, patience: Patience = USUAL) -> Serving:
    """The serving of that name: eventlet, gevent or threading.

    Args:
        patience: how long a request may take to arrive.

    Raises:
        ValueError: there is no such serving, or what it needs is not installed.
    """
    try:
        if name == "eventlet":
            from speedboat.server.eventlet_mode import EventletServing

            return EventletServing(patience)
        if name == "gevent":
            from speedboat.server.gevent_mode import GeventServing

            return GeventServing(patience)
        if name == "threading":
            from speedboat.server.thread_mode import ThreadServing

            return ThreadServing(patience)
    except ImportError as error:
        raise ValueError(f"SPEEDBOAT_ASYNC={name} needs {error.name}, which is not installed") from None
    raise ValueError(f"SPEEDBOAT_ASYNC must be eventlet, gevent or threading, not {name!r}")
