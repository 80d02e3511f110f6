"""A real server in a process of its own, and people connected to it by real sockets."""

from __future__ import annotations

import itertools
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import socketio
from socketio.exceptions import ConnectionError as NotConnected

from tests.support.database_servers import free_port

PATIENCE = 60.0  # seconds for anything that must happen, on a machine that is busy with something else
# Every workshop of a test comes from one address, and a crowd is played by a few.
BEYOND_CEILINGS = {f"SPEEDBOAT_MOST_{name}": "0" for name in ("WORKSHOPS_PER_HOUR", "CARDS", "CARDS_EACH")}
_numbers = itertools.count()


def card_id() -> str:
    return f"card:{secrets.token_urlsafe(16)}"


def theme_id() -> str:
    return f"theme:{secrets.token_urlsafe(16)}"


def action_id() -> str:
    return f"action:{secrets.token_urlsafe(16)}"


def command_id() -> str:
    return f"test-{next(_numbers):08d}-{secrets.token_hex(4)}"


class Running:
    """`speedboat serve` on a port of its own; can be killed and started again with the same data."""

    program: tuple[str, ...] = ("-m", "speedboat")
    host = reached_at = "127.0.0.1"
    folder: Path | None = None  # of another version to run from the next start on; None: this one

    def __init__(self, environment: dict[str, str], host: str = "127.0.0.1", reached_at: str = "127.0.0.1") -> None:
        self.port = free_port()
        self.host, self.reached_at = host, reached_at
        self.environment = {**os.environ, "PYTHONUNBUFFERED": "1", **BEYOND_CEILINGS, **environment}
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://{self.reached_at}:{self.port}"

    def start(self) -> None:
        command = [sys.executable, *self.program, "serve", "--host", self.host, "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, env=self.environment, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.process.kill()
                    output = self.output()
                    self.kill()
                    raise RuntimeError(output) from None
                time.sleep(0.02)

    def kill(self) -> None:
        """Kill the server, as `kill -9` does."""
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait(PATIENCE)
            if self.process.stdout:
                self.process.stdout.close()

    def stop(self) -> tuple[int, str]:
        """Stop the server with SIGTERM; return its exit code and everything it printed."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        output, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, output.decode()

    def output(self) -> str:
        assert self.process and self.process.stdout
        return self.process.stdout.read().decode()

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, bytes]:
        """Send a request; return status, headers and body, also of an error."""
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        if data is not None:
            headers = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    def api(self, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        """Send a REST call; return status and decoded JSON."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        status, _, answer = self.request(method, f"/api/v1{path}", body, **headers)
        return status, json.loads(answer)

    def create(self, title: str = "Où en sommes-nous ?", **more: Any) -> dict[str, str]:
        status, links = self.api("POST", "/workshops", {"title": title, **more})
        assert status == 201, links
        return dict(links)

    def speedboat(self, *arguments: str) -> str:
        """Run a command of the command line with this server's settings; return what it prints."""
        command = [sys.executable, "-m", "speedboat", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout


def running(environment: dict[str, str]) -> Running:
    return Running(environment)


class Person:
    """Somebody on a real socket, who applies patches by the client's rule and waits for expected records."""

    def __init__(
        self, url: str, code: str, transport: str = "websocket", reconnects: bool = False, **auth: Any
    ) -> None:
        self.url = url
        self.auth = {"code": code, **auth}
        self.records: dict[str, dict[str, Any]] = {}
        self.have = 0
        self.me: dict[str, Any] = {}
        self.welcomes: list[dict[str, Any]] = []
        self.patches: list[dict[str, Any]] = []
        self.crew: dict[str, bool] = {}
        self.counts: list[int] = []  # how many are here, each time that is all one is told
        self.drags: list[dict[str, Any]] = []
        self.frames: list[str] = []
        self.refusal: dict[str, Any] | None = None
        self.connected = False
        self._changed = threading.Condition()
        self._transport = transport
        self._reconnects = reconnects
        self._left = threading.Event()
        self.client = self._make_client(threading.Event())

    def _make_client(self, ended: threading.Event) -> socketio.Client:
        """Make a client for one connection; `gone` is set when that ends."""
        client = socketio.Client(reconnection=False, ssl_verify=False)  # certificates are of the test's own making
        # The library handles each message in a thread of its own, in any order; a browser does not.
        trigger = client.eio._trigger_event
        client.eio._trigger_event = lambda *args, run_async=False, **more: trigger(*args, run_async=False, **more)
        for name in ("welcome", "patch", "crew", "drag", "connect_error", "disconnect"):
            client.on(name, getattr(self, f"_{name}"))
        library_handler = client.eio.handlers["disconnect"]

        def disconnected(reason: str) -> None:
            library_handler(reason)
            ended.set()

        client.eio.on("disconnect", disconnected)
        return client

    def join(self) -> Person:
        """Connect and wait for the welcome. Raises NotConnected when refused; `refusal` says why."""
        if self._reconnects:
            threading.Thread(target=self._stay, daemon=True).start()
        else:
            self.client.connect(self.url, auth=lambda: self.auth, transports=[self._transport], wait_timeout=PATIENCE)
        self.until(lambda: self.connected)
        return self

    def _stay(self) -> None:
        """Reconnect until told to leave; the library's own reconnection loses connections that end while they open."""
        while not self._left.is_set():
            ended = threading.Event()
            client = self._make_client(ended)
            try:
                client.connect(self.url, auth=lambda: self.auth, transports=[self._transport], wait=False)
            except NotConnected:
                self._left.wait(0.1)
                continue
            self.client = client
            if self._left.is_set():
                client.disconnect()
            ended.wait()

    def refused(self) -> str:
        """Connect, expecting a refusal; return its code."""
        try:
            self.client.connect(self.url, auth=lambda: self.auth, transports=[self._transport], wait_timeout=PATIENCE)
        except NotConnected:
            assert self.refusal is not None
            return str(self.refusal["data"]["code"])
        raise AssertionError("was let in")

    def _welcome(self, welcome: dict[str, Any]) -> None:
        with self._changed:
            self.me, self.welcomes = welcome["me"], [*self.welcomes, welcome]
            self.auth = {**self.auth, "token": welcome["token"]}
            self._apply(welcome["patch"])
            self.connected = True
            self._changed.notify_all()

    def _patch(self, patch: dict[str, Any]) -> None:
        with self._changed:
            self.patches.append(patch)
            self.frames.append(json.dumps(patch, ensure_ascii=False))
            self._apply(patch)
            self._changed.notify_all()

    def _apply(self, patch: dict[str, Any]) -> None:
        assert patch["since"] <= self.have, "a gap"
        if patch["since"] == 0:
            self.records.clear()
        elif patch["to"] <= self.have:
            return
        for record in patch["put"]:
            self.records[record["id"]] = record
        for record_id in patch["remove"]:
            self.records.pop(record_id, None)
        self.have = patch["to"]
        self.auth["since"] = self.have

    def _crew(self, crew: dict[str, Any]) -> None:
        with self._changed:
            if "here" in crew:
                self.counts.append(crew["here"])
            else:
                self.crew.update((person["id"], person["here"]) for person in crew["people"])
            self._changed.notify_all()

    def _drag(self, drag: dict[str, Any]) -> None:
        with self._changed:
            self.drags.append(drag)
            self._changed.notify_all()

    def _connect_error(self, error: Any) -> None:
        with self._changed:
            self.refusal = error if isinstance(error, dict) else {"message": str(error)}
            self._changed.notify_all()

    def _disconnect(self, *_: Any) -> None:
        with self._changed:
            self.connected = False
            self._changed.notify_all()

    def until(self, true: Callable[[], Any]) -> None:
        """Wait until a condition about this person holds."""
        with self._changed:
            assert self._changed.wait_for(true, PATIENCE), "waited in vain"

    def sees(self, record_id: str, **fields: Any) -> dict[str, Any]:
        """Wait for a record with these fields; return it."""
        self.until(lambda: all(self.records.get(record_id, {}).get(name) == value for name, value in fields.items()))
        self.until(lambda: record_id in self.records)
        return self.records[record_id]

    def sees_no(self, record_id: str) -> None:
        self.until(lambda: record_id not in self.records)

    def up_to(self, seq: int) -> Person:
        """Wait until every patch up to `seq` has arrived."""
        self.until(lambda: self.have >= seq)
        return self

    def ask(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Send a command; return the answer."""
        return self.send({"id": command_id(), "name": name, **arguments})

    def send(self, command: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.call("do", command, timeout=PATIENCE)
        return answer

    def do(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Send a command that must succeed; return the answer."""
        answer = self.ask(name, **arguments)
        assert answer["ok"], answer
        return answer

    def refusal_of(self, name: str, **arguments: Any) -> str:
        """Send a command that must be refused; return the code."""
        answer = self.ask(name, **arguments)
        assert not answer["ok"], answer
        return str(answer["error"]["code"])

    def add(self, text: str = "Pas de budget", kind: str = "anchor", **where: Any) -> str:
        """Add a card; return its id."""
        card = card_id()
        self.do("add_card", card=card, kind=kind, text=text, **(where or {"weight": 0.5}))
        return card

    def leave(self) -> None:
        self._left.set()
        self.client.disconnect()
