"""Effect of heavy jobs on the live rooms: 50 PDFs, 50 suggestions and 50 searches, all at once.

`python -m bench.heavy_work` plays people in twenty other workshops, first alone and then during that load, on one
server, and prints ratios: the 99th percentile of acknowledgements and of joins, peak memory, the longest stall of the
event loop, and how long the server took to shut down. The last row is the median of the others. `--again` repeats the
requests as soon as all are answered, on boards that have changed meanwhile, which is harsher than the promise.
`--one-core` keeps the server and its worker process on one core.

People join the exported board in both phases. Where it may, the server and the people who play run before all other
programs (`SCHED_RR`), since others may use the machine; those who join run next, those who ask for heavy work last. A
worker process that other programs leave no core works slowly then, and all is answered long after the phase is over:
the figures are of its first seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import signal
import statistics
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from socketio.exceptions import SocketIOError

from bench.measured_servers import BUILD, Figures, Server, build_programs, load, median, serving
from speedboat.access.keys import KeyMaker
from speedboat.cli.maintenance import import_workshop
from speedboat.exports import archive
from speedboat.storage.store import Store
from tests.support.boards import ALICE, NOW
from tests.support.finished_workshops import lezoux
from tests.support.heavy_work import children
from tests.support.live_server import Person, command_id

CARDS, SUGGESTED = 1000, 400  # of the board that is exported, and of the one suggestions are made for
LAG = r'speedboat_loop_lag_seconds_bucket\{le="([^"]+)"\} (\S+)'
HEAD = (
    "quiet p50 / p99, ms", "beside heavy work", "p99 × quiet", "s until all is answered", "answers 200 / 503 / others",
    "slowest join, s", "loop held at most, ms", "MB, all processes", "s to end", "load",
)  # fmt: skip
EACH = 50  # of PDFs, suggestions and searches at once
ROOMS, PEOPLE, RATE = 20, 60, 100  # of the live workshops beside: acts a second in all of them together
SETTINGS = {
    "SPEEDBOAT_SECRET_KEY": "a secret for the bench only, long enough",
    "SPEEDBOAT_ADMIN_KEY": "of the bench, long enough too",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.heavy_work", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6, help="of one phase; all is answered in about that time")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--one-core", action="store_true")
    parser.add_argument(
        "--folder", default=str(BUILD), help="where the data is: in memory, the disk's noise is left out"
    )
    options = parser.parse_args()
    build_programs()
    go_before_others(2)
    rounds = []
    print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD))
    for _ in range(options.rounds):
        rounds.append(_round(options))
        print(_row(rounds[-1]), flush=True)
    print(_row(median(rounds)))


def go_before_others(priority: int) -> None:
    """Where we may, run before all other programs on this machine; the worker process still gives way by itself."""
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(priority))


def _row(figures: Figures) -> str:
    cells = [
        f"{figures['quiet_p50']:.2f} / {figures['quiet_p99']:.2f}",
        f"{figures['loaded_p50']:.2f} / {figures['loaded_p99']:.2f}",
        f"{figures['ratio']:.2f}",
        f"{figures['answered_in']:.1f}",
        f"{figures['made']:.0f} / {figures['put_off']:.0f} / {figures['others']:.0f}",
        f"{figures['slowest_join']:.2f} of {figures['joins']:.0f}",
        f"{figures['loop_held'] * 1000:g}",
        f"{figures['memory']:.0f}",
        f"{figures['to_end']:.1f}",
        f"{figures['load']:.1f}",
    ]
    return "| " + " | ".join(cells) + " |"


def _round(options: argparse.Namespace) -> Figures:
    with tempfile.TemporaryDirectory(prefix="speedboat-heavy-", dir=options.folder) as folder:
        codes = _workshops(Path(folder))
        with serving("speedboat", SPEEDBOAT_DATA_DIR=folder, **SETTINGS) as server:
            if not options.one_core:
                _on_all_cores(server.process.pid)
            return _measure(server, codes, options.seconds, options.again)


def _workshops(folder: Path) -> tuple[Any, ...]:
    store = Store(f"sqlite:///{folder / 'speedboat.db'}")
    store.migrate()
    imported = []
    for cards in (CARDS, SUGGESTED):
        table = lezoux(cards)
        if cards == SUGGESTED:
            table.do(ALICE, "set_phase", phase="group")
        document = archive.write(table.log, table.board.names)
        imported.append(import_workshop(store, KeyMaker(SETTINGS["SPEEDBOAT_SECRET_KEY"]), document, NOW))
    store.close()
    return tuple((workshop.code, key) for workshop, key in imported)


def _on_all_cores(pid: int) -> None:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), range(os.cpu_count() or 1))


def _measure(server: Server, boards: tuple[Any, ...], seconds: float, again: bool) -> Figures:
    """Quiet, loaded, quiet, loaded on one server, then its end under load."""
    live = server.codes(ROOMS)
    runs: dict[str, list[Figures]] = {"quiet": [], "loaded": []}
    heavy = Heavy(server, boards, again)
    load(server, PEOPLE, live, rate=RATE, duration=2)  # everything is loaded that is loaded once
    for _ in range(2):
        with heavy.going_on(quietly=True):
            runs["quiet"].append(load(server, PEOPLE, live, rate=RATE, duration=seconds))
        with heavy.going_on():
            runs["loaded"].append(load(server, PEOPLE, live, rate=RATE, duration=seconds))
    loop_held = heavy.longest_hold()
    with heavy.going_on():
        time.sleep(1)
        started = time.perf_counter()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(60)
        to_end = time.perf_counter() - started
    figures = {
        f"{phase}_{name}": statistics.mean(run[f"ack_{name}"] for run in of)
        for phase, of in runs.items()
        for name in ("p50", "p99")
    }
    return figures | heavy.figures() | {
        "ratio": figures["loaded_p99"] / figures["quiet_p99"],
        "loop_held": loop_held,
        "to_end": to_end,
        "load": os.getloadavg()[0],
    }  # fmt: skip


class Heavy:
    """Requests for heavy work, joins beside them, and the memory that all of it takes."""

    def __init__(self, server: Server, boards: tuple[Any, ...], again: bool) -> None:
        self.server = server
        self.again = again
        self.answered_in: list[float] = []
        self.url = f"http://127.0.0.1:{server.port}"
        self.joins: list[float] = []
        self.answers: list[int] = []
        self.memory = 0.0
        self._boards = []
        for code, key in boards:
            token = server.post(f"/api/v1/workshops/{code}/people", {"key": key})["token"]
            self._boards.append((f"/api/v1/workshops/{code}", token))
        self._visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self._enter()

    def _enter(self) -> None:
        try:
            self._visitor.open(f"{self.url}/library").close()
        except urllib.error.HTTPError as error:  # the door
            token = re.search(r'name="csrf_token" value="([^"]+)"', error.read().decode())
            assert token
            body = {"csrf_token": token[1], "key": SETTINGS["SPEEDBOAT_ADMIN_KEY"], "held": "[]"}
            self._visitor.open(f"{self.url}/library/open", urllib.parse.urlencode(body).encode()).close()

    def figures(self) -> Figures:
        """Of the phases so far: answers are counted for one of them, or for one time that all was asked."""
        times, answers = len(self.answered_in), self.answers
        return {
            "answered_in": statistics.mean(self.answered_in),
            "made": answers.count(200) / times,
            "put_off": answers.count(503) / times,
            "others": sum(answer not in (200, 503) for answer in answers) / times,
            "slowest_join": max(self.joins),
            "joins": len(self.joins),
            "memory": self.memory,
        }

    def longest_hold(self) -> float:
        """Seconds, of the metric of how late the loop comes: the upper end of the last bucket with anything in it."""
        page = urllib.request.urlopen(f"{self.url}/metrics").read().decode()
        below = [(float(end), float(n)) for end, n in re.findall(LAG, page)]
        return next(end for end, n in below if n == below[-1][1])

    @contextlib.contextmanager
    def going_on(self, *, quietly: bool = False) -> Iterator[None]:
        """Meanwhile people join the large board and, unless `quietly`, all that is heavy is asked for."""
        over = threading.Event()
        parts = (self._join, self._watch) if quietly else (self._ask, self._join, self._watch)
        threads = [threading.Thread(target=part, args=(over,)) for part in parts]
        for thread in threads:
            thread.start()
        yield
        over.set()
        for thread in threads:
            thread.join()

    def _ask(self, over: threading.Event) -> None:
        """All at once; when all are answered the boards are changed, so that no result is known the next time."""
        (exported, token), (suggested, other) = self._boards
        with ThreadPoolExecutor(3 * EACH, initializer=_after_others) as pool:
            while not over.is_set():
                paths = [(f"{exported}/export.pdf?lang=fr", token)] * EACH + [
                    (f"{suggested}/suggestions", other)
                ] * EACH
                paths += [(f"/library?q=budget+{n}", "") for n in range(EACH)]
                started = time.perf_counter()
                answers = list(pool.map(self._get, *zip(*paths, strict=True)))
                if 0 not in answers:
                    self.answers += answers
                    self.answered_in.append(time.perf_counter() - started)
                for path, by in self._boards:
                    self._get(
                        f"{path}/commands", by, json.dumps({"id": command_id(), "name": "set_timer", "seconds": 60})
                    )
                if not self.again:
                    return

    def _get(self, path: str, token: str, body: str | None = None) -> int:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(self.url + path, body.encode() if body else None, headers)
        try:
            with (
                self._visitor.open(request, timeout=120) if not token else urllib.request.urlopen(request, timeout=120)
            ) as answer:
                answer.read()
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return 0  # the server has ended

    def _join(self, over: threading.Event) -> None:
        go_before_others(1)  # but after the server and the load: reading so large a board takes long in Python
        path, token = self._boards[0]
        while not over.wait(0.5):
            started = time.perf_counter()
            try:
                Person(self.url, path.rpartition("/")[2], token=token).join().leave()
            except (OSError, ConnectionError, SocketIOError):
                return  # the server has ended
            self.joins.append(time.perf_counter() - started)

    def _watch(self, over: threading.Event) -> None:
        _after_others()
        while not over.wait(0.2):
            pids = [self.server.process.pid, *children(self.server.process.pid)]
            self.memory = max(self.memory, sum(_resident(pid) for pid in pids))


def _after_others() -> None:
    """This thread is a caller somewhere else in the world: here it shares the cores with what is measured."""
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        return 0.0


if __name__ == "__main__":
    main()
