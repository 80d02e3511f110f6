"""Write the lists of exact versions and hashes from which everything is installed: `make lock`.

One resolution for all lists, so that no two disagree. No registry URL is written, since everybody has their own. For
`uv run` without make the versions are pinned by `constraint-dependencies` in pyproject.toml, which this writes too; uv
checks no hashes there.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "locks"
# A list for each purpose: the extras of pyproject.toml in it, and whether it is for building the package.
PURPOSES: dict[str, tuple[str, ...]] = {
    "run": ("postgres", "suggest"),  # the image has both, and they cost the others little
    "check": ("check",),
    "audit": ("audit",),
}
# hatchling asks for editables only once it is asked for an editable package; uv itself is fetched by pip.
TOOLS = {"build": ["editables>=0.5"], "uv": ["uv>=0.8"]}
HEADER = "# Written by `make lock`; do not edit. Every hash is checked when this is installed.\n"
PINS = re.compile(r"(?s)(# Written by `make lock`[^\n]*\nconstraint-dependencies = \[\n).*?(\n\]\n)")


def main() -> None:
    uv = sys.argv[1]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    tools = {name: list(packages) for name, packages in TOOLS.items()}
    tools["build"] += project["build-system"]["requires"]
    # What is pinned now stays, unless pyproject asks for something else or `--upgrade` is given.
    with tempfile.TemporaryDirectory() as folder:
        everything = Path(folder) / "everything.txt"
        packages = "\n".join([*project["project"]["dependencies"], *extras(project), *tools["build"], *tools["uv"]])
        before = "" if "--upgrade" in sys.argv else "".join(path.read_text() for path in sorted(LOCKS.glob("*.txt")))
        everything.write_text(_without_hashes(before))
        _compile(uv, packages, everything)
        for purpose, names in PURPOSES.items():
            requirements = [*project["project"]["dependencies"], *extras(project, names)] if purpose != "audit" else []
            requirements += project["project"]["optional-dependencies"]["audit"] if purpose == "audit" else []
            _write(uv, purpose, requirements, everything)
        for tool, requirements in tools.items():
            _write(uv, tool, requirements, everything)
    _pin()


def extras(project: dict[str, dict[str, dict[str, list[str]]]], names: tuple[str, ...] | None = None) -> list[str]:
    """What these extras (all, unless named) ask for, those they refer to included."""
    optional = project["project"]["optional-dependencies"]
    requirements: list[str] = []
    for name in optional if names is None else names:
        for line in optional[name]:
            own = re.fullmatch(r"speedboat\[(.+)\]", line)
            requirements += extras(project, tuple(own.group(1).split(","))) if own else [line]
    return list(dict.fromkeys(requirements))


def _write(uv: str, name: str, requirements: list[str], constraints: Path) -> None:
    output = LOCKS / f"{name}.txt"
    output.unlink(missing_ok=True)
    _compile(uv, "\n".join(requirements), output, "--constraints", str(constraints))
    output.write_text(HEADER + output.read_text(encoding="utf-8"), encoding="utf-8")


def _compile(uv: str, requirements: str, output: Path, *more: str) -> None:
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
    command += ["--no-emit-index-url", "--no-header", "--no-annotate", "-", "--output-file", str(output), *more]
    subprocess.run(command, input=requirements, text=True, check=True, cwd=LOCKS)


def _without_hashes(text: str) -> str:
    lines = {line.removesuffix(" \\") for line in text.splitlines() if "==" in line and "--hash" not in line}
    return "".join(f"{line}\n" for line in sorted(lines))


def _pin() -> None:
    """Write the same versions where `uv run` looks for them."""
    text = "".join((LOCKS / f"{name}.txt").read_text(encoding="utf-8") for name in ("check", "build"))
    lines = "".join(f'  "{line}",\n' for line in _without_hashes(text).splitlines()).rstrip("\n")
    file = ROOT / "pyproject.toml"
    changed, count = PINS.subn(lambda match: match.group(1) + lines + match.group(2), file.read_text(encoding="utf-8"))
    assert count == 1, "pyproject.toml has no constraint-dependencies to write to"
    file.write_text(changed, encoding="utf-8")


if __name__ == "__main__":
    main()
