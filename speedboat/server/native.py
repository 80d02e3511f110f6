"""Native threads: the pool for what may block, the writer's desk, the mailbox back to the loop, signals."""

from __future__ import annotations

import logging
import os
import queue
import resource
import signal
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

log = logging.getLogger(__name__)

NATIVE_THREADS = 8
MOST_FILES = 65_536

_pools: list[ThreadPoolExecutor] = []


def run_native(fn: Callable[..., Any], args: tuple[Any, ...], done: Callable[[tuple[bool, Any]], None]) -> None:
    """Run in the pool; `done` is called there with (True, result) or (False, exception)."""
    if not _pools:
        _pools.append(ThreadPoolExecutor(NATIVE_THREADS, thread_name_prefix="off-loop"))

    def run() -> None:
        try:
            outcome = (True, fn(*args))
        except Exception as error:  # handed to whoever waits
            outcome = (False, error)
        done(outcome)

    _pools[0].submit(run)


class Mailbox:
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


def on_signals(stop: Callable[[], None]) -> None:
    """Call it, in the main thread, at SIGTERM and SIGINT; a second one finds it told already."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())


def allow_many_files() -> None:
    """As many open connections as this account may have: the usual soft limit is 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
