"""The boat in 1600 x 900 units: zones, the nearest place inside one, the weight of a place, a place of a weight.

Pure geometry. A place is the centre of a card. What a card is, who may move it and how it is drawn live elsewhere;
`static/wire_types.py` writes the same numbers for the browser into `static/src/wire/scene.js`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

Kind = Literal["anchor", "shark", "wind"]
KINDS: tuple[Kind, ...] = ("wind", "anchor", "shark")

WIDTH, HEIGHT = 1600.0, 900.0
CARD_WIDTH, CARD_HEIGHT = 170.0, 76.0

AIR = 1.4  # times its size that a card likes to have to itself
# Of more cards than this only how many lie in each cell is counted: a sum over thousands would take a quarter second.
COUNTED_ONE_BY_ONE = 300
CELL = 20.0  # units
# A weight is promised within 0.01 of the one asked for; places are whole tenths of a unit.
DECIMALS = 1


Heap = tuple[float, float, int]  # x, y and how many cards


class Place(NamedTuple):
    """A point of the scene, in units: x from 0 (left) to 1600, y from 0 (top of the sky) to 900 (sea bed)."""

    x: float
    y: float


class Zone(NamedTuple):
    """The rectangle the centres of one kind of card stay in, and the side on which they weigh most."""

    left: float
    top: float
    right: float
    bottom: float
    heaviest: Literal["bottom", "left", "right"]


# Anchors weigh by depth. Sharks and winds weigh by nearness along the water, to the hull or to the sail: measured
# sideways only, so that lines of equal weight are straight, can be drawn, and have the same room at every weight.
ZONES: dict[Kind, Zone] = {
    "wind": Zone(110.0, 80.0, 560.0, 400.0, "right"),
    "anchor": Zone(110.0, 560.0, 900.0, 850.0, "bottom"),
    "shark": Zone(1020.0, 540.0, 1490.0, 850.0, "left"),
}


# Where notes of a kind may be drawn, edges included: clear of the boat and of each other. As left, top, right, bottom.
FRAMES: dict[Kind, tuple[float, float, float, float]] = {
    "wind": (14.0, 18.0, 618.0, 446.0),
    "anchor": (14.0, 528.0, 984.0, 894.0),
    "shark": (992.0, 524.0, 1592.0, 894.0),
}
SEA_LEVEL = 470.0
KEEL = Place(705.0, 508.0)  # from where the ropes of the anchors hang
# A note drawn at another weight than its own would tell a lie: along the axis of weight a unit costs this much more.
HONESTY = 2.5


def nearest_inside(kind: Kind, x: float, y: float) -> Place:
    """The place of the kind's zone nearest to (x, y), which may lie anywhere; both must be finite."""
    zone = ZONES[kind]
    return Place(
        round(min(max(x, zone.left), zone.right), DECIMALS),
        round(min(max(y, zone.top), zone.bottom), DECIMALS),
    )


def weight_at(kind: Kind, place: Place) -> float:
    """Weight of a place inside the kind's zone, 0 to 1: deeper for an anchor, nearer for a shark or a wind."""
    zone = ZONES[kind]
    if zone.heaviest == "bottom":
        share = (place.y - zone.top) / (zone.bottom - zone.top)
    elif zone.heaviest == "right":
        share = (place.x - zone.left) / (zone.right - zone.left)
    else:
        share = (zone.right - place.x) / (zone.right - zone.left)
    return round(min(max(share, 0.0), 1.0), 4)


def place_of_weight(kind: Kind, weight: float, occupied: Iterable[tuple[float, float]] = ()) -> Place:
    """A place of the kind's zone with this weight (0 to 1, met within 0.01), as free of cards as can be.

    The same arguments give the same place: the emptiest spot of the line of that weight, of several equally empty
    ones the nearest to the middle, then the first in reading order. Among more than `COUNTED_ONE_BY_ONE` cards, which
    cover everything anyhow, it is the emptiest to within a cell.
    """
    near = _heaps(list(occupied))
    candidates = _line_of_weight(kind, weight)
    zone = ZONES[kind]
    middle = ((zone.left + zone.right) / 2, (zone.top + zone.bottom) / 2)
    return min(candidates, key=lambda place: (_crowding(place, near), math.dist(place, middle), place))


def same_weight_near(kind: Kind, weight: float, place: Place) -> Place:
    """The place of that weight nearest to `place`: what changes when only the weight of a card does."""
    zone = ZONES[kind]
    across = zone.heaviest == "bottom"
    along = _along(zone, weight)
    return nearest_inside(kind, place.x, along) if across else nearest_inside(kind, along, place.y)


def _along(zone: Zone, weight: float) -> float:
    """The coordinate that carries the weight: y for anchors, x for the others."""
    if zone.heaviest == "bottom":
        return round(zone.top + weight * (zone.bottom - zone.top), DECIMALS)
    if zone.heaviest == "right":
        return round(zone.left + weight * (zone.right - zone.left), DECIMALS)
    return round(zone.right - weight * (zone.right - zone.left), DECIMALS)


def _line_of_weight(kind: Kind, weight: float) -> list[Place]:
    zone = ZONES[kind]
    along = _along(zone, weight)
    if zone.heaviest == "bottom":
        steps = int((zone.right - zone.left) / (CARD_WIDTH / 2))
        return [
            Place(round(zone.left + i * (zone.right - zone.left) / steps, DECIMALS), along) for i in range(steps + 1)
        ]
    steps = int((zone.bottom - zone.top) / (CARD_HEIGHT / 2))
    return [Place(along, round(zone.top + i * (zone.bottom - zone.top) / steps, DECIMALS)) for i in range(steps + 1)]


def _heaps(occupied: list[tuple[float, float]]) -> list[Heap]:
    """Where cards are, each by itself or, where they are many, those of one cell as one heap in its middle."""
    if len(occupied) <= COUNTED_ONE_BY_ONE:
        return [(x, y, 1) for x, y in occupied]
    cells = Counter((x // CELL, y // CELL) for x, y in occupied)
    return [((column + 0.5) * CELL, (row + 0.5) * CELL, cards) for (column, row), cards in cells.items()]


def _crowding(place: Place, near: Iterable[Heap]) -> float:
    """How much of a card here, with air around it, others would take: shares of a card's surface, added up."""
    covered = 0.0
    for x, y, cards in near:
        width = CARD_WIDTH * AIR - abs(place.x - x)
        height = CARD_HEIGHT * AIR - abs(place.y - y)
        if width > 0 and height > 0:
            covered += width * height * cards
    return round(covered / (CARD_WIDTH * CARD_HEIGHT), 6)
