"""Who may drag which cards now, and who may see the drags: what a room must know of a board to relay them.

Pure. A drag is not stored and never reaches the rules, so what `card_checks.movable_card` would say is said here ahead.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from speedboat.domain.features.cards import is_hidden
from speedboat.domain.ids import CardId, PersonId
from speedboat.domain.messages import Refused, Role, Viewer
from speedboat.domain.rules import permit
from speedboat.domain.state import Board

ROLES: tuple[Role, ...] = ("participant", "facilitator")


class Grip(NamedTuple):
    """A card that somebody may drag: a hidden one its author alone, a held one facilitators too, any other anybody."""

    author: PersonId | None = None
    is_hidden: bool = False
    is_held: bool = False

    def moves_for(self, person: PersonId | None, role: Role | None) -> bool:
        """Whether this person may move the card, where their role may move cards at all."""
        return (not self.is_hidden or person == self.author) and self.shows_to(person, role)

    def shows_to(self, person: PersonId | None, role: Role | None) -> bool:
        return not self.is_held or role == "facilitator" or (person is not None and person == self.author)


ANYBODYS = Grip()


class Terms(msgspec.Struct):
    """What a room must know of its board to relay presence and drags, which are not stored.

    `movers` are the roles that may move cards now; `grips` those of the cards that changed or, for somebody who enters,
    of all.
    """

    anonymous: bool
    movers: frozenset[Role]
    grips: dict[CardId, Grip | None]


def terms_of(board: Board, cards: Iterable[CardId]) -> Terms:
    """Return the current terms, with the grips of these cards."""
    return Terms(board.settings.anonymous, movers(board), {card_id: grip_on(board, card_id) for card_id in cards})


def grip_on(board: Board, card_id: CardId) -> Grip | None:
    """Return the grip of a card; None for one that does not exist or is in the bin."""
    card = board.cards.get(card_id)
    if card is None or card.deleted:
        return None
    hidden, is_held = is_hidden(board, card), card.held is not None
    return Grip(card.author, hidden, is_held) if hidden or is_held else ANYBODYS


def movers(board: Board) -> frozenset[Role]:
    """Return the roles that may move cards in this phase."""
    roles: set[Role] = set()
    for role in ROLES:
        try:
            permit(board, "move_card", Viewer(None, role))
            roles.add(role)
        except Refused:
            pass
    return frozenset(roles)
