"""XLSX: themes, workshops, cards, links and actions as sheets; texts are texts, never formulas or links."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from speedboat.language import translate
from speedboat.refusals import N_
from speedboat.synthesis import Asked, Fleet, Taken, quotes
from speedboat.synthesis_exports.said import KINDS, STATES, Cell, counting, day, heads, name_of, row

PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
WIDEST = 60  # characters of a column


def write(fleets: Sequence[Fleet], taken: Sequence[Taken], language: str) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, PLAIN) as book:
        # Of the workshops, not of whoever exports them or when.
        newest = max((one.at for one in taken), default=0)
        book.set_properties({"created": datetime.fromtimestamp(newest / 1000, UTC).replace(tzinfo=None)})
        for name, rows in _sheets(fleets, taken, language):
            _add(book, translate(name, language), rows)
    return file.getvalue()


def _sheets(fleets: Sequence[Fleet], taken: Sequence[Taken], language: str) -> list[tuple[str, list[list[Cell]]]]:
    titles = {one.code: one.title for one in taken}

    def said(*sentences: str) -> list[Cell]:
        return [translate(sentence, language) for sentence in sentences]

    themes: list[list[Cell]] = [said("Theme", "Format", "Workshops", *heads(language)) + said("Knots")]
    boats: list[list[Cell]] = [said("Workshop", "Format", "Date", "Still closed", *heads(language))]
    cards: list[list[Cell]] = [said("Kind", "Text", "Weight", "Agrees", "Theme", "With a lever", "Workshop", "Format")]
    links: list[list[Cell]] = [said("Lever", "Brake", "Workshop", "Format")]
    deeds: list[list[Cell]] = [said("Action", "State", "Due", "Workshop", "Format")]
    for fleet in fleets:
        of = name_of(fleet, language)
        themes += [[one.title, of, one.workshops, *row(one.figures), one.knots] for one in fleet.strands]
        boats += [[one.title, of, day(one.at, language), one.closed, *row(one.figures)] for one in fleet.boats]
        cards += [
            [
                translate(KINDS[one.kind], language),
                one.text,
                one.weight,
                one.agrees,
                one.theme,
                translate(N_("yes"), language) if one.relieved else "",
                one.title,
                of,
            ]
            for one in quotes(taken, {}, Asked(fleet.format, fleet.version))
        ]
        links += [[one.wind, one.brake, titles[one.workshop], of] for one in fleet.reliefs]
        deeds += [
            [one.text, translate(STATES[one.state], language), one.due, titles[one.workshop], of]
            for one in fleet.actions
        ]
    boats += [[], [counting(fleets, language)]]
    return [
        (N_("Themes"), themes),
        (N_("Workshops"), boats),
        (N_("Cards"), cards),
        (N_("Links"), links),
        (N_("Actions"), deeds),
    ]


# Heads of columns that are said nowhere else.
_HEADS = (
    N_("Format"),
    N_("Date"),
    N_("Kind"),
    N_("Text"),
    N_("Weight"),
    N_("Agrees"),
    N_("With a lever"),
    N_("Lever"),
    N_("Brake"),
    N_("Action"),
    N_("State"),
    N_("Due"),
    N_("Knots"),
)


def _add(book: Any, name: str, rows: list[list[Cell]]) -> None:
    sheet = book.add_worksheet(name[:31])
    bold, wrapped = (
        book.add_format({"bold": True, "text_wrap": True}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    for at, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if value is not None:
                written = _clean(value) if isinstance(value, str) else value
                sheet.write(at, column, written, bold if at == 0 else wrapped)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(1, len(rows) - 1), len(rows[0]) - 1)
    for column in range(len(rows[0])):
        longest = max(len(str(cells[column])) for cells in rows if len(cells) > column)
        sheet.set_column(column, column, min(WIDEST, max(9, longest + 2)))


def _clean(text: str) -> str:
    """Without the control characters that make a spreadsheet unreadable."""
    return "".join(letter for letter in text if letter in "\n\t" or ord(letter) >= 32)
