"""The scripts' own tests, run by the Node that comes with the test requirements."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.node import NODE

ROOT = Path(__file__).parent.parent


def test_the_scripts_pass_their_tests() -> None:
    tests = sorted(str(path) for path in (ROOT / "tests/js").glob("*.test.mjs"))
    assert tests
    done = subprocess.run([NODE, "--test", *tests], cwd=ROOT / "static", capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["wire.d.ts", "permissions.js", "phases.js", "scene.js"])
def test_what_the_browser_knows_of_the_wire_is_what_the_domain_says(name: str) -> None:
    import sys

    sys.path.insert(0, str(ROOT / "static"))
    try:
        from wire_types import GENERATED, SOURCES
    finally:
        sys.path.pop(0)
    assert (SOURCES / name).read_text(encoding="utf-8") == GENERATED[name](), "python static/wire_types.py"
