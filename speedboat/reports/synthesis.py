"""What many workshops have in common: themes that come back, brakes against levers, now against ahead, what was done.

Pure. Workshops run on different versions of a format are never counted together. Themes of different workshops count
together only where a person has said that they are the same; what looks alike is only suggested (`theme_matching.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.scene import KINDS, Kind
from speedboat.reports.digest import Digest, DigestAction, DigestCard, DigestTheme
from speedboat.reports.theme_matching import Profile, alike

BRAKES: tuple[Kind, ...] = ("anchor", "shark")


class SelectedWorkshop(msgspec.Struct):
    """A workshop that is part of a synthesis; `at` in ms since the epoch, UTC, `held_on` the day (YYYY-MM-DD) there."""

    id: WorkshopNumber
    code: str
    title: str
    language: str
    format: str
    version: int
    at: int
    digest: Digest
    held_on: str = ""


class Figures(msgspec.Struct):
    """How many cards of each kind, and how heavy: means of the weights of brakes and of levers, 0 to 1, None without.

    `relieved` of the brakes have a lever linked to them or to their theme. `votes` is None where none may be shown.
    """

    wind: int = 0
    anchor: int = 0
    shark: int = 0
    brake_weight: float | None = None
    lever_weight: float | None = None
    votes: int | None = None
    relieved: int = 0
    done: int = 0
    actions: int = 0

    @property
    def brakes(self) -> int:
        return self.anchor + self.shark


class Member(msgspec.Struct):
    """A theme of one workshop."""

    workshop: str
    theme: str
    title: str


class Strand(msgspec.Struct):
    """A theme across workshops: one, or several confirmed to be the same. `key` is that of its first member."""

    key: str
    title: str
    members: list[Member]
    workshops: int
    figures: Figures
    knots: float | None = None


class Likely(msgspec.Struct):
    """Strands that may be the same, by their keys; `exact`: but for case and accents they have one title."""

    strands: list[str]
    exact: bool


class Boat(msgspec.Struct):
    """One workshop's part; `unfinished` while it is not closed, `closed` cards cannot be read (yet)."""

    code: str
    title: str
    at: int
    unfinished: bool
    closed: int
    figures: Figures
    held_on: str = ""


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
    strands: list[Strand]
    likely: list[Likely]
    reliefs: list[Relief]
    actions: list[SynthesisAction]


class Quote(msgspec.Struct):
    """A card behind a figure, with the workshop it was written in. Nobody is named."""

    workshop: str
    title: str
    kind: Kind
    text: str
    weight: float
    agrees: int
    theme: str
    relieved: bool


class FigureQuery(msgspec.Struct, frozen=True):
    """Selects the cards behind a figure: by strand, kind (`brake` is both kinds), workshop, relieved or not."""

    format: str
    version: int
    strand: str = ""
    kind: str = ""
    workshop: str = ""
    relieved: bool | None = None


Bonds = Mapping[tuple[WorkshopNumber, str], str]


def key_of(workshop: WorkshopNumber, theme: str) -> str:
    """Return the key of a theme of one workshop, unique among all workshops."""
    return f"{workshop}.{theme}"


def synthesise(workshops: Sequence[SelectedWorkshop], bonds: Bonds) -> list[Fleet]:
    """Return the synthesis, one part for each version of a format, the largest first.

    Args:
        workshops: in the order in which they are to be listed.
        bonds: the themes, by workshop and id, that a person has said are the same: those of one bond.
    """
    fleets = [_fleet(some, bonds) for some in _by_version(workshops).values()]
    return sorted(fleets, key=lambda fleet: (-len(fleet.boats), fleet.format, fleet.version))


def quotes(workshops: Sequence[SelectedWorkshop], bonds: Bonds, figure: FigureQuery) -> list[Quote]:
    """Return the cards behind a figure, the heaviest first."""
    some = _by_version(workshops).get((figure.format, figure.version), [])
    within = {member for key, members in _strands(some, bonds).items() if key == figure.strand for member in members}
    cards: list[Quote] = []
    for one in some:
        if figure.workshop and one.code != figure.workshop:
            continue
        titles = {theme.id: theme.title for theme in one.digest.themes}
        relieved = _relieved(one.digest)
        cards += [
            Quote(
                one.code,
                one.title,
                card.kind,
                card.text,
                card.weight,
                card.agrees,
                titles.get(card.theme, ""),
                card.id in relieved,
            )
            for card in one.digest.cards
            if (not figure.strand or (one.id, card.theme) in within)
            and (not figure.kind or card.kind == figure.kind or (figure.kind == "brake" and card.kind in BRAKES))
            and (figure.relieved is None or (card.id in relieved) == figure.relieved)
        ]
    return sorted(cards, key=lambda quote: -quote.weight)


def _by_version(workshops: Iterable[SelectedWorkshop]) -> dict[tuple[str, int], list[SelectedWorkshop]]:
    by_version: dict[tuple[str, int], list[SelectedWorkshop]] = defaultdict(list)
    for one in workshops:
        by_version[one.format, one.version].append(one)
    return by_version


# --- one version of one format --------------------------------------------------------------------------------------


