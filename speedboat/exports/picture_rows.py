"""Where the notes of the picture are drawn: in rows by weight, near their own places, smaller the more there are.

Pure. No note is drawn before another of its kind that is lighter. `into_rows` and `beside_each_other` are those of the
browser's `board/rows.js`; tests/data/rows.json holds both to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from speedboat.domain.scene import FRAMES, ZONES, Kind

ROOM = (184.0, 100.0)  # what a note takes up at size 1, its sign and some air included
SIZES = (1.4, 1.25, 1.1, 1.0, 0.92, 0.86, 0.8, 0.73, 0.68, 0.6, 0.53, 0.47, 0.42, 0.37, 0.33, 0.29, 0.25, 0.2, 0.15)


class Placed(Protocol):
    """What lies in the zone of a kind."""

    kind: Kind
    x: float
    y: float


class Point(NamedTuple):
    """A place, or two sides of something: along the way that a kind weighs, the heavier the farther, and across it."""

    along: float
    across: float


def size_for(notes: Sequence[Placed]) -> float:
    """Return the largest note size at which all notes of each kind have room."""

    def fits(kind: Kind, size: float) -> bool:
        rows, columns = _grid(kind, size)
        return rows * columns >= sum(note.kind == kind for note in notes)

    return next((size for size in SIZES if all(fits(kind, size) for kind in FRAMES)), SIZES[-1])


def arrange(notes: Sequence[Placed], size: float) -> list[tuple[float, float]]:
    """Return where each note is drawn, in the order of the notes."""
    places = [(note.x, note.y) for note in notes]
    for kind in FRAMES:
        same = [i for i, note in enumerate(notes) if note.kind == kind]
        for i, place in zip(same, in_zone(kind, [places[i] for i in same], size), strict=True):
            places[i] = place
    return places


def into_rows(count: int, rooms: Sequence[int], cost: Callable[[int, int], float]) -> list[int] | None:
    """Return the row of each of `count` notes, the lightest first, at the least cost; None if there is no room.

    No note lies in a lighter row than one that is lighter. `rooms` is how many each row has room for; `cost` that of a
    note in a row.
    """
    best = [0.0] + [math.inf] * count  # what the first notes cost in the rows so far
    counts: list[list[int]] = []
    for row, room in enumerate(rooms):
        after, here = list(best), [0] * (count + 1)
        costs = [cost(note, row) for note in range(count)]
        for end in range(1, count + 1):
            total = 0.0
            for many in range(1, min(room, end) + 1):
                total += costs[end - many]
                if best[end - many] + total < after[end]:
                    after[end], here[end] = best[end - many] + total, many
        best = after
        counts.append(here)
    if best[count] == math.inf:
        return None
    rows = [0] * count
    end = count
    for row in range(len(rooms) - 1, -1, -1):
        first = end - counts[row][end]
        rows[first:end] = [row] * (end - first)
        end = first
    return rows


def beside_each_other(wishes: Sequence[float], cells: Sequence[float]) -> list[int]:
    """Return the index of the cell of each note of a row, in the order of their wishes and as near to them as can be.

    Both are in ascending order; there are at least as many cells.
    """
    best = [0.0] * (len(cells) + 1)  # what the notes so far cost in the first cells
    chosen: list[list[int]] = []
    for wish in wishes:
        after, at = [math.inf], [-1]
        for i, cell in enumerate(cells):
            here = best[i] + abs(cell - wish)
            at.append(i if here < after[i] else at[i])
            after.append(min(after[i], here))
        best = after
        chosen.append(at)
    result: list[int] = []
    end = len(cells)
    for at in reversed(chosen):
        end = at[end]
        result.insert(0, end)
    return result


def in_zone(kind: Kind, places: list[tuple[float, float]], size: float) -> list[tuple[float, float]]:
    """Return where the notes of a kind are drawn: where they were put if they are more than have room in any size."""
    own = [_turn(kind, x, y) for x, y in places]
    rows, columns = _grid(kind, size)
    order = sorted(range(len(own)), key=lambda i: own[i].along)
    begin, end = _ends(kind)
    if not rows or not columns:
        return places
    pitch = Point((end.along - begin.along) / rows, (end.across - begin.across) / columns)
    middles = [begin.along + (row + 0.5) * pitch.along for row in range(rows)]
    cells = [begin.across + (column + 0.5) * pitch.across for column in range(columns)]
    chosen = into_rows(len(order), [columns] * rows, lambda note, row: (middles[row] - own[order[note]].along) ** 2)
    if chosen is None:
        return places
    room = _sides(kind, size)
    drawn = list(places)
    for row, middle in enumerate(middles):
        here = sorted((i for i, at in zip(order, chosen, strict=True) if at == row), key=lambda i: own[i].across)
        for i, cell in zip(here, beside_each_other([own[i].across for i in here], cells), strict=True):
            # Off the line by what a cell leaves, the heavier the farther: cards that people put there, not a table.
            drawn[i] = _back(
                kind,
                middle + _part((own[i].along - middle) / pitch.along) * (pitch.along - room.along),
                cells[cell] + _part((own[i].across - cells[cell]) / pitch.across) * (pitch.across - room.across),
            )
    return drawn


def _part(share: float) -> float:
    return min(max(share, -0.5), 0.5)


def _grid(kind: Kind, size: float) -> tuple[int, int]:
    """Return how many rows there are, and how many notes side by side in each."""
    (begin, end), room = _ends(kind), _sides(kind, size)
    return int((end.along - begin.along) // room.along), int((end.across - begin.across) // room.across)


def _sides(kind: Kind, size: float) -> Point:
    width, height = ROOM[0] * size, ROOM[1] * size
    return Point(height, width) if ZONES[kind].heaviest == "bottom" else Point(width, height)


def _ends(kind: Kind) -> tuple[Point, Point]:
    """Return the corner of a kind's frame where notes weigh least, and the one across from it."""
    left, top, right, bottom = FRAMES[kind]
    one, other = _turn(kind, left, top), _turn(kind, right, bottom)
    return Point(min(one.along, other.along), one.across), Point(max(one.along, other.along), other.across)


def _turn(kind: Kind, x: float, y: float) -> Point:
    heaviest = ZONES[kind].heaviest
    if heaviest == "bottom":
        return Point(y, x)
    return Point(x if heaviest == "right" else -x, y)


def _back(kind: Kind, along: float, across: float) -> tuple[float, float]:
    heaviest = ZONES[kind].heaviest
    if heaviest == "bottom":
        return across, along
    return along if heaviest == "right" else -along, across
