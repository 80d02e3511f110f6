"""Look for known vulnerabilities in the dependencies (`make audit`), or write a bill of materials (`make sbom`).

Python packages with pip-audit and cyclonedx-py, installed in an environment of their own; the front end's with npm.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "build/audit/bin"
sys.path.insert(0, str(ROOT / "static"))

from hatch_build import node_and_npm  # noqa: E402  # once it can be found


def find_faults() -> bool:
    """Whether a fault is known in anything that make installs, or could not be asked for; says which."""
    lists = [f"--requirement={path}" for path in sorted((ROOT / "locks").glob("*.txt"))]
    python = [str(TOOLS / "pip-audit"), "--strict", "--require-hashes", "--disable-pip", "--progress-spinner=off"]
    # Each by itself: two lists may want one package for different machines.
    codes = [subprocess.run([*python, one], cwd=ROOT).returncode for one in lists]
    codes.append(_npm("audit"))
    return any(codes)


def write_lists() -> bool:
    """Write what the program consists of, as CycloneDX: Python's part, and the front end's. Whether that failed."""
    build = ROOT / "build"
    python = [str(TOOLS / "cyclonedx-py"), "requirements", "--output-format=JSON", "--pyproject=pyproject.toml"]
    sbom = build / "sbom-python.json"
    codes = [subprocess.run([*python, f"--output-file={sbom}", "locks/run.txt"], cwd=ROOT).returncode]
    with (build / "sbom-front-end.json").open("wb") as file:
        codes.append(_npm("sbom", "--sbom-format=cyclonedx", "--omit=dev", "--package-lock-only", stdout=file))
    return any(codes)


def _npm(*words: str, stdout: object = None) -> int:
    _, npm, environment = node_and_npm()
    environment["npm_config_audit"] = "true"
    return subprocess.run([*npm, *words], cwd=ROOT / "static", env=environment, stdout=stdout).returncode  # type: ignore[call-overload, no-any-return]


if __name__ == "__main__":
    sys.exit({"faults": find_faults, "list": write_lists}[sys.argv[1]]())
