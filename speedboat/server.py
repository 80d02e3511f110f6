"""Serving: the only file that names eventlet, gevent or threads.

Nothing is monkey patched. What may block (the database, exports) runs in native threads; what serves sockets runs on
the loop of the chosen mode; this file is the bridge between the two.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import socket
import threading
import warnings
from abc import abstractmethod
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

log = logging.getLogger(__name__)

BACKLOG = 2048
MOST_CONNECTIONS = 20_000  # eventlet hangs the next one without a word; its default is 1,024
NATIVE_THREADS = 8


class Waiter(Protocol):
    """One value, set once by anybody, waited for without holding up the loop."""

    def set(self, value: Any) -> None: ...
    def wait(self, timeout: float) -> Any: ...


class Serving(Protocol):
    """A way to serve: how to run something beside, later, back on the loop, or off it."""

    name: str

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
        """Serve until SIGTERM or SIGINT, then call `on_stopping` in a native thread and return."""

    def off_loop(self, fn: Callable[..., Any], *args: Any) -> Any:
        """Run in a native thread and wait for it without holding up the loop; returns or raises what `fn` does."""
        waiter = self.waiter()

        def run() -> None:
            try:
                result = (True, fn(*args))
            except Exception as error:  # handed to whoever waits
                result = (False, error)
            self.soon_from_thread(waiter.set, result)

        _pool().submit(run)
        done, value = waiter.wait(600)
        if done:
            return value
        raise value


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. Raises OSError when the port is taken."""
    listener = socket.create_server((host, port), backlog=BACKLOG, reuse_port=False)
    # Nagle's algorithm with delayed acknowledgements costs 40 ms a message. Accepted sockets inherit this on Linux.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def make_serving(name: str) -> Serving:
    """The serving of that name: eventlet, gevent or threading.

    Raises:
        ValueError: there is no such serving.
    """
    if name == "eventlet":
        return EventletServing()
    if name == "gevent":
        return GeventServing()
    if name == "threading":
        return ThreadServing()
    raise ValueError(f"SPEEDBOAT_ASYNC must be eventlet, gevent or threading, not {name!r}")


_pools: list[ThreadPoolExecutor] = []


def _pool() -> ThreadPoolExecutor:
    if not _pools:
        _pools.append(ThreadPoolExecutor(NATIVE_THREADS, thread_name_prefix="off-loop"))
    return _pools[0]


