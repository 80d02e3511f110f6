"""Sorts the records that may leave a workshop by what they are: what the summary and the digest are both made from.

Pure. What is held back or in the bin is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from msgspec import UNSET

from speedboat.domain.records import (
    ActionRecord,
    AnyRecord,
    CardRecord,
    EstimateRecord,
    LinkRecord,
    PersonRecord,
    ThemeRecord,
    VoteRecord,
    WorkshopRecord,
)

T = TypeVar("T")


class Extraction(NamedTuple):
    """The records of one workshop that are not aside.

    Attributes:
        by_id: all of them.
        cards: all that are on the board; those that may be read are in `readable` too.
        votes: totals by target, where totals are shown.
        estimates: by target, where anybody's are shown.
    """

    by_id: dict[str, AnyRecord]
    workshop: WorkshopRecord
    people: list[PersonRecord]
    cards: list[CardRecord]
    readable: list[CardRecord]
    themes: list[ThemeRecord]
    votes: dict[str, int]
    estimates: dict[str, EstimateRecord]
    links: list[LinkRecord]
    actions: list[ActionRecord]


def extract(handed_out: Iterable[AnyRecord]) -> Extraction:
    """Sort the records that `visible_records` hands out."""
    by_id = {record.id: record for record in handed_out if not _is_aside(record)}

    def of(kind: type[T]) -> list[T]:
        return [record for record in by_id.values() if isinstance(record, kind)]

    cards: list[CardRecord] = of(CardRecord)
    return Extraction(
        by_id=by_id,
        workshop=of(WorkshopRecord)[0],
        people=of(PersonRecord),
        cards=cards,
        readable=[card for card in cards if card.text is not UNSET],
        themes=of(ThemeRecord),
        votes={record.target: record.total for record in of(VoteRecord) if record.total is not UNSET},
        estimates={record.target: record for record in of(EstimateRecord) if record.n is not UNSET},
        links=of(LinkRecord),
        actions=of(ActionRecord),
    )


def _is_aside(record: AnyRecord) -> bool:
    """Whether a record is in the bin or held back."""
    is_held_back = isinstance(record, CardRecord) and record.held is not UNSET
    return is_held_back or bool(getattr(record, "deleted", UNSET))
