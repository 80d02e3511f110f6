"""The scripts of `static/src` keep to their folders, without a cycle. Types in JSDoc count as imports."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[1] / "static" / "src"
IMPORT = re.compile(r"""(?:\bfrom\s+|\bimport\(|\bimport\s+)['"](\.{1,2}/[^'"]+)['"]""")
# What may be imported besides a folder's own files, from below to above. `wall` draws with what phones draw with.
MAY_IMPORT: dict[str, set[str]] = {
    "wire": set(),
    "page": set(),
    "board": {"wire", "page"},
    "sync": {"wire", "page", "board"},
    "panels/shared": {"wire", "page", "board", "sync", "panels"},
    "panels/participant": {"wire", "page", "board", "sync", "panels", "panels/shared"},
    "panels/facilitator": {"wire", "page", "board", "sync", "panels", "panels/shared"},
    "panels": {"wire", "page", "board", "sync", "panels/shared", "panels/participant", "panels/facilitator"},
    "replay": {"wire", "page", "board", "sync", "panels/shared"},
    "wall": {"wire", "page", "board", "sync", "panels/shared"},
    "pages": {"page", "sync", "panels", "replay", "wall"},
}


def scripts() -> list[str]:
    return sorted(
        path.relative_to(SOURCES).as_posix() for path in SOURCES.rglob("*") if path.suffix in (".js", ".jsx", ".ts")
    )


def imports(script: str, among: list[str]) -> set[str]:
    """The scripts of ours that a script imports, at once, later or for a type."""
    text = (SOURCES / script).read_text(encoding="utf-8")
    targets = set()
    for name in IMPORT.findall(text):
        path = os.path.normpath(os.path.join(os.path.dirname(script), name)).replace(os.sep, "/")
        target = path if path in among else f"{path}.d.ts"
        assert target in among, f"{script} imports {name}, which is not there"
        targets.add(target)
    return targets


def folder(script: str) -> str:
    return os.path.dirname(script)


GRAPH = {script: imports(script, scripts()) for script in scripts()}


def cycle_from(start: str) -> list[str] | None:
    """A way from a script back to itself by what it imports."""
    waiting: list[list[str]] = [[start]]
    seen: set[str] = set()
    while waiting:
        way = waiting.pop()
        for target in GRAPH[way[-1]]:
            if target == start:
                return [*way, target]
            if target not in seen:
                seen.add(target)
                waiting.append([*way, target])
    return None


def strangers() -> Iterator[str]:
    for script, targets in GRAPH.items():
        for target in targets:
            if folder(target) != folder(script) and folder(target) not in MAY_IMPORT.get(folder(script), set()):
                yield f"{script} imports {target}"


def test_every_folder_is_named_with_what_it_may_import() -> None:
    assert {folder(script) for script in GRAPH} == set(MAY_IMPORT)


def test_a_folder_imports_only_what_the_table_says() -> None:
    assert not list(strangers())


@pytest.mark.parametrize("script", sorted(GRAPH))
def test_no_script_imports_itself_by_way_of_others(script: str) -> None:
    assert cycle_from(script) is None


def test_phases_are_listed_only_where_they_are_generated() -> None:
    """A panel asks `isTime` or `may`; whoever writes a list of phases by hand forgets the next one."""
    phase = "'(?:welcome|write|share|group|vote|cut|discuss|act|closed)'"
    listed = re.compile(rf"(?<![\w)\]])\[\s*{phase}\s*(?:\]|,\s*{phase})")
    assert [script for script in GRAPH if listed.search((SOURCES / script).read_text(encoding="utf-8"))] == [
        "wire/phases.js"
    ]


def test_files_and_variables_are_nouns() -> None:
    """A participle says what happened to a thing, not what it is."""
    participle = r"(?:found|told|said|made|held|kept|taken)"
    variable = re.compile(rf"\b(?:const|let) (?:\[|\{{ ?)?{participle}\b|\({participle}\) =>")
    assert [script for script in GRAPH if variable.search((SOURCES / script).read_text(encoding="utf-8"))] == []
    file = re.compile(r"(?:\w+ed|\w+ing|mine|someone|split|afterwards)\.jsx?$")
    nouns = {"folding.js", "grouping.jsx", "voting.jsx"}
    assert [script for script in GRAPH if file.search(script) and os.path.basename(script) not in nouns] == []


def test_no_field_cuts_what_people_write() -> None:
    """A code and a password may be cut, nothing that is a sentence or a name."""
    cut = [
        f"{path.name}: {line.strip()}"
        for folder in ("static/src", "templates")
        for path in sorted((SOURCES.parents[1] / folder).rglob("*"))
        if path.suffix in (".jsx", ".js", ".html")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "maxlength" in line.lower() and not any(part in line for part in ('id="code"', "email", "password", "// "))
    ]
    assert cut == []


def test_the_build_knows_the_files_of_every_part_that_is_fetched_later() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.rglob("*.jsx")))
    named = set(re.findall(r"(?:lazy|fetchedOnce)\('(\w+)', \(\) => import\('[^']*\b\1\.jsx?'\)", sources))
    assert len(named) > 10
    assert len(re.findall(r"\b(?:lazy|fetchedOnce)\('", sources)) >= len(named)
    assert not re.findall(r"\b(?:lazy|fetchedOnce)\((?!'|name\b)", sources)
    parts = json.loads((SOURCES.parent / "dist" / "pages.json").read_text(encoding="utf-8"))["participant"]["parts"]
    assert parts.keys() == named
    assert all(parts.values())
