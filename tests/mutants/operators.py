"""The mutants of a module: each is its source with one thing changed."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# What an operator becomes.
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "*",
    ast.Mod: "*",
    ast.BitOr: "&",
    ast.BitAnd: "|",
}
# Calls whose arguments are examples, that is tests; and names for the type checker only.
EXAMPLES = frozenset({"does", "done", "refused", "TypeVar", "cast", "NewType"})
# Arguments of a declaration that say to a reader why.
REASONS = frozenset({"no_undo", "leaves"})


class Change(NamedTuple):
    """A piece of source to put in place of a node."""

    node: ast.AST
    text: str
    is_refusal: bool = False


class Mutant(NamedTuple):
    """One change of one module.

    Attributes:
        path: of the module, below the package that is mutated.
        function: qualified name of the outermost function or method that holds the change; "" at module level.
        key: says what is changed and where, without line numbers, so that it holds while the file is edited elsewhere.
        source: the whole module with the change.
        is_refusal: a refusal is left out.
    """

    path: str
    function: str
    line: int
    key: str
    source: str
    is_refusal: bool


def mutants_in(folder: Path) -> list[Mutant]:
    """The mutants of all modules of a package, in the order of their paths and lines."""
    texts = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))
    }
    examples = _names_of_examples([ast.parse(text) for text in texts.values()])
    return [mutant for path, text in texts.items() for mutant in _mutants_of(path, text, examples)]


def _mutants_of(path: str, text: str, examples: set[str]) -> list[Mutant]:
    lines = text.splitlines(keepends=True)
    seen: Counter[str] = Counter()
    mutants = []
    for function, change in _Changes(examples).of(ast.parse(text)):
        start, end = _offsets(lines, change.node)
        before = text[start:end]
        key = f"{path} {function or 'module'}: {' '.join(before.split())[:90]} -> {change.text[:90]}"
        seen[key] += 1
        if seen[key] > 1:
            key += f" ({seen[key]})"
        source = text[:start] + change.text + text[end:]
        line = getattr(change.node, "lineno", 0)
        mutants.append(Mutant(path, function, line, key, source, change.is_refusal))
    return mutants


def _offsets(lines: list[str], node: ast.AST) -> tuple[int, int]:
    """Where a node begins and ends in the text, in characters; the tree counts bytes of a line."""
    ends = []
    for line, column in ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)):  # type: ignore[attr-defined]
        into = len(lines[line - 1].encode()[:column].decode())
        ends.append(sum(map(len, lines[: line - 1])) + into)
    return ends[0], ends[1]


def _names_of_examples(modules: list[ast.Module]) -> set[str]:
    """The names that modules give to parts of their examples, and use for nothing else: they are tests, too."""
    assigned: dict[str, set[str]] = {}  # name: by which names it is used at module level, outside of examples
    used: set[str] = set()
    for module in modules:
        for statement in module.body:
            names = _assigned(statement)
            for name in names:
                assigned.setdefault(name, set())
            for name in _used(statement):
                if names:
                    assigned.setdefault(name, set()).update(names)
                else:
                    used.add(name)
    # Tables that other modules read are used by attribute, and declarations are what is tested.
    used |= {node.attr for module in modules for node in ast.walk(module) if isinstance(node, ast.Attribute)}
    used |= {name for module in modules for one in module.body if _declares(one) for name in _assigned(one)}
    examples = assigned.keys() - used
    while rest := {name for name in examples if not assigned[name] <= examples}:
        examples -= rest
    return examples


def _assigned(statement: ast.stmt) -> set[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def _used(node: ast.AST) -> Iterator[str]:
    """The names read in a statement, outside of examples."""
    if isinstance(node, ast.Import | ast.ImportFrom) or _is_example(node):
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield node.id
    for child in ast.iter_child_nodes(node):
        yield from _used(child)


def _is_example(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in EXAMPLES


def _declares(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "declare"


class _Changes:
    """Walks a module in reading order and yields each change with the function it is in."""

    def __init__(self, examples: set[str]) -> None:
        self._examples = examples

    def of(self, module: ast.Module) -> Iterator[tuple[str, Change]]:
        for statement in module.body:
            names = _assigned(statement)
            if not _is_docstring(statement) and not (names and names <= self._examples):
                yield from self._within(statement, "")

    def _within(self, node: ast.AST, function: str, owner: str = "") -> Iterator[tuple[str, Change]]:
        if isinstance(node, ast.Import | ast.ImportFrom) or _is_for_the_type_checker(node):
            return
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if not _is_docstring(part):
                    yield from self._within(part, function, f"{owner}{node.name}.")
            return
        if isinstance(node, ast.FunctionDef):
            for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
                yield from self._within(default, function, owner)
            for part in node.body:
                if not _is_docstring(part):
                    yield from self._within(part, function or owner + node.name)
            return
        if _is_example(node):
            return
        if isinstance(node, ast.keyword) and node.arg in REASONS:
            return
        for change in _changes(node):
            yield function, change
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "format_spec"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not (
                    isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)
                ):
                    yield from self._within(child, function, owner)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_for_the_type_checker(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _changes(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            yield Change(node, f"{_text(left)} {COMPARISONS[type(operator)]} {_text(right)}")
        case ast.BoolOp(op=operator, values=values):
            word = " or " if isinstance(operator, ast.And) else " and "
            yield Change(node, f"({word.join(f'({_text(value)})' for value in values)})")
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield Change(node, f"bool({_text(operand)})")
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in ARITHMETIC:
            yield Change(node, f"({_text(left)} {ARITHMETIC[type(operator)]} {_text(right)})")
        case ast.AugAssign(target=target, op=operator, value=value) if type(operator) in ARITHMETIC:
            yield Change(node, f"{_text(target)} {ARITHMETIC[type(operator)]}= {_text(value)}")
        case ast.Constant(value=bool() as value):
            yield Change(node, str(not value))
        case ast.Constant(value=int() | float() as value):
            yield Change(node, repr(value + 1))
        case ast.Constant(value=str() as value):
            yield Change(node, repr(f"XX{value}"))
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield Change(node, "return None")
        case ast.Raise():
            yield Change(node, "pass", is_refusal="Refused" in _text(node))
        case ast.Expr(value=ast.Call()) | ast.Assign(targets=[ast.Attribute() | ast.Subscript()]) | ast.Delete():
            yield Change(node, "pass")
        case ast.If(test=test):
            yield Change(test, "False")
        case ast.comprehension(ifs=[*tests]):
            for test in tests:
                yield Change(test, "True")
        case ast.Continue():
            yield Change(node, "break")
        case ast.Break():
            yield Change(node, "continue")


def _text(node: ast.AST) -> str:
    return ast.unparse(node)
