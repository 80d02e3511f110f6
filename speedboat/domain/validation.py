"""Cleans texts before they are stored: trimmed, without control characters, within their length. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

from speedboat.domain.messages import NAME_LIMIT, TEXT_LIMIT, TITLE_LIMIT, Refused

# C0 and C1 controls and NUL break databases, PDF and XLSX; line ends and tabs are kept. Marks of direction are text.
LINE_CONTROLS = re.compile(r"\r\n?|[\x0b\x0c\x85]")  # Word and PowerPoint write a line break as U+000B
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Embeddings, overrides and isolates reorder what stands after them, too, until they are closed (Unicode UAX #9). The
# marks U+200E and U+200F, which right-to-left languages need, and the joiners act on their neighbours only.
OPENERS = {"\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c"} | {
    "\u2066": "\u2069",
    "\u2067": "\u2069",
    "\u2068": "\u2069",
}
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
LINE_ENDS = "\u2028\u2029"
UNPRINTABLE = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{LINE_ENDS}\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean_text(text: str, field: str = "text", limit: int = TEXT_LIMIT, *, may_be_empty: bool = False) -> str:
    """Return a text as it is stored. Raises Refused.

    Raises:
        Refused: `text_malformed` (half a character), `text_empty`, or `text_too_long` (over `limit` characters).
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("text_malformed", field) from None
    text = CONTROLS.sub("", LINE_CONTROLS.sub("\n", text)).strip()
    if not text and not may_be_empty:
        raise Refused("text_empty", field)
    if len(text) > limit:
        raise Refused("text_too_long", field, limit=limit)
    return text


def printable(value: Any) -> Any:
    """Return texts, also in lists and dicts, without characters that XML and fonts do not have (XML 1.0, 2.2).

    What is kept may hold some of it: a log that another program wrote, or signs that are no characters.
    """
    if isinstance(value, str):
        return _balanced(UNPRINTABLE.sub(lambda match: " " if match[0] in LINE_ENDS else "", value.replace("\t", " ")))
    if isinstance(value, dict):
        return {name: printable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(printable(part) for part in value)
    return value


def _balanced(text: str) -> str:
    """Close every change of direction on the line that opens it, so that it reorders nothing after it."""
    if not DIRECTIONS.search(text):
        return text
    return "\n".join(_balanced_line(line) for line in text.split("\n"))


def _balanced_line(line: str) -> str:
    balanced: list[str] = []
    closers: list[str] = []
    for letter in line:
        if letter in OPENERS:
            closers.append(OPENERS[letter])
        elif letter in OPENERS.values():
            if not closers or closers[-1] != letter:
                continue  # closes nothing
            closers.pop()
        balanced.append(letter)
    return "".join([*balanced, *reversed(closers)])


def one_line(text: str) -> str:
    """Return a text that is safe on one line, also in a terminal: no control characters or changes of direction."""
    spaced = "".join(" " if letter.isspace() else letter for letter in text)
    return DIRECTIONS.sub("", UNPRINTABLE.sub("", spaced)).strip()


def without_controls(text: str) -> str:
    """Return lines without characters that a terminal obeys, except line ends and tabs."""
    return DIRECTIONS.sub("", CONTROLS.sub("", text))


def clean_name(name: str, field: str) -> str:
    """Return a first name as it is stored, on one line; '' is a name, too. Raises Refused."""
    return " ".join(clean_text(DIRECTIONS.sub("", name), field, NAME_LIMIT, may_be_empty=True).split())


def fold_name(name: str) -> str:
    """Return a first name as it sounds: without case, accents, spaces and signs."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in parts if character.isalnum())


def clean_title(title: str, field: str = "title") -> str:
    """Return a title as it is stored, on one line. Raises Refused."""
    return " ".join(clean_text(DIRECTIONS.sub("", title), field, TITLE_LIMIT).split())


def finite(number: float, field: str, low: float | None = None, high: float | None = None) -> float:
    """Return a number if it is finite and within bounds; integers may have any number of digits. Raises Refused.

    Raises:
        Refused: `not_finite`, or `out_of_range`.
    """
    if isinstance(number, float) and not math.isfinite(number):
        raise Refused("not_finite", field)
    if (low is not None and number < low) or (high is not None and number > high):
        raise Refused("out_of_range", field, low=low, high=high)
    return number
