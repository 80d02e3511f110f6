"""The tables of a synthesis, in one language, which XLSX and PDF each write. Each starts with its head."""

from __future__ import annotations

from speedboat.exports.rows import Cell, Rows
from speedboat.exports.synthesis_source import Selection
from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import KINDS, STATES, Words
from speedboat.reports.synthesis import FigureQuery, Figures, Fleet, quotes

FIGURES = (
    N_("Brakes now"),
    N_("Brakes ahead"),
    N_("Levers"),
    N_("Weight of brakes"),
    N_("Weight of levers"),
    N_("Votes"),
    N_("Brakes with a lever"),
    N_("Brakes without"),
    N_("Actions"),
    N_("Actions done"),
)


def figures(counts: Figures) -> list[Cell]:
    """Return figures as the cells under the heads `FIGURES`."""
    return [
        counts.anchor,
        counts.shark,
        counts.wind,
        counts.brake_weight,
        counts.lever_weight,
        counts.votes,
        counts.relieved,
        counts.brakes - counts.relieved,
        counts.actions,
        counts.done,
    ]


def workshops(fleet: Fleet, words: Words) -> Rows:
    """Return the table of workshops, with its head."""
    head = [N_("Workshop"), N_("Date"), N_("Still closed"), *FIGURES]
    return [
        [words.say(name) for name in head],
        *([boat.title, words.day(boat.held_on), boat.closed, *figures(boat.figures)] for boat in fleet.boats),
    ]


def themes(fleet: Fleet, words: Words, titles: dict[str, str]) -> Rows:
    """Return the table of themes, with its head."""
    head = [N_("Theme"), N_("Workshops"), *FIGURES, N_("Knots"), N_("Counted together")]
    return [
        [words.say(name) for name in head],
        *(
            [
                strand.title,
                strand.workshops,
                *figures(strand.figures),
                strand.knots,
                "; ".join(f"{one.title} ({titles[one.workshop]})" for one in strand.members),
            ]
            for strand in fleet.strands
        ),
    ]


def perhaps(fleet: Fleet, words: Words, titles: dict[str, str]) -> Rows:
    """Return the table of themes that may be the same; rows of one number are one suggestion."""
    strands = {strand.key: strand for strand in fleet.strands}
    rows: Rows = [[words.say(name) for name in (N_("Suggestion"), N_("Theme"), N_("Workshop"))]]
    for number, likely in enumerate(fleet.likely, 1):
        for key in likely.strands:
            for one in strands[key].members:
                rows.append([number, one.title, titles[one.workshop]])
    return rows


def links(fleet: Fleet, words: Words, titles: dict[str, str]) -> Rows:
    """Return the table of links, with its head."""
    rows: Rows = [[words.say(name) for name in (N_("Wind"), N_("The brake it relieves"), N_("Workshop"))]]
    rows += [[one.wind, one.brake, titles[one.workshop]] for one in fleet.reliefs]
    return rows


def actions(fleet: Fleet, words: Words, titles: dict[str, str]) -> Rows:
    """Return the table of actions; dates as YYYY-MM-DD, which spreadsheets recognise."""
    rows: Rows = [[words.say(name) for name in (N_("Action"), N_("State"), N_("Due"), N_("Workshop"))]]
    for one in fleet.actions:
        rows.append([one.text, words.say(STATES[one.state]), one.due or "", titles[one.workshop]])
    return rows


def cards(fleet: Fleet, selection: Selection, words: Words) -> Rows:
    """Return the table of cards, with its head."""
    names = (N_("Workshop"), N_("Kind"), N_("Text"), N_("Weight"), N_("Agrees"), N_("Theme"), N_("With a lever"))
    rows: Rows = [[words.say(name) for name in names]]
    for one in quotes(selection.workshops, selection.bonds, FigureQuery(fleet.format, fleet.version)):
        lever = words.say(N_("yes")) if one.relieved else ""
        rows.append([one.title, words.say(KINDS[one.kind]), one.text, one.weight, one.agrees, one.theme, lever])
    return rows
