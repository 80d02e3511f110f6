"""The serving mode gevent: greenlets on gevent's hub."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial
from wsgiref.types import WSGIApplication, WSGIEnvironment

import gevent
import gevent.event
import gevent.pywsgi
from gevent.socket import socket as green_socket

from speedboat.server.gevent_http import CONNECTION, Handler, Websocket
from speedboat.server.native_threads import Mailbox, allow_many_files
from speedboat.server.request_head import RequestTimeouts
from speedboat.server.serving import StockServing, Waiter

LAST_ANSWERS = 1.0  # seconds for the last responses to leave at shutdown


class GeventServing(StockServing):
    """Runs everything in greenlets, with the libraries' own HTTP server and websockets."""

    name = "gevent"

    def __init__(self, timeouts: RequestTimeouts) -> None:
        self.timeouts = timeouts
        self._mailbox = Mailbox()

    def spawn(self, fn: Callable[..., object], *args: object) -> None:
        gevent.spawn(fn, *args)

    def later(self, seconds: float, fn: Callable[[], object]) -> None:
        gevent.spawn_later(seconds, fn)

    def soon_from_thread(self, fn: Callable[..., object], *args: object) -> None:
        self._mailbox.put(fn, args)

    def waiter(self) -> Waiter:
        return _GeventWaiter()

    def websockets(self, largest: Callable[[str], int]) -> Callable[..., object]:
        return partial(Websocket, largest)

    def connection_of(self, environ: WSGIEnvironment) -> socket.socket | None:
        connection: socket.socket | None = environ.get(CONNECTION)
        return connection

    def serve(self, app: WSGIApplication, listener: socket.socket, on_stopping: Callable[[], None]) -> None:
        allow_many_files()
        self._mailbox.bind_to_this_thread()
        watcher = gevent.get_hub().loop.io(self._mailbox.reader, 1)
        watcher.start(self._mailbox.drain)
        green = green_socket(listener.family, listener.type, fileno=listener.detach())
        handler = type("TimedHandler", (Handler,), {"timeouts": self.timeouts})
        server = gevent.pywsgi.WSGIServer(green, app, log=None, error_log=None, handler_class=handler)
        stopped = gevent.event.Event()
        server.start()
        self._mailbox.call_at_signals(stopped.set)
        stopped.wait()
        server.stop_accepting()
        self.in_own_thread(on_stopping)
        server.stop(timeout=LAST_ANSWERS)


class _GeventWaiter:
    def __init__(self) -> None:
        self._result: gevent.event.AsyncResult[object] = gevent.event.AsyncResult()

    def set(self, value: object) -> None:
        if not self._result.ready():
            self._result.set(value)

    def wait(self, timeout: float) -> object:
        with gevent.Timeout(timeout, TimeoutError()):
            return self._result.get()
