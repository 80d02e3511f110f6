"""Heavy work apart from the live rooms: worker processes, a bounded queue in front of them, results kept by `seq`.

Here is who waits for what; the order is `jobs/queue.py`, a process `process.py`, the work `worker.py`. Whoever
waits does not hold up the loop, and work that nobody waits for any more is not done.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from speedboat.domain.messages import Refused
from speedboat.jobs.pace import Pace
from speedboat.jobs.process import JobProcess
from speedboat.jobs.queue import Asker, FairQueue
from speedboat.jobs.results import Results
from speedboat.jobs.tasks import Reply, Setup, Task
from speedboat.metrics import Metrics
from speedboat.server import Serving, Waiter

LOOK = 0.5  # seconds between two looks at whether a caller is still there
COME_AGAIN = 5000  # ms after which whoever was refused should ask again
ANY_TIME = -1  # stands for the seq of what is made from many workshops, which is not kept

log = logging.getLogger(__name__)


class Limits(NamedTuple):
    """How many jobs may wait, of one person, of one workshop and in all; seconds a job may take, may go on when nobody
    waits for it, and a process may be idle; bytes of results that are kept."""

    each: int = 8
    group: int = 24
    in_all: int = 100
    run: float = 120.0
    unwanted: float = 2.0
    idle: float = 300.0
    kept: int = 16_000_000


class Job:
    """A task that somebody waits for, or, in the background, nobody."""

    def __init__(self, task: Task, seq: int, asker: Asker, *, in_background: bool = False) -> None:
        self.key = (task, seq)
        self.asker = asker
        self.in_background = in_background
        self.waiters: set[Waiter] = set()
        self.started = 0.0
        self.unwanted_since: float | None = None
        self.may_be_kept = seq != ANY_TIME

    @property
    def task(self) -> Task:
        return self.key[0]


class Jobs:
    """The heavy work of one server.

    Args:
        setup: what each process is told first.
        has_left: whether whoever made the request being answered has hung up.
        clock: milliseconds since the epoch, UTC.
        processes: how many work at once; started with the first job.
    """

    def __init__(
        self,
        serving: Serving,
        setup: Setup,
        metrics: Metrics,
        has_left: Callable[[], bool],
        clock: Callable[[], int],
        processes: int = 1,
        limits: Limits | None = None,
    ) -> None:
        self._serving = serving
        self._setup = setup
        self._metrics = metrics
        self._has_left = has_left
        self._clock = clock
        self._processes = max(1, processes)
        self.pace = Pace(serving, clock)
        self.limits = limits or Limits()
        self._news = threading.Condition()  # guards all below; never held while anything is waited for but news
        self._queue: FairQueue[Job] = FairQueue(self.limits.each, self.limits.group, self.limits.in_all)
        self._background: dict[Task, Job] = {}
        self._running: set[Job] = set()
        self._wanted: dict[tuple[Task, int], Job] = {}  # what waits or runs, for whoever asks for the same
        self._results = Results(self.limits.kept)
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._closing = False

    # --- asking -----------------------------------------------------------------------------------------------------

    def run(self, task: Task, person: str, seq: int = ANY_TIME) -> bytes:
        """The result of a task, made now or known; waits for it without holding up the loop.

        Args:
            person: who takes turns with the others, in the task's workshop.
            seq: of the workshop; the result is kept for whoever asks for the same at this seq.

        Raises:
            Refused: of the task; or `try_again`: too much waits, it took too long, or the process died of it.
        """
        with self._news:
            if (known := self._results.get((task, seq))) is not None:
                return known
            job, waiter = self._join(task, person, seq)
        try:
            outcome = self._await(waiter)
        finally:
            self._leave(job, waiter)
        self.pace.wait()  # what many waited for is not sent to all of them at once
        if isinstance(outcome, Refused):
            raise Refused(outcome.code, outcome.field, **outcome.details)
        return outcome

    def run_later(self, task: Task) -> None:
        """Do a task once nothing else waits, and again as long as it has a result."""
        with self._news:
            if not self._closing and task not in self._background:
                self._background[task] = Job(task, ANY_TIME, (task.workshop, ""), in_background=True)
                self._call_worker()

    def forget(self, workshop: int) -> None:
        """Drop what is kept of a workshop, and keep nothing of what is being made from it now."""
        with self._news:
            self._results.forget(workshop)
            for job in self._running:
                if job.task.workshop == workshop:
                    job.may_be_kept = False

    def stop(self) -> None:
        """Refuse what waits, kill what runs; blocks for a moment."""
        with self._news:
            self._closing = True
            while job := self._queue.take():
                self._finish(job, self._try_again())
            self._background.clear()
            threads = list(self._threads)
            self._news.notify_all()
        for thread in threads:
            thread.join(2)

    def _join(self, task: Task, person: str, seq: int) -> tuple[Job, Waiter]:
        job = self._wanted.get((task, seq))
        if job is None:
            job = Job(task, seq, (task.workshop or person, person))
            if self._closing or not self._queue.put(job):
                raise self._try_again()
            self._wanted[job.key] = job
            self._call_worker()
        waiter = self._serving.waiter()
        job.waiters.add(waiter)
        job.unwanted_since = None
        self._count()
        return job, waiter

    def _await(self, waiter: Waiter) -> bytes | Refused:
        while True:
            try:
                outcome: bytes | Refused = waiter.wait(LOOK)
                return outcome
            except TimeoutError:
                if self._has_left():
                    return self._try_again()  # which nobody reads

    def _leave(self, job: Job, waiter: Waiter) -> None:
        with self._news:
            job.waiters.discard(waiter)
            if not job.waiters and job.unwanted_since is None:
                job.unwanted_since = time.monotonic()
                if self._queue.remove(job):
                    self._close(job)
                    self._count()

    def _try_again(self) -> Refused:
        return Refused("try_again", retry_at=self._clock() + COME_AGAIN)

    # --- working ----------------------------------------------------------------------------------------------------

    def _call_worker(self) -> None:
        if not self._idle and len(self._threads) < self._processes:
            thread = threading.Thread(target=self._work, name="heavy", daemon=True)
            self._threads.add(thread)
            thread.start()
        self._news.notify()

    def _work(self) -> None:
        """In a native thread for each process: one job after another, until there is none for a while."""
        process: JobProcess | None = None
        while job := self._next():
            outcome: bytes | Refused = self._try_again()
            try:
                process = process or JobProcess(self._setup)
                outcome = self._outcome(job, process.do(job.task, lambda job=job: self._is_wanted(job)))  # type: ignore[misc]
            except Exception as fault:  # whatever it is, those who wait are told, and the next job is done
                log.error(
                    "could not use a worker process for %s (%s): callers are told to try again; check memory",
                    type(job.task).__name__,
                    type(fault).__name__,
                )
            with self._news:
                self._finish(job, outcome)
            if process is not None and process.is_spent:
                process.kill()  # now, not when the next job comes: its memory is of use to others
                process = None
        if process is not None:
            process.kill()

    def _next(self) -> Job | None:
        with self._news:
            until = time.monotonic() + self.limits.idle
            while not self._closing and (left := until - time.monotonic()) > 0:
                if job := self._take():
                    job.started = time.monotonic()
                    self._running.add(job)
                    self._count()
                    return job
                self._idle += 1
                self._news.wait(left)
                self._idle -= 1
            self._threads.discard(threading.current_thread())
            return None

    def _take(self) -> Job | None:
        if job := self._queue.take({running.asker for running in self._running}):
            return job
        if self._background:
            return self._background.pop(next(iter(self._background)))
        return None

    def _is_wanted(self, job: Job) -> bool:
        """Whether to go on with what runs; if not, whoever asks for the same from now on gets a job of their own."""
        with self._news:
            now = time.monotonic()
            since = None if job.in_background else job.unwanted_since
            has_left = since is not None and now - since >= self.limits.unwanted
            if self._closing or has_left or now - job.started > self.limits.run:
                self._close(job)
                return False
            return True

    def _close(self, job: Job) -> None:
        """Nobody joins it any more."""
        if self._wanted.get(job.key) is job:
            del self._wanted[job.key]

    def _outcome(self, job: Job, reply: Reply | None) -> bytes | Refused:
        if reply is None:
            if self._is_wanted(job):
                log.warning(
                    "the worker process died during %s: callers are told to try again; check memory",
                    type(job.task).__name__,
                )
            return self._try_again()
        return Refused(reply.code, reply.field, **reply.details) if reply.code else reply.body

    def _finish(self, job: Job, outcome: bytes | Refused) -> None:
        """Hand out what came of a job."""
        self._running.discard(job)
        if job.in_background and outcome and not isinstance(outcome, Refused) and not self._closing:
            self._background.setdefault(job.task, job)
        self._close(job)
        if job.may_be_kept and isinstance(outcome, bytes):
            self._results.keep(job.key, outcome)
        for waiter in job.waiters:
            self._serving.soon_from_thread(waiter.set, outcome)
        if job.started:
            self._metrics.job_time.labels(type(job.task).__name__).observe(time.monotonic() - job.started)
        self._count()
        self._news.notify()  # whoever was busy may be served now

    def _count(self) -> None:
        self._metrics.jobs_waiting.set(len(self._queue) + len(self._background))
        self._metrics.jobs_running.set(len(self._running))
