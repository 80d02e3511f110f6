"""The serving mode threading: a thread for each connection, for few people, and where greenlets are not wanted."""

from __future__ import annotations

import heapq
import itertools
import logging
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import partial
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.serving import make_server

from speedboat.server.native_threads import allow_many_files, await_signal
from speedboat.server.request_head import RequestTimeouts
from speedboat.server.serving import StockServing, Waiter
from speedboat.server.thread_http import Handler, Websocket

log = logging.getLogger(__name__)

Call = tuple[Callable[..., object], tuple[object, ...]]


class ThreadServing(StockServing):
    """One thread, the bridge, takes the place of the event loop."""

    name = "threading"

    def __init__(self, timeouts: RequestTimeouts) -> None:
        self.timeouts = timeouts
        self._calls: deque[Call] = deque()
        self._timed: list[tuple[float, int, Call]] = []
        self._numbers = itertools.count()
        self._news = threading.Condition()
        self._exclusive = threading.RLock()
        threading.Thread(target=self._run_calls, name="bridge", daemon=True).start()

    def spawn(self, fn: Callable[..., object], *args: object) -> None:
        threading.Thread(target=fn, args=args, daemon=True).start()

    def later(self, seconds: float, fn: Callable[[], object]) -> None:
        with self._news:
            heapq.heappush(self._timed, (time.monotonic() + seconds, next(self._numbers), (fn, ())))
            self._news.notify()

    def soon_from_thread(self, fn: Callable[..., object], *args: object) -> None:
        with self._news:
            self._calls.append((fn, args))
            self._news.notify()

    def exclusive(self) -> AbstractContextManager[object]:
        return self._exclusive

    def waiter(self) -> Waiter:
        return _ThreadWaiter()

    def connection_of(self, environ: WSGIEnvironment) -> socket.socket | None:
        connection: socket.socket | None = environ.get("werkzeug.socket")
        return connection

    def _run_calls(self) -> None:
        while True:
            fn, args = self._next()
            try:
                with self._exclusive:
                    fn(*args)
            except Exception:
                log.exception("a callback of the event thread failed; this is a bug, please report it")

    def _next(self) -> Call:
        with self._news:
            while True:
                now = time.monotonic()
                if self._timed and self._timed[0][0] <= now:
                    return heapq.heappop(self._timed)[2]
                if self._calls:
                    return self._calls.popleft()
                self._news.wait(self._timed[0][0] - now if self._timed else None)

    def websockets(self, largest: Callable[[str], int]) -> Callable[..., object]:
        return partial(Websocket, largest)

    def serve(self, app: WSGIApplication, listener: socket.socket, on_stopping: Callable[[], None]) -> None:
        allow_many_files()
        host, port = listener.getsockname()[:2]

        def plain(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            # No compression: on messages this small it costs more than it saves.
            environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
            return app(environ, start_response)

        handler = type("TimedHandler", (Handler,), {"timeouts": self.timeouts})
        server = make_server(host, port, plain, threaded=True, request_handler=handler, fd=listener.fileno())
        server.daemon_threads = True  # type: ignore[attr-defined]
        server.handle_error = _failed  # type: ignore[method-assign, assignment]
        threading.Thread(target=server.serve_forever, name="accept", daemon=True).start()
        await_signal()
        server.shutdown()
        self.in_own_thread(on_stopping)


def _failed(*_: object) -> None:
    """Log an error of a connection; the library's own handler would print the client's address and message."""
    log.error("closed a connection after %s; clients reconnect by themselves", type(sys.exc_info()[1]).__name__)


class _ThreadWaiter:
    def __init__(self) -> None:
        self._event = threading.Event()
        self._value: object = None

    def set(self, value: object) -> None:
        if not self._event.is_set():
            self._value = value
            self._event.set()

    def wait(self, timeout: float) -> object:
        if not self._event.wait(timeout):
            raise TimeoutError
        return self._value
