"""The direct outlet: websockets without a greenlet each, frames written straight to the descriptor.

The one file that reaches into the engine.io library (why: docs/adr/0006-frames-straight-to-the-descriptor.md). It
replaces the library's websocket driver: the handshake, the frames (`frames.py`), each client's queue, pings. Everything
else, long polling included, stays with the library. Runs on the event loop. One websocket: `connection.py`.
"""

from __future__ import annotations

import io
import logging
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from wsgiref.types import StartResponse, WSGIEnvironment

import socketio
from engineio.socket import Socket

from speedboat.server import DirectServing
from speedboat.websocket import frames
from speedboat.websocket.connection import CLOSING, PROBE_TIME, Connection
from speedboat.websocket.frames import frame
from speedboat.websocket.outlet import After, Hook, QueueOutlet, is_inside

log = logging.getLogger(__name__)

SWEEP = 0.5  # seconds between two checks for silent clients

# Kept of the WSGI environment that opened a connection, because the handlers run in a Flask request context.
_ENVIRON_KEYS = frozenset(
    [
        *("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "SERVER_NAME", "SERVER_PORT"),
        *("SERVER_PROTOCOL", "REMOTE_ADDR", "wsgi.url_scheme", "wsgi.version", "flask.app", "HTTP_HOST"),
        *("HTTP_ORIGIN", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE"),
        *("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"),
    ]
)
_nothing = io.BytesIO()


class DirectOutlet:
    """Sends to websockets directly, to polling clients through the library.

    Args:
        server: the python-socketio server.
    """

    def __init__(self, server: socketio.Server, serving: DirectServing) -> None:
        self.server = server
        self.engine = server.eio
        self.serving = serving
        self.connections: dict[str, Connection] = {}
        self.in_transition: set[Connection] = set()  # connections that are opening or closing, with a deadline
        self.hook: Hook = lambda _eio_sid, _data: False
        self.after: After = lambda _eio_sid, _data: None
        self.stock = self.engine.handlers["message"]
        self._stock_outlet = QueueOutlet(self.engine, serving)
        self.engine._async = {**self.engine._async, "websocket": self._driver}
        self.engine.start_service_task = False  # the sweep does its work
        serving.later(SWEEP, self._sweep)

    def send(self, eio_sid: str, packets: list[bytes]) -> None:
        self.send_many((eio_sid,), *packets)

    def send_many(self, eio_sids: Iterable[str], *packets: bytes) -> None:
        if not packets:
            return
        ready = frame(b"4" + packets[0]) if len(packets) == 1 else b"".join([frame(b"4" + text) for text in packets])
        connections = self.connections
        others = []
        for eio_sid in eio_sids:
            connection = connections.get(eio_sid)
            if connection is None:
                others.append(eio_sid)
            elif connection.stage < CLOSING:
                connection.put(ready)
        if others:
            self._stock_outlet.send_many(others, *packets)

    def offer_inbound(self, hook: Hook, after: After) -> None:
        self.hook, self.after = hook, after
        self._stock_outlet.offer_inbound(hook, after)

    def end(self, eio_sid: str) -> None:
        if connection := self.connections.get(eio_sid):
            connection.close(frames.POLICY)
        else:
            self._stock_outlet.end(eio_sid)

    def is_inside(self, eio_sid: str) -> bool:
        return is_inside(self.server, eio_sid)

    def close_all(self) -> None:
        for connection in list(self.connections.values()):
            connection.close(frames.GOING_AWAY, tell=False)
        self._stock_outlet.close_all()

    # --- opening ----------------------------------------------------------------------------------------------------

    def _driver(self, handler: Callable[..., object], _engine: object) -> Callable[..., object]:
        """Return what the library calls to open a websocket; `handler` is a method of the client's socket."""
        return partial(self._open, handler.__self__)  # type: ignore[attr-defined]

    def _open(self, client: Socket, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        accept = frames.accept_key(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""))
        if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
            return self._refuse(client, start_response, "426 Upgrade Required")
        if accept is None or client.upgrading:
            return self._refuse(client, start_response, "400 Bad Request")
        sock, early = self.serving.take_socket(environ)
        connection = Connection(self, client, sock)
        # No compression: it costs 1.4 times the CPU and 90 kB a connection, and saves little on small messages.
        connection.put(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept.encode() + b"\r\n\r\n"
        )
        if client.connected:
            client.upgrading = True  # the library holds back polls from here on
            connection.set_deadline(PROBE_TIME)
        else:
            client.connected = True
            connection.start()
        if early:
            connection.feed(early)
        return []

    def _refuse(self, client: Socket, start_response: StartResponse, status: str) -> list[bytes]:
        if not client.connected:
            self.engine.sockets.pop(client.sid, None)
            client.close(wait=False, abort=True)
        headers = [("Sec-WebSocket-Version", "13"), ("Content-Type", "text/plain"), ("Content-Length", "0")]
        start_response(status, headers)
        return [b""]

    def trim_environ(self, eio_sid: str) -> None:
        """Drop the parts of a connection's WSGI environment that no handler reads: it takes 10 kB a connection."""
        whole = self.server.environ.get(eio_sid)
        if whole is not None:
            trimmed = {key: _one(whole[key]) for key in whole if key in _ENVIRON_KEYS}
            trimmed["wsgi.input"], trimmed["wsgi.errors"] = _nothing, sys.stderr
            self.server.environ[eio_sid] = trimmed

    # --- silence ----------------------------------------------------------------------------------------------------

    def _sweep(self) -> None:
        self.serving.later(SWEEP, self._sweep)
        now = time.monotonic()
        for connection in list(self.in_transition):
            connection.check_deadline(now)
        timeout = self.engine.ping_timeout
        for eio_sid, client in list(self.engine.sockets.items()):
            if eio_sid in self.connections:
                self.connections[eio_sid].check_silence(now, timeout)
            elif client.closed:
                self.engine.sockets.pop(eio_sid, None)
            elif client.last_ping and not client.closing and time.time() - client.last_ping > timeout:
                self.serving.spawn(client.check_ping_timeout)

    def report_end(self, client: Socket, reason: str) -> None:
        """Tell the library that a client has disconnected. May block, as its handlers may."""
        try:
            client.close(wait=False, abort=True, reason=reason)
        except Exception:
            log.exception("handling a disconnect failed; this is a bug, please report it")
        finally:
            self.engine.sockets.pop(client.sid, None)


def _one(value: object) -> object:
    return sys.intern(value) if type(value) is str else value
