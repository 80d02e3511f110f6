"""The schema of JSON exports and archives in the docs is that of the structs.

`python -m tests.exports.test_export_schema` writes it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from speedboat.domain.fact_codec import AnyFact
from speedboat.exports import archive, as_json
from tests.support.finished_workshops import lezoux, source
from tests.support.outputs import write

PAGE = Path(__file__).parents[2] / "docs" / "workshop.schema.json"


class Board(as_json.Document):
    """A JSON export: the records of a workshop as its asker may take them home."""


class LoggedEvent(archive.LoggedEvent):
    """One line of the log: its number, when (ms since the epoch, UTC), what, and by whom where that may be said."""

    fact: AnyFact  # type: ignore[assignment]


class Archive(archive.Document):
    """An archive: a whole workshop as its log, and the names of the people it speaks of."""

    events: list[LoggedEvent]  # type: ignore[assignment]


def schema() -> dict[str, Any]:
    documents, structs = msgspec.json.schema_components([Board, Archive], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Speedboat board, version {as_json.VERSION}, or archive, version {archive.VERSION}",
        "anyOf": list(documents),
        "$defs": structs,
    }


def test_the_schema_in_the_docs_is_that_of_the_structs() -> None:
    written = msgspec.json.decode(PAGE.read_bytes())
    assert written == msgspec.json.decode(msgspec.json.encode(schema())), (
        "run: python -m tests.exports.test_export_schema"
    )


def test_an_export_and_an_archive_are_what_the_schema_says() -> None:
    table = lezoux(60)
    assert msgspec.json.decode(write("json", source(table)), type=Board).format == as_json.FORMAT
    for anonymous in (False, True):
        table = lezoux(60, anonymous=anonymous)
        read = msgspec.json.decode(archive.write(table.log, table.board.names), type=Archive)
        facts = {type(event.fact).__name__ for event in read.events}
        assert facts >= {"CardAdded", "VotesCounted" if anonymous else "Voted", "Linked", "ActionSet"}


if __name__ == "__main__":
    PAGE.write_bytes(msgspec.json.format(msgspec.json.encode(schema()), indent=1) + b"\n")
