"""How the exports of the synthesis say things: headings, kinds, states, numbers and days, in their language."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from babel.dates import format_date
from babel.numbers import format_decimal

from speedboat.language import translate
from speedboat.refusals import N_
from speedboat.synthesis import Figures, Fleet

KINDS = {"wind": N_("Wind"), "anchor": N_("Anchor"), "shark": N_("Shark")}
STATES = {"proposed": N_("proposed"), "accepted": N_("accepted"), "done": N_("done")}
FORMATS = {"speedboat": N_("Speed boat")}
HEADS = (
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
ALL_TOGETHER = N_("All of them ran on one version of one format.")
APART = N_("Each version of a format has its own figures: what was asked differently is not counted together.")

Cell = str | int | float | None


def row(figures: Figures) -> list[Cell]:
    """The figures in the order of HEADS; what nothing is known of stays empty."""
    return [
        figures.anchor,
        figures.shark,
        figures.wind,
        figures.brake_weight,
        figures.lever_weight,
        figures.votes,
        figures.relieved,
        figures.brakes - figures.relieved,
        figures.actions,
        figures.done,
    ]


def heads(language: str) -> list[str]:
    return [translate(head, language) for head in HEADS]


def name_of(fleet: Fleet, language: str) -> str:
    return f"{translate(FORMATS.get(fleet.format, fleet.format), language)} {fleet.version}"


def counting(fleets: Sequence[Fleet], language: str) -> str:
    """Whether all was counted together."""
    return translate(APART if len(fleets) > 1 else ALL_TOGETHER, language)


def cell(value: Cell, language: str) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else format_decimal(round(value, 2), locale=language)


def day(moment: int, language: str) -> str:
    """The day of a moment, in ms since the epoch, UTC."""
    return format_date(datetime.datetime.fromtimestamp(moment / 1000, datetime.UTC).date(), "medium", language)
