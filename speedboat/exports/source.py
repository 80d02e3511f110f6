"""What an export is made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from speedboat.board import Board
from speedboat.log import Event, Viewer
from speedboat.store import Workshop
from speedboat.summary import Summary, everything, summary
from speedboat.text import printable


@dataclass(frozen=True)
class House:
    """Who organises, as set on this server: a name and a picture (PNG or SVG) for the head of reports."""

    organisation: str = ""
    logo: Path | None = None


@dataclass(frozen=True)
class Source:
    """A workshop, its log, the board it makes, who asks (None: the command line), and the language to write in."""

    workshop: Workshop
    events: list[Event]
    board: Board
    viewer: Viewer | None
    language: str
    house: House = House()

    @cached_property
    def told(self) -> Summary:
        """What the workshop came to, as the asker may see it; every text fit for print."""
        phase = self.board.phase
        told = summary(self.board, self.viewer or everything(self.board))
        told.phase = phase
        return msgspec.convert(printable(msgspec.to_builtins(told)), Summary)
