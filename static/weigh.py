"""The budget of the first load: what a phone fetches to show a workshop, compressed, in bytes.

`python static/weigh.py` fails when it is spent. Run after the front end was built.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path

BUDGET = 100_000
DIST = Path(__file__).parent / "dist"
PAGE = 7_000  # the page itself with its sentences in French, compressed, rounded up; tests/test_web.py measures it


def weight(entry: str) -> int:
    """The compressed bytes of an entry point: its script, what that imports, its style and the font of that."""
    manifest = json.loads((DIST / "manifest.json").read_text())
    names = {manifest[f"{entry}.js"], manifest[f"{entry}.css"]}
    todo = list(names)
    while todo:
        text = (DIST / todo.pop()).read_text(encoding="utf-8", errors="replace")
        found = set(re.findall(r'(?<!import\()["(]\./([\w.-]+\.(?:js|woff2))[")]', text)) - names
        names |= found
        todo += [name for name in found if name.endswith(".js")]
    return sum(_compressed(DIST / name) for name in names)


def _compressed(path: Path) -> int:
    return path.stat().st_size if path.suffix == ".woff2" else len(gzip.compress(path.read_bytes(), 9))


if __name__ == "__main__":
    over = False
    for entry in ("home", "participant", "facilitator", "screen"):
        bytes_ = weight(entry) + PAGE
        over = over or bytes_ > BUDGET
        print(f"{entry}: {bytes_:,} of {BUDGET:,} bytes")
    sys.exit(1 if over else 0)
