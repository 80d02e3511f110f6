"""What many workshops have in common: themes that come back, brakes against levers, now against ahead, what was done.

Pure. Workshops run on different versions of a format are never counted together. Themes of different workshops count
together only where a person has said that they are the same; what looks alike is only suggested (`theme_matching.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from speedboat.domain.ids import WorkshopNumber
from speedboat.reports.digest import DigestCard
from speedboat.reports.figures import (
    NO_THEME,
    Bases,
    Figures,
    Index,
    SelectedWorkshop,
    bases_of,
    by_version,
    figures_of,
    latest_actions,
    mean,
)
from speedboat.reports.theme_matching import Topic, alike


class Member(msgspec.Struct):
    """A theme of one workshop."""

    workshop: str
    theme: str
    title: str


class Strand(msgspec.Struct):
    """A theme across workshops: one, or several confirmed to be the same. `key` is that of its first member.

    `workshops` counts a series once. `knots` is the mean of the medians of `knots_n` themes, from `knots_low` to
    `knots_high`.
    """

    key: str
    title: str
    members: list[Member]
    workshops: int
    figures: Figures
    knots: float | None = None
    knots_n: int = 0
    knots_low: float | None = None
    knots_high: float | None = None


class Likely(msgspec.Struct):
    """Strands that may be the same, by their keys; `exact`: but for case and accents they have one title."""

    strands: list[str]
    exact: bool


class Boat(msgspec.Struct):
    """One workshop's part; `unfinished` while it is not closed, `closed` cards cannot be read (yet).

    `people` is how many participants it had, 0 where that is not known; `part` and `parts` its place in the selected
    part of its series, both 1 outside of one.
    """

    code: str
    title: str
    at: int
    unfinished: bool
    closed: int
    figures: Figures
    held_on: str = ""
    people: int = 0
    part: int = 1
    parts: int = 1


class SynthesisAction(msgspec.Struct):
    """An action, and the workshop it is from."""

    workshop: str
    text: str
    state: str
    due: str = ""


class Relief(msgspec.Struct):
    """A lever that relieves a brake."""

    workshop: str
    wind: str
    brake: str


class Fleet(msgspec.Struct):
    """The workshops of one version of one format."""

    format: str
    version: int
    boats: list[Boat]
    figures: Figures
    bases: Bases
    strands: list[Strand]
    without_theme: Figures
    likely: list[Likely]
    reliefs: list[Relief]
    actions: list[SynthesisAction]


Bonds = Mapping[tuple[WorkshopNumber, str], str]


def key_of(workshop: WorkshopNumber, theme: str) -> str:
    """Return the key of a theme of one workshop, unique among all workshops."""
    return f"{workshop}.{theme}"


def synthesise(
    workshops: Sequence[SelectedWorkshop], bonds: Bonds, names: Mapping[str, str] | None = None, *, encode: bool = True
) -> list[Fleet]:
    """Return the synthesis, one part for each version of a format, the largest first.

    Args:
        workshops: in the order in which they are to be listed.
        bonds: the themes, by workshop and id, that a person has said are the same: those of one bond.
        names: what bonds were called by a person; others go by the title that most of their themes have.
        encode: whether to compute the meaning of themes where the digests lack it, 10 ms a card; otherwise these are
            compared with no others.
    """
    fleets = [_fleet(some, bonds, names or {}, encode=encode) for some in by_version(workshops).values()]
    return sorted(fleets, key=lambda fleet: (-len(fleet.boats), fleet.format, fleet.version))


# --- one version of one format --------------------------------------------------------------------------------------


def _fleet(workshops: list[SelectedWorkshop], bonds: Bonds, names: Mapping[str, str], *, encode: bool) -> Fleet:
    strands = _make_strands(workshops, bonds, names)
    return Fleet(
        format=workshops[0].format,
        version=workshops[0].version,
        boats=_boats(workshops),
        figures=figures_of(workshops),
        bases=bases_of(workshops),
        strands=strands,
        without_theme=figures_of(workshops, {one.id: {NO_THEME} for one in workshops}),
        likely=_likely(workshops, strands, encode=encode),
        reliefs=[relief for one in workshops for relief in _reliefs(one)],
        actions=[
            SynthesisAction(last.workshop, last.action.text, last.action.state, last.action.due)
            for last in latest_actions(workshops)
        ],
    )


def _boats(workshops: list[SelectedWorkshop]) -> list[Boat]:
    parts = Counter(one.unit for one in workshops)
    seen: Counter[int] = Counter()
    boats = []
    for one in workshops:
        seen[one.unit] += 1
        boats.append(
            Boat(
                one.code,
                one.title,
                one.at,
                one.digest.phase != "closed",
                one.digest.closed,
                figures_of([one]),
                one.held_on,
                one.digest.people,
                seen[one.unit],
                parts[one.unit],
            )
        )
    return boats


def _reliefs(one: SelectedWorkshop) -> list[Relief]:
    names = {card.id: card.text for card in one.digest.cards} | {topic.id: topic.title for topic in one.digest.themes}
    return [Relief(one.code, names[wind], names[brake]) for wind, brake in one.digest.links]


# --- themes across workshops ----------------------------------------------------------------------------------------


def members_of(workshops: Sequence[SelectedWorkshop], bonds: Bonds) -> dict[str, list[tuple[WorkshopNumber, str]]]:
    """Group the themes of these workshops by bond, under the key of the first of each."""
    first: dict[str, str] = {}
    strands: dict[str, list[tuple[WorkshopNumber, str]]] = {}
    for one in workshops:
        for topic in one.digest.themes:
            own = key_of(one.id, topic.id)
            bond = bonds.get((one.id, topic.id))
            key = own if bond is None else first.setdefault(bond, own)
            strands.setdefault(key, []).append((one.id, topic.id))
    return strands


def _make_strands(workshops: list[SelectedWorkshop], bonds: Bonds, names: Mapping[str, str]) -> list[Strand]:
    """Return the strands, those in most workshops first, then by share of votes, then by cards."""
    by_id = {one.id: one for one in workshops}
    topics = {(one.id, topic.id): topic for one in workshops for topic in one.digest.themes}
    index = Index(workshops)
    strands = []
    for key, members in members_of(workshops, bonds).items():
        themes: dict[WorkshopNumber, set[str]] = defaultdict(set)
        for workshop, theme in members:
            themes[workshop].add(theme)
        knots = [knots for one in members if (knots := topics[one].knots) is not None]
        strands.append(
            Strand(
                key,
                names.get(bonds.get(members[0], ""), "") or _commonest(topics[one].title for one in members),
                [Member(by_id[one[0]].code, key_of(*one), topics[one].title) for one in members],
                len({by_id[workshop].unit for workshop in themes}),
                index.figures([by_id[workshop] for workshop in themes], themes),
                mean(knots),
                len(knots),
                min(knots, default=None),
                max(knots, default=None),
            )
        )
    return sorted(strands, key=_rank)


def _commonest(titles: Iterable[str]) -> str:
    return Counter(titles).most_common(1)[0][0]


def _rank(strand: Strand) -> tuple[int, float, int, str]:
    figures = strand.figures
    return -strand.workshops, -(figures.vote_share or 0), -(figures.brakes + figures.wind), strand.key


def _likely(workshops: list[SelectedWorkshop], strands: list[Strand], *, encode: bool) -> list[Likely]:
    topics = {key: topic for one in workshops for key, topic in topics_of(one).items()}
    groups = alike([[topics[member.theme] for member in strand.members] for strand in strands], encode=encode)
    return [Likely([strands[at].key for at in group.strands], group.exact) for group in groups]


def topics_of(one: SelectedWorkshop) -> dict[str, Topic]:
    """Return the themes of a workshop, by their keys, as they are compared with those of others."""
    cards: dict[str, list[DigestCard]] = defaultdict(list)
    for card in one.digest.cards:
        cards[card.theme].append(card)
    return {
        key_of(one.id, theme.id): Topic(
            one.id,
            theme.title,
            is_lever(cards[theme.id]),
            tuple(card.text for card in cards[theme.id]),
            frozenset(theme.stems),
            frozenset(theme.said),
            theme.meaning,
        )
        for theme in one.digest.themes
    }


def is_lever(cards: Sequence[DigestCard]) -> bool:
    """Whether these cards are about what drives: most of them are winds."""
    return sum(card.kind == "wind" for card in cards) * 2 > len(cards)
