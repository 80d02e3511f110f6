"""Reads a whole workshop without the writer, for pages, replays and suggestions. Blocks."""

from __future__ import annotations

from typing import NamedTuple

from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Event, Refused
from speedboat.domain.projection import fold
from speedboat.domain.state import Board
from speedboat.storage.people_queries import devices
from speedboat.storage.store import Store, Workshop


class Read(NamedTuple):
    """A workshop, its events in order, and a board folded from them, with the names of people."""

    workshop: Workshop
    events: list[Event]
    board: Board


def read(store: Store, workshop: WorkshopNumber) -> Read:
    """Read everything of a workshop as of one moment. Raises Refused: `unknown_workshop`."""
    with store.reading() as transaction:
        row = transaction.get(workshop)
        if row is None:
            raise Refused("unknown_workshop")
        events = transaction.events_after(workshop, 0)
        names = transaction.names(workshop)
        of_devices = devices(transaction, workshop)
    board = fold(events)
    board.names = names
    board.devices = of_devices
    return Read(row, events, board)
