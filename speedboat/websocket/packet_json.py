"""JSON encoder and decoder for the Socket.IO library, which takes them as a module.

The library's own decoder silently drops a packet with a number of more than a hundred digits, and its sender waits for
an answer for ever.
"""

from __future__ import annotations

import json
from typing import Any

DIGITS = 18  # any number of so many digits fits 64 bits
TOO_LARGE: int = 10**DIGITS  # replaces every longer number: beyond any limit that is checked later


def dumps(value: object, **options: Any) -> str:
    """Encode a value like `json.dumps`."""
    return json.dumps(value, **options)


def loads(text: str | bytes, **options: Any) -> object:
    """Decode like `json.loads`, with integers capped at ±`TOO_LARGE`."""
    return json.loads(text, parse_int=whole_number, **options)


def whole_number(digits: str) -> int:
    """Convert the digits of an integer, capped at ±`TOO_LARGE`."""
    if len(digits) <= DIGITS:
        return int(digits)
    return -TOO_LARGE if digits.startswith("-") else TOO_LARGE
