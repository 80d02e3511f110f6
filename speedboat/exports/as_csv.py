"""CSV: one row for each card. UTF-8 with a byte order mark, for spreadsheets; no cell can become a formula.

A spreadsheet goes by the language of its reader: in French columns are parted by `;` and decimals by a comma.
"""

from __future__ import annotations

import csv
import io
import re

from speedboat.exports.rows import Cell, card_rows
from speedboat.exports.source import Source

SEPARATORS = {"fr": ";"}  # a comma elsewhere
# What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection); full-width, small, raised and lowered
# forms are turned into the plain ones by some (Unicode NFKC).
BEGINNINGS = "=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋"
# A program that takes another sign for the separator, or no notice of quotes, begins a cell after each of these.
CELL_BEGINS = r"^|[;,|\t\n\v\f\r\x85\u2028\u2029]"
# What such a program may drop in front: spaces, quotes, a byte order mark, signs without a width.
DROPPED = r"[\s\"\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
FORMULA = re.compile(f"((?:{CELL_BEGINS}){DROPPED})(?=[{BEGINNINGS}])")
LEADING_CONTROLS = ("\t", "\r", "\n")


def write(source: Source) -> bytes:
    """Write the cards as CSV."""
    separator = SEPARATORS.get(source.language, ",")
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerows([_cell_text(cell, separator) for cell in row] for row in card_rows(source))
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: Cell) -> Cell:
    """Return a cell with an apostrophe before signs that may begin a formula; numbers stay numbers."""
    if not isinstance(cell, str):
        return cell
    guarded = FORMULA.sub(r"\1'", cell)
    return f"'{guarded}" if guarded.startswith(LEADING_CONTROLS) else guarded


def _cell_text(cell: Cell, separator: str) -> Cell:
    if isinstance(cell, float) and separator == ";":
        return str(cell).replace(".", ",")
    return harmless(cell)
