"""Finds themes of different workshops that may be the same: suggestions for a person to confirm.

By meaning where the sentence encoder is installed (`theme_meaning.py`), otherwise by the stems of titles and cards. A
theme about what drives and one about what holds back are never the same, nor are two of one workshop.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from speedboat.reports import theme_meaning
from speedboat.reports.text_similarity import EMPTY, knows_meaning

LEAST = 0.45  # likeness by words from which two themes may be the same
COMMON = 200  # themes that share a word, from which it says nothing any more
ENDING = 2  # letters by which a word is inflected
COMPARED = 12  # groups that a theme is compared with at most
_EMPTY = frozenset[str]().union(*EMPTY.values())


class Topic(NamedTuple):
    """A theme of one workshop; `lever`: it is about what drives. `meaning` is empty where nobody has computed it.

    `card_stems` are the stems that its cards say most often.
    """

    workshop: int
    title: str
    lever: bool
    cards: tuple[str, ...] = ()
    stems: frozenset[str] = frozenset()
    card_stems: frozenset[str] = frozenset()
    meaning: bytes = b""


class ThemeGroup(NamedTuple):
    """Strands that may be the same, by index; `exact` if all their titles are one but for case, accents and emoji."""

    strands: list[int]
    exact: bool


def alike(strands: Sequence[Sequence[Topic]], *, encode: bool = True) -> list[ThemeGroup]:
    """Return groups of two or more strands that may be the same; a strand is one or several themes that are.

    Args:
        encode: whether to compute what is missing of the meaning; otherwise those strands are left out.
    """
    groups = _by_meaning(strands, encode) if knows_meaning() else _by_words(strands)
    ordered = sorted(sorted(group) for group in groups)
    return [
        ThemeGroup(group, len({folded(one.title) for at in group for one in strands[at]}) == 1) for group in ordered
    ]


def folded(title: str) -> str:
    """Return a title without case, accents and emoji, with single spaces."""
    letters = unicodedata.normalize("NFD", title.casefold())
    letters_left = (" " if unicodedata.category(letter) in ("So", "Sk", "Cf") else letter for letter in letters)
    bare = "".join(letter for letter in letters_left if not unicodedata.combining(letter))
    return " ".join(bare.split()) or title


def _sides(strands: Sequence[Sequence[Topic]]) -> Iterable[list[int]]:
    """Return the strands about what drives and those about what holds back; a strand is on the side of most themes."""
    levers = [sum(one.lever for one in strand) * 2 > len(strand) for strand in strands]
    return ([at for at, lever in enumerate(levers) if lever is side] for side in (False, True))


def _together(strands: Sequence[Sequence[Topic]]) -> Iterable[list[int]]:
    """Return the strands of each workshop."""
    within: dict[int, list[int]] = defaultdict(list)
    for at, strand in enumerate(strands):
        for workshop in {one.workshop for one in strand}:
            within[workshop].append(at)
    return within.values()


# --- by meaning -----------------------------------------------------------------------------------------------------


def _by_meaning(strands: Sequence[Sequence[Topic]], encode: bool) -> list[list[int]]:
    strands = _complete(strands, encode)
    known = [at for at, strand in enumerate(strands) if strand]
    topics = [one for at in known for one in strands[at]]
    if not topics:
        return []
    levers = [one.lever for one in topics]
    vectors = theme_meaning.directions([one.meaning for one in topics], levers)
    least = theme_meaning.least_likeness(vectors, levers, [one.workshop for one in topics])
    rows = dict(zip(known, _rows([len(strands[at]) for at in known]), strict=True))
    groups: list[list[int]] = []
    for side in _sides(strands):
        some = [at for at in side if at in rows]
        if len(some) > 1:
            near = theme_meaning.likeness_of(vectors, [rows[at] for at in some])
            _favour_equal_titles(near, [strands[at][0].title for at in some])
            apart = _together([strands[at] for at in some])
            linked = theme_meaning.link(near, [len(strands[at]) for at in some], apart, least)
            groups += [[some[at] for at in group] for group in linked]
    return groups


def _complete(strands: Sequence[Sequence[Topic]], encode: bool) -> list[list[Topic]]:
    """Return of each strand the themes whose meaning is known."""
    missing = [one for strand in strands for one in strand if not theme_meaning.is_packed(one.meaning)]
    packed = theme_meaning.pack([(one.title, one.cards) for one in missing]) if encode else []
    new = dict(zip(missing, packed, strict=False))
    complete = ([one._replace(meaning=new.get(one, one.meaning)) for one in strand] for strand in strands)
    return [[one for one in strand if theme_meaning.is_packed(one.meaning)] for strand in complete]


def _rows(sizes: Sequence[int]) -> Iterable[range]:
    start = 0
    for size in sizes:
        yield range(start, start + size)
        start += size


def _favour_equal_titles(near: theme_meaning.Matrix, titles: Sequence[str]) -> None:
    """Bring together halfway what people have given one title; cards that say something else can still part it."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, title in enumerate(titles):
        places[folded(title)].append(at)
    for some in places.values():
        for at in some if len(some) > 1 else ():
            near[at, some] = (1 + near[at, some]) / 2


