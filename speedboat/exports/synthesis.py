"""Exports of a synthesis over many workshops: JSON, XLSX, PDF. None contains a code, key, URL or name."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from speedboat.domain.messages import Refused
from speedboat.exports.synthesis_source import Selection, without_small_names

FORMATS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def write(form: str, selection: Selection) -> bytes:
    """Write a synthesis in a format, in which no small group is named.

    Raises:
        Refused: `unknown_format`.
    """
    if form not in FORMATS:
        raise Refused("unknown_format", "format")
    write_format: Callable[[Selection], bytes] = import_module(f"speedboat.exports.synthesis_{form}").write
    return write_format(without_small_names(selection))
