"""Heavy jobs seen from outside: stops and resumes a server's worker process, leaves requests unanswered."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from tests.support.live_server import PATIENCE, Person, Running


def until(true: Callable[[], Any]) -> Any:
    """Wait until a condition outside of this process holds; return its value."""
    deadline = time.monotonic() + PATIENCE
    while not (value := true()):
        assert time.monotonic() < deadline, "waited in vain"
        threading.Event().wait(0.02)
    return value


def children(pid: int) -> list[int]:
    """Return the living child processes of a process."""
    pids: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue  # over meanwhile
            if int(parent) == pid and state != "Z":
                pids.append(int(entry.name))
    return pids


def is_over(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def figure(server: Running, name: str, **labels: str) -> float:
    """Return the value of one of the server's metrics; 0 if it has none of that name."""
    page = server.request("GET", "/metrics")[2].decode()
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return float(sample.value)
    return 0.0


def jobs(server: Running) -> tuple[int, int]:
    """Return how many jobs run, and how many wait."""
    return int(figure(server, "speedboat_jobs_running")), int(figure(server, "speedboat_jobs_waiting"))


def done(server: Running, kind: str) -> int:
    return int(figure(server, "speedboat_job_seconds_count", kind=kind))


class Room:
    """A workshop with Alice as its facilitator, on a server whose worker process is running."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.links = server.create()
        self.path = f"/api/v1/workshops/{self.links['code']}"
        self.alice = Person(server.url, self.links["code"], key=self.links["key"], name="Alice").join()
        self.alice.add("Pas de budget")
        assert self.export("md").result()[0] == 200
        assert server.process
        (self.worker,) = children(server.process.pid)

    @contextmanager
    def stuck(self) -> Iterator[None]:
        """Stop the worker process for the length of a `with`."""
        os.kill(self.worker, signal.SIGSTOP)
        try:
            yield
        finally:
            if not is_over(self.worker):
                os.kill(self.worker, signal.SIGCONT)

    def get(self, path: str, token: str | None = None, **headers: str) -> Future[tuple[int, Any, bytes]]:
        """Send a request about this workshop, without waiting for the answer."""
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        pool = ThreadPoolExecutor(1)
        future = pool.submit(self.server.request, "GET", self.path + path, None, **headers)
        pool.shutdown(wait=False)
        return future

    def export(self, form: str, who: Person | None = None, language: str = "fr") -> Future[tuple[int, Any, bytes]]:
        token = (who or self.alice).auth["token"]
        return self.get(f"/export.{form}?lang={language}", token)

    def ask_and_hold(self, path: str) -> socket.socket:
        """Send a request as Alice on a connection that the test can close."""
        connection = socket.create_connection(("127.0.0.1", self.server.port))
        token = self.alice.auth["token"]
        lines = [f"GET {self.path}{path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}", "", ""]
        connection.sendall("\r\n".join(lines).encode())
        return connection
