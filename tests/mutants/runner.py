"""Run the tests of the rules against mutants, in forked processes: each mutant in a process of its own.

A change within a function is made in place, by giving the function the mutant's code, once everything is imported and
collected; only the tests that call the function are run, the quickest first, up to the first that fails. A change at
module level needs the modules to be imported anew, with the mutant's source in place of the file.

Killed is what a test notices. A mutant with which the rules cannot even be imported says nothing about the tests, and
is told apart; so is one on which this runner fails itself.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import Phase, settings

from tests.mutants.operators import Mutant

ROOT = Path(__file__).parents[2]
PACKAGE = "speedboat.domain"
FOLDER = ROOT / "speedboat" / "domain"
# Nothing is kept between runs, no example is made smaller, and a limit of our own takes the place of pytest's.
OPTIONS = ["-q", "-x", "--assert=plain", "--timeout=0", str(ROOT / "tests" / "domain")]
# Typst keeps threads of its own, which a forked process lacks: it would wait for them for ever.
OPTIONS += ["-k", "not test_no_export_of_an_old_log_holds_a_terminal_sequence"]
OPTIONS += [option for name in ("cacheprovider", "hypothesispytest") for option in ("-p", f"no:{name}")]
ENDLESS = 240.0  # CPU seconds: a mutant that takes longer loops for ever, which a test would notice, too
STUCK = 1200  # seconds: the same for one that waits for ever


class Outcome(IntEnum):
    """What became of a mutant: the exit status of its process."""

    SURVIVED = 0
    KILLED = 1
    UNIMPORTABLE = 2  # the rules cannot be imported
    CRASHED = 3  # the runner failed, not a test


Report = Callable[[Mutant, Outcome], None]


def quiet_hypothesis() -> None:
    settings.register_profile(
        "mutants", derandomize=True, database=None, deadline=None, phases=(Phase.explicit, Phase.generate)
    )
    settings.load_profile("mutants")


def run_fresh(mutants: Iterable[Mutant], processes: int, report: Report) -> None:
    """Try each with modules imported anew. To be called while `speedboat.domain` is not imported."""
    assert PACKAGE not in sys.modules

    durations = Path(tempfile.mkdtemp()) / "durations.json"

    def attempt(mutant: Mutant) -> Outcome:
        quiet_hypothesis()
        sys.meta_path.insert(0, _Finder(mutant))
        try:
            for path in sorted(FOLDER.rglob("*.py")):
                importlib.import_module(module_of(path.relative_to(FOLDER).as_posix()))
        except Exception:
            return Outcome.UNIMPORTABLE
        code = pytest.main(OPTIONS, plugins=[_QuickFirst(durations)])
        return Outcome.SURVIVED if code == pytest.ExitCode.OK else Outcome.KILLED

    unchanged: list[Outcome] = []
    source = (FOLDER / "scene.py").read_text(encoding="utf-8")
    _run_all(
        [Mutant("scene.py", "", 0, "nothing", source, False)], attempt, 1, lambda _, outcome: unchanged.append(outcome)
    )
    assert unchanged == [Outcome.SURVIVED], "the tests fail without any change"
    _run_all(mutants, attempt, processes, report)


def needs_import(mutant: Mutant) -> bool:
    """Whether modules must be imported anew: the function cannot take new code, or has been called by then."""
    if not mutant.function or mutant.function in _called_at_import():
        return True
    path = FOLDER / mutant.path
    before, after = (
        next(
            (code for code in _codes(compile(text, str(path), "exec", dont_inherit=True)) if _is_of(code, mutant)), None
        )
        for text in (path.read_text(encoding="utf-8"), mutant.source)
    )
    if not before or not after or before.co_freevars != after.co_freevars:
        return True
    # A function that returns another one was called while modules were imported.
    return any(isinstance(inner, CodeType) and not inner.co_name.startswith("<") for inner in before.co_consts)


@functools.cache
def _called_at_import() -> set[str]:
    """Names of functions that are called while modules are imported, by name: by other functions, too."""
    called: dict[str, set[str]] = defaultdict(set)  # by function, "" for the module itself
    for path in FOLDER.rglob("*.py"):
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            caller = statement.name if isinstance(statement, ast.FunctionDef) else ""
            if not isinstance(statement, ast.ClassDef):
                called[caller] |= {
                    node.func.id
                    for node in ast.walk(statement)
                    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                }
    reached, queue = set[str](), [""]
    while queue:
        more = called[queue.pop()] - reached
        reached |= more
        queue += more
    return reached


def _is_of(code: CodeType, mutant: Mutant) -> bool:
    return code.co_qualname == mutant.function


def run_in_place(mutants: Iterable[Mutant], processes: int, report: Report) -> list[Mutant]:
    """Try each by changing a function's code; returns those that cannot be tried that way."""
    quiet_hypothesis()
    plugin = _InPlace(list(mutants), processes, report)
    code = pytest.main(OPTIONS, plugins=[plugin])
    assert code in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED), "the tests fail without any change"
    return plugin.left


