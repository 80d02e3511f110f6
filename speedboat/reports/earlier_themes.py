"""Which theme of earlier workshops a card is about, by meaning; offered only when sure.

A theme here is one that people of other workshops made, or several that a person has said are the same. All of them
are compared with, but only those of several workshops are ever offered: where a card is most like a theme that came up
once, nothing is said.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from speedboat.reports.text_similarity import vectors_of
from speedboat.reports.theme_meaning import plain, unit, unpack

# How much the likeness to titles, to cards, and to both as one text counts; a card of the other side is further off.
WEIGHTS = (0.5, 1.0, 1.0)
OTHER_SIDE = 1.0
# A theme is sure when it is so near, and the next one so much further: 7 of 8 are right (docs/suggestions.md).
NEAR, AHEAD = 0.9, 0.3
SEVERAL = 2  # workshops


class EarlierTheme(msgspec.Struct):
    """A theme of earlier workshops: title, side, the vectors of all that it is the same as, in how many workshops."""

    title: str
    lever: bool
    meanings: list[bytes]
    workshops: int


class Likeliest(NamedTuple):
    """The theme that a card is most like, by index, and whether that is sure."""

    theme: int
    is_sure: bool


def likeliest(cards: Sequence[tuple[str, bool]], themes: Sequence[EarlierTheme]) -> list[Likeliest]:
    """Return for each card, given by its text and whether it is a lever, the theme that it is most like.

    Returns nothing where there are fewer than two themes.
    """
    import numpy

    if len(themes) < 2 or not cards:
        return []
    parts = unpack([meaning for theme in themes for meaning in theme.meanings])
    middle = parts.mean(axis=0)
    places = numpy.cumsum([0, *(len(theme.meanings) for theme in themes)])
    centred = unit(parts - middle)
    centres = unit(numpy.stack([centred[at:end].mean(axis=0) for at, end in itertools.pairwise(places)]))
    texts = unit(vectors_of([plain(text) for text, _ in cards]) - middle[1])
    near = sum(weight * (texts @ centres[:, part].T) for part, weight in enumerate(WEIGHTS))
    sides = numpy.array([theme.lever for theme in themes])
    near -= OTHER_SIDE * (numpy.array([lever for _, lever in cards])[:, None] != sides)
    result = []
    for row in near:
        best = int(row.argmax())
        next_best = float(numpy.delete(row, best).max())
        is_sure = row[best] >= NEAR and row[best] - next_best >= AHEAD and themes[best].workshops >= SEVERAL
        result.append(Likeliest(best, bool(is_sure)))
    return result
