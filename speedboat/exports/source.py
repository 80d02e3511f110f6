"""The source of an export: a workshop's records, as a viewer may export them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from speedboat.domain.messages import Viewer
from speedboat.domain.records import AnyRecord
from speedboat.domain.state import Board
from speedboat.domain.validation import printable
from speedboat.reports.summary import Summary, summary
from speedboat.reports.visible_records import visible_records
from speedboat.storage.store import Workshop


@dataclass(frozen=True)
class House:
    """The organiser, as set on this server: a name and a picture (PNG or SVG) for the head of reports."""

    organisation: str = ""
    logo: Path | None = None


@dataclass(frozen=True)
class Source:
    """A workshop, its records as the viewer may export them, whether people are named in them, and a language.

    There is no board here and no event: what the asker is not shown cannot get into a file by mistake.
    """

    workshop: Workshop
    records: list[AnyRecord]
    named: bool
    language: str
    house: House = House()

    @cached_property
    def summary(self) -> Summary:
        """The summary of the workshop, every text fit for print."""
        return msgspec.convert(printable(msgspec.to_builtins(summary(self.records))), Summary)


def source_of(
    workshop: Workshop,
    board: Board,
    viewer: Viewer,
    language: str,
    house: House | None = None,
    *,
    names: bool = False,
) -> Source:
    """Return the source of an export for this viewer. Raises Refused: see `visible_records`."""
    records = visible_records(board, viewer, names)
    return Source(workshop, records, names and not board.settings.anonymous, language, house or House())
