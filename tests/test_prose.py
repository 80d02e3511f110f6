"""The prose of the code, as far as a program can judge it: names that tell what they hold, docstrings, standard terms.

Names are read from the syntax tree, comments from the tokens; neither looks at the history of the repository.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "speedboat").rglob("*.py"))
# The tests' own modules tell stories of what was said and found; what they share is named as the code is.
NAMED = [
    path for folder in ("bench", "locks", "static", "tests/support") for path in sorted((ROOT / folder).glob("*.py"))
]
FILES = sorted(path for folder in ("speedboat", "bench", "locks", "tests") for path in (ROOT / folder).rglob("*.py"))

# Past participles that say what happened to a thing and not what it is, with the nouns that usually belong there.
PARTICIPLES = {
    "asked": "query, request, question",
    "brought": "input, cookie",
    "found": "matches, row, result",
    "given": "arguments, header",
    "gone": "removed_ids, departures",
    "heard": "notice, callback",
    "held": "lock, workshop_ids",
    "kept": "cache, stored, remaining",
    "made": "result, content, row",
    "said": "text, message, fields",
    "taken": "selection, blocked",
    "told": "summary, message",
    "wanted": "query, selection",
}
# Names on the wire, in the log or in the database, which never change.
FIXED = {"CardRecord.held", "Card.held", ".held", "PersonRenamed.told", "KeyRenewed.kept", "DigestTheme.said"}

# Roundabout phrases, with what an engineer would call it.
PHRASES = {
    r"\bslow look\b": "polling",
    r"\bhad again\b": "recovered",
    r"\bwithout a word\b": "silently",
    r"\blengthened\b": "preallocated, extended",
    r"\bof the fault only its kind\b": "only the exception type",
    r"\bpassed over\b": "skipped",
    r"\bleft all the same\b": "takes effect even if",
    r"\bfor too long\b": "timed out",
    r"\bno font here shows\b": "no bundled font has a glyph",
    r"\bbeside the loop\b": "off the event loop",
    r"\bhung up\b": "disconnected",
    r"\bthe house\b": "the application",
}


def names_in(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Yield line, name and qualified name of everything that a module names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for field in node.body:
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                    yield field.lineno, field.target.id, f"{node.name}.{field.target.id}"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name, node.name
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            name = node.id if isinstance(node, ast.Name) else node.attr
            yield node.lineno, name, name if isinstance(node, ast.Name) else f".{name}"
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg, node.arg


def bad_names(source: str) -> list[str]:
    """Return the names in a module that are bare participles, with their lines."""
    names = list(names_in(ast.parse(source)))
    fixed = {(line, name) for line, name, full in names if full in FIXED}
    return [
        f"line {line}: {name} (rather {PARTICIPLES[name.strip('_')]})"
        for line, name, _ in dict.fromkeys(names)
        if name.strip("_") in PARTICIPLES and (line, name) not in fixed
    ]


def prose_of(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the comments and strings of a file, with their lines."""
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type in (tokenize.COMMENT, tokenize.STRING):
                yield token.start[0], token.string


def public_definitions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Yield the public classes and functions of a module."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def first_line(node: ast.Module | ast.FunctionDef | ast.ClassDef) -> str:
    """Return the first line of a docstring, '' if there is none."""
    return (ast.get_docstring(node) or "").partition("\n")[0]


def test_a_bare_participle_is_told_from_a_noun() -> None:
    source = "def told(found):\n    self.made, rows = [], [kept for kept in found]\nclass CardRecord:\n    held: bool\n"
    assert [line.split(" (")[0] for line in bad_names(source)] == [
        "line 1: told",
        "line 1: found",
        "line 2: made",
        "line 2: kept",
    ]


@pytest.mark.parametrize("path", [*SOURCES, *NAMED], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_function_or_variable_is_named_by_a_bare_participle(path: Path) -> None:
    assert path.stem not in PARTICIPLES
    assert not bad_names(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_their_public_functions_and_classes_say_what_they_are(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if tree.body and path.parent.name != "versions":
        assert first_line(tree), "a module says what lives in it"
    for node in public_definitions(tree.body):
        line = first_line(node)
        assert line or is_documented_elsewhere(path, node), f"{node.name} has no docstring"
        assert not line or line.endswith((".", ":")), f"{node.name}: the first line is a sentence of its own"


def is_documented_elsewhere(path: Path, node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Whether a function is the rule of a command or the fold of a fact, whose struct of that name says what it is."""
    if path.parent.name == "versions":
        return node.name in ("upgrade", "downgrade")
    if path.parent.name != "features" or not isinstance(node, ast.FunctionDef):
        return False
    return node.name == "view" or len(node.args.args) >= 3


def test_no_two_public_classes_share_a_name() -> None:
    places: dict[str, list[str]] = {}
    for path in SOURCES:
        for node in public_definitions(ast.parse(path.read_text(encoding="utf-8")).body):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(str(path.relative_to(ROOT)))
    # Parallel modules, one for each format or serving mode, have parallel classes.
    parallel = {"Document", "Handler", "Websocket"}
    assert {name: where for name, where in places.items() if len(where) > 1 and name not in parallel} == {}


def test_prose_uses_standard_terms() -> None:
    bad = [
        f"{path.relative_to(ROOT)}:{line}: {match[0]} (rather: {better})"
        for path in FILES
        if path != Path(__file__)
        for line, text in prose_of(path)
        for phrase, better in PHRASES.items()
        if (match := re.search(phrase, text))
    ]
    assert not bad
