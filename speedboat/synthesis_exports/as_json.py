"""JSON: every figure of the synthesis and the cards behind them. Workshops are named by number and title."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from speedboat.synthesis import Asked, Fleet, Taken, quotes


def write(fleets: Sequence[Fleet], taken: Sequence[Taken], language: str) -> bytes:
    numbers = {one.code: number for number, one in enumerate(taken, 1)}
    document = {
        "format": "speedboat-synthesis",
        "version": 1,
        "workshops": [{"number": numbers[one.code], "title": one.title, "at": one.at} for one in taken],
        "fleets": [
            {
                **_numbered(msgspec.to_builtins(fleet), numbers),
                "cards": _numbered(msgspec.to_builtins(quotes(taken, {}, Asked(fleet.format, fleet.version))), numbers),
            }
            for fleet in fleets
        ],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _numbered(told: Any, numbers: dict[str, int]) -> Any:
    """The same with the numbers of workshops for their codes."""
    if isinstance(told, list):
        return [_numbered(one, numbers) for one in told]
    if not isinstance(told, dict):
        return told
    return {
        "workshop" if name == "code" else name: numbers[value]
        if name in ("workshop", "code")
        else _numbered(value, numbers)
        for name, value in told.items()
    }
