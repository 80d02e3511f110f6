"""The benchmarks start: they are rarely run, so nothing else would notice that a change has broken one."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest

import bench
from bench.command_cost import Room
from bench.suggestions import DATA

MODULES = sorted(module.name for module in pkgutil.iter_modules(bench.__path__, "bench."))


@pytest.mark.parametrize("name", MODULES)
def test_every_benchmark_is_imported(name: str) -> None:
    import_module(name)


def test_the_cards_that_suggestions_are_measured_with_are_there() -> None:
    assert DATA.is_file()


def test_a_command_can_be_measured_in_the_core_alone() -> None:
    room = Room()
    room.do(0, "set_phase", phase="write")
    assert room.board.phase == "write"
