"""Folds: how a fact changes a board, and how a feature registers that. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from speedboat.domain.messages import Event, Fact
from speedboat.domain.state import Board

F = TypeVar("F", bound=Fact)
Fold = Callable[[Board, Fact, Event], None]


def folds(fact: type[F], change: Callable[[Board, F, Event], None]) -> tuple[type[Fact], Fold]:
    """Register the fold of a fact. Their types are checked here."""
    return fact, cast(Fold, change)
