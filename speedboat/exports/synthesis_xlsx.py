"""XLSX of a synthesis: workshops, themes, what may be the same, links, actions and cards; each format version apart."""

from __future__ import annotations

import io

import xlsxwriter

from speedboat.exports import synthesis_rows as tables
from speedboat.exports.as_xlsx import PLAIN, looks_of, sheet
from speedboat.exports.rows import Rows
from speedboat.exports.synthesis_source import Selection
from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import Words
from speedboat.reports.synthesis import synthesise

# The column of dates on sheets that have one, behind that of formats.
DATES = {N_("Workshops"): 2, N_("Actions"): 3, N_("Cards"): 2}


def write(selection: Selection) -> bytes:
    """Write a synthesis as XLSX."""
    words, titles = Words(selection.language), {one.code: one.title for one in selection.workshops}
    fleets = synthesise(selection.workshops, selection.bonds, selection.names, encode=False)
    sheets: dict[str, Rows] = {}
    dates = {words.say(name): (column,) for name, column in DATES.items()}
    for fleet in fleets:
        version = f"{fleet.format} {fleet.version}"
        for name, rows in (
            (N_("Workshops"), tables.workshops(fleet, words)),
            (N_("Themes"), tables.themes(fleet, words, titles)),
            (N_("Perhaps the same"), tables.perhaps(fleet, words, titles)),
            (N_("Links"), tables.links(fleet, words, titles)),
            (N_("Actions"), tables.actions(fleet, words, titles)),
            (N_("Cards"), tables.cards(fleet, selection, words)),
        ):
            head, *below = rows
            lines = sheets.setdefault(words.say(name), [[words.say(N_("Format")), *head]])
            lines += [[version, *row] for row in below]
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, PLAIN) as book:
        book.set_properties({"title": words.say(N_("Synthesis")), "author": selection.house.organisation})
        looks = looks_of(book)
        for called, rows in sheets.items():
            sheet(book.add_worksheet(called[:31]), rows, looks, dates.get(called, ()))
        if not sheets:
            book.add_worksheet(words.say(N_("Synthesis")))
    return file.getvalue()
