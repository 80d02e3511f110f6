"""The synthesis as a file: JSON, a spreadsheet, a PDF. Without codes: whoever has one can join."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from speedboat.log import Refused
from speedboat.synthesis import Fleet, Taken

FORMATS: dict[str, str] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def write(form: str, fleets: Sequence[Fleet], taken: Sequence[Taken], language: str) -> bytes:
    """A synthesis in a format. Raises Refused: `unknown_format`."""
    if form not in FORMATS:
        raise Refused("unknown_format", "format")
    # What a format needs is loaded with its first use: a server that writes none starts faster and smaller.
    made: Callable[..., bytes] = import_module(f"speedboat.synthesis_exports.as_{form}").write
    return made(fleets, taken, language)
