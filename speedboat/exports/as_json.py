"""JSON: the board as the viewer may export it, record by record, for other programs.

The log, from which a workshop can be made again, is in the archive (`archive.py`) and in no export.
"""

from __future__ import annotations

import msgspec

from speedboat.domain.records import AnyRecord
from speedboat.exports.source import Source

FORMAT = "speedboat-board"
VERSION = 1


class Document(msgspec.Struct):
    """The whole export. `records` are those of the protocol, in the order in which they last changed."""

    format: str
    version: int
    records: list[AnyRecord]


def write(source: Source) -> bytes:
    """Encode the document: JSON indented by two, UTF-8, with a final newline."""
    document = Document(FORMAT, VERSION, source.records)
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"
