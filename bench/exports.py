"""What an export of 1,000 cards costs: seconds, memory, and how long it keeps the event loop from its work.

`python -m bench.exports` prints the table of docs/exports.md. Each is made in a process of its own, off the loop as in
the server, while something on the loop looks every millisecond whether it is let.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from speedboat.access import KeyMaker
from speedboat.exports import as_json, export
from speedboat.log import Viewer
from speedboat.server import Serving, make_serving
from speedboat.store import Store
from speedboat.upkeep import import_workshop
from tests.boards import ALICE, NOW
from tests.outcomes import lezoux, source

CARDS = 1000
ROUNDS = 5
FORMS = ("json", "csv", "xlsx", "md", "docx", "pdf", "png", "svg")


def main() -> None:
    print(f"| {CARDS:,} cards | seconds | MB more | longest hold of the loop, ms | of these, without an export | kB |")
    print("|---|---|---|---|---|---|")
    for form in FORMS:
        runs = [_in_a_process(form) for _ in range(ROUNDS)]
        row = [statistics.median(run[name] for run in runs) for name in ("seconds", "megabytes", "hold", "idle")]
        print(f"| {form} | {row[0]:.2f} | {row[1]:.0f} | {row[2]:.0f} | {row[3]:.0f} | {runs[0]['kilobytes']:,.0f} |")


def _in_a_process(form: str) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "bench.exports", form]
    measured: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return measured


def measure(form: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'bench.db'}")
        store.migrate()
        document = as_json.write(source(lezoux(CARDS), None))
        workshop, _ = import_workshop(store, KeyMaker("a secret for the bench only, long enough"), document, NOW)
        serving = make_serving("eventlet")
        watch = Watch(serving)
        serving.off_loop(time.sleep, 1.0)
        idle, watch.longest = watch.longest, 0.0
        before, started = _memory(), time.perf_counter()
        made = serving.off_loop(export, store, workshop.id, form, Viewer(ALICE, "facilitator"), "fr")
        return {
            "seconds": time.perf_counter() - started,
            "megabytes": _memory() - before,
            "hold": watch.longest,
            "idle": idle,
            "kilobytes": len(made) / 1000,
        }


class Watch:
    """Looks in on the loop every millisecond; `longest` is by how many it came too late."""

    def __init__(self, serving: Serving) -> None:
        self.longest, self._serving, self._last = 0.0, serving, time.perf_counter()
        self._look()

    def _look(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, (now - self._last) * 1000 - 1)
        self._last = now
        self._serving.later(0.001, self._look)


def _memory() -> float:
    """The most this process has ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
    else:
        main()
