"""Checks that the rules of cards share: does a card exist, and may this person read, move or change it.

Pure. Who is sent what of a card is in `cards.py`.
"""

from __future__ import annotations

from speedboat.domain.features.cards import is_hidden, is_own, may_read, may_see
from speedboat.domain.ids import CardId
from speedboat.domain.messages import Refused, Viewer
from speedboat.domain.state import Board, Card


def live_card(board: Board, card_id: CardId, who: Viewer, field: str = "card") -> Card:
    """Return a card on the board, not in the bin, that this person may see.

    Raises:
        Refused: `unknown_card`, also for one they must not know of.
    """
    card = board.cards.get(card_id)
    if card is None or card.deleted or not may_see(card, who):
        raise Refused("unknown_card", field)
    return card


def readable_card(board: Board, card_id: CardId, who: Viewer, field: str = "card") -> Card:
    """Return a card whose text this person has. Raises Refused: `unknown_card`, `hidden_card`."""
    card = live_card(board, card_id, who, field)
    if not may_read(board, card, who):
        raise Refused("hidden_card", field)
    return card


def movable_card(board: Board, card_id: CardId, who: Viewer) -> Card:
    """Return a card this person may move: any that all can read; a hidden one is its author's alone.

    Raises:
        Refused: `unknown_card`, `hidden_card`.
    """
    card = live_card(board, card_id, who)
    if is_hidden(board, card) and not is_own(card, who):
        raise Refused("hidden_card", "card")
    return card


def own_card(board: Board, card_id: CardId, who: Viewer, *, unread: bool = False) -> Card:
    """Return a card this person may change: their own, or any that a facilitator can read (`unread`: or cannot).

    Raises:
        Refused: `unknown_card`, `not_yours`, `hidden_card`.
    """
    card = live_card(board, card_id, who)
    refuse_stranger(card, who)
    if not unread and not may_read(board, card, who):
        raise Refused("hidden_card", "card")
    return card


def refuse_stranger(card: Card, who: Viewer) -> None:
    """Raise Refused (`not_yours`) for whoever neither wrote the card nor facilitates."""
    if not who.facilitates and not is_own(card, who):
        raise Refused("not_yours", "card")
