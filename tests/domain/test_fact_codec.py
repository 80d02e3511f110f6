"""Facts as they are written down, also those of older and newer versions."""

from __future__ import annotations

import json

import pytest

from speedboat.domain.fact_codec import UPCAST, UnknownFact, read_fact, write_fact
from speedboat.domain.features.cards import CardEdited
from speedboat.domain.ids import CardId
from tests.support.boards import card


def test_a_fact_in_its_old_shape_is_read_as_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    old = json.dumps({"name": "card_edited", "card": card(), "words": ["Pas", "de", "budget"]})
    assert isinstance(read_fact(old), UnknownFact)
    monkeypatch.setitem(
        UPCAST,
        "card_edited",
        lambda fields: {"name": "card_edited", "card": fields["card"], "text": " ".join(fields["words"])},  # type: ignore[arg-type]
    )
    assert read_fact(old) == CardEdited(CardId(card()), "Pas de budget")


@pytest.mark.parametrize("line", ['{"name":"sails_set","n":1}', '{"name":"card_edited","card":7}'])
def test_what_this_version_does_not_know_is_written_as_it_was_read(line: str) -> None:
    fact = read_fact(line)
    assert isinstance(fact, UnknownFact)
    assert write_fact(fact) == line


def test_what_is_no_fact_at_all_is_kept_as_a_value() -> None:
    assert read_fact("[1]") == UnknownFact({"value": [1]})
