"""PDF of a synthesis: figures, plots with their tables, verbatims with the workshop named, what is still open."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from speedboat.exports import synthesis_rows as tables
from speedboat.exports.rows import Cell, Rows
from speedboat.exports.synthesis_bases import bases
from speedboat.exports.synthesis_source import Selection
from speedboat.exports.typesetting import typeset
from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import KINDS, Words
from speedboat.reports.figures import Figures
from speedboat.reports.quotes import FigureQuery, Quote, quotes
from speedboat.reports.synthesis import Fleet, Strand, synthesise

TEMPLATE = Path(__file__).parent / "synthesis.typ"
TOLD = 10  # themes told with what was said of them
SAID = 4  # cards of a kind of such a theme
HEAVY = 12  # brakes without a lever
ROWS = 40  # rows of a list; the spreadsheet has all of them
SHORT = 20  # letters of a column that is never broken

# The columns of the tables that a page has room for.
THEMES = (
    N_("Theme"),
    N_("Workshops"),
    N_("Weight of brakes"),
    N_("Weight of levers"),
    N_("Share of votes, %"),
    N_("Brakes with a lever"),
    N_("Brakes without"),
    N_("Knots"),
)
CLOSED = N_("Still closed")
WORKSHOPS = (
    N_("Workshop"),
    N_("Part of a series"),
    N_("Participants"),
    CLOSED,
    N_("Weight of brakes"),
    N_("Weight of levers"),
    N_("Votes"),
    N_("Brakes without"),
    N_("Actions done"),
)


def write(selection: Selection) -> bytes:
    """Write a synthesis as PDF."""
    words = Words(selection.language)
    fleets = synthesise(selection.workshops, selection.bonds, selection.names, encode=False)
    moments = sorted(one.at for one in selection.workshops) or [0]
    lines = [selection.house.organisation] if selection.house.organisation else []
    if selection.workshops:
        days = sorted(one.held_on for one in selection.workshops)
        first, last = words.day(days[0]), words.day(days[-1])
        lines.append(first if first == last else words.say(N_("{first} to {last}"), first=first, last=last))
    if len(fleets) > 1:
        lines.append(words.say(N_("These workshops ran on {n} versions of formats."), n=len(fleets)))
        apart = N_("Each has its own figures below: what was asked differently is not counted together.")
        lines.append(words.say(apart))
    data: dict[str, object] = {
        "title": words.say(N_("What these workshops have in common")),
        "organisation": selection.house.organisation,
        "language": selection.language,
        "lines": lines,
        "keys": {
            "shark": words.say(N_("Brakes ahead (sharks)")),
            "anchor": words.say(N_("Brakes now (anchors)")),
            "wind": words.say(N_("Levers (winds)")),
        },
        "blocks": [block for fleet in fleets for block in _fleet(fleet, selection, words, len(fleets) > 1)],
    }
    return typeset(TEMPLATE, data, selection.house.logo, moments[-1])


def _fleet(fleet: Fleet, selection: Selection, words: Words, several: bool) -> list[dict[str, object]]:
    titles = {one.code: one.title for one in selection.workshops}
    back = [strand for strand in fleet.strands if strand.workshops > 1]
    blocks = [_heading(f"{words.say(N_('Format'))} {fleet.format} {fleet.version}")] if several else []
    blocks.append(_figures(fleet, words))
    blocks += [{"what": "text", "text": sentence} for sentence in bases(fleet, words)]
    blocks.append(_heading(words.say(N_("Themes that come back"))))
    if back:
        some = back[:20]
        blocks.append(_plot([(one.title, _in(one, words), one.figures) for one in some]))
        blocks.append(_table(tables.themes(fleet, words, titles)[: len(some) + 1], words, THEMES))
        for strand in back[:TOLD]:
            blocks += _strand(strand, fleet, selection, words)
    else:
        sentence = N_("No theme is counted in several workshops yet.")
        blocks.append({"what": "text", "text": words.say(sentence)})
    blocks += _perhaps(fleet, words)
    blocks.append(_heading(words.say(N_("Workshop by workshop"))))
    boats = fleet.boats[:ROWS]
    blocks.append(_plot([(boat.title, words.day(boat.held_on), boat.figures) for boat in boats]))
    columns = tuple(name for name in WORKSHOPS if name != CLOSED or any(boat.closed for boat in boats))
    blocks.append(_table(tables.workshops(fleet, words)[: ROWS + 1], words, columns))
    blocks += _lists(fleet, selection, words, titles)
    return blocks


def _lists(fleet: Fleet, selection: Selection, words: Words, titles: dict[str, str]) -> list[dict[str, object]]:
    blocks: list[dict[str, object]] = []
    heavy = quotes(
        selection.workshops, selection.bonds, FigureQuery(fleet.format, fleet.version, kind="brake", relief="none")
    )
    if heavy:
        blocks.append(_heading(words.say(N_("The heaviest brakes without a lever"))))
        heaviest = sorted(heavy, key=lambda one: -one.weight)
        blocks.append(_cards(_without_duplicates(heaviest)[:HEAVY], words))
    for name, rows in (
        (N_("What relieves what"), tables.links(fleet, words, titles)),
        (N_("Actions"), in_words(tables.actions(fleet, words, titles), words)),
    ):
        if len(rows) > 1:
            blocks += [_heading(words.say(name)), _table(rows[: ROWS + 1], words)]
        if len(rows) > ROWS + 1:
            one, more = (
                words.say(N_("{n} more is in the spreadsheet.")),
                words.say(N_("{n} more are in the spreadsheet.")),
            )
            blocks.append({"what": "text", "text": words.many(len(rows) - ROWS - 1, one, more)})
    return blocks


def in_words(rows: Rows, words: Words) -> Rows:
    """Return actions with their dates in words."""
    head, *below = rows
    return [head, *([*row[:2], words.day(str(row[2])) if row[2] else "", *row[3:]] for row in below)]


def _strand(strand: Strand, fleet: Fleet, selection: Selection, words: Words) -> list[dict[str, object]]:
    cards = quotes(selection.workshops, selection.bonds, FigureQuery(fleet.format, fleet.version, strand.key))
    some = [
        one
        for kind in ("anchor", "shark", "wind")
        for one in _without_duplicates(q for q in cards if q.kind == kind)[:SAID]
    ]
    if not some:
        return []
    return [{**_heading(strand.title, 2), "about": _in(strand, words)}, _cards(some, words)]


def _without_duplicates(cards: Iterable[Quote]) -> list[Quote]:
    """Return cards without verbatim duplicates; the heaviest stays."""
    return list({one.text: one for one in reversed(list(cards))}.values())[::-1]


def _perhaps(fleet: Fleet, words: Words) -> list[dict[str, object]]:
    if not fleet.likely:
        return []
    strands = {strand.key: strand for strand in fleet.strands}
    rows: Rows = [[words.say(N_("Theme")), words.say(N_("Workshops"))]]
    for likely in fleet.likely[:ROWS]:
        members = [one for key in likely.strands for one in strands[key].members]
        called = list(dict.fromkeys(one.title for one in members))
        rows.append([" · ".join(called), len({one.workshop for one in members})])
    return [
        _heading(words.say(N_("Perhaps the same"))),
        {"what": "text", "text": words.say(N_("Nobody has said so yet: these are not counted together."))},
        _table(rows, words),
    ]


def _figures(fleet: Fleet, words: Words) -> dict[str, object]:
    figures = fleet.figures
    done = words.say(N_("{done} of {all}"), done=figures.done, all=figures.actions)
    pairs = [
        (N_("Workshops"), str(fleet.bases.workshops)),
        (N_("Brakes now"), str(figures.anchor)),
        (N_("Brakes ahead"), str(figures.shark)),
        (N_("Levers"), str(figures.wind)),
        *([(N_("Brakes without"), str(figures.unrelieved))] if figures.linked else []),
        *([(N_("Actions done"), done)] if figures.actions else []),
    ]
    return {"what": "figures", "figures": [(words.say(name), value) for name, value in pairs]}


def _in(strand: Strand, words: Words) -> str:
    return words.many(strand.workshops, words.say(N_("{n} workshop")), words.say(N_("{n} workshops")))


def _heading(text: str, level: int = 1) -> dict[str, object]:
    return {"what": "heading", "level": level, "text": text, "about": ""}


def _plot(strips: list[tuple[str, str, Figures]]) -> dict[str, object]:
    return {
        "what": "plot",
        "most": max([1, *(max(one.brakes, one.wind) for _, _, one in strips)]),
        "strips": [
            {"name": name, "about": about, "anchor": one.anchor, "shark": one.shark, "wind": one.wind}
            for name, about, one in strips
        ],
    }


def _table(rows: Rows, words: Words, keep: tuple[str, ...] = ()) -> dict[str, object]:
    """Return a table of the columns `keep`, by default all, without empty ones: a page is narrower than a sheet."""

    def cell_text(cell: Cell) -> str:
        if cell is None:
            return "–"
        return cell if isinstance(cell, str) else words.decimal(cell, 2)

    names = {words.say(name) for name in keep}
    columns = [
        at
        for at, name in enumerate(rows[0])
        if (not names or name in names) and any(row[at] not in ("", None) for row in rows[1:])
    ]
    numbers = [all(not isinstance(row[at], str) for row in rows[1:]) for at in columns]
    return {
        "what": "table",
        "rows": [[cell_text(row[at]) for at in columns] for row in rows],
        "columns": [
            "number" if number else "short" if max(len(str(row[at])) for row in rows) <= SHORT else "text"
            for at, number in zip(columns, numbers, strict=True)
        ],
    }


def _cards(cards: list[Quote], words: Words) -> dict[str, object]:
    def about(one: Quote) -> str:
        kind = words.say(KINDS[one.kind])
        if one.agrees:
            kind += " · " + words.say(N_("{n} “me too”"), n=words.decimal(one.agrees))
        place = words.say(N_("a small group")) if one.is_of_few else one.title
        return f"{kind} · {place}"

    return {"what": "cards", "cards": [{"kind": one.kind, "text": one.text, "about": about(one)} for one in cards]}
