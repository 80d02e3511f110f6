"""Finds themes of different workshops that may be the same: suggestions for a person to confirm.

Pure. By the stems and letters of their titles and by what their cards say. Time grows with the number of themes: each
is compared with a bounded number of others, found by the words they share.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

LEAST = 0.42  # likeness from which two themes may be the same; see tests/reports/test_synthesis.py for what it parts
COMMON = 200  # themes that share a word, from which it says nothing any more
COMPARED = 12  # groups that a theme is compared with at most


class Profile(NamedTuple):
    """A theme, or several that are the same: title, stems of the title, stems of its cards, its workshops."""

    title: str
    stems: frozenset[str]
    card_stems: frozenset[str]
    workshops: frozenset[int]


def alike(profiles: Sequence[Profile]) -> list[tuple[list[int], bool]]:
    """Return groups of two or more profiles that may be the same, by index, and whether all their titles are equal.

    A group never holds two themes of one workshop: its people kept them apart.
    """
    leaders: list[list[int]] = []
    aboard: list[set[int]] = []
    known: dict[str, list[int]] = defaultdict(list)
    for at, profile in enumerate(profiles):
        leader = _best(at, profiles, leaders, aboard, known)
        if leader is not None:
            leaders[leader].append(at)
            aboard[leader] |= profile.workshops
            continue
        leaders.append([at])
        aboard.append(set(profile.workshops))
        for word in _words(profile):
            known[word].append(len(leaders) - 1)
    return [(group, len({folded(profiles[at].title) for at in group}) == 1) for group in leaders if len(group) > 1]


def likeness(one: Profile, other: Profile) -> float:
    """Return the similarity of two profiles, 0 (nothing in common) to 1."""
    if folded(one.title) == folded(other.title):
        return 1.0
    stems = _dice(one.stems, other.stems)
    title = (stems + _dice(_pieces(one.title), _pieces(other.title))) / 2
    cards = (
        len(one.card_stems & other.card_stems) / math.sqrt(len(one.card_stems) * len(other.card_stems))
        if one.card_stems and other.card_stems
        else 0.0
    )
    return max(title, (title + cards) / 2, 0.7 * cards)


def folded(title: str) -> str:
    """Return a title without case and accents, with single spaces."""
    letters = unicodedata.normalize("NFD", title.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def _best(
    at: int,
    profiles: Sequence[Profile],
    leaders: list[list[int]],
    aboard: list[set[int]],
    known: dict[str, list[int]],
) -> int | None:
    profile = profiles[at]
    shared: Counter[int] = Counter()
    for word in _words(profile):
        if len(known[word]) <= COMMON:
            shared.update(known[word])
    best, best_leader = LEAST, None
    for leader, _ in shared.most_common(COMPARED):
        if aboard[leader] & profile.workshops:
            continue
        near = likeness(profiles[leaders[leader][0]], profile)
        if near >= best and (best_leader is None or near > best):
            best, best_leader = near, leader
    return best_leader


def _words(profile: Profile) -> set[str]:
    """Return the words by which other profiles find this one: its whole title, its stems, those of its cards."""
    return {f"={folded(profile.title)}", *profile.stems, *(f"~{stem}" for stem in profile.card_stems)}


def _pieces(title: str) -> set[str]:
    marked = f" {folded(title)} "
    return {marked[start : start + 3] for start in range(len(marked) - 2)}


def _dice(one: set[str] | frozenset[str], other: set[str] | frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
