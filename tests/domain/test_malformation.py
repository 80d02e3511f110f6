"""What is wrong with a payload, by name: msgspec says it in English, which is pinned here word by word."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from speedboat.domain.messages import Refused
from speedboat.domain.rules import convert_command, malformation, read_command
from tests.support.boards import card

ID = "command-0001"
ADD = {"id": ID, "name": "add_card", "card": card(), "kind": "wind", "text": "Le port", "weight": 1}
REVEAL = {"id": ID, "name": "reveal"}
PAYLOADS: list[tuple[Any, str, str | None]] = [
    (None, "malformed", None),
    ([], "malformed", None),
    ("reveal", "malformed", None),
    ({"name": "reveal"}, "malformed", "id"),
    ({"id": ID}, "malformed", "name"),
    ({"id": ID, "name": "sink"}, "unknown_command", "name"),
    ({"id": ID, "name": 7}, "unknown_command", "name"),
    ({**REVEAL, "id": "short"}, "malformed_id", "id"),
    ({**REVEAL, "id": 7}, "wrong_type", "id"),
    ({**REVEAL, "colour": "red"}, "unknown_field", "colour"),
    ({**REVEAL, "cards": "all"}, "wrong_type", "cards"),
    ({**REVEAL, "cards": ["card:1"]}, "malformed_id", "cards"),
    ({**REVEAL, "cards": [card(n) for n in range(1001)]}, "too_many", "cards"),
    ({"id": ID, "name": "open_kinds", "kinds": ["wind"] * 4}, "too_many", "kinds"),
    ({"id": ID, "name": "agree"}, "missing_field", "card"),
    ({**ADD, "card": "card:1"}, "malformed_id", "card"),
    ({**ADD, "kind": "kite"}, "unknown_value", "kind"),
    ({**ADD, "text": None}, "wrong_type", "text"),
    ({**ADD, "weight": "heavy"}, "wrong_type", "weight"),
]


@pytest.mark.parametrize(("payload", "code", "field"), PAYLOADS)
def test_a_payload_is_refused_by_what_is_wrong_with_it(payload: Any, code: str, field: str | None) -> None:
    for read, value in ((convert_command, payload), (read_command, json.dumps(payload))):
        with pytest.raises(Refused) as refusal:
            read(value)
        assert (refusal.value.code, refusal.value.field) == (code, field)


def test_as_many_as_allowed_are_not_too_many() -> None:
    convert_command({**REVEAL, "cards": [card(n) for n in range(1000)]})


@pytest.mark.parametrize("payload", ["", "{", "[1,", b"\xff", "[" * 100_000])
def test_what_is_no_json_is_malformed(payload: str | bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read_command(payload)
    assert (refusal.value.code, refusal.value.field) == ("malformed", None)


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("Object missing required field `id`", "malformed", "id"),
        ("Object missing required field `name`", "malformed", "name"),
        ("Object missing required field `card`", "missing_field", "card"),
        ("Object contains unknown field `colour`", "unknown_field", "colour"),
        ("Invalid value 'sink' - at `$.name`", "unknown_command", "name"),
        ("Expected `object`, got `null`", "malformed", None),
        ("Expected `str` matching regex '^card:' - at `$.card`", "malformed_id", "card"),
        ("Expected `str` matching regex '^card:' - at `$.cards[...]`", "malformed_id", "cards"),
        ("Invalid enum value 'kite' - at `$.kind`", "unknown_value", "kind"),
        ("Expected `array` of length <= 3 - at `$.kinds`", "too_many", "kinds"),
        ("Expected `str`, got `int` - at `$.text`", "wrong_type", "text"),
        ("A sentence of a later version - at `$.text`", "wrong_type", "text"),
    ],
)
def test_each_sentence_of_the_library_has_a_name(text: str, code: str, field: str | None) -> None:
    refusal = malformation(msgspec.ValidationError(text))
    assert (refusal.code, refusal.field) == (code, field)


@pytest.mark.parametrize("error", [msgspec.DecodeError("Object missing required field `card`"), RecursionError("$.x")])
def test_what_is_no_error_of_validation_is_malformed(error: Exception) -> None:
    assert (malformation(error).code, malformation(error).field) == ("malformed", None)
