"""Time of the library's search and of the synthesis, by the number of workshops.

`python -m bench.synthesis` prints the figures of docs/adr/0011-a-library-behind-one-key.md: workshops of
60 cards, medians of five.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from speedboat.library import search, selection
from speedboat.reports.synthesis import synthesise
from speedboat.storage.library_queries import LibraryQuery
from speedboat.storage.store import Store
from tests.support.many_workshops import seed

SECRET = "a secret for the figures only"


def main() -> None:
    print(
        "| workshops | every log read anew | synthesis as it is asked again | of which comparing | one word searched |"
    )
    print("|---|---|---|---|---|")
    for count in (50, 100, 200):
        with tempfile.TemporaryDirectory() as folder:
            store = Store(f"sqlite:///{Path(folder) / 'speedboat.db'}")
            store.migrate()
            seed(store, SECRET, count, 60)
            print(measured(store, count))
            store.close()


def measured(store: Store, count: int) -> str:
    first = timed(lambda: whole(store), 1)
    again = timed(lambda: whole(store), 5)
    workshops = selection.take(store, LibraryQuery())
    comparing = timed(lambda: synthesise(workshops, {}), 5)
    searching = timed(lambda: search.shelf(store, LibraryQuery(words=("reseau",)), 1), 5)
    return f"| {count} | {first:.2f} s | {again:.2f} s | {comparing:.2f} s | {searching * 1000:.0f} ms |"


def whole(store: Store) -> Any:
    workshops = selection.take(store, LibraryQuery())
    return synthesise(workshops, selection.bonds(store, workshops))


def timed(run: Callable[[], Any], rounds: int) -> float:
    """Seconds, the median."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    main()
