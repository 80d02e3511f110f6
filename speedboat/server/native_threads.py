"""Native threads: the pool for what may block, the writer's desk, the mailbox back to the loop, signals."""

from __future__ import annotations

import logging
import os
import queue
import resource
import selectors
import signal
import socket
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)

NATIVE_THREADS = 8
MOST_FILES = 65_536

Done = Callable[[tuple[bool, Any]], None]

_pool: queue.SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...], Done]] = queue.SimpleQueue()
_threads: list[threading.Thread] = []


def run_native(fn: Callable[..., Any], args: tuple[Any, ...], done: Done) -> None:
    """Run in the pool; `done` is called there with (True, result) or (False, exception).

    For what is quick unless the database is slow. Its threads are daemons: the process ends without them.
    """
    if not _threads:
        _threads.extend(
            threading.Thread(target=_run_pool, name=f"off-loop-{n}", daemon=True) for n in range(NATIVE_THREADS)
        )
        for thread in _threads:
            thread.start()
    _pool.put((fn, args, done))


def run_alone(fn: Callable[..., Any], args: tuple[Any, ...], done: Done) -> None:
    """The same in a thread of its own."""
    threading.Thread(target=_run, args=(fn, args, done), daemon=True).start()


def _run_pool() -> None:
    while True:
        _run(*_pool.get())


def _run(fn: Callable[..., Any], args: tuple[Any, ...], done: Done) -> None:
    try:
        outcome = (True, fn(*args))
    except Exception as error:  # handed to whoever waits
        outcome = (False, error)
    done(outcome)


def has_hung_up(connection: socket.socket) -> bool:
    """Whether the other side has closed a connection; never waits, and takes nothing that was sent."""
    try:
        with selectors.DefaultSelector() as selector:  # select() itself knows no descriptors above 1,023
            selector.register(connection, selectors.EVENT_READ)
            return bool(selector.select(0)) and connection.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except (OSError, ValueError):  # reset, or closed on our side
        return True


class Mailbox:
    """Calls handed to the loop, which is woken once for many. In order, wherever they come from."""

    def __init__(self) -> None:
        self._calls: deque[tuple[Callable[..., Any], tuple[Any, ...]]] = deque()
        self._awake = False
        self._loop: int | None = None
        self.reader, self._writer = os.pipe()
        os.set_blocking(self.reader, False)
        os.set_blocking(self._writer, False)

    def belongs_here(self) -> None:
        """The loop runs in the thread that calls this."""
        self._loop = threading.get_ident()

    def put(self, fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._calls.append((fn, args))
        if threading.get_ident() == self._loop:
            self._run_calls()
        else:
            self._wake()

    def at_signals(self, fn: Callable[[], Any]) -> None:
        """Call it on the loop at SIGTERM and SIGINT: they interrupt it, and this comes after what is being done."""

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
        """On the loop: read the wake-up first, then run what has come, so that nothing is left behind."""
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
    """Call it, in the main thread, at SIGTERM and SIGINT, however often they come.

    The kernel may give a signal to any thread, while Python handles it in the main one, which must then be waiting for
    something to read from what `wake` writes to: nothing else is sure to wake it.
    """
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())


def await_signal() -> None:
    """Hold up the main thread until SIGTERM or SIGINT."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    on_signals(lambda: None, writer)
    os.read(reader, 1)


def allow_many_files() -> None:
    """As many open connections as this account may have: the usual soft limit is 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
