"""What every way of serving can do: run something beside, later, back on the loop, or off it."""

from __future__ import annotations

import socket
from abc import abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from speedboat.server.native_threads import has_hung_up, run_alone, run_native
from speedboat.server.request_head import Patience


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
