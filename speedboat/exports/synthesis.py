"""Exports of a synthesis over many workshops: JSON, XLSX, PDF. None holds a code, a key, an address or a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

import msgspec

from speedboat.domain.messages import Refused
from speedboat.exports.source import House
from speedboat.reports.synthesis import Bonds, Taken

FORMATS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


class Selection(msgspec.Struct):
    """What a synthesis is made of, and in which language and whose name it is told."""

    taken: Sequence[Taken]
    bonds: Bonds
    language: str
    house: House

    def numbers(self) -> dict[str, int]:
        """The workshops, by code, as they are numbered in an export: from 1, in their order."""
        return {one.code: number for number, one in enumerate(self.taken, 1)}


def write(form: str, selection: Selection) -> bytes:
    """A synthesis in a format.

    Raises:
        Refused: `unknown_format`.
    """
    if form not in FORMATS:
        raise Refused("unknown_format", "format")
    made: Callable[[Selection], bytes] = import_module(f"speedboat.exports.synthesis_{form}").write
    return made(selection)
