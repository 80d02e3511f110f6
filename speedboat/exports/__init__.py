"""Exports: one file per format, each written from the records that the viewer may see. Blocks: not on the event loop.

The log itself leaves as an archive only (`archive.py`), which is for administrators.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.messages import Refused, Viewer
from speedboat.exports.source import House, Source, source_of
from speedboat.storage.store import Store
from speedboat.storage.workshop_reader import read

__all__ = ["FORMATS", "House", "export"]

FORMATS: dict[str, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
}


def export(
    store: Store,
    workshop: WorkshopNumber,
    form: str,
    viewer: Viewer,
    language: str,
    house: House | None = None,
    names: bool = False,
) -> bytes:
    """Export a workshop in a format, as `viewer` may see it; with people's names only if `names` is asked for.

    Blocks: reads the log of its own accord and folds a board of its own.

    A person is shown what the role they have by then lets them see: they may have lost one while this waited its turn.

    Raises:
        Refused: `unknown_workshop`, `unknown_format`, `removed` or `waiting` of a person who is not in (any more), or
            `facilitators_only` where somebody else asks for names.
    """
    if form not in FORMATS:
        raise Refused("unknown_format", "format")
    content = read(store, workshop)
    # What a format needs is loaded with its first export: a server that makes none starts faster and smaller.
    write: Callable[[Source], bytes] = import_module(f"speedboat.exports.as_{form}").write
    viewer = content.board.viewer_now(viewer)
    return write(source_of(content.workshop, content.board, viewer, language, house, names=names))
