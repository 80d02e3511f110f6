"""Check the budget of the first load: what a phone fetches to show a workshop, in compressed bytes and in requests.

`python static/weigh.py` fails when the budget is exceeded; build the front end first. The first load is the page as the
server sends it, its style and font, its script and what that imports at once; parts that are fetched later, when the
page is idle, are listed but do not count.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from speedboat.web.weights import compressed_size, first_load

DIST = Path(__file__).parent / "dist"
# Bytes: phones are on one weak Wi-Fi, thirty at a time; the wall and the facilitator are few.
BUDGETS = {"home": 100_000, "participant": 100_000, "facilitator": 130_000, "screen": 130_000}
VIEWS = {"home": "/", "participant": "", "facilitator": "/facilitate", "screen": "/screen"}


def names(entry: str) -> set[str]:
    """The names of the files that an entry point fetches at once."""
    return {file.name for file in first_load(entry)}


def later(entry: str) -> int:
    """The compressed bytes of the parts that are fetched later, if at all."""
    todo, seen = [*names(entry)], names(entry)
    while todo:
        text = (DIST / todo.pop()).read_text(encoding="utf-8", errors="replace")
        news = set(re.findall(r'"\./([\w.-]+\.js)"', text)) - seen
        seen |= news
        todo += news
    return sum(compressed_size(DIST / name) for name in seen - names(entry))


def pages(language: str = "fr") -> dict[str, int]:
    """The compressed bytes of each page itself, with its sentences, as the server sends it."""
    from speedboat.app import create_app
    from speedboat.config import Config

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config.from_environment({"SPEEDBOAT_DATA_DIR": folder, "SPEEDBOAT_ASYNC": "threading"}))
        client = app.test_client()
        code = client.post("/api/v1/workshops", json={"title": "Où en sommes-nous ?"}).json["code"]
        headers = {"Accept-Encoding": "gzip", "Accept-Language": language}
        bodies = {}
        for entry, path in VIEWS.items():
            answer = client.get("/" if entry == "home" else f"/w/{code}{path}", headers=headers)
            bodies[entry] = len(answer.data) if answer.headers.get("Content-Encoding") == "gzip" else sys.maxsize
        app.extensions["speedboat"].stop()
    return bodies


if __name__ == "__main__":
    over = False
    for entry, page in pages().items():
        files = names(entry)
        bytes_ = sum(compressed_size(DIST / name) for name in files) + page
        over = over or bytes_ > BUDGETS[entry]
        print(f"{entry}: {bytes_:,} of {BUDGETS[entry]:,} bytes, {len(files) + 1} requests; {later(entry):,} later")
    sys.exit(1 if over else 0)
