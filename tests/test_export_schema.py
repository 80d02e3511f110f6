"""The schema of the JSON export in the docs is that of the structs. `python -m tests.test_export_schema` writes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from speedboat.exports import as_json
from speedboat.facts import AnyFact
from tests.outcomes import lezoux, source

PAGE = Path(__file__).parent.parent / "docs" / "workshop.schema.json"


class LoggedEvent(as_json.LoggedEvent):
    """One line of the log: its number, when (ms since the epoch, UTC), what, and by whom where that may be said."""

    fact: AnyFact  # type: ignore[assignment]


class Document(as_json.Document):
    """A whole workshop: its log, and the names of the people it speaks of."""

    events: list[LoggedEvent]  # type: ignore[assignment]


def schema() -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Speedboat workshop, version {as_json.VERSION}",
        **msgspec.json.schema(Document),
    }


def test_the_schema_in_the_docs_is_that_of_the_structs() -> None:
    written = msgspec.json.decode(PAGE.read_bytes())
    assert written == msgspec.json.decode(msgspec.json.encode(schema())), "run: python -m tests.test_export_schema"


def test_an_export_is_what_the_schema_says() -> None:
    read = msgspec.json.decode(as_json.write(source(lezoux(60), None)), type=Document)
    assert (read.format, read.version) == (as_json.FORMAT, as_json.VERSION)
    assert {type(event.fact).__name__ for event in read.events} >= {"CardAdded", "Voted", "Linked", "ActionSet"}


if __name__ == "__main__":
    PAGE.write_bytes(msgspec.json.format(msgspec.json.encode(schema()), indent=1) + b"\n")