def _fleet(workshops: list[SelectedWorkshop], bonds: Bonds) -> Fleet:
    relieved = {one.id: _relieved(one.digest) for one in workshops}
    strands = _make_strands(workshops, bonds, relieved)
    return Fleet(
        format=workshops[0].format,
        version=workshops[0].version,
        boats=[
            Boat(
                one.code,
                one.title,
                one.at,
                one.digest.phase != "closed",
                one.digest.closed,
                _figures(
                    one.digest.cards, _votes([one]), _count(one.digest.cards, relieved[one.id]), one.digest.actions
                ),
                one.held_on,
            )
            for one in workshops
        ],
        figures=_figures(
            [card for one in workshops for card in one.digest.cards],
            _votes(workshops),
            sum(_count(one.digest.cards, relieved[one.id]) for one in workshops),
            [act for one in workshops for act in one.digest.actions],
        ),
        strands=strands,
        likely=_likely(workshops, strands),
        reliefs=[relief for one in workshops for relief in _reliefs(one)],
        actions=[
            SynthesisAction(one.code, act.text, act.state, act.due) for one in workshops for act in one.digest.actions
        ],
    )


def _figures(
    cards: Sequence[DigestCard], votes: int | None, relieved: int, actions: Sequence[DigestAction] = ()
) -> Figures:
    kinds = Counter(card.kind for card in cards)
    return Figures(
        **{kind: kinds[kind] for kind in KINDS},
        brake_weight=_mean([card.weight for card in cards if card.kind in BRAKES]),
        lever_weight=_mean([card.weight for card in cards if card.kind not in BRAKES]),
        votes=votes,
        relieved=relieved,
        done=sum(act.state == "done" for act in actions),
        actions=len(actions),
    )


def _count(cards: Iterable[DigestCard], relieved: set[str]) -> int:
    """Count the relieved cards of one workshop; card ids are not unique, since an imported workshop shares them."""
    return sum(card.id in relieved for card in cards)


def _mean(weights: list[float]) -> float | None:
    return round(sum(weights) / len(weights), 3) if weights else None


def _votes(workshops: Iterable[SelectedWorkshop]) -> int | None:
    topics: list[DigestCard | DigestTheme] = []
    for one in workshops:
        topics += [*one.digest.themes, *one.digest.cards]
    counted = [counts.votes for counts in topics if counts.votes is not None]
    return sum(counted) if counted else None


def _relieved(content: Digest) -> set[str]:
    """Return the brakes that a lever is linked to, directly or through their theme."""
    ends = {brake for _, brake in content.links}
    return {card.id for card in content.cards if card.kind in BRAKES and (card.id in ends or card.theme in ends)}


def _reliefs(one: SelectedWorkshop) -> list[Relief]:
    names = {card.id: card.text for card in one.digest.cards} | {topic.id: topic.title for topic in one.digest.themes}
    return [Relief(one.code, names[wind], names[brake]) for wind, brake in one.digest.links]


# --- themes across workshops ----------------------------------------------------------------------------------------


def _strands(workshops: Sequence[SelectedWorkshop], bonds: Bonds) -> dict[str, list[tuple[WorkshopNumber, str]]]:
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


def _make_strands(
    workshops: list[SelectedWorkshop], bonds: Bonds, relieved: dict[WorkshopNumber, set[str]]
) -> list[Strand]:
    """Return the strands, those in most workshops first, then by votes, then by cards."""
    by_id = {one.id: one for one in workshops}
    topics = {(one.id, topic.id): topic for one in workshops for topic in one.digest.themes}
    cards: dict[tuple[WorkshopNumber, str], list[DigestCard]] = defaultdict(list)
    acts: dict[tuple[WorkshopNumber, str], list[DigestAction]] = defaultdict(list)
    for one in workshops:
        of = {card.id: card.theme for card in one.digest.cards}
        for card in one.digest.cards:
            cards[one.id, card.theme].append(card)
        for act in one.digest.actions:
            acts[one.id, of.get(act.about, act.about)].append(act)
    strands = []
    for key, members in _strands(workshops, bonds).items():
        counted = [votes for one in members if (votes := topics[one].votes) is not None]
        strands.append(
            Strand(
                key,
                Counter(topics[one].title for one in members).most_common(1)[0][0],
                [Member(by_id[one[0]].code, key_of(*one), topics[one].title) for one in members],
                len({workshop for workshop, _ in members}),
                _figures(
                    [card for one in members for card in cards[one]],
                    sum(counted) if counted else None,
                    sum(_count(cards[one], relieved[one[0]]) for one in members),
                    [act for one in members for act in acts[one]],
                ),
                _mean([knots for one in members if (knots := topics[one].knots) is not None]),
            )
        )
    return sorted(strands, key=_rank)


def _rank(strand: Strand) -> tuple[int, int, int, str]:
    figures = strand.figures
    return -strand.workshops, -(figures.votes or 0), -(figures.brakes + figures.wind), strand.key


def _likely(workshops: list[SelectedWorkshop], strands: list[Strand]) -> list[Likely]:
    topics: dict[str, tuple[int, DigestTheme]] = {
        key_of(one.id, topic.id): (one.id, topic) for one in workshops for topic in one.digest.themes
    }
    profiles = []
    for strand in strands:
        members = [topics[member.theme] for member in strand.members]
        profiles.append(
            Profile(
                strand.title,
                frozenset(stem for _, topic in members for stem in topic.stems),
                frozenset(stem for _, topic in members for stem in topic.said),
                frozenset(workshop for workshop, _ in members),
            )
        )
    return [Likely([strands[at].key for at in group], exact) for group, exact in alike(profiles)]
