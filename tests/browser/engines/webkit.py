"""WebKit, the engine of every iPhone, as Debian has it: WebKitGTK's driver and its MiniBrowser, by W3C WebDriver.

`apt-get install webkit2gtk-driver xvfb`. MiniBrowser cannot do without a display; Xvfb is one without a screen.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.browser.engines.device import PATIENCE, Device
from tests.support.database_servers import free_port

MINI_BROWSER = next(iter(sorted(Path("/usr/lib").glob("*/webkit2gtk-4*/MiniBrowser"))), None)
# Its bar would keep the window from being as narrow as a phone.
NARROW = "* { min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0; font-size: 1px; }"
CALL = """
const [given, done] = arguments;
Promise.resolve()
  .then(() => (FUNCTION)(...given))
  .then((value) => done({ value }), (error) => done({ error: String(error) }));
"""


def missing() -> str:
    """Return what has to be installed before WebKit can be tested here, '' for nothing."""
    programs = [name for name in ("WebKitWebDriver", "Xvfb") if not shutil.which(name)]
    return ", ".join(programs + (["MiniBrowser"] if MINI_BROWSER is None else []))


@contextlib.contextmanager
def display() -> Iterator[str]:
    """Run Xvfb for the length of a `with`; the name of its display."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "2300x1400x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


class WebKit(Device):
    def __init__(self, size: tuple[int, int], display: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="speedboat-webkit-")
        home = Path(self._folder.name)
        (home / "gtk-3.0").mkdir()
        (home / "gtk-3.0" / "gtk.css").write_text(NARROW, encoding="utf-8")
        environment = {
            **os.environ,
            "DISPLAY": display,
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "WEBKIT_SKIA_ENABLE_CPU_RENDERING": "1",
            "NO_AT_BRIDGE": "1",
            "LC_ALL": "POSIX",
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
            **{name: str(home) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "HOME")},
        }
        self._port = free_port()
        # A group of its own, so that closing takes MiniBrowser and its children along.
        self._driver = subprocess.Popen(
            ["WebKitWebDriver", f"--port={self._port}"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        options = {"binary": str(MINI_BROWSER), "args": ["--automation"]}
        capabilities = {"webkitgtk:browserOptions": options, "pageLoadStrategy": "normal"}
        started = self._start({"capabilities": {"alwaysMatch": capabilities}})
        self._session = f"/session/{started['sessionId']}"
        self._request("POST", f"{self._session}/timeouts", {"script": int(PATIENCE * 1000)})
        self._resize(*size)

    def _start(self, body: dict[str, object]) -> Any:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self._request("POST", "/session", body)
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def _request(self, method: str, path: str, body: dict[str, object] | None = None) -> Any:
        data = None if method in ("GET", "DELETE") else json.dumps(body or {}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}{path}", data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=2 * PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from None

    def _resize(self, width: int, height: int) -> None:
        """Until the page has this size, not the window, which has a bar."""
        deadline = time.monotonic() + PATIENCE
        while (inner := self.call("() => [innerWidth, innerHeight]")) != [width, height]:
            assert time.monotonic() < deadline, inner
            outer = self._request("GET", f"{self._session}/window/rect")
            wider = {"width": outer["width"] + width - inner[0], "height": outer["height"] + height - inner[1]}
            self._request("POST", f"{self._session}/window/rect", wider)
            time.sleep(0.1)

    def open(self, url: str) -> None:
        self._request("POST", f"{self._session}/url", {"url": url})

    def call(self, function: str, *arguments: object) -> Any:
        body = {"script": CALL.replace("FUNCTION", function), "args": [list(arguments)]}
        outcome = self._request("POST", f"{self._session}/execute/async", body)
        assert "error" not in outcome, outcome["error"]
        return outcome.get("value")

    def act(self, sources: list[dict[str, object]]) -> None:
        self._request("POST", f"{self._session}/actions", {"actions": sources})

    def close(self) -> None:
        os.killpg(self._driver.pid, signal.SIGKILL)
        self._driver.wait(PATIENCE)
        self._folder.cleanup()
