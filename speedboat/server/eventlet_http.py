"""Eventlet's HTTP server, with request timeouts and a strict parser."""

from __future__ import annotations

import time
import warnings
from typing import Any

from speedboat.server.request_head import DEFAULT_TIMEOUTS, BadHead, HeadLines, check_head, discard

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # see eventlet_mode.py
    import eventlet
    import eventlet.wsgi


class Protocol(eventlet.wsgi.HttpProtocol):  # type: ignore[misc]  # eventlet has no types
    """One connection."""

    timeouts = DEFAULT_TIMEOUTS
    rfile: object
    _timer: Any = None

    def _read_request_line(self) -> Any:
        # Raised in this greenlet wherever it reads; eventlet then closes the connection without logging.
        self._timer = eventlet.Timeout(self.timeouts.head, TimeoutError("no request came"))
        try:
            line = super()._read_request_line()
        except BaseException:
            self._timer.cancel()
            raise
        if not line or len(line) >= self.server.url_length_limit:
            self._timer.cancel()
        return line

    def parse_request(self) -> bool:
        self.rfile = HeadLines(self.rfile)  # eventlet puts its own back
        try:
            if not super().parse_request():
                return False
            check_head(self.path, self.headers)
        except BadHead as bad:
            self.wfile.write(bad.answer)
            self.close_connection = True
            return False
        finally:
            self._timer.cancel()
        return True

    def get_environ(self) -> dict[str, object]:
        environ: dict[str, Any] = super().get_environ()
        if self.headers.get("Content-Type") is None:
            environ["CONTENT_TYPE"] = ""  # eventlet says text/plain
        stock = environ["eventlet.input"]
        environ["wsgi.input"] = environ["eventlet.input"] = _Body(
            self.timeouts.body,
            stock.rfile,
            stock.content_length,
            stock.get_socket(),
            wfile=stock.wfile,
            wfile_line=stock.wfile_line,
        )
        return environ

    def log_message(self, format: str, *args: Any) -> None:  # the library's signature
        """Log nothing: request lines hold what people typed, and secrets."""


class _Body(eventlet.wsgi.Input):  # type: ignore[misc]
    """The body of a request. However it is read, TimeoutError is raised when it has not arrived in time."""

    def __init__(self, seconds: float, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        self._until = time.monotonic() + seconds

    def _do_read(self, reader: object, length: int | None = None) -> bytes:
        remaining = max(0.0, self._until - time.monotonic())
        with eventlet.Timeout(remaining, TimeoutError("the body did not arrive")):
            read: bytes = super()._do_read(reader, length)
            return read

    def discard(self, buffer_size: int = 16 << 10) -> None:
        if not discard(iter(lambda: self.read(buffer_size), b"")):
            raise OSError("the rest of the body is too long")