# --- by words -------------------------------------------------------------------------------------------------------


class _Profile(NamedTuple):
    title: str
    words: frozenset[str]
    stems: frozenset[str]
    card_stems: frozenset[str]
    workshops: frozenset[int]


def _by_words(strands: Sequence[Sequence[Topic]]) -> list[list[int]]:
    profiles = [
        _Profile(
            strand[0].title,
            _title_words(strand[0].title),
            frozenset[str]().union(*(one.stems for one in strand)),
            frozenset[str]().union(*(one.card_stems for one in strand)),
            frozenset(one.workshop for one in strand),
        )
        for strand in strands
    ]
    return [group for side in _sides(strands) for group in _led(side, profiles)]


def _led(places: Sequence[int], profiles: Sequence[_Profile]) -> list[list[int]]:
    """Group each profile with the group that it resembles most; time grows with their number, not with its square."""
    groups: list[list[int]] = []
    known: dict[str, list[int]] = defaultdict(list)
    for at in places:
        profile = profiles[at]
        shared: Counter[int] = Counter()
        for word in _words(profile):
            if len(known[word]) <= COMMON:
                shared.update(set(known[word]))
        scores = {
            number: sum(likeness(profiles[one], profile) for one in groups[number]) / len(groups[number])
            for number, _ in shared.most_common(COMPARED)
            if not any(profiles[one].workshops & profile.workshops for one in groups[number])
        }
        best = max(scores, key=scores.__getitem__, default=None)
        if best is None or scores[best] < LEAST:
            groups.append([])
            best = len(groups) - 1
        groups[best].append(at)
        for word in _words(profile):
            known[word].append(best)
    return [group for group in groups if len(group) > 1]


def likeness(one: _Profile, other: _Profile) -> float:
    """Return the similarity of two profiles by their words, 0 (nothing in common) to 1."""
    if folded(one.title) == folded(other.title):
        return 1.0
    shared = sum(any(_inflected(word, its) for its in other.words) for word in one.words)
    title = 2 * shared / (len(one.words) + len(other.words)) if one.words and other.words else 0.0
    cards = (
        len(one.card_stems & other.card_stems) / math.sqrt(len(one.card_stems) * len(other.card_stems))
        if one.card_stems and other.card_stems
        else 0.0
    )
    return max(title, (title + cards) / 2, 0.7 * cards)


def _words(profile: _Profile) -> set[str]:
    """Return the words by which other profiles find this one: its whole title, its stems, those of its cards."""
    return {f"={folded(profile.title)}", *profile.stems, *(f"~{stem}" for stem in profile.card_stems)}


def _title_words(title: str) -> frozenset[str]:
    words = frozenset(re.findall(r"\w+", folded(title)))
    return words - _EMPTY or words


def _inflected(one: str, other: str) -> bool:
    """Whether two words differ in their ending only. A stem says less: that of “équipe” and “équipement” is one."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and len(long) - len(short) <= (ENDING if len(short) > ENDING else 0)
