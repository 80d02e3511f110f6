"""What `/metrics` shows of one process: counted where it happens, once for each group, and written down when asked.

Plain tallies: the hot path pays an addition, the library that knows the format is used by whoever looks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
SIZES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)


class Tally:
    """How often something was at most so much, and all of it added up."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def buckets(self) -> list[tuple[str, float]]:
        """The bounds with how many were at or below each, as Prometheus counts."""
        reached, found = 0, []
        for bound, count in zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True):
            reached += count
            found.append((bound, float(reached)))
        return found


class Measures:
    """The tallies of one process, and what is looked up when somebody asks."""

    def __init__(self) -> None:
        self.commit = Tally(SECONDS)
        self.group = Tally(SIZES)
        self.flush = Tally(SECONDS)
        self.lag = Tally(SECONDS)
        self.refusals: Counter[str] = Counter()
        self.connections: Callable[[], int] = lambda: 0
        self.workshops: Callable[[], int] = lambda: 0
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def written(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Any]:
        yield _gauge("speedboat_connections", "Open sockets in workshops.", self.connections())
        yield _gauge("speedboat_workshops_live", "Workshops that somebody has open.", self.workshops())
        yield _histogram("speedboat_commit_seconds", "From beginning a transaction to being on disk.", self.commit)
        yield _histogram("speedboat_group_commands", "Commands written in one transaction.", self.group)
        yield _histogram("speedboat_flush_seconds", "Handing a group's patches and answers to sockets.", self.flush)
        yield _histogram("speedboat_loop_lag_seconds", "How late the loop comes to what is due.", self.lag)
        refused = CounterMetricFamily("speedboat_refusals", "Commands refused, by name.", labels=["code"])
        for code, count in sorted(self.refusals.items()):
            refused.add_metric([code], count)
        yield refused


def _gauge(name: str, said: str, value: float) -> Any:
    return GaugeMetricFamily(name, said, value=value)


def _histogram(name: str, said: str, tally: Tally) -> Any:
    return HistogramMetricFamily(name, said, buckets=tally.buckets(), sum_value=tally.total)
