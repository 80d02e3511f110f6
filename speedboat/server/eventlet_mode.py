"""The serving mode eventlet, the default: greenlets on eventlet's hub."""

from __future__ import annotations

import errno
import logging
import socket
import warnings
from collections.abc import Callable
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from speedboat.server.eventlet_http import Protocol
from speedboat.server.native_threads import Mailbox, allow_many_files
from speedboat.server.request_head import RequestTimeouts
from speedboat.server.serving import DirectServing, Waiter

with warnings.catch_warnings():
    # Eventlet warns at import that it is in maintenance mode. It was chosen knowing that: see
    # docs/adr/0002-eventlet-without-patching.md.
    warnings.simplefilter("ignore")
    import eventlet
    import eventlet.event
    import eventlet.greenio
    import eventlet.hubs
    import eventlet.wsgi

log = logging.getLogger(__name__)

MOST_REQUESTS = 20_000  # at once; eventlet leaves the next one hanging, and its default is 1,024
KEEP_ALIVE = 20  # seconds without a byte either way
ACCEPTED_AT_ONCE = 8
LAST_ANSWERS = 1.0  # seconds for the last responses to leave at shutdown


class EventletServing(DirectServing):
    """Runs HTTP, and whatever may wait, in greenlets; everything else in callbacks of the hub."""

    name = "eventlet"

    def __init__(self, timeouts: RequestTimeouts) -> None:
        self.timeouts = timeouts
        self._mailbox = Mailbox()

    def spawn(self, fn: Callable[..., object], *args: object) -> None:
        eventlet.spawn_n(fn, *args)

    def later(self, seconds: float, fn: Callable[[], object]) -> None:
        eventlet.hubs.get_hub().schedule_call_global(seconds, fn)

    def soon_from_thread(self, fn: Callable[..., object], *args: object) -> None:
        self._mailbox.put(fn, args)

    def waiter(self) -> Waiter:
        return _EventletWaiter()

    def connection_of(self, environ: WSGIEnvironment) -> socket.socket | None:
        body = environ.get("eventlet.input")
        return getattr(body.get_socket(), "fd", None) if body else None

    def take_socket(self, environ: WSGIEnvironment) -> tuple[socket.socket, bytes]:
        request = environ["eventlet.input"]
        green = request.get_socket()
        green.setblocking(False)  # so that peeking into the buffer does not wait for more
        early = request.rfile.peek() or b""
        # The HTTP server closes its socket object at the end of the request, so take the descriptor out of it.
        own = socket.socket(fileno=green.fd.detach())
        own.setblocking(False)
        eventlet.wsgi.WSGI_LOCAL.already_handled = True
        return own, early

    def watch(self, fd: int, on_ready: Callable[[], None], *, writing: bool = False) -> Callable[[], None]:
        return _Watch("write" if writing else "read", fd, on_ready).end

    def serve(self, app: WSGIApplication, listener: socket.socket, on_stopping: Callable[[], None]) -> None:
        allow_many_files()
        self._mailbox.bind_to_this_thread()
        self.watch(self._mailbox.reader, self._mailbox.drain)
        stopped = eventlet.event.Event()
        pool = eventlet.GreenPool(MOST_REQUESTS)
        accepting = eventlet.spawn(
            eventlet.wsgi.server,
            _Listener(listener),
            app,
            protocol=type("TimedProtocol", (Protocol,), {"timeouts": self.timeouts}),
            custom_pool=pool,
            keepalive=KEEP_ALIVE,
            socket_timeout=KEEP_ALIVE,
            log_output=False,
            debug=False,
        )
        self._mailbox.call_at_signals(lambda: _set_once(stopped))
        stopped.wait()
        accepting.kill()
        self.in_own_thread(on_stopping)
        with eventlet.Timeout(LAST_ANSWERS, False):
            pool.waitall()


def _set_once(event: Any) -> None:
    if not event.ready():
        event.send(True)


class _Watch:
    """A callback of the hub for a descriptor. Added from the hub, which would keep any other calling greenlet alive."""

    __slots__ = ("_ended", "_listener")

    def __init__(self, kind: str, fd: int, on_ready: Callable[[], None]) -> None:
        self._listener: Any = None
        self._ended = False
        hub = eventlet.hubs.get_hub()

        def ready(_fd: int) -> None:
            if not self._ended:
                on_ready()

        def add() -> None:
            if not self._ended:
                self._listener = hub.add(kind, fd, ready, _unexpected, None)

        hub.schedule_call_global(0, add)

    def end(self) -> None:
        if not self._ended:
            self._ended = True
            if self._listener is not None:
                eventlet.hubs.get_hub().remove(self._listener)


def _unexpected(*_: object) -> None:
    log.error("a file descriptor was closed while the event loop watched it; this is a bug, please report it")


class _Listener(eventlet.greenio.GreenSocket):  # type: ignore[misc]  # eventlet has no types
    """A listening socket that survives errors of accept (out of files, client gone); eventlet's server would end."""

    def __init__(self, listener: socket.socket) -> None:
        super().__init__(listener)
        self._accepted = 0

    def accept(self) -> Any:
        self._accepted += 1
        if self._accepted % ACCEPTED_AT_ONCE == 0:
            eventlet.sleep(0)  # when a hundred clients connect at once, let other work run in between
        while True:
            try:
                return super().accept()
            except OSError as error:
                if error.errno == errno.EBADF:
                    raise
                eventlet.sleep(0.05)


class _EventletWaiter:
    def __init__(self) -> None:
        self._event = eventlet.event.Event()

    def set(self, value: object) -> None:
        if not self._event.ready():
            self._event.send(value)

    def wait(self, timeout: float) -> object:
        with eventlet.Timeout(timeout, TimeoutError()):
            return self._event.wait()
