"""JSON exports and archives are as docs/json-export.md describes them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from speedboat.domain.fact_codec import FACTS
from speedboat.domain.messages import SCREEN
from speedboat.domain.records import RECORDS, CardRecord, WorkshopRecord
from speedboat.exports import archive, as_json
from tests.support.boards import ALICE
from tests.support.finished_workshops import lezoux, source
from tests.support.outputs import write

DOCUMENT = Path(__file__).parents[2] / "docs" / "json-export.md"


def fields_said(fact: type[msgspec.Struct]) -> str:
    """The fields of a fact as its row in the document has them."""
    return ", ".join(
        f"`{field.encode_name}`" + ("" if field.required else "?") for field in msgspec.structs.fields(fact)
    )


def documented() -> dict[str, tuple[set[str], set[str]]]:
    """Of each fact in the document: the fields it must have, and those it may have."""
    found = {}
    for name, fields in re.findall(r"^\| `(\w+)` \| (.*?) \|", DOCUMENT.read_text(encoding="utf-8"), re.M):
        said = re.findall(r"`(\w+)`(\??)", fields)
        found[name] = ({field for field, may in said if not may}, {field for field, may in said if may})
    return found


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_fact_is_documented_with_its_fields(name: str) -> None:
    assert f"\n| `{name}` | {fields_said(FACTS[name])} | " in DOCUMENT.read_text(encoding="utf-8")


def test_no_fact_is_documented_that_does_not_exist() -> None:
    assert documented().keys() == FACTS.keys()


@pytest.mark.parametrize("anonymous", [False, True])
def test_an_archive_is_written_as_documented(anonymous: bool) -> None:
    table = lezoux(60, anonymous=anonymous)
    document: Any = msgspec.json.decode(archive.write(table.log, table.board.names))
    known = documented()
    assert set(document) == {"format", "version", "names", "events"}
    assert [event["seq"] for event in document["events"]] == list(range(1, len(document["events"]) + 1))
    for event in document["events"]:
        assert {"seq", "at", "fact"} <= set(event) <= {"seq", "at", "fact", "by"}
        must, may = known[event["fact"]["name"]]
        assert must <= event["fact"].keys() - {"name"} <= must | may


@pytest.mark.parametrize("anonymous", [False, True])
def test_an_export_holds_the_records_of_the_protocol(anonymous: bool) -> None:
    table = lezoux(60, anonymous=anonymous)
    document: Any = msgspec.json.decode(write("json", source(table, SCREEN)))
    assert list(document) == ["format", "version", "records"]
    assert (document["format"], document["version"]) == (as_json.FORMAT, as_json.VERSION)
    kinds = {str(record.__struct_config__.tag) for record in RECORDS}
    assert {record["type"] for record in document["records"]} == kinds - {"person"}
    named: Any = msgspec.json.decode(write("json", source(table, table.viewer(ALICE), names=True)))
    assert {record["type"] for record in named["records"]} == (kinds - {"person"} if anonymous else kinds)


def test_the_examples_in_the_document_are_what_they_say() -> None:
    board, log = re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    document = msgspec.json.decode(board.encode(), type=as_json.Document)
    assert (document.format, document.version) == (as_json.FORMAT, as_json.VERSION)
    assert [type(record) for record in document.records] == [WorkshopRecord, CardRecord]
    events, names = archive.read(log.encode())
    assert len(events) == 2
    assert list(names.values()) == ["Alice"]
