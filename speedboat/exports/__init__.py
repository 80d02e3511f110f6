"""Exports: one file per format, each from a board (and, for JSON, its log) to bytes. Run off the serving loop."""

from __future__ import annotations

from collections.abc import Callable

from speedboat.board import fold
from speedboat.exports import as_json
from speedboat.exports.source import Source
from speedboat.log import Refused, Viewer
from speedboat.store import Store

FORMATS: dict[str, str] = {
    "json": "application/json",
}
WRITERS: dict[str, Callable[[Source], bytes]] = {
    "json": as_json.write,
}


def export(store: Store, workshop: int, form: str, viewer: Viewer | None, language: str) -> bytes:
    """One workshop in a format, as `viewer` may see it; None is the command line, which sees all it may.

    Blocks: reads the log of its own accord and folds a board of its own.

    Raises:
        Refused: `unknown_workshop` or `unknown_format`.
    """
    if form not in WRITERS:
        raise Refused("unknown_format", "format")
    with store.reading() as transaction:
        row = transaction.get(workshop)
        if row is None:
            raise Refused("unknown_workshop")
        events = transaction.events_after(workshop, 0)
        names = transaction.names(workshop)
    board = fold(events)
    board.names = names
    return WRITERS[form](Source(row, events, board, viewer, language))
