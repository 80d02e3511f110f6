"""What a machine may count: how many are here, how long a group takes, what is refused. Never who, never what.

Counted once a group, not once a message, so that watching costs nothing that could be felt.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

TIMES = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
LONG_TIMES = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Metrics:
    """The figures of one process; `docs/deploy.md` says what each is for."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own = self.registry
        self.connections = Gauge("speedboat_connections", "Sockets that are open.", registry=own)
        self.workshops = Gauge("speedboat_workshops_live", "Workshops with somebody in them.", registry=own)
        said = "From taking a group of requests to its commit."
        self.group_time = Histogram("speedboat_commit_seconds", said, buckets=TIMES, registry=own)
        self.group_size = Histogram("speedboat_group_requests", "Requests in one group.", buckets=SIZES, registry=own)
        said = "Handing a group's answers and patches to the sockets."
        self.flush_time = Histogram("speedboat_flush_seconds", said, buckets=TIMES, registry=own)
        self.refusals = Counter("speedboat_refusals", "Refusals, by name.", ["code"], registry=own)
        said = "How much later than asked the loop does what it is asked."
        self.loop_lag = Histogram("speedboat_loop_lag_seconds", said, buckets=TIMES, registry=own)
        said = "1 while notices of other processes arrive, or there are none to hear."
        self.hears_others = Gauge("speedboat_hears_others", said, registry=own)
        self.hears_others.set(1)
        self.jobs_waiting = Gauge("speedboat_jobs_waiting", "Exports and other heavy work in the queue.", registry=own)
        self.jobs_running = Gauge("speedboat_jobs_running", "Heavy work being done.", registry=own)
        said = "From taking heavy work out of the queue to its result, by kind."
        self.job_time = Histogram("speedboat_job_seconds", said, ["kind"], buckets=LONG_TIMES, registry=own)

    def group(self, requests: int, seconds: float) -> None:
        self.group_size.observe(requests)
        self.group_time.observe(seconds)

    def refused(self, code: str) -> None:
        self.refusals.labels(code).inc()

    def page(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self.registry)


def watch_lag(metrics: Metrics, later: Callable[[float, Callable[[], None]], None], clock: Callable[[], float]) -> None:
    """Ask the loop for something every second; how late it comes is what everything else on it waits too."""

    def ask() -> None:
        due = clock() + 1.0

        def came() -> None:
            metrics.loop_lag.observe(max(0.0, clock() - due))
            ask()

        later(1.0, came)

    ask()
