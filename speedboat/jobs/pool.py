"""The pool of heavy jobs: which request waits for which job, worker processes, and the result cache.

The order of jobs is decided in `queue.py`, a worker process is driven by `process.py`, the work itself is `worker.py`.
Waiting never blocks the event loop, and a job that nobody waits for any more is dropped.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import NamedTuple, cast

from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Refused
from speedboat.jobs.pace import Pace
from speedboat.jobs.process import JobProcess
from speedboat.jobs.queue import Asker, FairQueue
from speedboat.jobs.results import Results
from speedboat.jobs.tasks import JobReply, Task, WorkerSetup
from speedboat.metrics import Metrics
from speedboat.server import Serving, Waiter

LOOK = 0.5  # seconds between two checks whether a client is still connected
COME_AGAIN = 5000  # ms after which a refused client should ask again
ANY_TIME = -1  # the seq of a job over many workshops, whose result is not cached

log = logging.getLogger(__name__)


class JobLimits(NamedTuple):
    """Limits of the pool.

    Attributes:
        each, group, in_all: jobs that may wait, of one person, of one workshop, and in all.
        run: seconds a job may take.
        abandoned: seconds a job may go on when nobody waits for it any more.
        idle: seconds after which an idle worker process ends.
        cache: bytes of results that are cached.
    """

    each: int = 8
    group: int = 24
    in_all: int = 100
    run: float = 120.0
    abandoned: float = 2.0
    idle: float = 300.0
    cache: int = 16_000_000


class Job:
    """A task in the queue or running, and the requests that wait for it; a background job has none."""

    def __init__(self, task: Task, seq: int, asker: Asker, *, in_background: bool = False) -> None:
        self.key = (task, seq)
        self.asker = asker
        self.in_background = in_background
        self.waiters: set[Waiter] = set()
        self.started = 0.0
        self.abandoned_at: float | None = None
        self.is_cacheable = seq != ANY_TIME

    @property
    def task(self) -> Task:
        """The task to run."""
        return self.key[0]


class Jobs:
    """The heavy jobs of one server.

    Args:
        setup: sent to each worker process when it starts.
        has_left: whether the client of the current request has disconnected.
        clock: milliseconds since the epoch, UTC.
        processes: worker processes at most; each is started when a job needs it.
    """

    def __init__(
        self,
        serving: Serving,
        setup: WorkerSetup,
        metrics: Metrics,
        has_left: Callable[[], bool],
        clock: Callable[[], int],
        processes: int = 1,
        limits: JobLimits | None = None,
    ) -> None:
        self._serving = serving
        self._setup = setup
        self._metrics = metrics
        self._has_left = has_left
        self._clock = clock
        self._processes = max(1, processes)
        self.pace = Pace(serving, clock)
        self.limits = limits or JobLimits()
        self._condition = threading.Condition()  # guards everything below
        self._queue: FairQueue[Job] = FairQueue(self.limits.each, self.limits.group, self.limits.in_all)
        self._background: dict[Task, Job] = {}
        self._running: set[Job] = set()
        self._open_jobs: dict[tuple[Task, int], Job] = {}  # waiting or running, for further requests of the same
        self._results = Results(self.limits.cache)
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._closing = False

    # --- requesting -------------------------------------------------------------------------------------------------

    def run(self, task: Task, person: str, seq: int = ANY_TIME) -> bytes:
        """Return the result of a task, from the cache or a worker process. Waits without blocking the event loop.

        Args:
            person: who asks; people take turns within a workshop.
            seq: the workshop's seq, under which the result is cached.

        Raises:
            Refused: the task was refused; or `try_again`: the queue is full, it took too long, or the process died.
        """
        with self._condition:
            if (cached := self._results.get((task, seq))) is not None:
                return cached
            job, waiter = self._join(task, person, seq)
        try:
            outcome = self._await(waiter)
        finally:
            self._leave(job, waiter)
        self.pace.wait()  # so that a result many waited for is not sent to all of them at once
        if isinstance(outcome, Refused):
            raise Refused(outcome.code, outcome.field, **outcome.details)
        return outcome

    def run_later(self, task: Task) -> None:
        """Run a task in the background when nothing else waits, and again as long as its result is not empty."""
        with self._condition:
            if not self._closing and task not in self._background:
                self._background[task] = Job(task, ANY_TIME, (task.workshop, ""), in_background=True)
                self._call_worker()

    def forget(self, workshop: WorkshopNumber) -> None:
        """Drop the cached results of a workshop, and do not cache those of its running jobs."""
        with self._condition:
            self._results.forget(workshop)
            for job in self._running:
                if job.task.workshop == workshop:
                    job.is_cacheable = False

    def stop(self) -> None:
        """Refuse the waiting jobs and kill the running ones. Blocks for up to two seconds a process."""
        with self._condition:
            self._closing = True
            while job := self._queue.take():
                self._finish(job, self._try_again())
            self._background.clear()
            threads = list(self._threads)
            self._condition.notify_all()
        for thread in threads:
            thread.join(2)

    def _join(self, task: Task, person: str, seq: int) -> tuple[Job, Waiter]:
        job = self._open_jobs.get((task, seq))
        if job is None:
            job = Job(task, seq, (task.workshop or person, person))
            if self._closing or not self._queue.put(job):
                raise self._try_again()
            self._open_jobs[job.key] = job
            self._call_worker()
        waiter = self._serving.waiter()
        job.waiters.add(waiter)
        job.abandoned_at = None
        self._count()
        return job, waiter

    def _await(self, waiter: Waiter) -> bytes | Refused:
        while True:
            try:
                return cast("bytes | Refused", waiter.wait(LOOK))
            except TimeoutError:
                if self._has_left():
                    return self._try_again()  # nobody will read it

    def _leave(self, job: Job, waiter: Waiter) -> None:
        with self._condition:
            job.waiters.discard(waiter)
            if not job.waiters and job.abandoned_at is None:
                job.abandoned_at = time.monotonic()
                if self._queue.remove(job):
                    self._close(job)
                    self._count()

    def _try_again(self) -> Refused:
        return Refused("try_again", retry_at=self._clock() + COME_AGAIN)

    # --- running ----------------------------------------------------------------------------------------------------

    def _call_worker(self) -> None:
        if not self._idle and len(self._threads) < self._processes:
            thread = threading.Thread(target=self._work, name="heavy", daemon=True)
            self._threads.add(thread)
            thread.start()
        self._condition.notify()

    def _work(self) -> None:
        """Run jobs one after another, in a native thread for each process, until there is none for `idle` seconds."""
        process: JobProcess | None = None
        while job := self._next():
            outcome: bytes | Refused = self._try_again()
            try:
                process = process or JobProcess(self._setup)
                outcome = self._outcome(job, process.do(job.task, lambda job=job: self._should_continue(job)))  # type: ignore[misc]
            except Exception as fault:  # whatever it is, the waiting requests are answered and the next job runs
                log.error(
                    "could not use a worker process for %s (%s): callers are told to try again; check memory",
                    type(job.task).__name__,
                    type(fault).__name__,
                )
            with self._condition:
                self._finish(job, outcome)
            if process is not None and process.is_spent:
                process.kill()  # now, not when the next job comes: its memory is needed elsewhere
                process = None
        if process is not None:
            process.kill()

    def _next(self) -> Job | None:
        with self._condition:
            until = time.monotonic() + self.limits.idle
            while not self._closing and (seconds := until - time.monotonic()) > 0:
                if job := self._take():
                    job.started = time.monotonic()
                    self._running.add(job)
                    self._count()
                    return job
                self._idle += 1
                self._condition.wait(seconds)
                self._idle -= 1
            self._threads.discard(threading.current_thread())
            return None

    def _take(self) -> Job | None:
        if job := self._queue.take({running.asker for running in self._running}):
            return job
        if self._background:
            return self._background.pop(next(iter(self._background)))
        return None

    def _should_continue(self, job: Job) -> bool:
        """Whether a running job should go on; if not, later requests of the same get a new job."""
        with self._condition:
            now = time.monotonic()
            since = None if job.in_background else job.abandoned_at
            has_left = since is not None and now - since >= self.limits.abandoned
            if self._closing or has_left or now - job.started > self.limits.run:
                self._close(job)
                return False
            return True

    def _close(self, job: Job) -> None:
        """Let no further request join a job."""
        if self._open_jobs.get(job.key) is job:
            del self._open_jobs[job.key]

    def _outcome(self, job: Job, reply: JobReply | None) -> bytes | Refused:
        if reply is None:
            if self._should_continue(job):
                log.warning(
                    "the worker process died during %s: callers are told to try again; check memory",
                    type(job.task).__name__,
                )
            return self._try_again()
        return Refused(reply.code, reply.field, **reply.details) if reply.code else reply.body

    def _finish(self, job: Job, outcome: bytes | Refused) -> None:
        """Hand a job's outcome to the requests that wait for it, and cache it."""
        self._running.discard(job)
        if job.in_background and outcome and not isinstance(outcome, Refused) and not self._closing:
            self._background.setdefault(job.task, job)
        self._close(job)
        if job.is_cacheable and isinstance(outcome, bytes):
            self._results.keep(job.key, outcome)
        for waiter in job.waiters:
            self._serving.soon_from_thread(waiter.set, outcome)
        if job.started:
            self._metrics.job_time.labels(type(job.task).__name__).observe(time.monotonic() - job.started)
        self._count()
        self._condition.notify()  # a person who had a job running may have the next one now

    def _count(self) -> None:
        self._metrics.jobs_waiting.set(len(self._queue) + len(self._background))
        self._metrics.jobs_running.set(len(self._running))
