"""The mutants of a module: each is its source with one thing changed."""

from __future__ import annotations

import ast
import re
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
PHASES = ("welcome", "write", "share", "group", "vote", "cut", "discuss", "act", "closed")
# Calls whose arguments are examples, that is tests; and names for the type checker only.
EXAMPLES = frozenset({"does", "done", "refused", "TypeVar", "cast", "NewType"})
# Arguments of a declaration that say to a reader why.
REASONS = frozenset({"no_undo", "leaves"})
# Where a condition says so, it asks for a role or a phase.
ROLES_AND_PHASES = re.compile(r"facilitat|role|phase|locked|somebody|person")


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
        is_refusal: a refusal is left out: raised, returned, kept in the decision, or made by a function called for it.
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
    modules = [ast.parse(text) for text in texts.values()]
    examples, refusing = _names_of_examples(modules), _names_that_refuse(dict(zip(texts, modules, strict=True)))
    return [mutant for path, text in texts.items() for mutant in _mutants_of(path, text, examples, refusing)]


def _mutants_of(path: str, text: str, examples: set[str], refusing: set[str]) -> list[Mutant]:
    lines = text.splitlines(keepends=True)
    seen: Counter[str] = Counter()
    mutants = []
    for function, change in _Changes(path, examples, refusing).of(ast.parse(text)):
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


def _names_that_refuse(modules: dict[str, ast.Module]) -> set[str]:
    """The names of functions that refuse, themselves or through another."""
    calls = {
        _name_in(path, node.name): {
            _name_in(path, _called(part)) for part in ast.walk(node) if isinstance(part, ast.Call)
        }
        for path, module in modules.items()
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef) and not _catches(node)
    }
    refusing = {"Refused"}
    while more := {name for name, called in calls.items() if called & refusing} - refusing:
        refusing |= more
    return refusing - {"Refused"}


def _name_in(path: str, name: str) -> str:
    """A name as other modules know it; what begins with an underscore is known in its own only."""
    return f"{path} {name}" if name.startswith("_") else name


def _called(call: ast.Call) -> str:
    """The name of the function that is called; of one that another returns, the other's."""
    if isinstance(call.func, ast.Call):
        return _called(call.func)
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _catches(function: ast.FunctionDef) -> bool:
    """Whether a function turns refusals into something else."""
    return any(isinstance(node, ast.ExceptHandler) and _is_refused(node.type) for node in ast.walk(function))


def _is_refused(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Name) and node.id == "Refused"


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

    def __init__(self, path: str, examples: set[str], refusing: set[str]) -> None:
        self._path = path
        self._examples = examples
        self._refusing = refusing

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
        for change in (*_changes(node), *_refusals(node, self._path, self._refusing)):
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
            word = " and " if isinstance(operator, ast.And) else " or "
            for value in values:
                if ROLES_AND_PHASES.search(_text(value)):
                    rest = [f"({_text(other)})" for other in values if other is not value]
                    yield Change(node, f"({word.join(rest)})")
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
        case ast.Assign(targets=[ast.Subscript()]) | ast.Delete():
            yield Change(node, "pass")
        case ast.Call(func=ast.Name(id="May"), args=groups):
            # Nobody with this role may; whoever has it may in every phase.
            for group in groups:
                yield Change(group, "()")
                yield Change(group, repr(PHASES))
        # Without this refusal is the same as with the refusal left out, which is tried.
        case ast.If(test=test, body=body, orelse=orelse) if orelse or not isinstance(body[0], ast.Raise):
            yield Change(test, "False")
        case ast.comprehension(ifs=[*tests]):
            for test in tests:
                yield Change(test, "True")
        case ast.Continue():
            yield Change(node, "break")
        case ast.Break():
            yield Change(node, "continue")


def _refusals(node: ast.AST, path: str, refusing: set[str]) -> Iterator[Change]:
    """A statement left out: a refusal if that is what the statement is for."""
    match node:
        case ast.Raise() | ast.Return(value=ast.Call(func=ast.Name(id="Refused"))):
            yield Change(node, "pass", is_refusal=True)
        case ast.Return(value=ast.Name(id="refusal")):
            yield Change(node, "pass", is_refusal=True)
        case ast.Assign(targets=[ast.Attribute(attr=name)]):
            yield Change(node, "pass", is_refusal=name == "refusal")
        case ast.Expr(value=ast.Call() as call):
            yield Change(node, "pass", is_refusal=_name_in(path, _called(call)) in refusing)


def _text(node: ast.AST) -> str:
    return ast.unparse(node)
