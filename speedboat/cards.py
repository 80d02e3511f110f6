"""Cards: what is written on the board. Their commands, their facts, the fold, who sees what of them, and their rules.

Pure. Themes, votes and links that hang on a card live in their own files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType, field

from speedboat import scene
from speedboat.log import NAME_LIMIT, Command, Decision, Event, Fact, Refused, Viewer, undo
from speedboat.records import CardRecord
from speedboat.scene import Kind, Place
from speedboat.text import clean_text, finite

if TYPE_CHECKING:
    from speedboat.board import Board

CardId = Annotated[str, msgspec.Meta(pattern=r"^card:[A-Za-z0-9_-]{16,64}\Z")]

# Phases in which facilitators read unrevealed cards, without their authors: the airlock, and whatever is held after it.
AIRLOCK_PHASES = ("share", "group", "vote", "cut", "discuss", "act", "closed")


class Card(msgspec.Struct):
    """A card as the log has it; `text_seq` is the event that last changed its text."""

    id: str
    kind: Kind
    text: str
    x: float
    y: float
    weight: float
    author: str | None
    text_seq: int
    revealed: bool
    for_: str | None = None
    held: str | None = None
    deleted: bool = False
    theme: str | None = None
    note: str | None = None
    agreed: set[str] = field(default_factory=set)

    @property
    def place(self) -> Place:
        return Place(self.x, self.y)


# --- commands -------------------------------------------------------------------------------------------------------


class AddCard(Command, frozen=True, tag="add_card"):
    card: CardId
    kind: Kind
    text: str
    x: float | UnsetType = UNSET
    y: float | UnsetType = UNSET
    weight: float | UnsetType = UNSET
    for_: str | UnsetType = field(name="for", default=UNSET)


class EditCard(Command, frozen=True, tag="edit_card"):
    card: CardId
    text: str
    base: int | UnsetType = UNSET


class MoveCard(Command, frozen=True, tag="move_card"):
    card: CardId
    x: float
    y: float


class WeighCard(Command, frozen=True, tag="weigh_card"):
    card: CardId
    weight: float


class ChangeKind(Command, frozen=True, tag="change_kind"):
    card: CardId
    kind: Kind


class DeleteCard(Command, frozen=True, tag="delete_card"):
    card: CardId


class RestoreCard(Command, frozen=True, tag="restore_card"):
    card: CardId


class TakeBack(Command, frozen=True, tag="take_back"):
    """Erase every card I wrote, from the log too."""


class Agree(Command, frozen=True, tag="agree"):
    card: CardId


class Disagree(Command, frozen=True, tag="disagree"):
    card: CardId


# --- facts ----------------------------------------------------------------------------------------------------------


class CardAdded(Fact, frozen=True, tag="card_added"):
    card: str
    kind: Kind
    text: str
    x: float
    y: float
    weight: float
    author: str | None = None
    revealed: bool = True
    for_: str | None = field(name="for", default=None)


class CardEdited(Fact, frozen=True, tag="card_edited"):
    card: str
    text: str


class CardMoved(Fact, frozen=True, tag="card_moved"):
    """Also a card that was weighed or changed its kind: its place, and the weight the rules gave it then."""

    card: str
    x: float
    y: float
    weight: float
    kind: Kind | None = None


class CardDeleted(Fact, frozen=True, tag="card_deleted"):
    card: str


class CardRestored(Fact, frozen=True, tag="card_restored"):
    card: str


class CardsErased(Fact, frozen=True, tag="cards_erased"):
    cards: list[str]


class CardAgreed(Fact, frozen=True, tag="card_agreed"):
    card: str
    person: str
    agrees: bool = True


# --- fold -----------------------------------------------------------------------------------------------------------


def card_added(board: Board, fact: CardAdded, event: Event) -> None:
    board.cards[fact.card] = Card(
        id=fact.card,
        kind=fact.kind,
        text=fact.text,
        x=fact.x,
        y=fact.y,
        weight=fact.weight,
        author=fact.author,
        text_seq=event.seq,
        revealed=fact.revealed,
        for_=fact.for_,
    )
    board.touch(fact.card)


def card_edited(board: Board, fact: CardEdited, event: Event) -> None:
    if card := board.cards.get(fact.card):
        card.text, card.text_seq = fact.text, event.seq
        # While a card is hidden its text is nobody else's business, not even that it changed.
        board.touch(card.id, only=card.author if is_hidden(board, card) and not _in_airlock(board) else None)


def card_moved(board: Board, fact: CardMoved, event: Event) -> None:
    if card := board.cards.get(fact.card):
        card.x, card.y, card.weight = fact.x, fact.y, fact.weight
        card.kind = fact.kind or card.kind
        board.touch(card.id)


def card_deleted(board: Board, fact: CardDeleted, event: Event) -> None:
    _set_deleted(board, fact.card, True)


def card_restored(board: Board, fact: CardRestored, event: Event) -> None:
    _set_deleted(board, fact.card, False)


def _set_deleted(board: Board, card_id: str, deleted: bool) -> None:
    if card := board.cards.get(card_id):
        card.deleted = deleted
        board.touch_around(card)


def cards_erased(board: Board, fact: CardsErased, event: Event) -> None:
    for card_id in fact.cards:
        if card := board.cards.get(card_id):
            board.touch_around(card)
            del board.cards[card_id]
        board.touch(card_id)


def card_agreed(board: Board, fact: CardAgreed, event: Event) -> None:
    if card := board.cards.get(fact.card):
        (card.agreed.add if fact.agrees else card.agreed.discard)(fact.person)
        board.touch(card.id)


FOLDS: dict[type[Fact], Any] = {
    CardAdded: card_added,
    CardEdited: card_edited,
    CardMoved: card_moved,
    CardDeleted: card_deleted,
    CardRestored: card_restored,
    CardsErased: cards_erased,
    CardAgreed: card_agreed,
}


# --- who sees what --------------------------------------------------------------------------------------------------


def is_hidden(board: Board, card: Card) -> bool:
    """Whether everybody but its author sees only the kind and place of a card. (`write` hides revealed ones too.)"""
    return board.phase == "write" or not card.revealed


def _in_airlock(board: Board) -> bool:
    return board.phase in AIRLOCK_PHASES


def may_see(card: Card, viewer: Viewer) -> bool:
    """Whether a viewer has the card at all: the bin and the airlock are for its author and facilitators."""
    return viewer.facilitates or (not card.deleted and card.held is None) or _is_own(card, viewer)


def may_read(board: Board, card: Card, viewer: Viewer) -> bool:
    """Whether a viewer has the text of a card."""
    if _is_own(card, viewer):
        return True
    if not may_see(card, viewer):
        return False
    return not is_hidden(board, card) or (viewer.facilitates and _in_airlock(board))


def view(board: Board, card_id: str, viewer: Viewer) -> CardRecord | None:
    card = board.cards.get(card_id)
    if card is None or not may_see(card, viewer):
        return None
    record = CardRecord(
        id=card.id,
        seq=board.stamp(card.id, viewer),
        kind=card.kind,
        x=card.x,
        y=card.y,
        weight=card.weight,
        deleted=True if card.deleted else UNSET,
    )
    if may_read(board, card, viewer):
        _fill(board, card, viewer, record)
    return record


def _fill(board: Board, card: Card, viewer: Viewer, record: CardRecord) -> None:
    own = _is_own(card, viewer)
    record.text = card.text
    record.agrees = len(card.agreed)
    record.theme = board.theme_of(card) or UNSET
    record.note = card.note or UNSET
    record.held = UNSET if card.held is None else card.held
    record.agreed = True if viewer.person in card.agreed else UNSET
    if board.settings.anonymous:
        record.mine = True if own else UNSET
        record.for_ = (card.for_ if own else None) or UNSET
    elif own or not is_hidden(board, card):
        record.author = card.author or UNSET
        record.for_ = card.for_ or UNSET


def _is_own(card: Card, viewer: Viewer) -> bool:
    return viewer.person is not None and card.author == viewer.person


def concerns(board: Board, card_id: str) -> set[str]:
    """The people whose view of a card may differ from that of others in their role."""
    card = board.cards.get(card_id)
    if card is None:
        return set()
    apart = board.settings.anonymous or is_hidden(board, card) or card.deleted or card.held is not None
    return card.agreed | {card.author} if apart and card.author else card.agreed


# --- rules ----------------------------------------------------------------------------------------------------------


def add_card(board: Board, command: AddCard, who: Viewer, now: int) -> Decision:
    if command.kind not in board.kinds_open and not who.facilitates:
        raise Refused("kind_closed", "kind", kind=command.kind)
    board.refuse_taken(command.card, "card")
    text = clean_text(command.text)
    place = _place_asked(board, command)
    for_ = clean_text(command.for_, "for", NAME_LIMIT, may_be_empty=True) if command.for_ is not UNSET else ""
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
    taken = (card.place for card in board.cards.values() if card.kind == kind and not card.deleted)
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


def take_back(board: Board, command: TakeBack, who: Viewer, now: int) -> Decision:
    mine = [card.id for card in board.cards.values() if card.author == who.person]
    return Decision([CardsErased(mine)] if mine else [])


def agree(board: Board, command: Agree, who: Viewer, now: int) -> Decision:
    return _set_agreement(board, command.card, who, True)


def disagree(board: Board, command: Disagree, who: Viewer, now: int) -> Decision:
    return _set_agreement(board, command.card, who, False)


def _set_agreement(board: Board, card_id: str, who: Viewer, agrees: bool) -> Decision:
    card = readable_card(board, card_id, who)
    if _is_own(card, who):
        raise Refused("your_own_card", "card")
    assert who.person is not None
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
    if is_hidden(board, card) and not _is_own(card, who):
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
    if not who.facilitates and not _is_own(card, who):
        raise Refused("not_yours", "card")


RULES: dict[type[Command], Any] = {
    AddCard: add_card,
    EditCard: edit_card,
    MoveCard: move_card,
    WeighCard: weigh_card,
    ChangeKind: change_kind,
    DeleteCard: delete_card,
    RestoreCard: restore_card,
    TakeBack: take_back,
    Agree: agree,
    Disagree: disagree,
}
