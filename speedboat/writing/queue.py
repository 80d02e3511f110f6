"""The writer's desk: what has come is taken together and handled at once, in a native thread or, while that is measured
to be quick, on the loop."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

log = logging.getLogger(__name__)

QUICK = 0.001  # seconds a group may wait for the disk, on average, to be handled on the loop
SLOW = 0.003  # on average, and it goes back to the thread
MUCH_TOO_SLOW = 0.05  # once
ENOUGH = 30  # groups before an average is believed
WEIGHT = 0.1  # of the last group in the average


class Loop(Protocol):
    """What the desk needs of a serving mode to work on its loop."""

    def later(self, seconds: float, fn: Callable[[], Any]) -> None: ...
    def soon_from_thread(self, fn: Callable[..., Any], *args: Any) -> None: ...


class Desk:
    """Requests in the order they come; never two groups at a time.

    Args:
        handle: does a group, waiting for whatever must be waited for; returns the seconds after which it wants to be
            called again, if only with nothing, or None.
        loop: given, the desk may move there, where it saves two changes of thread a group.
        try_now: does what can be done without waiting for more than the disk; returns the rest.
        idle: a clock, in seconds, of the time that this thread has spent waiting.
    """

    def __init__(
        self,
        handle: Callable[[list[Any]], float | None],
        name: str,
        loop: Loop | None = None,
        try_now: Callable[[list[Any]], Sequence[Any]] | None = None,
        idle: Callable[[], float] = lambda: time.perf_counter() - time.thread_time(),
    ) -> None:
        self._handle = handle
        self._loop = loop
        self._try_now = try_now
        self._idle = idle
        self._requests: deque[Any] = deque()
        self._wakes: queue.SimpleQueue[bool] = queue.SimpleQueue()  # False: the last
        self._at_work = threading.Lock()
        self._on_loop = False
        self._turn_due = False
        self._again: float | None = None  # seconds after which the thread handles what there is, if only nothing
        self._closing = False  # what is written with is closed next: the desk may not move any more
        self._wait, self._groups = 0.0, 0
        self._home = threading.get_ident()  # the thread of the loop: whoever builds the house serves in it
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def is_on_loop(self) -> bool:
        return self._on_loop

    def put(self, request: Any) -> None:
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
        """Handle what has come, then stop; waits at most so many seconds. Whether it has: if not, it still writes."""
        self._closing = True  # first: a group that moves the desk to the loop now would be handled after the end
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
        """On the loop."""
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
                rest = ()
            self._judge(self._idle() - idle)
            if rest:
                self._requests.extendleft(reversed(rest))
                self._wakes.put(True)
        finally:
            self._at_work.release()

    def _take(self) -> list[Any]:
        return [self._requests.popleft() for _ in range(len(self._requests))]

    def _judge(self, waited: float) -> None:
        """Where the next group is to be handled, by how long the last ones waited for the disk."""
        self._groups += 1
        self._wait += (waited - self._wait) * (WEIGHT if self._groups > 1 else 1)
        if self._try_now is None or self._closing:
            return
        if self._on_loop and (waited > MUCH_TOO_SLOW or self._wait > SLOW):
            self._on_loop, self._groups = False, 0
        elif not self._on_loop and self._groups >= ENOUGH and self._wait < QUICK and self._thread.is_alive():
            self._on_loop = True
