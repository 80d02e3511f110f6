"""The source of a synthesis export."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from speedboat.exports.source import House
from speedboat.reports.figures import SelectedWorkshop
from speedboat.reports.synthesis import Bonds


class Selection(msgspec.Struct):
    """The selected workshops with their bonds, the language, and the organiser."""

    workshops: Sequence[SelectedWorkshop]
    bonds: Bonds
    language: str
    house: House

    def numbers(self) -> dict[str, int]:
        """The numbers of the workshops in an export, by code: from 1, in their order."""
        return {one.code: number for number, one in enumerate(self.workshops, 1)}
