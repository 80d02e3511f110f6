"""Gevent's HTTP server and websockets, with request timeouts, a strict parser and limits on message size."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import gevent
import gevent.pywsgi
from engineio.async_drivers.gevent import WebSocketWSGI
from geventwebsocket.handler import WebSocketHandler

from speedboat.server.request_head import DEFAULT_TIMEOUTS, BadHead, HeadLines, check_head, discard

CONNECTION = "speedboat.websocket.connection"  # in the environment of a request


class Handler(WebSocketHandler):  # type: ignore[misc]  # geventwebsocket has no types
    """One connection. Errors of a broken connection are not logged; our own are logged where they happen."""

    timeouts = DEFAULT_TIMEOUTS
    _timer: Any = None

    def read_requestline(self) -> str:
        # Raised in this greenlet wherever it reads; gevent then closes the connection without logging.
        self._timer = gevent.Timeout.start_new(self.timeouts.head, TimeoutError(0, "no request came"))
        try:
            line: str = super().read_requestline()
        except BaseException:
            self._timer.cancel()
            raise
        if not line:
            self._timer.cancel()
        return line

    def read_request(self, raw_requestline: str) -> bool:
        try:
            return bool(super().read_request(raw_requestline))
        except TimeoutError as late:
            raise BadHead("the head did not arrive") from late
        finally:
            self._timer.cancel()

    def MessageClass(self, file: object, *args: object) -> object:  # the library's name
        headers = super().MessageClass(HeadLines(file), *args)
        check_head(self.path or "", headers)
        return headers

    def get_environ(self) -> WSGIEnvironment:
        environ: WSGIEnvironment = super().get_environ()
        environ[CONNECTION] = self.socket
        # Also for upgrade requests, for which gevent would hand the application the bare connection.
        continue_socket = self.socket if environ.get("HTTP_EXPECT") == "100-continue" else None
        self.wsgi_input = environ["wsgi.input"] = _Body(self, self.rfile, self.content_length, continue_socket)
        return environ

    def handle_error(self, type: object, value: object, tb: object) -> None:
        if not isinstance(value, OSError | gevent.GreenletExit):
            super().handle_error(type, value, tb)

    def _handle_client_error(self, ex: Exception) -> tuple[str, bytes]:
        bad = ex if isinstance(ex, BadHead) else BadHead("not a request")
        return bad.status[:3], bad.answer


class _Body(gevent.pywsgi.Input):
    """The body of a request. However it is read, TimeoutError is raised when it has not arrived in time."""

    __slots__ = ("_handler", "_until")

    def __init__(self, handler: Handler, *args: Any) -> None:
        super().__init__(*args)
        self._handler = handler
        self._until = time.monotonic() + handler.timeouts.body

    def _do_read(self, length: int | None = None, use_readline: bool = False) -> bytes:
        seconds = max(0.0, self._until - time.monotonic())
        with gevent.Timeout(seconds, TimeoutError(0, "the body did not arrive")):
            read: bytes = super()._do_read(length, use_readline)  # type: ignore[misc]
            return read

    def _discard(self) -> None:
        self.send_100_continue_enabled = False
        is_whole = False
        try:
            is_whole = discard(iter(lambda: self.read(16_384), b""))
        finally:
            if not is_whole:  # the rest of the body would be read as the next request
                self._handler.close_connection = True


class Websocket(WebSocketWSGI):  # type: ignore[misc]
    """A websocket as the engine.io library drives it.

    Args:
        largest: returns the largest message, in bytes, that a client (an engine.io id) may send.
    """

    def __init__(self, largest: Callable[[str], int], handler: Callable[..., object], server: object) -> None:
        super().__init__(handler, server)
        self._largest = largest
        self._client = handler.__self__  # type: ignore[attr-defined]
        self._read = 0  # bytes of the current message

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> object:
        if websocket := environ.get("wsgi.websocket"):
            self._tcp = websocket.handler.socket
            raw_read = websocket.raw_read

            def read(size: int) -> bytes:
                self._read += size
                if self._read > self._largest(self._client.sid):
                    return b""  # as if the client had closed
                data: bytes = raw_read(size)
                return data

            websocket.raw_read = read
        return super().__call__(environ, start_response)

    def wait(self) -> object:
        self._read = 0
        return super().wait()

    def close(self) -> None:
        """Send the closing frame and shut the connection down: a client that never closes would keep it open."""
        if not self._sock.closed:
            super().close()
        try:
            self._tcp.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the client was faster
