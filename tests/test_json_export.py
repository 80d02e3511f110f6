"""The JSON export is what docs/json-export.md says: every fact with its fields, and a whole workshop by that schema."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from speedboat.exports import as_json
from speedboat.facts import FACTS
from speedboat.log import SCREEN, Refused
from tests.outcomes import lezoux, source

DOCUMENT = Path(__file__).parent.parent / "docs" / "json-export.md"


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
def test_a_whole_workshop_is_written_as_documented(anonymous: bool) -> None:
    document: Any = msgspec.json.decode(as_json.write(source(lezoux(60, anonymous=anonymous), SCREEN)))
    known = documented()
    assert set(document) == {"format", "version", "names", "events"}
    assert [event["seq"] for event in document["events"]] == list(range(1, len(document["events"]) + 1))
    for event in document["events"]:
        assert {"seq", "at", "fact"} <= set(event) <= {"seq", "at", "fact", "by"}
        must, may = known[event["fact"]["name"]]
        assert must <= event["fact"].keys() - {"name"} <= must | may


@pytest.mark.parametrize(
    ("change", "code"),
    [({"version": 2}, "unknown_version"), ({"format": "other"}, "not_an_export"), ({"events": []}, "broken_log")],
)
def test_what_is_no_such_document_is_refused_by_name(change: dict[str, Any], code: str) -> None:
    document = {**msgspec.json.decode(as_json.write(source(lezoux(5), None))), **change}
    with pytest.raises(Refused) as refusal:
        as_json.read(msgspec.json.encode(document))
    assert refusal.value.code == code


def test_the_example_in_the_document_can_be_imported() -> None:
    example = DOCUMENT.read_text(encoding="utf-8").split("```json\n")[1].split("```")[0]
    events, names = as_json.read(example.encode())
    assert len(events) == 2
    assert list(names.values()) == ["Alice"]
