"""CSV: one row for each card. UTF-8 with a mark that spreadsheets read; nothing in it can become a formula."""

from __future__ import annotations

import csv
import io

from speedboat.exports.rows import Cell, card_rows
from speedboat.exports.source import Source

# A spreadsheet takes what begins with one of these for a formula (OWASP, CSV Injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(source: Source) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in card_rows(source))
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: Cell) -> Cell:
    """The cell, with an apostrophe before what a spreadsheet would calculate; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
