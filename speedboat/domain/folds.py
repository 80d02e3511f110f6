"""How a fact changes a board: the type of a fold, and how a feature registers one. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from speedboat.domain.messages import Event, Fact
from speedboat.domain.state import Board

F = TypeVar("F", bound=Fact)
Fold = Callable[[Board, Fact, Event], None]


def folds(fact: type[F], change: Callable[[Board, F, Event], None]) -> tuple[type[Fact], Fold]:
    """Register what a kind of fact does to a board. That they fit is checked here, then forgotten."""
    return fact, cast(Fold, change)
