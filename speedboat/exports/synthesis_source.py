"""What an export of a synthesis is made of."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from speedboat.exports.source import House
from speedboat.reports.synthesis import Bonds, SelectedWorkshop


class Selection(msgspec.Struct):
    """What a synthesis is made of, and in which language and whose name it is told."""

    workshops: Sequence[SelectedWorkshop]
    bonds: Bonds
    language: str
    house: House

    def numbers(self) -> dict[str, int]:
        """The workshops, by code, as they are numbered in an export: from 1, in their order."""
        return {one.code: number for number, one in enumerate(self.workshops, 1)}