def module_of(path: str) -> str:
    name = f"{PACKAGE}.{path.removesuffix('.py').replace('/', '.')}"
    return name.removesuffix(".__init__")


def _run_all(
    mutants: Iterable[Mutant],
    attempt: Callable[[Mutant], Outcome],
    processes: int,
    report: Report,
) -> None:
    running: dict[int, Mutant] = {}
    waiting = iter(mutants)
    while True:
        while len(running) < processes and (mutant := next(waiting, None)):
            running[_fork(attempt, mutant)] = mutant
        if not running:
            return
        pid, status = os.wait()
        if pid in running:
            # Ended by a signal: of its limits.
            report(running.pop(pid), Outcome(os.WEXITSTATUS(status)) if os.WIFEXITED(status) else Outcome.KILLED)


def _fork(attempt: Callable[[Mutant], Outcome], mutant: Mutant) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = Outcome.CRASHED
    try:
        signal.setitimer(signal.ITIMER_PROF, ENDLESS)
        signal.alarm(STUCK)
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        code = attempt(mutant)
    finally:
        os._exit(code)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from the source of a mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self._name = module_of(mutant.path)
        self._mutant = mutant

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        file = str(FOLDER / self._mutant.path)
        return importlib.util.spec_from_file_location(fullname, file, loader=self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._mutant.source, str(FOLDER / self._mutant.path), "exec"), module.__dict__)


class _QuickFirst:
    """Runs the quickest tests first, as they were without any change; notes how long each takes the first time."""

    def __init__(self, durations: Path) -> None:
        self._path = durations
        self._known: dict[str, float] = json.loads(durations.read_text()) if durations.exists() else {}
        self._noted: dict[str, float] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self._known.get(item.nodeid, 0.0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._noted[report.nodeid] = self._noted.get(report.nodeid, 0.0) + report.duration

    def pytest_sessionfinish(self) -> None:
        if not self._path.exists():
            self._path.write_text(json.dumps(self._noted))


class _InPlace:
    """Takes the place of pytest's own loop over the tests, once they are collected."""

    def __init__(self, mutants: list[Mutant], processes: int, report: Report) -> None:
        self._mutants = mutants
        self._processes = processes
        self._report = report
        self.left: list[Mutant] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        callers = self._callers(session.items)
        ready = []
        for mutant in self._mutants:
            (ready if callers.get((mutant.path, mutant.function)) and function_of(mutant) else self.left).append(mutant)

        def attempt(mutant: Mutant) -> Outcome:
            put_in_place(mutant)
            tests = callers[mutant.path, mutant.function]
            return Outcome.SURVIVED if all(_passes(item) for item in tests) else Outcome.KILLED

        _run_all(ready, attempt, self._processes, self._report)
        return True

    def _callers(self, items: list[pytest.Item]) -> dict[tuple[str, str], list[pytest.Item]]:
        """The tests that call each function, the quickest first."""
        found: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
        for number, item in enumerate(items):
            called: set[CodeType] = set()
            _forget_results()
            started = time.perf_counter()
            with _calls_into(called):
                assert _passes(item), f"{item.nodeid} fails without any change"
            seconds = time.perf_counter() - started
            for function in {_place(code) for code in called}:
                found[function].append((seconds, number))
        return {function: [items[number] for _, number in sorted(tests)] for function, tests in found.items()}


def _passes(item: pytest.Item) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


@contextlib.contextmanager
def _calls_into(called: set[CodeType]) -> Iterator[None]:
    folder = str(FOLDER)
    seen: set[CodeType] = set()

    def hear(frame: object, event: str, _argument: object) -> None:
        code: CodeType = frame.f_code  # type: ignore[attr-defined]
        if event == "call" and code not in seen:
            seen.add(code)
            if code.co_filename.startswith(folder):
                called.add(code)

    sys.setprofile(hear)
    try:
        yield
    finally:
        sys.setprofile(None)


def _place(code: CodeType) -> tuple[str, str]:
    path = Path(code.co_filename).relative_to(FOLDER).as_posix()
    return path, code.co_qualname.split(".<locals>")[0]


def function_of(mutant: Mutant) -> FunctionType | None:
    """The function that a mutant changes; None if it is not to be had by its name."""
    found: object = sys.modules.get(module_of(mutant.path))
    for name in mutant.function.split("."):
        found = vars(found).get(name) if hasattr(found, "__dict__") else None
    if isinstance(found, property):
        found = found.fget
    found = getattr(found, "__func__", found)
    found = getattr(found, "__wrapped__", found)
    return found if isinstance(found, FunctionType) else None


def put_in_place(mutant: Mutant) -> None:
    function = function_of(mutant)
    assert function
    module = compile(mutant.source, function.__code__.co_filename, "exec", dont_inherit=True)
    function.__code__ = next(code for code in _codes(module) if _is_of(code, mutant))
    _forget_results()


def _forget_results() -> None:
    """Empty the caches of functions that keep what they have returned, or they would not be called again."""
    for name, module in list(sys.modules.items()):
        if name.startswith(PACKAGE):
            for value in vars(module).values():
                if isinstance(value, functools._lru_cache_wrapper):
                    value.cache_clear()


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)
