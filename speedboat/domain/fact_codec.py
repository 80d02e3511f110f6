"""Encodes and decodes the facts of the log; facts of older versions are converted here, in one table.

Pure. A fact is never renamed. When one must change shape, `UPCAST` gets a function from its old fields to its new
ones, and the frozen logs of `tests/logs/` keep it honest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Union

import msgspec

from speedboat.domain.messages import Fact
from speedboat.domain.projection import FOLDS

FACTS: dict[str, type[Fact]] = {str(fact.__struct_config__.tag): fact for fact in FOLDS}
UPCAST: dict[str, Callable[[dict[str, object]], dict[str, object]]] = {}


class UnknownFact(Fact, frozen=True, tag="unknown_fact"):
    """A fact of a newer version: stays in the log, skipped by the fold."""

    fields: dict[str, object]


AnyFact = Union[tuple(FACTS.values())]  # type: ignore[valid-type]  # noqa: UP007  # a union made of data
_decoder = msgspec.json.Decoder(AnyFact)
_encoder = msgspec.json.Encoder()


def write_fact(fact: Fact) -> str:
    """Encode a fact as JSON, an unknown one as it was read."""
    if isinstance(fact, UnknownFact):
        return _encoder.encode(fact.fields).decode()
    return _encoder.encode(fact).decode()


def read_fact(text: str) -> Fact:
    """Decode a fact of the log. Raises `msgspec.DecodeError` for a line that is not JSON."""
    try:
        fact: Fact = _decoder.decode(text)
        return fact
    except msgspec.ValidationError:
        return _read_old_fact(msgspec.json.decode(text))


def _read_old_fact(fields: object) -> Fact:
    if not isinstance(fields, dict):
        return UnknownFact({"value": fields})
    name = fields.get("name")
    try:
        upcast = UPCAST.get(str(name), dict)
        fact: Fact = msgspec.convert(upcast(fields), AnyFact)
        return fact
    except msgspec.ValidationError:
        return UnknownFact(fields)
