"""Finds or downloads a Chromium for the browser tests. `python tests/support/browser_path.py` prints its path.

Looked for in this order: $SPEEDBOAT_BROWSER, an installed one, Playwright's own, Debian's package (as root),
Playwright's download, the one inside npm's @sparticuz/chromium. Each is started once before it is trusted.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge")
QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "speedboat-tests"
UNPACK = """
import fs from 'fs'; import zlib from 'zlib'; import path from 'path';
const [from, to] = process.argv.slice(2);
for (const name of fs.readdirSync(from).filter((name) => name.endsWith('.br'))) {
  const data = zlib.brotliDecompressSync(fs.readFileSync(path.join(from, name)));
  fs.writeFileSync(path.join(to, name.slice(0, -3)), data, { mode: 0o755 });
}
"""
PROBE = """
import sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1], args=sys.argv[2:], timeout=30000)
    page = browser.new_page()
    page.set_content('<p>ok')
    assert page.inner_text('p') == 'ok'
    browser.close()
"""


def arguments() -> list[str]:
    return [*QUIET, "--disable-gpu", *(["--no-sandbox"] if IS_ROOT or os.environ.get("CI") else [])]


def launch_options() -> dict[str, Any]:
    """Return the options of Playwright's `launch`."""
    path = find()
    return {"executable_path": path, "args": arguments(), "env": _environment(path)}


@functools.cache
def find() -> str:
    """Return the path of a browser that works; end the program with the list of attempts if there is none."""
    if named := os.environ.get("SPEEDBOAT_BROWSER"):
        return named
    ways: list[Callable[[], str | None]] = [_installed, _playwrights, _debians, _downloaded, _npms]
    for way in ways:
        try:
            path = way()
        except (OSError, subprocess.SubprocessError, StopIteration):
            path = None
        if path and _works(path):
            return path
    raise SystemExit("No Chromium for the browser tests. Install one, or name one in SPEEDBOAT_BROWSER.")


def _works(path: str) -> bool:
    """Try to start a browser, in a process of its own: Playwright cannot be started twice in one."""
    command = [sys.executable, "-c", PROBE, path, *arguments()]
    try:
        return subprocess.run(command, capture_output=True, timeout=60, env=_environment(path)).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _environment(path: str) -> dict[str, str]:
    if CACHE not in Path(path).parents:
        return dict(os.environ)
    return {**os.environ, "LD_LIBRARY_PATH": f"{Path(path).parent / 'lib'}:{os.environ.get('LD_LIBRARY_PATH', '')}"}


def _installed() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path), None)


def _playwrights() -> str | None:
    command = [sys.executable, "-m", "playwright", "install", "--dry-run", "chromium-headless-shell"]
    output = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
    folders = [Path(line.split(":", 1)[1].strip()) for line in output.splitlines() if "Install location" in line]
    paths = (path for folder in folders for path in folder.glob("*/*headless*shell*") if os.access(path, os.X_OK))
    return next((str(path) for path in paths if path.is_file()), None)


def _debians() -> str | None:
    if not (IS_ROOT and shutil.which("apt-get")):
        return None
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-yqq", "--no-install-recommends", "chromium"],
    ):
        subprocess.run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, stdout=sys.stderr, timeout=600)
    return shutil.which("chromium")


def _downloaded() -> str | None:
    command = [sys.executable, "-m", "playwright", "install", "chromium-headless-shell"]
    subprocess.run(command, stdout=sys.stderr, stderr=subprocess.DEVNULL, timeout=300)
    return _playwrights()


def _npms() -> str | None:
    out = CACHE / "npm-chromium"
    if (out / "chromium").exists():
        return str(out / "chromium")
    sys.path.insert(0, str(Path(__file__).parents[2] / "static"))
    from hatch_build import node_and_npm

    node, npm, environment = node_and_npm()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        subprocess.run(
            [*npm, "pack", "--silent", "@sparticuz/chromium"], cwd=work, env=environment, check=True, timeout=600
        )
        with tarfile.open(next(work.glob("*.tgz"))) as packed:
            packed.extractall(work, filter="data")
        (work / "unpack.mjs").write_text(UNPACK)
        parts = work / "parts"
        parts.mkdir()
        subprocess.run([*node, "unpack.mjs", "package/bin", str(parts)], cwd=work, check=True)
        out.mkdir(parents=True, exist_ok=True)
        for part in parts.iterdir():
            if part.suffix == ".tar":
                with tarfile.open(part) as packed:
                    packed.extractall(out, filter="data")
            else:
                shutil.move(part, out / part.name)
    return str(out / "chromium")


if __name__ == "__main__":
    print(find())
