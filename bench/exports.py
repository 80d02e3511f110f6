"""Cost of an export of 1,000 cards: seconds, memory, and the longest stall of the event loop.

`python -m bench.exports` prints the table of docs/exports.md. Each export runs in a process of its own, in a native
thread as in the server, while the main thread, in place of the event loop, wakes up every millisecond.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from speedboat.access.keys import KeyMaker
from speedboat.cli.maintenance import import_workshop
from speedboat.domain.messages import Viewer
from speedboat.exports import archive, export
from speedboat.storage.store import Store
from tests.support.boards import ALICE, NOW
from tests.support.finished_workshops import lezoux

CARDS = 1000
ROUNDS = 5
FORMS = ("json", "csv", "xlsx", "md", "docx", "pdf", "png", "svg")


def main() -> None:
    print(f"| {CARDS:,} cards | seconds | MB more | longest hold of the loop, ms | of these, without an export | kB |")
    print("|---|---|---|---|---|---|")
    with tempfile.NamedTemporaryFile(suffix=".json") as document:
        table = lezoux(CARDS)
        Path(document.name).write_bytes(archive.write(table.log, table.board.names))
        _measure_all(document.name)


def _measure_all(document: str) -> None:
    for form in FORMS:
        runs = [_in_a_process(form, document) for _ in range(ROUNDS)]
        row = [statistics.median(run[name] for run in runs) for name in ("seconds", "megabytes", "hold", "idle")]
        print(f"| {form} | {row[0]:.2f} | {row[1]:.0f} | {row[2]:.0f} | {row[3]:.0f} | {runs[0]['kilobytes']:,.0f} |")


def _in_a_process(form: str, document: str) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "bench.exports", form, document]
    measured: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return measured


def measure(form: str, document: bytes) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'bench.db'}")
        store.migrate()
        workshop, _ = import_workshop(store, KeyMaker("a secret for the bench only, long enough"), document, NOW)
        before = _memory()
        with ThreadPoolExecutor(1) as beside:
            idle, _ = _watched(beside.submit(time.sleep, 1.0))
            started = time.perf_counter()
            future = beside.submit(export, store, workshop.id, form, Viewer(ALICE, "facilitator"), "fr")
            hold, content = _watched(future)
        return {
            "seconds": time.perf_counter() - started,
            "megabytes": _memory() - before,
            "hold": hold,
            "idle": idle,
            "kilobytes": len(content) / 1000,
        }


def _watched(running: Future[Any]) -> tuple[float, Any]:
    """Look in every millisecond, as a loop does; by how many it came too late at most, and what came of it."""
    longest, last = 0.0, time.perf_counter()
    while not running.done():
        time.sleep(0.001)
        now = time.perf_counter()
        longest, last = max(longest, (now - last) * 1000 - 1), now
    return longest, running.result()


def _memory() -> float:
    """The most this process has ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]).read_bytes())))
    else:
        main()
