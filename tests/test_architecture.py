"""The rules of the house: who may import whom, who may name what, how long a file is, what is never written down."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "speedboat"
PURE = {
    "scene", "log", "text", "limits", "records", "cards", "card_rules", "people", "door", "themes", "votes", "path",
    "timer", "discussion", "actions", "erasure", "sharing", "replay", "anonymity", "handout", "summary", "digest",
    "sameness", "synthesis", "board", "permissions", "rules", "facts", "log_validation", "sightings", "grips",
}  # fmt: skip
# Who may import whom, outside the pure core, which may import only itself, the standard library and msgspec.
MAY = {
    "schema": set(),
    "statements": {"schema"},
    "private_files": set(),
    "engines": {"private_files", "statements"},
    "remains": {"engines", "statements"},
    "store": {"engines", "schema", "statements"},
    "asked": set(),
    "aside": {"asked"},
    "store_people": {"schema", "store"},
    "store_erasure": {"remains", "schema", "store"},
    "eraser": {"asked", "remains", "store", "store_erasure"},
    "group": {"asked", "store", "store_erasure", "store_people"},
    "fanout": {"asked"},
    "workshop": {"aside", "asked", "fanout", "group", "store", "store_people"},
    "addresses": set(),
    "devices": set(),
    "passphrases": set(),
    "guesses": {"addresses", "server"},
    "access": {"devices", "guesses", "passphrases", "store", "workshop"},
    "watch": {"asked", "store"},
    "notices": set(),
    "drags": {"access", "outlet", "room", "server"},
    "passing": {"drags", "notices", "outlet", "room", "server"},
    "metrics": set(),
    "logs": set(),
    "packet_json": set(),
    "proxies": set(),
    "hosts": set(),
    "headers": {"hosts"},
    "origins": {"hosts"},
    "newcomers": {"outlet", "server"},
    "gate": {"headers", "hosts", "language", "newcomers", "proxies", "refusals"},
    "language": set(),
    "refusals": {"language"},
    "config": {"hosts", "private_files"},
    "terminal": set(),
    "room": {"asked"},
    "reading": {"store"},
    "likeness": set(),
    "suggest": {"likeness"},
    "wording": {"language", "refusals"},
    "exports": {"store", "reading", "config", "language", "refusals", "wording"},
    "store_library": {"schema", "store"},
    "tasks": {"store_library"},
    "pace": {"server"},
    "job_queue": set(),
    "job_results": {"tasks"},
    "job_process": {"tasks"},
    "jobs": {"job_process", "job_queue", "job_results", "metrics", "pace", "server", "tasks"},
    "job_worker": {"exports", "job_process", "library", "likeness", "reading", "store", "suggest", "tasks"},
    "library": {"access", "likeness", "reading", "store", "store_library", "exports", "synthesis", "digest"},
}
DOORS = {"live", "web", "api", "afterwards", "summary_page", "library_door", "library_page", "synthesis_page"}
WIRING = {"app", "cli", "serve", "demo", "upkeep"}


def modules() -> dict[str, list[Path]]:
    """The files of each module of the package; a folder is one module."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = path.relative_to(PACKAGE)
        name = relative.parts[0] if len(relative.parts) > 1 else relative.stem
        if name not in ("migrations", "__init__", "__main__"):
            found.setdefault(name, []).append(path)
    return found


def imports(path: Path) -> set[str]:
    """What a file imports, in full, but for what it imports only to say types."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = []
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "speedboat":
                found.update(f"speedboat.{alias.name}" for alias in node.names)
    return found


def own(name: str) -> set[str]:
    """The modules of the package that a module imports."""
    found = {
        whole.split(".")[1] for path in modules()[name] for whole in imports(path) if whole.startswith("speedboat.")
    }
    return found - {name, "__version__"}


@pytest.mark.parametrize("name", sorted(PURE))
def test_the_core_is_pure(name: str) -> None:
    import sys

    for path in modules()[name]:
        for whole in imports(path):
            top = whole.split(".")[0]
            assert top in sys.stdlib_module_names or top in ("msgspec", "speedboat"), (name, whole)
    assert own(name) <= PURE


@pytest.mark.parametrize("name", sorted(MAY))
def test_each_ring_knows_only_those_inside(name: str) -> None:
    assert own(name) - PURE <= MAY[name]


@pytest.mark.parametrize("name", sorted(DOORS))
def test_the_doors_know_each_other_and_what_is_inside_but_not_the_wiring(name: str) -> None:
    assert not own(name) & WIRING


def test_every_module_has_its_place() -> None:
    serving = {"server", "outlet", "direct", "frames", "connection"}
    assert modules().keys() <= PURE | MAY.keys() | DOORS | WIRING | serving


def test_sql_is_in_one_place_and_serving_in_another() -> None:
    for name, paths in modules().items():
        for path in paths:
            tops = {whole.split(".")[0] for whole in imports(path)}
            if name not in ("engines", "remains", "schema", "statements", "store") and not name.startswith("store_"):
                assert not tops & {"sqlalchemy", "alembic", "sqlite3", "psycopg"}, path
            if name != "server":
                assert not tops & {"eventlet", "gevent", "geventwebsocket", "greenlet"}, path


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a checkout: the files of an unpacked archive are not listed by git")
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_file_is_longer_than_a_head_can_hold() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in committed()
        if path.suffix in (".py", ".js", ".jsx", ".css")
        and (lines := path.read_text(encoding="utf-8").count("\n")) > 400
    }
    assert not long


def test_nothing_is_written_that_ties_us_to_a_machine_or_is_unfinished() -> None:
    forbidden = {
        "a registry": re.compile(r"https?://[^\s\"')]*(?:registry\.|pypi\.org/simple|files\.pythonhosted|deb\.debian)"),
        "a path of a machine": re.compile(r"(?<![\w./])/(?:home|root|work|Users)/\w"),
        "something unfinished": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"),
    }
    for path in committed():
        if path.suffix in (
            ".py",
            ".js",
            ".jsx",
            ".mjs",
            ".css",
            ".html",
            ".md",
            ".toml",
            ".json",
            ".yaml",
            ".yml",
            ".c",
            "",
        ):
            text = path.read_text(encoding="utf-8", errors="replace")
            for what, pattern in forbidden.items():
                assert not pattern.search(text), f"{path.relative_to(ROOT)} names {what}"
