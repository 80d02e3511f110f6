"""The tables of a synthesis, in one language, which XLSX and PDF each write. Each starts with its head."""

from __future__ import annotations

from speedboat.exports.rows import Cell, Rows
from speedboat.exports.synthesis_source import Selection
from speedboat.i18n.error_messages import N_
from speedboat.i18n.formatting import KINDS, STATES, Words
from speedboat.reports.figures import Figures
from speedboat.reports.quotes import FigureQuery, quotes
from speedboat.reports.synthesis import Fleet

FIGURES = (
    N_("Brakes now"),
    N_("Brakes ahead"),
    N_("Levers"),
    N_("Weight of brakes"),
    N_("± brakes"),
    N_("Weight of levers"),
    N_("± levers"),
    N_("Votes"),
    N_("Share of votes, %"),
    N_("lowest share, %"),
    N_("highest share, %"),
    N_("Workshops that voted"),
    N_("Brakes with a lever"),
    N_("Through their theme"),
    N_("Brakes without"),
    N_("Workshops that linked"),
    N_("Actions"),
    N_("Actions done"),
)

RELIEFS = {"direct": N_("yes"), "theme": N_("through its theme"), "none": N_("no")}
KNOTS = (N_("Knots"), N_("lowest knots"), N_("highest knots"), N_("Themes estimated"))


def figures(counts: Figures) -> list[Cell]:
    """Return figures as the cells under the heads `FIGURES`."""
    return [
        counts.anchor,
        counts.shark,
        counts.wind,
        counts.brake_weight,
        counts.brake_spread,
        counts.lever_weight,
        counts.lever_spread,
        counts.votes,
        *(_percent(share) for share in (counts.vote_share, counts.vote_share_low, counts.vote_share_high)),
        counts.voted,
        *((counts.relieved, counts.relieved_by_theme, counts.unrelieved) if counts.linked else (None, None, None)),
        counts.linked,
        counts.actions,
        counts.done,
    ]


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def workshops(fleet: Fleet, words: Words) -> Rows:
    """Return the table of workshops, with its head; dates as YYYY-MM-DD."""
    head = [N_("Workshop"), N_("Date"), N_("Part of a series"), N_("Participants"), N_("Still closed"), *FIGURES]
    return [
        [words.say(name) for name in head],
        *(
            [
                boat.title,
                boat.held_on,
                words.say(N_("{part} of {parts}"), part=boat.part, parts=boat.parts) if boat.parts > 1 else "",
                boat.people or None,
                boat.closed,
                *figures(boat.figures),
            ]
            for boat in fleet.boats
        ),
    ]


def themes(fleet: Fleet, words: Words, titles: dict[str, str]) -> Rows:
    """Return the table of themes, with its head; in the last row, the cards without one."""
    head = [N_("Theme"), N_("Workshops"), *FIGURES, *KNOTS, N_("Counted together")]
    return [
        [words.say(name) for name in head],
        *(
            [
                strand.title,
                strand.workshops,
                *figures(strand.figures),
                strand.knots,
                strand.knots_low,
                strand.knots_high,
                strand.knots_n,
                "; ".join(f"{one.title} ({titles[one.workshop]})" for one in strand.members),
            ]
            for strand in fleet.strands
        ),
        [words.say(N_("(without a theme)")), None, *figures(fleet.without_theme), None, None, None, None, ""],
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
    """Return the table of cards, with its head; dates as YYYY-MM-DD."""
    names = (
        N_("Workshop"),
        N_("Date"),
        N_("Kind"),
        N_("Text"),
        N_("Weight"),
        N_("Agrees"),
        N_("Theme"),
        N_("Common theme"),
        N_("With a lever"),
    )
    days = {one.code: one.held_on for one in fleet.boats}
    common = {strand.key: strand.title for strand in fleet.strands}
    rows: Rows = [[words.say(name) for name in names]]
    for one in quotes(selection.workshops, selection.bonds, FigureQuery(fleet.format, fleet.version)):
        lever = words.say(RELIEFS[one.relief]) if one.relief else None
        kind, strand = words.say(KINDS[one.kind]), common.get(one.common, "")
        about: list[Cell] = [one.title, days[one.workshop], kind, one.text, one.weight, one.agrees, one.theme]
        rows.append([*about, strand, lever])
    return rows
