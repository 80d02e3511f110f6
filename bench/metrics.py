"""Cost of metrics: µs of CPU for the observations of one batch of commands.

`python -m bench.metrics` prints the figures of docs/deploy.md. The cost does not depend on the size of the batch.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from speedboat.metrics import Metrics

ROUNDS, TIMES = 9, 20_000


def main() -> None:
    metrics = Metrics()
    nothing = cost(lambda: None)

    def group() -> None:
        """What `writer.py` and `handlers.py` do for one group, clocks included."""
        started = time.perf_counter()
        metrics.count_batch(1, time.perf_counter() - started)
        started = time.perf_counter()
        metrics.flush_time.observe(time.perf_counter() - started)

    print(f"a group: {cost(group) - nothing:.2f} µs")
    print(f"each refusal besides: {cost(lambda: metrics.count_refusal('slow_down')) - nothing:.2f} µs")


def cost(fn: Callable[[], None]) -> float:
    """CPU µs of one call: the least of several rounds, which is what nothing else disturbed."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time_ns()
        for _ in range(TIMES):
            fn()
        rounds.append((time.process_time_ns() - started) / TIMES / 1000)
    return min(rounds)


if __name__ == "__main__":
    main()
