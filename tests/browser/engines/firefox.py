"""Firefox, by WebDriver BiDi over its own websocket: no driver stands between.

`apt-get install firefox-esr`, or any Firefox of the last years on the path.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

import websocket

from tests.browser.engines.device import PATIENCE, Device

# Values as JSON: BiDi's own way of writing them is far from it.
CALL = "async (given) => JSON.stringify((await (FUNCTION)(...JSON.parse(given))) ?? null)"
PREFERENCES = {
    "intl.accept_languages": "fr",
    "ui.useOverlayScrollbars": 1,  # as phones have them
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.disabledForTesting": True,
    "remote.active-protocols": 1,  # BiDi alone
}


def program() -> str | None:
    """Return the path of Firefox, None if there is none."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox(Device):
    def __init__(self, size: tuple[int, int]) -> None:
        self._profile = tempfile.TemporaryDirectory(prefix="speedboat-firefox-")
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items()]
        (Path(self._profile.name) / "user.js").write_text("".join(lines), encoding="utf-8")
        path = program()
        assert path
        self._process = subprocess.Popen(
            [path, "--headless", "--remote-debugging-port=0", "--profile", self._profile.name],
            env={**os.environ, "HOME": self._profile.name},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._ids = itertools.count()
        self._socket = websocket.create_connection(
            f"{self._address()}/session", timeout=2 * PATIENCE, suppress_origin=True
        )
        self._send("session.new", {"capabilities": {}})
        [first] = self._send("browsingContext.getTree", {})["contexts"]
        self._context = first["context"]
        viewport = {"width": size[0], "height": size[1]}
        self._send("browsingContext.setViewport", {"context": self._context, "viewport": viewport})

    def _address(self) -> str:
        assert self._process.stderr
        for line in self._process.stderr:
            if heard := re.search(r"BiDi listening on (ws://\S+)", line):
                # What it goes on saying must not fill the pipe.
                threading.Thread(target=self._process.stderr.read, daemon=True).start()
                return heard[1]
        raise AssertionError("Firefox ended before it listened")

    def _send(self, method: str, parameters: dict[str, Any]) -> Any:
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]

    def open(self, url: str) -> None:
        self._send("browsingContext.navigate", {"context": self._context, "url": url, "wait": "complete"})

    def call(self, function: str, *arguments: object) -> Any:
        outcome = self._send(
            "script.callFunction",
            {
                "functionDeclaration": CALL.replace("FUNCTION", function),
                "arguments": [{"type": "string", "value": json.dumps(arguments)}],
                "target": {"context": self._context},
                "awaitPromise": True,
                "userActivation": True,
            },
        )
        assert outcome["type"] == "success", outcome.get("exceptionDetails", {}).get("text")
        return json.loads(outcome["result"]["value"])

    def act(self, sources: list[dict[str, Any]]) -> None:
        self._send("input.performActions", {"context": self._context, "actions": sources})

    def close(self) -> None:
        self._socket.close()
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)
        assert self._process.stderr
        self._process.stderr.close()
        self._profile.cleanup()
