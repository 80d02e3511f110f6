"""The rules of cards: what follows from each of their commands, and by which name it is refused.

Pure. What a card is and who sees what of it is in `cards.py`.
"""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from speedboat.domain import scene
from speedboat.domain.features.cards import (
    AddCard,
    Agree,
    CardAdded,
    CardAgreed,
    CardDeleted,
    CardEdited,
    CardMoved,
    CardRestored,
    ChangeKind,
    DeleteCard,
    Disagree,
    EditCard,
    MoveCard,
    RestoreCard,
    WeighCard,
    is_hidden,
    is_own,
    may_read,
    may_see,
)
from speedboat.domain.limits import refuse_beyond
from speedboat.domain.messages import Command, Decision, Refused, Viewer, undo
from speedboat.domain.scene import Kind, Place
from speedboat.domain.state import Board, Card
from speedboat.domain.validation import clean_name, clean_text, finite


def add_card(board: Board, command: AddCard, who: Viewer, now: int) -> Decision:
    if command.kind not in board.kinds_open and not who.facilitates:
        raise Refused("kind_closed", "kind", kind=command.kind)
    board.refuse_taken(command.card, "card")
    if command.anonymous is True and not board.settings.anonymous:
        raise Refused("anonymity_changed", "anonymous")
    refuse_beyond(board.limits.cards, board.cards_by.total(), "too_many_cards")
    if not who.facilitates:
        refuse_beyond(board.limits.cards_each, board.cards_by[who.person], "too_many_own_cards")
    text = clean_text(command.text)
    place = _place_asked(board, command)
    for_ = clean_name(command.for_, "for") if command.for_ is not UNSET else ""
    fact = CardAdded(
        card=command.card,
        kind=command.kind,
        text=text,
        x=place.x,
        y=place.y,
        weight=scene.weight_at(command.kind, place),
        author=who.person,
        revealed=board.phase != "write",
        for_=for_ or None,
    )
    return Decision([fact], [undo("delete_card", card=command.card)])


def _place_asked(board: Board, command: AddCard) -> Place:
    """Exactly one of a place and a weight."""
    if command.weight is not UNSET:
        if command.x is not UNSET or command.y is not UNSET:
            raise Refused("place_or_weight", "weight")
        return free_place(board, command.kind, finite(command.weight, "weight", 0, 1))
    if command.x is UNSET or command.y is UNSET:
        raise Refused("place_or_weight", "x" if command.x is UNSET else "y")
    return scene.nearest_inside(command.kind, finite(command.x, "x"), finite(command.y, "y"))


def free_place(board: Board, kind: Kind, weight: float) -> Place:
    """Where a card of this kind and weight covers others least. Only what everybody sees counts: kinds and places."""
    taken = ((card.x, card.y) for card in board.cards.values() if card.kind == kind and not card.deleted)
    return scene.place_of_weight(kind, weight, taken)


def edit_card(board: Board, command: EditCard, who: Viewer, now: int) -> Decision:
    card = own_card(board, command.card, who)
    text = clean_text(command.text)
    if command.base is not UNSET and card.text_seq > command.base and text != card.text:
        # With its card, so that erasing the card finds this text in the answer too.
        raise Refused("text_changed", "text", current=card.text, card=card.id)
    if text == card.text:
        return Decision([])
    inverse = undo("edit_card", card=card.id, text=card.text, base=board.seq + 1)
    return Decision([CardEdited(card.id, text)], [inverse])


def move_card(board: Board, command: MoveCard, who: Viewer, now: int) -> Decision:
    card = movable_card(board, command.card, who)
    place = scene.nearest_inside(card.kind, finite(command.x, "x"), finite(command.y, "y"))
    return _move(card, place)


def weigh_card(board: Board, command: WeighCard, who: Viewer, now: int) -> Decision:
    card = movable_card(board, command.card, who)
    weight = finite(command.weight, "weight", 0, 1)
    return _move(card, scene.same_weight_near(card.kind, weight, card.place))


