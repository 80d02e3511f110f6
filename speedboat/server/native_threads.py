"""Native threads: the pool for blocking calls, the mailbox back to the event loop, signals."""

from __future__ import annotations

import logging
import os
import queue
import selectors
import signal
import socket
import threading
from collections import deque
from collections.abc import Callable

try:
    import resource
except ImportError:  # Windows has no limits on files to raise
    resource = None  # type: ignore[assignment]

log = logging.getLogger(__name__)

NATIVE_THREADS = 8
MOST_FILES = 65_536

OnDone = Callable[[tuple[bool, object]], None]

_pool: queue.SimpleQueue[tuple[Callable[..., object], tuple[object, ...], OnDone]] = queue.SimpleQueue()
_threads: list[threading.Thread] = []


def run_native(fn: Callable[..., object], args: tuple[object, ...], on_done: OnDone) -> None:
    """Run a function in the thread pool.

    For calls that are short unless the database is slow. The threads are daemons, so the process can end without them.

    Args:
        on_done: called in that thread with (True, result) or (False, exception).
    """
    if not _threads:
        _threads.extend(
            threading.Thread(target=_run_pool, name=f"off-loop-{n}", daemon=True) for n in range(NATIVE_THREADS)
        )
        for thread in _threads:
            thread.start()
    _pool.put((fn, args, on_done))


def run_in_own_thread(fn: Callable[..., object], args: tuple[object, ...], on_done: OnDone) -> None:
    """Like `run_native`, but in a new thread, which no other call can hold up."""
    threading.Thread(target=_run, args=(fn, args, on_done), daemon=True).start()


def _run_pool() -> None:
    while True:
        _run(*_pool.get())


def _run(fn: Callable[..., object], args: tuple[object, ...], on_done: OnDone) -> None:
    try:
        outcome = (True, fn(*args))
    except Exception as error:  # raised again where the result is waited for
        outcome = (False, error)
    on_done(outcome)


def has_hung_up(connection: socket.socket) -> bool:
    """Whether the other side has closed a connection. Never waits, and consumes none of the data."""
    try:
        with selectors.DefaultSelector() as selector:  # select() itself knows no descriptors above 1,023
            selector.register(connection, selectors.EVENT_READ)
            return bool(selector.select(0)) and connection.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except (OSError, ValueError):  # reset, or closed on our side
        return True


class Mailbox:
    """Calls handed to the event loop from native threads, run in order; the loop is woken once for many."""

    def __init__(self) -> None:
        self._calls: deque[tuple[Callable[..., object], tuple[object, ...]]] = deque()
        self._awake = False
        self._loop: int | None = None
        self.reader, self._writer = os.pipe()
        os.set_blocking(self.reader, False)
        os.set_blocking(self._writer, False)

    def bind_to_this_thread(self) -> None:
        """Declare that the event loop runs in the calling thread."""
        self._loop = threading.get_ident()

    def put(self, fn: Callable[..., object], args: tuple[object, ...]) -> None:
        """Hand over a call; on the loop itself it runs at once. Thread-safe."""
        self._calls.append((fn, args))
        if threading.get_ident() == self._loop:
            self._run_calls()
        else:
            self._wake()

    def call_at_signals(self, fn: Callable[[], object]) -> None:
        """Call a function on the loop after SIGTERM or SIGINT, once the current callback has finished."""

        def put() -> None:
            self._calls.append((fn, ()))
            self._wake()

        on_signals(put, self._writer)

    def _wake(self) -> None:
        if not self._awake:
            self._awake = True
            try:
                os.write(self._writer, b"!")
            except BlockingIOError:
                pass  # the pipe is full of wake-ups already

    def drain(self) -> None:
        """Run the waiting calls, on the loop. Reads the wake-up first, so that no call is missed."""
        try:
            os.read(self.reader, 4096)
        except BlockingIOError:
            pass
        self._awake = False
        self._run_calls()

    def _run_calls(self) -> None:
        while self._calls:
            fn, args = self._calls.popleft()
            try:
                fn(*args)
            except Exception:
                log.exception("a callback of the event loop failed; this is a bug, please report it")


def on_signals(stop: Callable[[], None], wake: int) -> None:
    """Call `stop` in the main thread at every SIGTERM and SIGINT.

    The kernel may deliver a signal to any thread, but Python handles it in the main thread, which must therefore be
    waiting to read from the pipe that `wake` writes to: nothing else is sure to wake it.

    Args:
        wake: a non-blocking file descriptor to which Python writes a byte at each signal.
    """
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())


def await_signal() -> None:
    """Block the main thread until SIGTERM or SIGINT."""
    reader, writer = os.pipe()
    if hasattr(os, "set_blocking"):  # Windows has it from Python 3.12 on; one byte never fills a pipe anyway
        os.set_blocking(writer, False)
    on_signals(lambda: None, writer)
    os.read(reader, 1)


def allow_many_files() -> None:
    """Raise the soft limit on open files, usually 1,024, as far as this account may."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
