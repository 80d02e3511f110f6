"""Effect of a purge on the live rooms: 1,000 workshops are erased while people play in 100 others.

`python -m bench.purge` prints how long acknowledgements take when nothing else goes on, before and after the purge, and
while it goes on, each measured several times; and how long it took. Where it may, the server and the people who play
run before all other programs (`SCHED_RR`), since others may use the machine.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from bench.heavy_work import SETTINGS, go_before_others
from bench.measured_servers import BUILD, Figures, Server, build_programs, load, serving
from speedboat.access.keys import KeyMaker
from speedboat.cli.maintenance import import_workshop
from speedboat.exports import archive
from speedboat.storage.store import Store
from tests.support.boards import NOW
from tests.support.finished_workshops import lezoux

CARDS = 58  # of each workshop that is erased
ROOMS, PEOPLE, RATE = 100, 300, 200  # live: workshops, people in all, acts a second in all of them together
PATIENCE = 300.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.purge", description=__doc__)
    parser.add_argument("--workshops", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=6, help="of one measurement")
    options = parser.parse_args()
    build_programs()
    go_before_others(2)
    with tempfile.TemporaryDirectory(prefix="speedboat-purge-", dir=BUILD) as folder:
        _fill(Path(folder), options.workshops)
        with serving("speedboat", SPEEDBOAT_DATA_DIR=folder, **SETTINGS) as server:
            _measure(server, Path(folder) / "speedboat.db", options.seconds)


def _fill(folder: Path, count: int) -> None:
    store, table = Store(f"sqlite:///{folder / 'speedboat.db'}"), lezoux(CARDS)
    store.migrate()
    document = archive.write(table.log, table.board.names)
    keys = KeyMaker(SETTINGS["SPEEDBOAT_SECRET_KEY"])
    for _ in range(count):
        import_workshop(store, keys, document, NOW)
    store.close()


def _measure(server: Server, database: Path, seconds: float) -> None:
    live = server.codes(ROOMS)
    load(server, PEOPLE, live, rate=RATE, duration=2)  # everything is loaded that is loaded once
    quiet = [_play(server, live, seconds) for _ in range(4)]
    count = _waiting(database)
    _let_all_be_due(database, live)
    until = time.monotonic() + PATIENCE
    while _waiting(database) == count:  # it looks every half minute
        if time.monotonic() > until:
            raise RuntimeError("nothing is erased")
        time.sleep(0.1)
    started, loaded = time.monotonic(), []
    while _waiting(database) > ROOMS:
        loaded.append(_play(server, live, seconds))
    took = time.monotonic() - started
    quiet += [_play(server, live, seconds) for _ in range(4)]
    print(f"| | p50, ms | p99, ms | measured |\n|---|---|---|---|\n{_row('quiet', quiet)}\n{_row('purge', loaded)}")
    ratio = _p99(loaded) / _p99(quiet)
    print(f"p99 × {ratio:.2f}; {count - ROOMS} workshops in {took:.0f} s; load of the machine {os.getloadavg()[0]:.1f}")


def _play(server: Server, live: list[str], seconds: float) -> Figures:
    return load(server, PEOPLE, live, rate=RATE, duration=seconds)


def _p99(runs: list[Figures]) -> float:
    return statistics.median(run["ack_p99"] for run in runs)


def _row(name: str, runs: list[Figures]) -> str:
    p50, p99 = statistics.median(run["ack_p50"] for run in runs), _p99(runs)
    low, high = min(run["ack_p99"] for run in runs), max(run["ack_p99"] for run in runs)
    return f"| {name} | {p50:.2f} | {p99:.2f} ({low:.2f} to {high:.2f}) | {len(runs)} × |"


def _waiting(database: Path) -> int:
    with sqlite3.connect(database, timeout=60) as connection:
        return int(connection.execute("SELECT count(*) FROM workshops").fetchone()[0])


def _let_all_be_due(database: Path, live: list[str]) -> None:
    """Date the day of all but the live workshops back."""
    marks = ",".join("?" * len(live))
    with sqlite3.connect(database, timeout=60) as connection:
        # Nothing but question marks is put in.
        connection.execute(f"UPDATE workshops SET purge_on = '2026-01-01' WHERE code NOT IN ({marks})", live)


if __name__ == "__main__":
    main()
