"""How much a page weighs: what a phone fetches at once to show it, compressed, without the page itself.

`static/weigh.py` checks the budgets by the same count.
"""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

from speedboat.config import folder

FONT = re.compile(r'url\("?\./([\w.-]+\.woff2)')
VIEWS = ("home", "participant", "facilitator", "screen")


def first_load(entry: str) -> set[Path]:
    """Return the files that an entry point fetches at once: its script, what that imports, its style and its font."""
    dist = folder("static") / "dist"
    manifest, pages = (
        json.loads((dist / f"{name}.json").read_text(encoding="utf-8")) for name in ("manifest", "pages")
    )
    style = manifest[f"{entry}.css"]
    fonts = FONT.findall((dist / style).read_text(encoding="utf-8"))
    return {dist / name for name in (manifest[f"{entry}.js"], style, *pages[entry]["imports"], *fonts)}


def compressed_size(file: Path) -> int:
    """Return how many bytes of a file travel."""
    return file.stat().st_size if file.suffix == ".woff2" else len(gzip.compress(file.read_bytes(), 9))


def weight_of(entry: str) -> tuple[int, int]:
    """Return the bytes and the number of requests of the first load of a page, but for the page itself."""
    files = first_load(entry)
    return sum(map(compressed_size, files)), len(files)
