"""A second build of the front end that differs from this one, to test upgrades: made from the sources, for real."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEW = "[data-front=new]"  # what only the other version shows: on the page and in its list
CHANGES = {
    "panels/shell.jsx": ('class="shell"', 'class="shell" data-front="new"'),
    "panels/shared/list.jsx": ('class="panel" aria-labelledby="list-title"', 'class="panel" data-front="new"'),
    "pages/worker.js": ("const MOST = 120", "const MOST = 121"),
}


def build_another(folder: Path) -> Path:
    """Copy what a server needs, apply `CHANGES`, build; return the folder to run it from."""
    leave = shutil.ignore_patterns("node_modules", "dist", "__pycache__")
    for name in ("speedboat", "templates", "static"):
        shutil.copytree(ROOT / name, folder / name, ignore=leave)
    (folder / "static/node_modules").symlink_to(ROOT / "static/node_modules", target_is_directory=True)
    for name, (now, then) in CHANGES.items():
        source = folder / "static/src" / name
        text = source.read_text(encoding="utf-8")
        assert text.count(now) == 1, f"{name} says {now!r} no longer"
        source.write_text(text.replace(now, then), encoding="utf-8")
    subprocess.run([sys.executable, str(folder / "static/hatch_build.py")], check=True, timeout=120)
    return folder


def scripts(root: Path, page: bytes) -> set[str]:
    """Return the scripts that a page fetches, at once or later, from the build in `root`."""
    dist = root / "static/dist"
    todo = re.findall(r"/static/dist/([\w.-]+\.js)", page.decode())
    found = set(todo)
    while todo:
        news = set(re.findall(r'"\./([\w.-]+\.js)"', (dist / todo.pop()).read_text(encoding="utf-8"))) - found
        found |= news
        todo += news
    return found
