"""Breaks a text into lines that fit a width, estimated from the average width of letters."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

NARROW = frozenset("iIjlt.,;:!|'’`()[]r f")
WIDE = frozenset("mwMW@%&—…œŒæÆ")
# Signs joined to the one before, as in the emoji of a woman at a computer: in a picture only the first would be drawn
# from the right font, so only the first is kept, without its colour of skin, the square around a digit and the tags
# that make a black flag that of a region.
JOINED = re.compile("(\u200d[^\\s\u200d]|[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\u200d\U000e0020-\U000e007f])")
# Two of them are a flag, which is drawn as the letters of its country, as browsers without flags do.
REGIONS = {0x1F1E6 + n: chr(ord("A") + n) for n in range(26)}


class Lines(NamedTuple):
    """The lines; `whole` if nothing was cut and no word broken."""

    lines: list[str]
    whole: bool


def cut_into_lines(text: str, width: float, most: int) -> Lines:
    """Break a text into at most `most` lines, the last one with "…" if the text is cut.

    Args:
        width: of a line, in font sizes.
        most: lines.
    """
    lines: list[str] = []
    line = ""
    text = JOINED.sub("", text).translate(REGIONS)
    for word in text.split():
        for piece in _pieces(word, width):
            longer = f"{line} {piece}" if line else piece
            if _measure(longer) <= width:
                line = longer
            else:
                lines.append(line)
                line = piece
    lines.append(line)
    lines = [line for line in lines if line]
    if len(lines) <= most:
        return Lines(lines, all(_measure(word) <= width for word in text.split()))
    visible = lines[: max(most, 1)]
    while visible[-1] and _measure(visible[-1] + "…") > width:
        visible[-1] = visible[-1][:-1]
    visible[-1] = visible[-1].rstrip() + "…"
    return Lines(visible, False)


def _pieces(word: str, width: float) -> list[str]:
    """Break a word that is wider than a line."""
    if _measure(word) <= width:
        return [word]
    pieces, piece = [], ""
    for letter in word:
        if piece and _measure(piece + letter) > width:
            pieces.append(piece)
            piece = letter
        else:
            piece += letter
    return [*pieces, piece]


def _measure(text: str) -> float:
    """Estimate the width of a text in font sizes, rather too wide than too narrow."""
    return sum(_letter(letter) for letter in text)


def _letter(letter: str) -> float:
    if letter in NARROW:
        return 0.34
    if letter in WIDE:
        return 0.9
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in ("W", "F"):
        return 1.15
    return 0.68 if letter.isupper() or letter.isdigit() else 0.55