def _move(card: Card, place: Place) -> Decision:
    if place == card.place:
        return Decision([])
    fact = CardMoved(card.id, place.x, place.y, scene.weight_at(card.kind, place))
    return Decision([fact], [undo("move_card", card=card.id, x=card.x, y=card.y)])


def change_kind(board: Board, command: ChangeKind, who: Viewer, now: int) -> Decision:
    card = own_card(board, command.card, who)
    if command.kind == card.kind:
        return Decision([])
    place = free_place(board, command.kind, card.weight)
    fact = CardMoved(card.id, place.x, place.y, scene.weight_at(command.kind, place), command.kind)
    back = [
        undo("change_kind", card=card.id, kind=card.kind),
        undo("move_card", card=card.id, x=card.x, y=card.y),
    ]
    return Decision([fact], back)


def delete_card(board: Board, command: DeleteCard, who: Viewer, now: int) -> Decision:
    card = own_card(board, command.card, who, unread=True)
    return Decision([CardDeleted(card.id)], [undo("restore_card", card=card.id)])


def restore_card(board: Board, command: RestoreCard, who: Viewer, now: int) -> Decision:
    card = board.cards.get(command.card)
    if card is None or not may_see(card, who):
        raise Refused("unknown_card", "card")
    _refuse_stranger(card, who)
    if not card.deleted:
        return Decision([])
    return Decision([CardRestored(card.id)], [undo("delete_card", card=card.id)])


def agree(board: Board, command: Agree, who: Viewer, now: int) -> Decision:
    return _set_agreement(board, command.card, who, True)


def disagree(board: Board, command: Disagree, who: Viewer, now: int) -> Decision:
    return _set_agreement(board, command.card, who, False)


def _set_agreement(board: Board, card_id: str, who: Viewer, agrees: bool) -> Decision:
    card = readable_card(board, card_id, who)
    if is_own(card, who):
        raise Refused("your_own_card", "card")
    assert who.person is not None
    if agrees and card.agreed & (board.sharers(who.person) - {who.person}):
        raise Refused("agreed_on_device", "card")
    if (who.person in card.agreed) == agrees:
        return Decision([])
    fact = CardAgreed(card.id, who.person, agrees)
    return Decision([fact], [undo("disagree" if agrees else "agree", card=card.id)])


def live_card(board: Board, card_id: str, who: Viewer, field: str = "card") -> Card:
    """A card on the board, not in the bin, that this person may see; what they must not see, they do not know of."""
    card = board.cards.get(card_id)
    if card is None or card.deleted or not may_see(card, who):
        raise Refused("unknown_card", field)
    return card


def readable_card(board: Board, card_id: str, who: Viewer, field: str = "card") -> Card:
    card = live_card(board, card_id, who, field)
    if not may_read(board, card, who):
        raise Refused("hidden_card", field)
    return card


def movable_card(board: Board, card_id: str, who: Viewer) -> Card:
    """Any hand may move a card that all can read; a hidden one is its author's alone."""
    card = live_card(board, card_id, who)
    if is_hidden(board, card) and not is_own(card, who):
        raise Refused("hidden_card", "card")
    return card


def own_card(board: Board, card_id: str, who: Viewer, *, unread: bool = False) -> Card:
    """A card this person may change: their own, or any that a facilitator can read (`unread`: or cannot)."""
    card = live_card(board, card_id, who)
    _refuse_stranger(card, who)
    if not unread and not may_read(board, card, who):
        raise Refused("hidden_card", "card")
    return card


def _refuse_stranger(card: Card, who: Viewer) -> None:
    if not who.facilitates and not is_own(card, who):
        raise Refused("not_yours", "card")


RULES: dict[type[Command], Any] = {
    AddCard: add_card,
    EditCard: edit_card,
    MoveCard: move_card,
    WeighCard: weigh_card,
    ChangeKind: change_kind,
    DeleteCard: delete_card,
    RestoreCard: restore_card,
    Agree: agree,
    Disagree: disagree,
}
