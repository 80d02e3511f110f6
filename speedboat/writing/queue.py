"""The writer's queue: waiting requests are handled as one batch, in a native thread or, on a fast disk, on the loop.

Why: docs/adr/0007-quick-disks-are-waited-for.md.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

R = TypeVar("R")  # a request

log = logging.getLogger(__name__)

QUICK = 0.001  # seconds a batch may wait for the disk, on average, to be handled on the event loop
SLOW = 0.003  # with this average, batches go back to the thread
MUCH_TOO_SLOW = 0.05  # with one batch this slow, too
ENOUGH = 30  # batches before the average counts
WEIGHT = 0.1  # of the last batch in the moving average


class Loop(Protocol):
    """What the queue needs of a serving mode to handle batches on its loop (see `server.Serving`)."""

    def later(self, seconds: float, fn: Callable[[], object]) -> None: ...
    def soon_from_thread(self, fn: Callable[..., object], *args: object) -> None: ...


class RequestQueue(Generic[R]):
    """Handles requests in the order they come, one batch at a time.

    Args:
        handle: handles a batch, may block; returns the seconds after which it wants to be called again, or None.
        name: of the thread.
        loop: where batches may be handled too, which saves two thread switches a batch; None: in the thread only.
        try_now: handles on the loop what needs to wait for nothing but the disk; returns the rest.
        idle: a clock, in seconds, of the time that the calling thread has spent waiting.
    """

    def __init__(
        self,
        handle: Callable[[list[R]], float | None],
        name: str,
        loop: Loop | None = None,
        try_now: Callable[[list[R]], Sequence[R]] | None = None,
        idle: Callable[[], float] = lambda: time.perf_counter() - time.thread_time(),
    ) -> None:
        self._handle = handle
        self._loop = loop
        self._try_now = try_now
        self._idle = idle
        self._requests: deque[R] = deque()
        self._wakes: queue.SimpleQueue[bool] = queue.SimpleQueue()  # False: the last
        self._at_work = threading.Lock()
        self._on_loop = False
        self._turn_due = False
        self._again: float | None = None  # seconds after which `handle` wants to be called again
        self._closing = False  # shutting down: the connection is about to close, so the thread keeps all batches
        self._wait, self._groups = 0.0, 0
        self._home = threading.get_ident()  # the thread of the event loop, which builds the application too
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def is_on_loop(self) -> bool:
        """Whether batches are handled on the event loop at present."""
        return self._on_loop

    def put(self, request: R) -> None:
        """Queue a request. Thread-safe."""
        self._requests.append(request)
        if not self._on_loop:
            self._wakes.put(True)
        elif threading.get_ident() != self._home:
            assert self._loop
            self._loop.soon_from_thread(self._turn)
        elif not self._turn_due:
            assert self._loop
            self._turn_due = True
            self._loop.later(0, self._turn)  # once this turn of the loop has read all that came

    def finish(self, timeout: float) -> bool:
        """Handle what is queued, then stop; wait at most `timeout` seconds. Returns False if it is still writing."""
        self._closing = True  # first, so that no batch moves to the loop and runs after the end
        self._on_loop = False
        self._wakes.put(False)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while self._woken():
            self._work()
        self._work()

    def _woken(self) -> bool:
        try:
            return self._wakes.get(timeout=self._again)
        except queue.Empty:
            return True

    def _work(self) -> None:
        with self._at_work:
            group = self._take()
            if group or self._again is not None:
                idle = self._idle()
                self._again = None
                try:
                    self._again = self._handle(group)
                except Exception:
                    log.exception("handling a batch of commands failed; this is a bug, please report it")
                self._judge(self._idle() - idle)

    def _turn(self) -> None:
        """Handle a batch on the loop, or leave it to the thread."""
        self._turn_due = False
        if not self._requests:
            return
        if not self._on_loop or not self._at_work.acquire(blocking=False):
            self._wakes.put(True)
            return
        if self._closing:
            self._at_work.release()
            return
        try:
            assert self._try_now
            group = self._take()
            idle = self._idle()
            try:
                rest = self._try_now(group)
            except Exception:
                log.exception("handling a batch of commands failed; this is a bug, please report it")
                rest = []
            self._judge(self._idle() - idle)
            if rest:
                self._requests.extendleft(reversed(rest))
                self._wakes.put(True)
        finally:
            self._at_work.release()

    def _take(self) -> list[R]:
        return [self._requests.popleft() for _ in range(len(self._requests))]

    def _judge(self, waited: float) -> None:
        """Decide where the next batch is handled, by how long the last ones waited for the disk (seconds)."""
        self._groups += 1
        self._wait += (waited - self._wait) * (WEIGHT if self._groups > 1 else 1)
        if self._try_now is None or self._closing:
            return
        if self._on_loop and (waited > MUCH_TOO_SLOW or self._wait > SLOW):
            self._on_loop, self._groups = False, 0
        elif not self._on_loop and self._groups >= ENOUGH and self._wait < QUICK and self._thread.is_alive():
            self._on_loop = True
