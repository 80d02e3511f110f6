"""Themes of workshops with known truth, and how well they were matched.

Those of `twelve_workshops.py`, and those of `tests/data/ten_other_workshops.json`: five by people who do the same work
as those of the twelve, five by nurses and teachers; shorter, with titles that say less (“Les sous”, “Charge”), and
with neighbours that only a reader of the cards tells apart (pay and budget, parents who help and a team that does).
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from speedboat.domain.scene import Kind
from speedboat.reports.earlier_themes import EarlierTheme
from speedboat.reports.synthesis import topics_of
from speedboat.reports.text_similarity import words_of
from speedboat.reports.theme_matching import Topic, alike
from speedboat.reports.theme_meaning import pack
from tests.support.twelve_workshops import play_all, selected, truth_of

DATA = Path(__file__).parents[1] / "data" / "ten_other_workshops.json"
OF_THE_SAME_WORK = 5  # of the ten


class KnownTheme(NamedTuple):
    """A theme, and what it is about: themes with one `same` are the same, all others are not."""

    topic: Topic
    same: str


class Matched(NamedTuple):
    """How many pairs of themes were proposed as the same, how many of these are, and how many there are."""

    right: int
    proposed: int
    known: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.proposed)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.known)


class _Theme(msgspec.Struct):
    title: str
    same: str
    cards: list[tuple[Kind, str]]


class _Workshop(msgspec.Struct):
    key: str
    language: str
    themes: list[_Theme]


@functools.cache
def themes_of_the_twelve() -> tuple[KnownTheme, ...]:
    """Return the themes of the twelve workshops, as their digests have them."""
    played = play_all()
    truth = truth_of(played)
    return tuple(
        KnownTheme(topic, truth[topic.workshop, key.partition(".")[2]])  # type: ignore[index]
        for one in selected(played)
        for key, topic in topics_of(one).items()
    )


@functools.cache
def themes_of_the_ten() -> tuple[KnownTheme, ...]:
    """Return the themes of the other ten workshops, numbered from 101."""
    workshops = msgspec.json.decode(DATA.read_bytes(), type=list[_Workshop])
    return tuple(
        KnownTheme(_topic(number, workshop.language, theme), theme.same)
        for number, workshop in enumerate(workshops, 101)
        for theme in workshop.themes
    )


def of_the_same_work() -> tuple[KnownTheme, ...]:
    """Return those of the ten whose people do the work of the twelve."""
    return tuple(one for one in themes_of_the_ten() if one.topic.workshop <= 100 + OF_THE_SAME_WORK)


def _topic(number: int, language: str, theme: _Theme) -> Topic:
    cards = tuple(text for _, text in theme.cards)
    winds = sum(kind == "wind" for kind, _ in theme.cards)
    card_stems = frozenset(stem for text in cards for stem, _ in words_of(text, language))
    stems = frozenset(stem for stem, _ in words_of(theme.title, language))
    return Topic(number, theme.title, winds * 2 > len(cards), cards, stems, card_stems)


def matched(themes: Sequence[KnownTheme]) -> Matched:
    """Match themes, and count the pairs."""
    groups = alike([[one.topic] for one in themes])
    proposed = {pair for group in groups for pair in itertools.combinations(group.strands, 2)}
    known = {pair for pair in itertools.combinations(range(len(themes)), 2) if _are_the_same(themes, *pair)}
    return Matched(len(proposed & known), len(proposed), len(known))


def _are_the_same(themes: Sequence[KnownTheme], one: int, other: int) -> bool:
    return themes[one].same == themes[other].same and themes[one].topic.workshop != themes[other].topic.workshop


def confirmed_themes(themes: Sequence[KnownTheme]) -> list[EarlierTheme]:
    """Return what a table learns from, once a person has confirmed which of these themes are the same."""
    groups: dict[tuple[str, bool], list[KnownTheme]] = {}
    for one in themes:
        groups.setdefault((one.same, one.topic.lever), []).append(one)
    return [
        EarlierTheme(
            members[0].topic.title,
            lever,
            pack([(one.topic.title, one.topic.cards) for one in members]),
            len({one.topic.workshop for one in members}),
        )
        for (_, lever), members in groups.items()
    ]


def truths_of(themes: Sequence[KnownTheme]) -> list[str]:
    """Return what each of `confirmed_themes` is about, in the same order."""
    return [same for same, _ in dict.fromkeys((one.same, one.topic.lever) for one in themes)]
