"""What an export is made from."""

from __future__ import annotations

from dataclasses import dataclass

from speedboat.board import Board
from speedboat.log import Event, Viewer
from speedboat.store import Workshop


@dataclass(frozen=True)
class Source:
    """A workshop, its log, the board it makes, who asks (None: the command line), and the language to write in."""

    workshop: Workshop
    events: list[Event]
    board: Board
    viewer: Viewer | None
    language: str