class _Mailbox:
    """Calls handed from native threads to the loop, which is woken once for many."""

    def __init__(self) -> None:
        self._calls: deque[tuple[Callable[..., Any], tuple[Any, ...]]] = deque()
        self._awake = False
        self.reader, self._writer = os.pipe()
        os.set_blocking(self.reader, False)
        os.set_blocking(self._writer, False)

    def put(self, fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._calls.append((fn, args))
        if not self._awake:
            self._awake = True
            try:
                os.write(self._writer, b"!")
            except BlockingIOError:
                pass  # the pipe is full of wake-ups already

    def drain(self) -> None:
        """On the loop: read the wake-up first, then run what has come, so that nothing is left behind."""
        try:
            os.read(self.reader, 4096)
        except BlockingIOError:
            pass
        self._awake = False
        while self._calls:
            fn, args = self._calls.popleft()
            try:
                fn(*args)
            except Exception:
                log.exception("a call on the loop failed")


class EventletServing(Serving):
    """Greenlets on eventlet's hub; the default."""

    name = "eventlet"

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # Eventlet is in maintenance, and says so at import. It was chosen knowing that; see docs/adr.
            warnings.simplefilter("ignore")
            import eventlet
            import eventlet.event
            import eventlet.hubs
            import eventlet.wsgi
        self._eventlet = eventlet
        self._mailbox = _Mailbox()
        self._hub_thread: int | None = None

    def spawn(self, fn: Callable[..., Any], *args: Any) -> None:
        self._eventlet.spawn_n(fn, *args)

    def later(self, seconds: float, fn: Callable[[], Any]) -> None:
        self._eventlet.hubs.get_hub().schedule_call_global(seconds, fn)

    def soon_from_thread(self, fn: Callable[..., Any], *args: Any) -> None:
        self._mailbox.put(fn, args)

    def waiter(self) -> Waiter:
        return _EventletWaiter(self._eventlet)

    def serve(self, app: Any, listener: socket.socket, on_stopping: Callable[[], None]) -> None:
        eventlet = self._eventlet
        hub = eventlet.hubs.get_hub()
        hub.add("read", self._mailbox.reader, lambda _: self._mailbox.drain(), _unexpected, _unexpected)
        stopped = eventlet.event.Event()
        main = eventlet.spawn(
            eventlet.wsgi.server,
            eventlet.greenio.base.GreenSocket(listener),
            app,
            max_size=MOST_CONNECTIONS,
            log_output=False,
            debug=False,
        )
        _on_signals(lambda: self.soon_from_thread(_set_once, stopped))
        stopped.wait()
        main.kill()
        self.off_loop(on_stopping)


def _set_once(event: Any) -> None:
    if not event.ready():
        event.send(True)


def _unexpected(*_: Any) -> None:
    log.error("the bridge to the loop was closed")


class _EventletWaiter:
    def __init__(self, eventlet: Any) -> None:
        self._eventlet = eventlet
        self._event = eventlet.event.Event()

    def set(self, value: Any) -> None:
        if not self._event.ready():
            self._event.send(value)

    def wait(self, timeout: float) -> Any:
        with self._eventlet.Timeout(timeout, TimeoutError()):
            return self._event.wait()


class GeventServing(Serving):
    """Greenlets on gevent's hub."""

    name = "gevent"

    def __init__(self) -> None:
        import gevent
        import gevent.event
        import gevent.pywsgi

        self._gevent = gevent
        self._mailbox = _Mailbox()

    def spawn(self, fn: Callable[..., Any], *args: Any) -> None:
        self._gevent.spawn(fn, *args)

    def later(self, seconds: float, fn: Callable[[], Any]) -> None:
        self._gevent.spawn_later(seconds, fn)

    def soon_from_thread(self, fn: Callable[..., Any], *args: Any) -> None:
        self._mailbox.put(fn, args)

    def waiter(self) -> Waiter:
        return _GeventWaiter(self._gevent)

    def serve(self, app: Any, listener: socket.socket, on_stopping: Callable[[], None]) -> None:
        from gevent.socket import socket as green_socket
        from geventwebsocket.handler import WebSocketHandler

        gevent = self._gevent
        watcher = gevent.get_hub().loop.io(self._mailbox.reader, 1)
        watcher.start(self._mailbox.drain)
        green = green_socket(listener.family, listener.type, fileno=listener.detach())
        server = gevent.pywsgi.WSGIServer(green, app, log=None, error_log=None, handler_class=WebSocketHandler)
        stopped = gevent.event.Event()
        server.start()
        _on_signals(lambda: self.soon_from_thread(stopped.set))
        stopped.wait()
        server.stop(timeout=0.1)
        self.off_loop(on_stopping)


class _GeventWaiter:
    def __init__(self, gevent: Any) -> None:
        self._result = gevent.event.AsyncResult()
        self._timeout = gevent.Timeout

    def set(self, value: Any) -> None:
        if not self._result.ready():
            self._result.set(value)

    def wait(self, timeout: float) -> Any:
        with self._timeout(timeout, TimeoutError()):
            return self._result.get()


class ThreadServing(Serving):
    """A thread for each connection: for few people, and for the command line and the tests."""

    name = "threading"

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...]]] = queue.SimpleQueue()
        threading.Thread(target=self._run_calls, name="bridge", daemon=True).start()

    def _run_calls(self) -> None:
        while True:
            fn, args = self._calls.get()
            try:
                fn(*args)
            except Exception:
                log.exception("a call on the bridge failed")

    def spawn(self, fn: Callable[..., Any], *args: Any) -> None:
        threading.Thread(target=fn, args=args, daemon=True).start()

    def later(self, seconds: float, fn: Callable[[], Any]) -> None:
        timer = threading.Timer(seconds, fn)
        timer.daemon = True
        timer.start()

    def soon_from_thread(self, fn: Callable[..., Any], *args: Any) -> None:
        self._calls.put((fn, args))

    def waiter(self) -> Waiter:
        return _ThreadWaiter()

    def serve(self, app: Any, listener: socket.socket, on_stopping: Callable[[], None]) -> None:
        from werkzeug.serving import make_server

        host, port = listener.getsockname()[:2]
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server(host, port, app, threaded=True, fd=listener.fileno())
        server.daemon_threads = True  # type: ignore[attr-defined]
        stopped = threading.Event()
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        _on_signals(stopped.set)
        stopped.wait()
        server.shutdown()
        on_stopping()


class _ThreadWaiter:
    def __init__(self) -> None:
        self._event = threading.Event()
        self._value: Any = None

    def set(self, value: Any) -> None:
        if not self._event.is_set():
            self._value = value
            self._event.set()

    def wait(self, timeout: float) -> Any:
        if not self._event.wait(timeout):
            raise TimeoutError
        return self._value


def _on_signals(stop: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())


class Desk:
    """A native thread that takes everything that has come and handles it at once: the writer sits at one."""

    def __init__(self, handle: Callable[[list[Any]], None], name: str) -> None:
        self._handle = handle
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def put(self, request: Any) -> None:
        self._queue.put(request)

    def finish(self, timeout: float) -> None:
        """Handle what has come, then stop; waits at most so many seconds."""
        self._queue.put(None)
        self._thread.join(timeout)

    def _run(self) -> None:
        while True:
            batch = [self._queue.get()]
            while not self._queue.empty():
                batch.append(self._queue.get())
            last = None in batch
            work = [request for request in batch if request is not None]
            if work:
                try:
                    self._handle(work)
                except Exception:
                    log.exception("a group failed")
            if last:
                return
