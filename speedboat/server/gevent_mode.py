"""Greenlets on gevent's hub."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import gevent
import gevent.event
import gevent.pywsgi
from gevent.socket import socket as green_socket
from geventwebsocket.handler import WebSocketHandler

from speedboat.server import Serving, Waiter
from speedboat.server.native import Mailbox, allow_many_files

FAREWELL = 1.0  # seconds for the last answers to leave
CONNECTION = "speedboat.connection"  # in the environment of a request


class GeventServing(Serving):
    """Everything in greenlets, by the libraries' own ways."""

    name = "gevent"

    def __init__(self) -> None:
        self._mailbox = Mailbox()

    def spawn(self, fn: Callable[..., Any], *args: Any) -> None:
        gevent.spawn(fn, *args)

    def later(self, seconds: float, fn: Callable[[], Any]) -> None:
        gevent.spawn_later(seconds, fn)

    def soon_from_thread(self, fn: Callable[..., Any], *args: Any) -> None:
        self._mailbox.put(fn, args)

    def waiter(self) -> Waiter:
        return _GeventWaiter()

    def connection_of(self, environ: dict[str, Any]) -> socket.socket | None:
        found: socket.socket | None = environ.get(CONNECTION)
        return found

    def serve(self, app: Any, listener: socket.socket, on_stopping: Callable[[], None]) -> None:
        allow_many_files()
        self._mailbox.belongs_here()
        watcher = gevent.get_hub().loop.io(self._mailbox.reader, 1)
        watcher.start(self._mailbox.drain)
        green = green_socket(listener.family, listener.type, fileno=listener.detach())
        server = gevent.pywsgi.WSGIServer(green, app, log=None, error_log=None, handler_class=_Handler)
        stopped = gevent.event.Event()
        server.start()
        self._mailbox.at_signals(stopped.set)
        stopped.wait()
        server.stop_accepting()
        self.in_own_thread(on_stopping)
        server.stop(timeout=FAREWELL)


class _Handler(WebSocketHandler):  # type: ignore[misc]  # geventwebsocket has no types
    """Errors of a connection that broke are nobody's concern; ours are logged where they happen."""

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ[CONNECTION] = self.socket
        return environ

    def handle_error(self, type: Any, value: Any, tb: Any) -> None:
        if not isinstance(value, OSError | gevent.GreenletExit):
            super().handle_error(type, value, tb)


class _GeventWaiter:
    def __init__(self) -> None:
        self._result: gevent.event.AsyncResult[Any] = gevent.event.AsyncResult()

    def set(self, value: Any) -> None:
        if not self._result.ready():
            self._result.set(value)

    def wait(self, timeout: float) -> Any:
        with gevent.Timeout(timeout, TimeoutError()):
            return self._result.get()
