"""Which themes of different workshops mean the same, by the vectors of the sentence encoder (`text_similarity.py`).

A theme has three vectors: its title, the mean of its cards, and both read as one text. From each is taken away what
all themes of its side have in common, and their weighted sum is what themes are compared by. Groups are those of
average linkage. How alike is alike enough is learned from the selection itself: themes of one workshop are known to
differ, because its people kept them apart.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from speedboat.reports.text_similarity import vectors_of

PARTS = 3  # vectors of a theme: title, cards, both
WEIGHTS = (1.0, 1.0, 1.5)
LENGTH = 512  # of a vector
MOST_LETTERS = 600  # of title and cards read as one text; what comes after them changes little
FEW = 15  # among fewer themes, what they have in common is what they are about, and is taken away in part only
# Themes that differ are this alike before anything is taken away, with this spread, until a selection has shown
# otherwise; as if so many pairs had, none of them alike.
UNLIKE, SPREAD, PAIRS = 0.2, 0.1, 40
# The share of pairs, of those alike enough, that may be expected to differ all the same; and the standard deviations
# above the likeness of different themes between which that is looked for. Averages over groups leave out most of these.
WRONG = 0.17
LEAST_FAR, MOST_FAR, STEPS = 1.6, 3.0, 70
AT_ONCE = 512  # rows compared with all others at once, so that no square of them is ever held

Matrix = Any  # a numpy array, which is installed with the encoder only


def pack(themes: Sequence[tuple[str, Sequence[str]]]) -> list[bytes]:
    """Return the packed vectors of themes, each given by its title and the texts of its cards.

    Takes 10 ms for each text that the encoder has not read before.
    """
    import numpy

    readings = [[plain(title), _whole(title, cards), *map(plain, cards)] for title, cards in themes]
    vectors = iter(vectors_of([text for texts in readings for text in texts])) if readings else iter(())
    packed = []
    for texts in readings:
        title, whole, *cards = (next(vectors) for _ in texts)
        mean = numpy.mean(cards, axis=0) if cards else numpy.zeros(LENGTH)
        rows = numpy.stack([title, mean, whole])
        # 255 steps are enough for a direction, and a quarter of the space; what counts is the direction only.
        largest = numpy.abs(rows).max(axis=1, keepdims=True)
        packed.append(numpy.round(rows / numpy.maximum(largest, 1e-9) * 127).astype(numpy.int8).tobytes())
    return packed


def is_packed(meaning: bytes) -> bool:
    """Whether these are the packed vectors of a theme."""
    return len(meaning) == PARTS * LENGTH


def unpack(meanings: Sequence[bytes]) -> Matrix:
    """Return the vectors of themes, each of length 1: an array of themes, parts and numbers."""
    import numpy

    packed = numpy.frombuffer(b"".join(meanings), numpy.int8)
    return unit(packed.astype(numpy.float32).reshape(-1, PARTS, LENGTH))


def directions(meanings: Sequence[bytes], levers: Sequence[bool]) -> Matrix:
    """Return a vector of length 1 for each theme, to compare it with others of its side.

    Args:
        meanings: the packed vectors of the themes.
        levers: which of them are about what drives, not about what holds back.
    """
    import numpy

    parts = unpack(meanings)
    nothing = ~parts.any(axis=2)  # cards of a theme that has none
    sides = numpy.array(levers, bool)
    for side in (sides, ~sides):
        if side.any():
            n = int(side.sum())
            parts[side] = parts[side] - parts[side].mean(axis=0) * (n / (n + FEW))
    parts[nothing] = 0
    return unit((unit(parts) * numpy.array(WEIGHTS, numpy.float32)[:, None]).sum(axis=1))


def least_likeness(vectors: Matrix, levers: Sequence[bool], workshops: Sequence[int]) -> float:
    """Return how alike two themes must be to be proposed as the same.

    The likeness of different themes is taken to be normally distributed, as that of the themes of one workshop is. The
    more themes come back, the more pairs lie above a level that chance explains, and the lower it may be.
    """
    import numpy

    unlike = _unlike(vectors, levers, workshops)
    weight = len(unlike) + PAIRS
    common = (FEW / (max(sum(levers), len(levers) - sum(levers)) + FEW)) ** 2  # what was not taken away
    expected = UNLIKE * common / (1 - UNLIKE * (1 - common))
    mean = (unlike.sum() + PAIRS * expected) / weight
    square = ((unlike**2).sum() + PAIRS * (SPREAD**2 + expected**2)) / weight
    spread = math.sqrt(square - mean * mean)
    far = numpy.linspace(LEAST_FAR, MOST_FAR, STEPS + 1)
    levels = mean + far * spread
    above = numpy.zeros(len(levels), int) - _above(unlike, levels)
    pairs = PAIRS - len(unlike)
    sides = numpy.array(levers, bool)
    for side in (vectors[sides], vectors[~sides]):
        pairs += len(side) * (len(side) - 1) // 2
        for start in range(0, len(side), AT_ONCE):
            near = side[start : start + AT_ONCE] @ side[start:].T
            above += _above(near[numpy.triu_indices(len(near), 1, near.shape[1])], levels)
    for at, level in enumerate(levels):
        if pairs * math.erfc(far[at] / math.sqrt(2)) / 2 <= WRONG * above[at]:
            return float(level)
    return float(levels[-1])


def _unlike(vectors: Matrix, levers: Sequence[bool], workshops: Sequence[int]) -> Matrix:
    """Return how alike those themes are that are of one workshop and one side, and so known to differ."""
    import numpy

    places: dict[tuple[int, bool], list[int]] = {}
    for at, key in enumerate(zip(workshops, levers, strict=True)):
        places.setdefault(key, []).append(at)
    near = [(vectors[some] @ vectors[some].T)[numpy.triu_indices(len(some), 1)] for some in places.values()]
    return numpy.concatenate(near)


def _above(values: Matrix, levels: Matrix) -> Matrix:
    """Return how many values are at least as large as each of the levels, which ascend."""
    import numpy

    large = numpy.sort(values[values >= levels[0]])
    return len(large) - numpy.searchsorted(large, levels)


def likeness_of(vectors: Matrix, groups: Sequence[Sequence[int]]) -> Matrix:
    """Return how alike groups of themes are, on average of their pairs; `groups` holds rows of the vectors."""
    import numpy

    means = numpy.stack([vectors[list(group)].mean(axis=0) for group in groups])
    return means @ means.T


def link(near: Matrix, sizes: Sequence[int], apart: Iterable[Sequence[int]], least: float) -> list[list[int]]:
    """Group what is alike by average linkage, while the most alike two groups are at least `least` alike.

    Args:
        near: how alike each two are, symmetric; it is changed.
        sizes: how many themes each one stands for.
        apart: those that must not come together, all of each sequence.

    Returns groups of two or more, by index.
    """
    import numpy

    count = numpy.array(sizes, numpy.float32)
    never = -numpy.inf
    numpy.fill_diagonal(near, never)
    for some in apart:
        near[numpy.ix_(some, some)] = never
    groups = {at: [at] for at in range(len(sizes))}
    best = near.argmax(axis=1)
    value = near[numpy.arange(len(groups)), best]
    stale = numpy.zeros(len(groups), bool)
    while value.max() >= least:
        one = int(value.argmax())
        if stale[one]:  # an average is never above what it is made of: until here the old value was high enough
            best[one], stale[one] = near[one].argmax(), False
            value[one] = near[one, best[one]]
            continue
        other = int(best[one])
        row = (count[one] * near[one] + count[other] * near[other]) / (count[one] + count[other])
        row[[one, other]] = never
        near[one] = near[:, one] = row
        near[other] = near[:, other] = value[other] = never
        count[one] += count[other]
        groups[one] += groups.pop(other)
        stale |= (best == one) | (best == other)
        stale[one] = True
    return [sorted(group) for group in groups.values() if len(group) > 1]


def _whole(title: str, cards: Sequence[str]) -> str:
    return ". ".join(map(plain, (title, *cards)))[:MOST_LETTERS]


def plain(text: str) -> str:
    """Return a text in small letters and without emoji: the encoder takes both to change what a title means."""
    letters = unicodedata.normalize("NFC", text).replace("’", "'").lower()
    rest = "".join(" " if unicodedata.category(letter) in ("So", "Sk", "Cf", "Cs") else letter for letter in letters)
    return " ".join(rest.split()) or letters


def unit(vectors: Matrix) -> Matrix:
    """Return vectors at length 1; those of no length stay so."""
    import numpy

    lengths = numpy.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / numpy.maximum(lengths, 1e-9)
