"""The digest of a workshop, small enough to store: its cards, themes, votes, links and actions, for the synthesis.

Pure. Made from the records that the big screen may hand out, as the summary is: no closed, held or deleted card is in
it, no vote while a vote is on, and no author, owner or other name ever.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

import msgspec
from msgspec import UNSET

from speedboat.domain.messages import SCREEN, Phase
from speedboat.domain.name_mask import NameMask
from speedboat.domain.scene import Kind
from speedboat.domain.state import Board
from speedboat.domain.validation import printable
from speedboat.reports.extraction import extract
from speedboat.reports.visible_records import visible_records

VERSION = 5  # of this file's output; a new one makes every kept digest be made again
SAID = 12  # stems of the cards of a theme that are kept


class DigestCard(msgspec.Struct, omit_defaults=True):
    """A card that can be read. `weight` is 0 to 1, `theme` an id; `votes` are on a card by itself."""

    id: str
    kind: Kind
    text: str
    weight: float
    agrees: int = 0
    theme: str = ""
    votes: int | None = None


class DigestTheme(msgspec.Struct, omit_defaults=True):
    """A theme; `knots` is the median.

    To find its like: the stems of its title and those its cards say most often, and `meaning`, its vectors as
    `theme_meaning.py` packs them, empty where nothing has computed them.
    """

    id: str
    title: str
    stems: list[str]
    said: list[str]
    votes: int | None = None
    knots: float | None = None
    meaning: bytes = b""


class DigestAction(msgspec.Struct, omit_defaults=True):
    """An action: `about` is the id of a card or theme, `due` YYYY-MM-DD; carried over, it keeps its `id`."""

    text: str
    state: str
    about: str = ""
    due: str = ""
    id: str = ""


class Digest(msgspec.Struct):
    """`closed` is how many cards may not be read (yet); `links` are (wind, brake), each a card or a theme by its id.

    `people` is how many participants it had, 0 if none joined.
    """

    phase: Phase
    closed: int
    cards: list[DigestCard]
    themes: list[DigestTheme]
    links: list[tuple[str, str]]
    actions: list[DigestAction]
    people: int = 0


def digest(board: Board, stems: Callable[[str], list[str]]) -> Digest:
    """Make the digest of a workshop; `stems` reduces the words of a text to their stems."""
    content = extract(visible_records(board, SCREEN))
    read = [
        DigestCard(
            card.id,
            card.kind,
            str(card.text),
            round(card.weight, 3),
            int(card.agrees or 0),
            card.theme or "",
            content.votes.get(card.id),
        )
        for card in content.readable
    ]
    stem_counts: dict[str, Counter[str]] = defaultdict(Counter)
    for card in read:
        if card.theme:
            stem_counts[card.theme].update(set(stems(card.text)))
    knots = {target: one.median for target, one in content.estimates.items() if one.median is not UNSET}
    themes = [
        DigestTheme(
            theme.id,
            theme.title,
            stems(theme.title),
            [stem for stem, _ in stem_counts[theme.id].most_common(SAID)],
            content.votes.get(theme.id),
            knots.get(theme.id),
        )
        for theme in content.themes
    ]
    ids = {card.id for card in read} | {theme.id for theme in themes}
    result = Digest(
        phase=board.phase,
        closed=len(content.cards) - len(read),
        cards=read,
        themes=themes,
        links=[(link.wind, link.brake) for link in content.links if {link.wind, link.brake} <= ids],
        actions=[
            DigestAction(action.text, action.state, action.theme or "", action.due or "", action.id)
            for action in content.actions
        ],
        people=content.workshop.progress.of,
    )
    return msgspec.convert(printable(msgspec.to_builtins(result)), Digest)


def texts_of(content: Digest, theme: DigestTheme) -> list[str]:
    """Return the texts of the cards of a theme."""
    return [card.text for card in content.cards if card.theme == theme.id]


def words(content: Digest) -> list[str]:
    """Return all texts of a digest, for searching."""
    return [
        *(theme.title for theme in content.themes),
        *(card.text for card in content.cards),
        *(action.text for action in content.actions),
    ]


def mask_names(content: Digest, names: Iterable[str]) -> None:
    """Mask the names of people in what cards say, since a synthesis quotes it elsewhere."""
    mask = NameMask(names)
    for card in content.cards:
        card.text = mask.of(card.text)
