"""The source of a synthesis export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from speedboat.exports.source import House
from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import Words
from speedboat.reports.figures import SelectedWorkshop
from speedboat.reports.quotes import SMALL_GROUP
from speedboat.reports.synthesis import Bonds


class Selection(msgspec.Struct):
    """The selected workshops with their bonds, the language, and the organiser; `names` are those of bonds."""

    workshops: Sequence[SelectedWorkshop]
    bonds: Bonds
    language: str
    house: House
    names: Mapping[str, str] = {}

    def numbers(self) -> dict[str, int]:
        """The numbers of the workshops in an export, by code: from 1, in their order."""
        return {one.code: number for number, one in enumerate(self.workshops, 1)}


def without_small_names(selection: Selection) -> Selection:
    """Return a selection in which workshops of fewer than `SMALL_GROUP` participants are not named: it leaves."""
    words = Words(selection.language)
    workshops = [
        msgspec.structs.replace(one, title=f"{words.say(N_('a small group'))} ({number})")
        if 0 < one.digest.people < SMALL_GROUP
        else one
        for number, one in enumerate(selection.workshops, 1)
    ]
    return msgspec.structs.replace(selection, workshops=workshops)
