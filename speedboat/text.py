"""What people write, made fit to keep: trimmed, without control characters, within its length. Pure."""

from __future__ import annotations

import math
import re
from typing import Any

from speedboat.log import NAME_LIMIT, TEXT_LIMIT, TITLE_LIMIT, Refused

# C0 and C1 controls and NUL break databases, PDF and XLSX; line ends and tabs are kept. Marks of direction are text.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LINE_ENDS = "\u2028\u2029"
UNPRINTABLE = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{LINE_ENDS}\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean_text(text: str, field: str = "text", limit: int = TEXT_LIMIT, *, may_be_empty: bool = False) -> str:
    """The text as it is kept.

    Raises:
        Refused: `text_malformed` (half a character), `text_empty`, or `text_too_long` (over `limit` characters).
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("text_malformed", field) from None
    text = CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not text and not may_be_empty:
        raise Refused("text_empty", field)
    if len(text) > limit:
        raise Refused("text_too_long", field, limit=limit)
    return text


def printable(said: Any) -> Any:
    """Texts, in lists and structures of plain Python, without what XML and fonts do not know (XML 1.0, 2.2).

    What is kept may hold some of it: a log that another program wrote, or signs that are no characters.
    """
    if isinstance(said, str):
        return UNPRINTABLE.sub(lambda found: " " if found[0] in LINE_ENDS else "", said)
    if isinstance(said, dict):
        return {name: printable(value) for name, value in said.items()}
    if isinstance(said, list | tuple):
        return type(said)(printable(value) for value in said)
    return said


def clean_name(name: str, field: str) -> str:
    """A first name, kept on one line; nothing at all is a name too."""
    return " ".join(clean_text(name, field, NAME_LIMIT, may_be_empty=True).split())


def clean_title(title: str, field: str = "title") -> str:
    """A title of a workshop or theme, kept on one line."""
    return " ".join(clean_text(title, field, TITLE_LIMIT).split())


def finite(number: float, field: str, low: float | None = None, high: float | None = None) -> float:
    """The number, if it is one and lies within bounds.

    Raises:
        Refused: `not_finite`, or `out_of_range`.
    """
    if not math.isfinite(number):
        raise Refused("not_finite", field)
    if (low is not None and number < low) or (high is not None and number > high):
        raise Refused("out_of_range", field, low=low, high=high)
    return number
