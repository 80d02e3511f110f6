"""The records of a viewer as they may leave the workshop: for every export, and every page that is made like one.

Pure. They come from the function that feeds the viewer's socket, so a file holds nothing its asker is not shown. A file
is passed on, though: it names no participant unless a facilitator asks for names, in an anonymous workshop none, and
nobody ever who waits at the door or was removed.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from msgspec import UNSET
from msgspec.structs import replace

from speedboat.domain.messages import Refused, Viewer
from speedboat.domain.projection import changed_since
from speedboat.domain.records import AnyRecord, CardRecord, EstimateRecord, PersonRecord, VoteRecord
from speedboat.domain.state import Board


def visible_records(board: Board, viewer: Viewer, names: bool = False) -> list[AnyRecord]:
    """Return the records that a viewer may export now.

    Raises:
        Refused: `facilitators_only` where somebody else asks for names.
    """
    if names and not viewer.facilitates:
        raise Refused("facilitators_only", "names")
    records = changed_since(board, 0, viewer).put
    if names and not board.settings.anonymous:
        outside = {person.id for person in board.people.values() if not person.is_in}
        return [remaining for record in records if (remaining := _without_outsiders(record, outside)) is not None]
    return [remaining for record in records if (remaining := _without_names(record)) is not None]


def _without_outsiders(record: AnyRecord, outside: AbstractSet[str]) -> AnyRecord | None:
    """Return a record without people who wait at the door or were removed, whom only facilitators see."""
    if record.id in outside:
        return None
    return replace(record, author=UNSET) if isinstance(record, CardRecord) and record.author in outside else record


def _without_names(record: AnyRecord) -> AnyRecord | None:
    """Return a record without participants' names and the viewer's own marks; None if nothing would be left.

    `for` is a participant without a device, so it goes like an author. The owner of an action is what the group wrote.
    """
    if isinstance(record, PersonRecord):
        return None
    if isinstance(record, CardRecord):
        return replace(record, author=UNSET, for_=UNSET, mine=UNSET, agreed=UNSET)
    if isinstance(record, VoteRecord):
        return None if record.total is UNSET else replace(record, mine=0)
    if isinstance(record, EstimateRecord):
        return None if record.n is UNSET else replace(record, mine=UNSET)
    return record
