"""How the Socket.IO library reads and writes the JSON of its packets.

Its own reader drops a packet with a number of more than a hundred digits without a word, and whoever sent it waits.
"""

from __future__ import annotations

import json
from typing import Any

DIGITS = 18  # that fit 64 bits
TOO_LARGE: int = 10**DIGITS  # stands for every longer number: larger than all that anything is counted by


def dumps(value: Any, **options: Any) -> str:
    return json.dumps(value, **options)


def loads(text: str | bytes, **options: Any) -> Any:
    return json.loads(text, parse_int=whole_number, **options)


def whole_number(digits: str) -> int:
    if len(digits) <= DIGITS:
        return int(digits)
    return -TOO_LARGE if digits.startswith("-") else TOO_LARGE
