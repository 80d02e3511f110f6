"""What heavy work does to the live rooms beside it: 50 PDFs, 50 suggestions and 50 searches at once, again and again.

`python -m bench.heavy` plays people in twenty other workshops, quietly and then beside that, in turn on one server, and
prints ratios: of the acknowledgements' 99th percentile, with what joins took, the most memory, and how long the server
took to end. `--one-core` keeps the server and its worker process on one core.
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

from bench.parts import BUILD, Figures, Server, build_programs, load, serving
from speedboat.access.keys import KeyMaker
from speedboat.cli.maintenance import import_workshop
from speedboat.exports import as_json
from speedboat.storage.store import Store
from tests.support.boards import ALICE, NOW
from tests.support.heavy import children
from tests.support.outcomes import lezoux, source
from tests.support.running import Person, command_id

CARDS, SUGGESTED = 1000, 400  # of the board that is exported, and of the one suggestions are made for
EACH = 50  # of PDFs, suggestions and searches at once
ROOMS, PEOPLE, RATE = 20, 60, 100  # of the live workshops beside: acts a second in all of them together
SETTINGS = {"SPEEDBOAT_SECRET_KEY": "a secret for the bench only, long enough", "SPEEDBOAT_ADMIN_KEY": "of the bench"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.heavy", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--one-core", action="store_true")
    parser.add_argument(
        "--folder", default=str(BUILD), help="where the data is: in memory, the disk's noise is left out"
    )
    asked = parser.parse_args()
    build_programs()
    print("| quiet p50 / p99, ms | beside heavy work | p99 × quiet | slowest join, s | joins | answers (200 / 503) "
          "| MB, all processes | s to end | load |\n|---|---|---|---|---|---|---|---|---|")  # fmt: skip
    for _ in range(asked.rounds):
        print(_row(_round(asked.seconds, asked.one_core, asked.folder)), flush=True)


def _row(found: dict[str, Any]) -> str:
    quiet, loaded = found["quiet"], found["loaded"]
    said = found["answers"]
    cells = [
        f"{quiet['ack_p50']:.2f} / {quiet['ack_p99']:.2f}",
        f"{loaded['ack_p50']:.2f} / {loaded['ack_p99']:.2f}",
        f"{loaded['ack_p99'] / quiet['ack_p99']:.2f}",
        f"{max(found['joins']):.2f}",
        str(len(found["joins"])),
        f"{said.count(200)} / {said.count(503)}"
        + (f" others {set(said) - {200, 503}}" if set(said) - {200, 503} else ""),
        f"{found['memory']:.0f}",
        f"{found['ended']:.1f}",
        f"{os.getloadavg()[0]:.1f}",
    ]
    return "| " + " | ".join(cells) + " |"


def _round(seconds: float, one_core: bool, beneath: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="speedboat-heavy-", dir=beneath) as folder:
        codes = _workshops(Path(folder))
        with serving("speedboat", SPEEDBOAT_DATA_DIR=folder, **SETTINGS) as server:
            if not one_core:
                _on_all_cores(server.process.pid)
            return _measure(server, codes, seconds)


def _workshops(folder: Path) -> tuple[Any, ...]:
    store = Store(f"sqlite:///{folder / 'speedboat.db'}")
    store.migrate()
    made = []
    for cards in (CARDS, SUGGESTED):
        table = lezoux(cards)
        if cards == SUGGESTED:
            table.do(ALICE, "set_phase", phase="group")
        made.append(import_workshop(store, KeyMaker(SETTINGS["SPEEDBOAT_SECRET_KEY"]), _json(table), NOW))
    store.close()
    return tuple((workshop.code, key) for workshop, key in made)


def _json(table: Any) -> bytes:
    return as_json.write(source(table, None))


def _on_all_cores(pid: int) -> None:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), range(os.cpu_count() or 1))


def _measure(server: Server, boards: tuple[Any, ...], seconds: float) -> dict[str, Any]:
    """Quiet, loaded, quiet, loaded on one server, then its end under load."""
    live = server.codes(ROOMS)
    runs: dict[str, list[Figures]] = {"quiet": [], "loaded": []}
    heavy = Heavy(server, boards)
    load(server, PEOPLE, live, rate=RATE, duration=2)  # everything is loaded that is loaded once
    for _ in range(2):
        runs["quiet"].append(load(server, PEOPLE, live, rate=RATE, duration=seconds))
        with heavy.going_on():
            runs["loaded"].append(load(server, PEOPLE, live, rate=RATE, duration=seconds))
    with heavy.going_on():
        time.sleep(1)
        started = time.perf_counter()
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(60)
        ended = time.perf_counter() - started
    mean = {name: {key: statistics.mean(run[key] for run in of) for key in of[0]} for name, of in runs.items()}
    return {**mean, "joins": heavy.joins, "answers": heavy.answers, "memory": heavy.memory, "ended": ended}


class Heavy:
    """Requests for heavy work, joins beside them, and the memory that all of it takes."""

    def __init__(self, server: Server, boards: tuple[Any, ...]) -> None:
        self.server = server
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

    @contextlib.contextmanager
    def going_on(self) -> Iterator[None]:
        over = threading.Event()
        threads = [threading.Thread(target=fn, args=(over,)) for fn in (self._ask, self._join, self._watch)]
        for thread in threads:
            thread.start()
        yield
        over.set()
        for thread in threads:
            thread.join()

    def _ask(self, over: threading.Event) -> None:
        """All at once; when all are answered the boards are changed, so that no result is known, and again."""
        (exported, token), (suggested, other) = self._boards
        with ThreadPoolExecutor(3 * EACH, initializer=_after_others) as pool:
            while not over.is_set():
                paths = [(f"{exported}/export.pdf?lang=fr", token)] * EACH + [
                    (f"{suggested}/suggestions", other)
                ] * EACH
                paths += [(f"/library?q=budget+{n}", "") for n in range(EACH)]
                self.answers += [status for status in pool.map(self._get, *zip(*paths, strict=True)) if status]
                for path, by in self._boards:
                    self._get(
                        f"{path}/commands", by, json.dumps({"id": command_id(), "name": "set_timer", "seconds": 60})
                    )

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
        while not over.wait(0.5):
            started = time.perf_counter()
            try:
                Person(self.url, self._boards[0][0].rpartition("/")[2], name="Bob").join().leave()
            except Exception:
                return  # the server has ended
            self.joins.append(time.perf_counter() - started)

    def _watch(self, over: threading.Event) -> None:
        _after_others()
        while not over.wait(0.2):
            pids = [self.server.process.pid, *children(self.server.process.pid)]
            self.memory = max(self.memory, sum(_resident(pid) for pid in pids))


def _after_others() -> None:
    """This thread is a caller somewhere else in the world: here it shares the cores with what is measured."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        return 0.0


if __name__ == "__main__":
    main()
