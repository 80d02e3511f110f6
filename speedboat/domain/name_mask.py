"""Masks the names of people in texts that others will read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

SHORTEST_NAME = 3  # letters
MASK = "[…]"


class NameMask:
    """Masks the names of some people, each part of them that has letters enough.

    Whole words, as they are written in the name and with a capital: a first name is often a word as well (Rose,
    Pierre), which a text has without one.

    Args:
        strict: mask a name however it is written: what is kept for good rather loses a word than keeps a name.
    """

    def __init__(self, names: Iterable[str], *, strict: bool = False) -> None:
        parts = {part for name in names for part in re.findall(r"\w[\w'’-]*", name)}
        known = [part for part in parts if len(part) >= SHORTEST_NAME and (strict or part[0].isupper())]
        words = "|".join(map(re.escape, known))
        flags = re.IGNORECASE if strict else re.NOFLAG
        self._pattern = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", flags) if known else None

    def of(self, text: str) -> str:
        """Return a text with a mask in place of every name."""
        return self._pattern.sub(MASK, text) if self._pattern else text
