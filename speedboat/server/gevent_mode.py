"""Greenlets on gevent's hub."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial
from typing import Any

import gevent
import gevent.event
import gevent.pywsgi
from gevent.socket import socket as green_socket

from speedboat.server.gevent_http import CONNECTION, Handler, Websocket
from speedboat.server.native_threads import Mailbox, allow_many_files
from speedboat.server.request_head import Patience
from speedboat.server.serving import StockServing, Waiter

FAREWELL = 1.0  # seconds for the last answers to leave


class GeventServing(StockServing):
    """Everything in greenlets, by the libraries' own ways."""

    name = "gevent"

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self._mailbox = Mailbox()

    def spawn(self, fn: Callable[..., Any], *args: Any) -> None:
        gevent.spawn(fn, *args)

    def later(self, seconds: float, fn: Callable[[], Any]) -> None:
        gevent.spawn_later(seconds, fn)

    def soon_from_thread(self, fn: Callable[..., Any], *args: Any) -> None:
        self._mailbox.put(fn, args)

    def waiter(self) -> Waiter:
        return _GeventWaiter()

    def websockets(self, largest: Callable[[str], int]) -> Callable[..., Any]:
        return partial(Websocket, largest)

    def connection_of(self, environ: dict[str, Any]) -> socket.socket | None:
        found: socket.socket | None = environ.get(CONNECTION)
        return found

    def serve(self, app: Any, listener: socket.socket, on_stopping: Callable[[], None]) -> None:
        allow_many_files()
        self._mailbox.belongs_here()
        watcher = gevent.get_hub().loop.io(self._mailbox.reader, 1)
        watcher.start(self._mailbox.drain)
        green = green_socket(listener.family, listener.type, fileno=listener.detach())
        handler = type("PatientHandler", (Handler,), {"patience": self.patience})
        server = gevent.pywsgi.WSGIServer(green, app, log=None, error_log=None, handler_class=handler)
        stopped = gevent.event.Event()
        server.start()
        self._mailbox.at_signals(stopped.set)
        stopped.wait()
        server.stop_accepting()
        self.in_own_thread(on_stopping)
        server.stop(timeout=FAREWELL)


class _GeventWaiter:
    def __init__(self) -> None:
        self._result: gevent.event.AsyncResult[Any] = gevent.event.AsyncResult()

    def set(self, value: Any) -> None:
        if not self._result.ready():
            self._result.set(value)

    def wait(self, timeout: float) -> Any:
        with gevent.Timeout(timeout, TimeoutError()):
            return self._result.get()
