"""The cards behind a figure of a synthesis, in an order that favours no workshop. Pure. Nobody is named."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from speedboat.domain.features.themes import ERASED_TITLE
from speedboat.domain.scene import Kind
from speedboat.reports.figures import BRAKES, Relief, SelectedWorkshop, by_version, reliefs_of
from speedboat.reports.synthesis import Bonds, members_of

WITHOUT_THEME = "none"  # in the place of the key of a strand
SMALL_GROUP = 5  # participants, below which a quote that leaves does not say which workshop it is from


class Quote(msgspec.Struct):
    """A card behind a figure, with the workshop it was written in; `common` is the key of its strand, if it has one.

    `is_of_few`: that workshop was so small that whoever was there is easily guessed.
    """

    workshop: str
    title: str
    kind: Kind
    text: str
    weight: float
    agrees: int
    theme: str
    relief: Relief | None
    common: str = ""
    is_of_few: bool = False

    @property
    def relieved(self) -> bool:
        return self.relief == "direct"


class FigureQuery(msgspec.Struct, frozen=True):
    """Selects the cards behind a figure: by strand, kind (`brake` is both kinds), workshop, how they are relieved."""

    format: str
    version: int
    strand: str = ""
    kind: str = ""
    workshop: str = ""
    relief: str = ""


def quotes(workshops: Sequence[SelectedWorkshop], bonds: Bonds, figure: FigureQuery) -> list[Quote]:
    """Return the cards behind a figure: one of each workshop in turn, of each the most agreed with first."""
    some = by_version(workshops).get((figure.format, figure.version), [])
    strand_of = {member: key for key, members in members_of(some, bonds).items() for member in members}
    cards: list[Quote] = []
    for one in some:
        if figure.workshop and one.code != figure.workshop:
            continue
        titles = {theme.id: theme.title for theme in one.digest.themes}
        reliefs = reliefs_of(one.digest)
        cards += [
            Quote(
                one.code,
                one.title,
                card.kind,
                card.text,
                card.weight,
                card.agrees,
                titles.get(card.theme, ""),
                reliefs.get(card.id),
                strand_of.get((one.id, card.theme), ""),
                0 < one.digest.people < SMALL_GROUP,
            )
            for card in one.digest.cards
            if card.text != ERASED_TITLE
        ]
    return in_turn((card for card in cards if _is_behind(card, figure)), figure.strand)


def in_turn(cards: Iterable[Quote], seed: str = "") -> list[Quote]:
    """Order cards: the first of every workshop, then the second of every workshop, and so on.

    Within a workshop, and within a turn, the most agreed with come first, then the heaviest. Of equals none is
    favoured: which comes first depends on `seed` and what they say, and is the same every time.
    """

    def rank(card: Quote) -> tuple[int, float, int]:
        return -card.agrees, -card.weight, zlib.crc32(f"{seed} {card.workshop} {card.text}".encode())

    by_workshop: dict[str, list[Quote]] = defaultdict(list)
    for card in cards:
        by_workshop[card.workshop].append(card)
    turns: dict[int, list[Quote]] = defaultdict(list)
    for own in by_workshop.values():
        for turn, card in enumerate(sorted(own, key=rank)):
            turns[turn].append(card)
    return [card for turn in sorted(turns) for card in sorted(turns[turn], key=rank)]


def _is_behind(card: Quote, figure: FigureQuery) -> bool:
    strand = "" if figure.strand == WITHOUT_THEME else figure.strand
    return (
        (not figure.strand or card.common == strand)
        and (not figure.kind or card.kind == figure.kind or (figure.kind == "brake" and card.kind in BRAKES))
        and (not figure.relief or card.relief == figure.relief)
    )
