"""Prometheus metrics: how many are connected, how long a batch takes, what is refused. Never who, never what.

Observed once for each batch of requests, not for each message, so that counting costs little.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

TIMES = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
LONG_TIMES = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Metrics:
    """The metrics of one process; `docs/deploy.md` says what each is for."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own = self.registry
        self.connections = Gauge("speedboat_connections", "Sockets that are open.", registry=own)
        self.workshops = Gauge("speedboat_workshops_live", "Workshops with somebody in them.", registry=own)
        text = "From taking a batch of requests to its commit."
        self.group_time = Histogram("speedboat_commit_seconds", text, buckets=TIMES, registry=own)
        self.group_size = Histogram("speedboat_group_requests", "Requests in one batch.", buckets=SIZES, registry=own)
        text = "Handing a batch's answers and patches to the sockets."
        self.flush_time = Histogram("speedboat_flush_seconds", text, buckets=TIMES, registry=own)
        self.refusals = Counter("speedboat_refusals", "Refusals, by name.", ["code"], registry=own)
        text = "How late the event loop runs a timer."
        self.loop_lag = Histogram("speedboat_loop_lag_seconds", text, buckets=TIMES, registry=own)
        text = "1 while this process is connected to the others, or there are no others."
        self.listens_to_others = Gauge("speedboat_hears_others", text, registry=own)
        self.listens_to_others.set(1)
        self.jobs_waiting = Gauge("speedboat_jobs_waiting", "Exports and other heavy jobs in the queue.", registry=own)
        self.jobs_running = Gauge("speedboat_jobs_running", "Heavy jobs running.", registry=own)
        text = "From taking a heavy job out of the queue to its result, by kind."
        self.job_time = Histogram("speedboat_job_seconds", text, ["kind"], buckets=LONG_TIMES, registry=own)

    def count_batch(self, requests: int, seconds: float) -> None:
        """Observe a committed batch: its number of requests, and the seconds it took."""
        self.group_size.observe(requests)
        self.group_time.observe(seconds)

    def count_refusal(self, code: str) -> None:
        """Count a refusal by its code."""
        self.refusals.labels(code).inc()

    def page(self) -> bytes:
        """Return all metrics in Prometheus's text format."""
        return generate_latest(self.registry)


def watch_lag(metrics: Metrics, later: Callable[[float, Callable[[], None]], None], clock: Callable[[], float]) -> None:
    """Measure every second how late the event loop runs a timer: everything else on it is delayed as much.

    Args:
        later: runs a function on the loop after so many seconds.
        clock: seconds of a monotonic clock.
    """

    def schedule() -> None:
        due = clock() + 1.0

        def measure() -> None:
            metrics.loop_lag.observe(max(0.0, clock() - due))
            schedule()

        later(1.0, measure)

    schedule()
