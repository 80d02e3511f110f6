"""Werkzeug's HTTP server and websockets in threads, with request timeouts, a strict parser and size limits."""

from __future__ import annotations

import io
import select
import socket
import time
from collections.abc import Callable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import simple_websocket  # type: ignore[import-untyped]
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from werkzeug.serving import WSGIRequestHandler

from speedboat.server.request_head import DEFAULT_TIMEOUTS, BadHead, HeadLines, check_head


class Handler(WSGIRequestHandler):
    """One connection. Logs no requests, and reads no further request after a websocket."""

    timeouts = DEFAULT_TIMEOUTS

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self._incoming = _Incoming(self.connection)
        self.rfile = io.BufferedReader(self._incoming)

    def handle_one_request(self) -> None:
        self._incoming.until = time.monotonic() + self.timeouts.head
        super().handle_one_request()

    def parse_request(self) -> bool:
        file = self.rfile
        self.rfile = HeadLines(file)  # type: ignore[assignment]
        try:
            if not super().parse_request():
                return False
            check_head(self.path, self.headers)
        except BadHead as bad:
            self.wfile.write(bad.answer)
            self.close_connection = True
            return False
        finally:
            self.rfile = file
        self._incoming.until = time.monotonic() + self.timeouts.body
        return True

    def run_wsgi(self) -> None:
        super().run_wsgi()
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self.close_connection = True

    def log(self, type: str, message: str, *args: object) -> None:  # the library's signature
        """Log nothing: request lines hold what people typed, and codes."""


class _Incoming(io.RawIOBase):
    """Reads from a connection. Raises TimeoutError after `until`, in seconds of the monotonic clock."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        self.until = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._poll.poll(max(0.0, self.until - time.monotonic()) * 1000):
            raise TimeoutError("the request did not arrive")
        return self._sock.recv_into(buffer)


class Websocket(SimpleWebSocketWSGI):  # type: ignore[misc]
    """A websocket as the engine.io library drives it.

    Args:
        largest: returns the largest message, in bytes, that a client (an engine.io id) may send.
    """

    def __init__(self, largest: Callable[[str], int], handler: Callable[..., object], server: Any) -> None:
        super().__init__(handler, server)
        self._largest = largest
        self._client = handler.__self__  # type: ignore[attr-defined]

    def __call__(self, environ: WSGIEnvironment, _start_response: StartResponse) -> object:
        self.ws = _Server(environ, lambda: self._largest(self._client.sid))
        self.app(self)
        raise ConnectionError  # as the library does: nothing more is sent over this connection

    def close(self) -> None:
        """Send the closing frame and shut the connection down: a client that never closes would keep it open."""
        super().close()
        try:
            self.ws.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the client was faster


class _Server(simple_websocket.Server):  # type: ignore[misc]
    def __init__(self, environ: WSGIEnvironment, largest: Callable[[], int]) -> None:
        self._largest_now = largest
        super().__init__(environ)

    def _handle_events(self) -> bool:
        self.max_message_size = self._largest_now()
        return bool(super()._handle_events())
