"""The lock files: exact versions with hashes, in step with pyproject.toml."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from locks.lock import PURPOSES, TOOLS, extras

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LISTS = ("run", "check", "audit", "build", "uv")
# Of these we use what is no promise of theirs: how they keep their sockets, what their errors say, their drivers.
PRIVATE = {
    "eventlet", "flask-socketio", "gevent", "gevent-websocket", "msgspec", "psycopg", "python-engineio",
    "python-socketio", "sqlalchemy", "werkzeug",
}  # fmt: skip


def pins(name: str) -> list[Requirement]:
    lines = (ROOT / f"locks/{name}.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line.removesuffix(" \\")) for line in lines if line[:1].isalnum()]


def asked(name: str) -> list[str]:
    """What a list is for, as pyproject.toml and the Makefile say it."""
    if name in TOOLS:
        return [*TOOLS[name], *(PROJECT["build-system"]["requires"] if name == "build" else [])]
    own = [] if name == "audit" else PROJECT["project"]["dependencies"]
    return [*own, *extras(PROJECT, PURPOSES[name])]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_everything_that_is_asked_for_within_its_bounds(name: str) -> None:
    pinned: dict[str, set[str]] = {}
    for pin in pins(name):
        pinned.setdefault(canonicalize_name(pin.name), set()).add(str(pin.specifier).removeprefix("=="))
    for line in asked(name):
        wanted = Requirement(line)
        versions = pinned.get(canonicalize_name(wanted.name))
        assert versions, f"{line} is not in locks/{name}.txt: `make lock`"
        assert all(version in wanted.specifier for version in map(Version, versions)), f"{line}: `make lock`"


@pytest.mark.parametrize("name", LISTS)
def test_every_line_of_a_list_is_one_version_with_its_hashes_and_no_address(name: str) -> None:
    text = (ROOT / f"locks/{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text.split("\n", 1)[1])
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==[^ ]+( ; [^\n]+)? \\\n    --hash=sha256:[0-9a-f]{64}", entry), entry[:80]
    assert len(entries) == len(pins(name))


def test_what_is_taken_without_make_are_the_same_versions() -> None:
    lines = {str(pin) for name in ("check", "build") for pin in pins(name)}
    assert {str(Requirement(line)) for line in PROJECT["tool"]["uv"]["constraint-dependencies"]} == lines


def test_no_two_lists_want_different_versions_on_one_machine() -> None:
    environment = {**default_environment(), "extra": ""}
    found: dict[str, set[str]] = {}
    for name in LISTS:
        for pin in pins(name):
            if pin.marker is None or pin.marker.evaluate(environment):
                found.setdefault(canonicalize_name(pin.name), set()).add(str(pin.specifier))
    assert not {name: versions for name, versions in found.items() if len(versions) > 1}


@pytest.mark.parametrize("name", sorted(PRIVATE))
def test_a_package_whose_private_parts_are_used_is_bounded_above(name: str) -> None:
    lines = [*PROJECT["project"]["dependencies"], *extras(PROJECT)]
    (bounds,) = {str(wanted.specifier) for wanted in map(Requirement, lines) if canonicalize_name(wanted.name) == name}
    assert "<" in bounds


def test_everything_that_installs_does_so_by_hash() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    image = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
    for text in (makefile, image):
        for line in re.findall(r"^(?:\t|RUN |\s*&& ).*pip install .*", text, re.M):
            assert "--require-hashes" in line or "--no-deps" in line, line
    assert "--build-constraints locks/build.txt" in makefile
    assert not re.search(r"pip wheel (?!.*--no-deps)", image)


def test_npm_takes_what_is_locked_with_its_hashes() -> None:
    lock = (ROOT / "static/package-lock.json").read_text(encoding="utf-8")
    entries = lock.count('"node_modules/')
    assert lock.count('"integrity": "sha512-') == entries
    assert '"ci"' in (ROOT / "static/hatch_build.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(("answer", "code"), [("0", 0), ("1", 1)])
def test_an_audit_fails_if_anything_has_a_fault_or_could_not_be_asked_for(
    tmp_path: Path, answer: str, code: int
) -> None:
    """The registries' own answers cannot be had in a test: a stand-in gives them."""
    tool = tmp_path / "pip-audit"
    tool.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\nexit {answer}\n')
    tool.chmod(0o755)
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, 'locks'); import audit; "
        f"audit.TOOLS = Path({str(tmp_path)!r}); audit._npm = lambda *words: 0; sys.exit(audit.find_faults())"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert done.returncode == code
    calls = (tmp_path / "asked").read_text().splitlines()
    assert len(calls) == len(LISTS)
    assert all("--strict" in call and "--require-hashes" in call for call in calls)
