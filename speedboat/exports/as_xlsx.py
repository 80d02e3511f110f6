"""XLSX: cards, themes, votes and actions as sheets; texts are texts, never formulas or links."""

from __future__ import annotations

import io
from datetime import date

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from speedboat.domain.scene import Kind
from speedboat.exports.rows import Cell, Rows, action_rows, card_rows, theme_rows, vote_rows
from speedboat.exports.source import Source
from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import PLURALS, Words, utc

KINDS: tuple[Kind, ...] = ("wind", "anchor", "shark")
WIDEST = 40  # characters of a column
LINE = 15  # points
FIRST_YEAR = 1900
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def write(source: Source) -> bytes:
    """Write cards, themes, votes and actions as XLSX."""
    words = Words(source.language)
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, PLAIN) as book:
        began = utc(source.workshop.created_at).replace(tzinfo=None)
        # Of the workshop, not of whoever exports it or when.
        book.set_properties({"title": source.summary.title, "author": source.house.organisation, "created": began})
        looks = looks_of(book)
        _about(book.add_worksheet(words.say(N_("Workshop"))), source, words, looks)
        sheet(book.add_worksheet(words.say(N_("Cards"))), card_rows(source), looks)
        sheet(book.add_worksheet(words.say(N_("Themes"))), theme_rows(source), looks)
        sheet(book.add_worksheet(words.say(N_("Votes"))), vote_rows(source), looks)
        sheet(book.add_worksheet(words.say(N_("Actions"))), action_rows(source), looks, dates=(2,))
    return file.getvalue()


def looks_of(book: Workbook) -> dict[str, Format]:
    """Return the cell formats of a workbook, by name."""
    return {
        "head": book.add_format({"bold": True, "bg_color": "#0B4F6C", "font_color": "#FFFFFF", "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "left": book.add_format({"text_wrap": True, "valign": "top", "align": "left"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
    }


def sheet(page: Worksheet, rows: Rows, looks: dict[str, Format], dates: tuple[int, ...] = ()) -> None:
    """Fill a sheet: a frozen head with filters, columns as wide as their content."""
    head, *below = rows
    widths = []
    for column, name in enumerate(head):
        page.write_string(0, column, str(name), looks["head"])
        longest = max([len(str(name)), *(len(str(row[column] or "")) for row in below)])
        widths.append(min(max(longest + 2, 8), WIDEST))
        page.set_column(column, column, widths[column])
    for number, row in enumerate(below, 1):
        page.set_row(number, max(_height(cell, width) for cell, width in zip(row, widths, strict=True)))
        for column, cell in enumerate(row):
            if column in dates and (day := _day(cell)):
                page.write_datetime(number, column, day, looks["day"])
            else:
                _write(page, number, column, cell, looks["text"])
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    _for_paper(page)
    if below:
        page.autofilter(0, 0, len(below), len(head) - 1)


def _day(cell: Cell) -> date | None:
    """Return a date as spreadsheets store it; dates before 1900 stay text."""
    try:
        day = date.fromisoformat(str(cell))
    except ValueError:
        return None
    return day if day.year >= FIRST_YEAR else None


def _height(cell: Cell, width: int) -> int:
    """Return a row's height in points; not every program computes it from the text."""
    lines = str(cell or "").split("\n")
    return LINE * sum(-(-max(len(line), 1) // (width - 4)) for line in lines)


def _for_paper(page: Worksheet) -> None:
    """Set up printing: all columns on one page, pages numbered."""
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.set_footer("&L&A&R&P / &N")


def _about(sheet: Worksheet, source: Source, words: Words, looks: dict[str, Format]) -> None:
    summary = source.summary
    lines: list[tuple[str, Cell]] = [
        (N_("Title"), summary.title),
        (N_("The island"), summary.objective),
        (N_("Date"), words.day(source.workshop.day)),
        (N_("Organisation"), source.house.organisation),
        *([(N_("Erased on"), words.day(source.workshop.purge_on))] if source.workshop.purge_on else []),
        (N_("Participants"), summary.people),
        *((PLURALS[kind], summary.kinds.get(kind, 0)) for kind in KINDS),
    ]
    for row, (name, value) in enumerate(lines):
        sheet.write_string(row, 0, words.say(name), looks["head"])
        _write(sheet, row, 1, value, looks["left"])
        sheet.set_row(row, _height(value, WIDEST))
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, WIDEST)
    _for_paper(sheet)


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, look: Format) -> None:
    if isinstance(cell, int | float):
        sheet.write_number(row, column, cell, look)
    elif cell:
        sheet.write_string(row, column, cell, look)
    else:
        sheet.write_blank(row, column, None, look)
