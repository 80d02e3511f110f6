"""The figures of a synthesis: what is counted, over which workshops, and how far the workshops differ.

Pure. The unit is the workshop; those of one series count as one. A figure counts only workshops that did what it is
about: one that never linked a lever to a brake has no brakes "without lever". An action that was carried over counts
once, by its latest state.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.scene import KINDS, Kind
from speedboat.reports.digest import Digest, DigestAction, DigestCard

BRAKES: tuple[Kind, ...] = ("anchor", "shark")
NO_THEME = ""  # of cards outside of all themes
# How a brake is relieved: a lever is linked to it, or to its theme; `none` of a workshop that links levers to others.
Relief = Literal["direct", "theme", "none"]


class SelectedWorkshop(msgspec.Struct):
    """A workshop that is part of a synthesis; `at` in ms since the epoch, UTC, `held_on` the day (YYYY-MM-DD) there.

    `series` is the number of the first workshop of its series; that one itself has none. `seq` is that of the log
    which the digest was made of, 0 if it is not known.
    """

    id: WorkshopNumber
    code: str
    title: str
    language: str
    format: str
    version: int
    at: int
    digest: Digest
    held_on: str = ""
    series: int | None = None
    seq: int = 0

    @property
    def unit(self) -> int:
        """The number of what it is counted as: its series, or itself."""
        return self.series or self.id


class Figures(msgspec.Struct):
    """Counts of cards and actions, and how heavy and how wanted something is; None where nothing is known.

    Attributes:
        brake_weight, lever_weight: mean weights of the cards, 0 to 1.
        brake_spread, lever_spread: standard deviations of these; None of fewer than two cards.
        votes: all of them; groups of different sizes have different numbers to give.
        vote_share: the mean share, 0 to 1, of the votes of a workshop, over the `voted` that had this and voted.
        vote_share_low, vote_share_high: the lowest and highest share of one workshop.
        relieved: brakes that a lever is linked to; `relieved_by_theme`: only to their theme.
        unrelieved: the other brakes of the `linked` workshops that linked levers to brakes.
        actions, done: each action once, by its latest state.
    """

    wind: int = 0
    anchor: int = 0
    shark: int = 0
    brake_weight: float | None = None
    brake_spread: float | None = None
    lever_weight: float | None = None
    lever_spread: float | None = None
    votes: int | None = None
    vote_share: float | None = None
    vote_share_low: float | None = None
    vote_share_high: float | None = None
    voted: int = 0
    relieved: int = 0
    relieved_by_theme: int = 0
    unrelieved: int = 0
    linked: int = 0
    done: int = 0
    actions: int = 0

    @property
    def brakes(self) -> int:
        return self.anchor + self.shark


class Bases(msgspec.Struct):
    """How many workshops there are, a series counting once, and how many of them did what is counted.

    `people` is how many participants the `counted` workshops had in all: a person who came twice counts twice.
    """

    workshops: int
    grouped: int
    voted: int
    linked: int
    estimated: int
    acted: int
    people: int
    counted: int


class LatestAction(NamedTuple):
    """An action as it was last seen, the code of the workshop where that was, and all it was ever about."""

    workshop: str
    action: DigestAction
    about: set[tuple[WorkshopNumber, str]]


Themes = Mapping[WorkshopNumber, set[str]]


def by_version(workshops: Iterable[SelectedWorkshop]) -> dict[tuple[str, int], list[SelectedWorkshop]]:
    """Sort workshops by format and version, keeping their order."""
    sorted_out: dict[tuple[str, int], list[SelectedWorkshop]] = defaultdict(list)
    for one in workshops:
        sorted_out[one.format, one.version].append(one)
    return sorted_out


def bases_of(workshops: Sequence[SelectedWorkshop]) -> Bases:
    """Count the workshops that did each of what is counted."""

    def units(did: Callable[[Digest], object]) -> int:
        return len({one.unit for one in workshops if did(one.digest)})

    counted = [one.digest.people for one in workshops if one.digest.people]
    return Bases(
        workshops=len({one.unit for one in workshops}),
        grouped=units(lambda content: content.themes),
        voted=units(_votes),
        linked=units(lambda content: content.links),
        estimated=units(lambda content: any(theme.knots is not None for theme in content.themes)),
        acted=units(lambda content: content.actions),
        people=sum(counted),
        counted=len(counted),
    )


def figures_of(workshops: Sequence[SelectedWorkshop], themes: Themes | None = None) -> Figures:
    """Return the figures of workshops, or only of these themes of theirs."""
    return Index(workshops).figures(workshops, themes)


class Index:
    """What the figures of many themes of the same workshops are made from, looked up once."""

    def __init__(self, workshops: Sequence[SelectedWorkshop]) -> None:
        self._cards: dict[WorkshopNumber, dict[str, list[DigestCard]]] = {}
        self._reliefs = {one.id: reliefs_of(one.digest) for one in workshops}
        self._votes = {one.id: _votes(one.digest) for one in workshops}
        for one in workshops:
            by_theme: dict[str, list[DigestCard]] = defaultdict(list)
            for card in one.digest.cards:
                by_theme[card.theme].append(card)
            self._cards[one.id] = by_theme
        self._latest = latest_actions(workshops)
        self._about: dict[tuple[WorkshopNumber, str], list[int]] = defaultdict(list)
        for number, last in enumerate(self._latest):
            for about in last.about:
                self._about[about].append(number)

    def figures(self, workshops: Sequence[SelectedWorkshop], themes: Themes | None = None) -> Figures:
        """Return the figures of some of the workshops, or only of these themes of theirs."""
        cards: list[DigestCard] = []
        reliefs: Counter[Relief | None] = Counter()
        linked = set[int]()
        for one in workshops:
            own = self._within(one.id, themes)
            cards += own
            reliefs.update(self._reliefs[one.id].get(card.id) for card in own if card.kind in BRAKES)
            if one.digest.links and (themes is None or own):
                linked.add(one.unit)
        kinds = Counter(card.kind for card in cards)
        brakes = [card.weight for card in cards if card.kind in BRAKES]
        levers = [card.weight for card in cards if card.kind not in BRAKES]
        votes, shares = self._shares(workshops, themes)
        actions = self._actions(workshops, themes)
        return Figures(
            **{kind: kinds[kind] for kind in KINDS},
            brake_weight=mean(brakes),
            brake_spread=_spread(brakes),
            lever_weight=mean(levers),
            lever_spread=_spread(levers),
            votes=votes,
            vote_share=mean(shares),
            vote_share_low=min(shares, default=None),
            vote_share_high=max(shares, default=None),
            voted=len(shares),
            relieved=reliefs["direct"],
            relieved_by_theme=reliefs["theme"],
            unrelieved=reliefs["none"],
            linked=len(linked),
            done=sum(action.state == "done" for action in actions),
            actions=len(actions),
        )

    def _within(self, workshop: WorkshopNumber, themes: Themes | None) -> list[DigestCard]:
        by_theme = self._cards[workshop]
        selection = by_theme if themes is None else themes[workshop]
        return [card for theme in selection for card in by_theme.get(theme, ())]

    def _shares(self, workshops: Sequence[SelectedWorkshop], themes: Themes | None) -> tuple[int | None, list[float]]:
        """Return all votes, and for each unit these themes' share of its votes, the mean of its workshops' shares."""
        total, shares = None, dict[int, list[float]]()
        for one in workshops:
            if not (votes := self._votes[one.id]):
                continue
            own = sum(votes.values())
            if themes is not None:
                topics = themes[one.id] | {card.id for card in self._within(one.id, themes)}
                own = sum(votes.get(topic, 0) for topic in topics)
            total = (total or 0) + own
            if themes is None:
                continue
            shares.setdefault(one.unit, []).append(own / sum(votes.values()))
        return total, [round(sum(some) / len(some), 4) for some in shares.values()]

    def _actions(self, workshops: Sequence[SelectedWorkshop], themes: Themes | None) -> list[DigestAction]:
        if themes is None:
            return [last.action for last in latest_actions(workshops)]
        numbers = {
            number for one in workshops for theme in themes[one.id] for number in self._about.get((one.id, theme), ())
        }
        return [self._latest[number].action for number in sorted(numbers)]


def reliefs_of(content: Digest) -> dict[str, Relief]:
    """Return how each brake of a workshop is relieved, by card; nothing of a workshop without links."""
    ends = {brake for _, brake in content.links}
    if not ends:
        return {}
    return {
        card.id: "direct" if card.id in ends else "theme" if card.theme in ends else "none"
        for card in content.cards
        if card.kind in BRAKES
    }


def latest_actions(workshops: Sequence[SelectedWorkshop]) -> list[LatestAction]:
    """Return each action once, in the order in which they were first seen, by its state in the last workshop.

    Within a series an action keeps its id when it is carried over; elsewhere the same id is another action, since an
    imported workshop shares its ids with the one it was exported from.
    """
    latest: dict[tuple[int, str], LatestAction] = {}
    for one in workshops:
        theme_of = {card.id: card.theme for card in one.digest.cards}
        for number, action in enumerate(one.digest.actions):
            key = (one.unit, action.id or f"{one.id}.{number}")
            about = latest[key].about if key in latest else set()
            if action.about:
                about.add((one.id, theme_of.get(action.about, action.about)))
            latest[key] = LatestAction(one.code, action, about)
    return list(latest.values())


def mean(values: Sequence[float]) -> float | None:
    """Return the mean to three decimals, None of nothing."""
    return round(sum(values) / len(values), 3) if values else None


def _spread(values: Sequence[float]) -> float | None:
    return round(statistics.stdev(values), 3) if len(values) > 1 else None


def _votes(content: Digest) -> dict[str, int]:
    """Return the votes by what they are on; nothing where none may be shown or none was cast."""
    votes = {topic.id: topic.votes for topic in content.themes if topic.votes}
    return votes | {card.id: card.votes for card in content.cards if card.votes}
