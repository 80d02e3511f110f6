"""The interface of a serving mode: run functions concurrently, later, on the event loop, or off it."""

from __future__ import annotations

import socket
from abc import abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, TypeVar, cast
from wsgiref.types import WSGIApplication, WSGIEnvironment

from speedboat.server.native_threads import has_hung_up, run_in_own_thread, run_native
from speedboat.server.request_head import RequestTimeouts

T = TypeVar("T")


class Waiter(Protocol):
    """A value that is set once, on the loop, and waited for without blocking the loop."""

    def set(self, value: object) -> None:
        """Set the value; ignored if there is one already."""

    def wait(self, timeout: float) -> object:
        """Wait for the value. Raises TimeoutError after so many seconds."""


class Serving(Protocol):
    """A serving mode.

    Functions called through `later` and `soon_from_thread` must not block; `spawn` is for those that may.
    """

    name: str
    timeouts: RequestTimeouts

    @abstractmethod
    def spawn(self, fn: Callable[..., object], *args: object) -> None:
        """Run a function concurrently, in a greenlet or thread of its own."""

    @abstractmethod
    def later(self, seconds: float, fn: Callable[[], object]) -> None:
        """Run a function on the loop after so many seconds."""

    @abstractmethod
    def soon_from_thread(self, fn: Callable[..., object], *args: object) -> None:
        """Run a function on the loop. Called from a native thread; calls keep their order."""

    @abstractmethod
    def waiter(self) -> Waiter:
        """Return a new waiter."""

    @abstractmethod
    def serve(self, app: WSGIApplication, listener: socket.socket, on_stopping: Callable[[], None]) -> None:
        """Serve until SIGTERM or SIGINT; then stop accepting, call `on_stopping` in a native thread, and return."""

    @abstractmethod
    def connection_of(self, environ: WSGIEnvironment) -> socket.socket | None:
        """Return the connection a request came through, None if the HTTP server does not reveal it."""

    def has_left(self, environ: WSGIEnvironment) -> bool:
        """Whether the client of the current request has closed the connection."""
        connection = self.connection_of(environ)
        return connection is not None and has_hung_up(connection)

    def exclusive(self) -> AbstractContextManager[object]:
        """Return a lock against running concurrently with functions called by `later` and `soon_from_thread`.

        On an event loop code that does not wait needs none.
        """
        return nullcontext()

    def off_loop(self, fn: Callable[..., T], *args: object) -> T:
        """Run a function in the native thread pool; wait without blocking the loop; return or raise what it does."""
        waiter = self.waiter()
        run_native(fn, args, lambda outcome: self.soon_from_thread(waiter.set, outcome))
        return cast("T", _result(waiter))

    def in_own_thread(self, fn: Callable[..., T], *args: object) -> T:
        """Like `off_loop`, but in a new thread, which no other call can hold up."""
        waiter = self.waiter()
        run_in_own_thread(fn, args, lambda outcome: self.soon_from_thread(waiter.set, outcome))
        return cast("T", _result(waiter))


def _result(waiter: Waiter) -> object:
    is_done, value = cast("tuple[bool, object]", waiter.wait(600))
    if not is_done:
        assert isinstance(value, BaseException)
        raise value
    return value


class DirectServing(Serving, Protocol):
    """A mode whose sockets can be detached from its HTTP server, and watched without a greenlet for each."""

    @abstractmethod
    def take_socket(self, environ: WSGIEnvironment) -> tuple[socket.socket, bytes]:
        """Detach the connection of a request from the HTTP server; return it and the bytes already read from it.

        The request must then return an empty body, and never call `start_response`.
        """

    @abstractmethod
    def watch(self, fd: int, on_ready: Callable[[], None], *, writing: bool = False) -> Callable[[], None]:
        """Call `on_ready` on the loop whenever a descriptor is readable, or writable if `writing`.

        Returns:
            A function that ends the watch; call it before the descriptor is closed.
        """


class StockServing(Serving, Protocol):
    """A mode whose websockets are the engine.io library's."""

    @abstractmethod
    def websockets(self, largest: Callable[[str], int]) -> Callable[..., object]:
        """Return the driver with which the engine.io library opens websockets.

        Args:
            largest: returns the largest message, in bytes, that a client (an engine.io id) may send.
        """
