"""JSON of a synthesis, as docs/protocol.md describes it. Workshops are numbered, in the order of the selection."""

from __future__ import annotations

import msgspec

from speedboat.exports.synthesis_source import Selection
from speedboat.reports.figures import Figures
from speedboat.reports.quotes import FigureQuery, quotes
from speedboat.reports.synthesis import Fleet, synthesise

VERSION = 1


def write(selection: Selection) -> bytes:
    """Write a synthesis as JSON."""
    fleets = synthesise(selection.workshops, selection.bonds, selection.names, encode=False)
    document = {"synthesis": VERSION, "formats": [_fleet(fleet, selection) for fleet in fleets]}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _fleet(fleet: Fleet, selection: Selection) -> dict[str, object]:
    number = selection.numbers()
    places = {strand.key: place for place, strand in enumerate(fleet.strands)}
    return {
        "format": fleet.format,
        "version": fleet.version,
        "figures": _figures(fleet.figures),
        "bases": msgspec.to_builtins(fleet.bases),
        "without_theme": _figures(fleet.without_theme),
        "workshops": [
            {
                "workshop": number[boat.code],
                "title": boat.title,
                "at": boat.at,
                "held_on": boat.held_on,
                "unfinished": boat.unfinished,
                "closed_cards": boat.closed,
                "people": boat.people or None,
                "part": boat.part,
                "parts": boat.parts,
                "figures": _figures(boat.figures),
            }
            for boat in fleet.boats
        ],
        "themes": [
            {
                "title": strand.title,
                "workshops": strand.workshops,
                "figures": _figures(strand.figures),
                "knots": strand.knots,
                "knots_n": strand.knots_n,
                "knots_low": strand.knots_low,
                "knots_high": strand.knots_high,
                "members": [{"workshop": number[one.workshop], "title": one.title} for one in strand.members],
            }
            for strand in fleet.strands
        ],
        "perhaps_the_same": [[places[key] for key in likely.strands] for likely in fleet.likely],
        "links": [{"workshop": number[one.workshop], "wind": one.wind, "brake": one.brake} for one in fleet.reliefs],
        "actions": [
            {"workshop": number[one.workshop], "text": one.text, "state": one.state, "due": one.due or None}
            for one in fleet.actions
        ],
        "cards": [
            {
                "workshop": number[one.workshop],
                "kind": one.kind,
                "text": one.text,
                "weight": one.weight,
                "agrees": one.agrees,
                "theme": one.theme or None,
                "common_theme": places.get(one.common),
                "relieved": one.relieved,
                "relief": one.relief,
            }
            for one in quotes(selection.workshops, selection.bonds, FigureQuery(fleet.format, fleet.version))
        ],
    }


def _figures(figures: Figures) -> dict[str, object]:
    fields = msgspec.to_builtins(figures)
    assert isinstance(fields, dict)
    return fields
