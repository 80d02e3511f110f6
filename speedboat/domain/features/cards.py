"""Cards: the facts, the fold, and who sees what of them.

Pure. Their commands: `card_writing.py` (add, edit, delete, restore), `card_placement.py` (move, weigh, change kind) and
`card_agreement.py`. Themes, votes and links that hang on a card have their own files.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, field

from speedboat.domain.folds import folds
from speedboat.domain.ids import CardId, PersonId
from speedboat.domain.messages import Count, Event, Fact, Viewer
from speedboat.domain.records import CardRecord
from speedboat.domain.scene import Kind
from speedboat.domain.state import Board, Card

WireCardId = Annotated[CardId, msgspec.Meta(pattern=r"^card:[A-Za-z0-9_-]{16,64}\Z")]

# Phases in which facilitators read unrevealed cards, without their authors: the airlock, and whatever is held after it.
AIRLOCK_PHASES = ("share", "group", "vote", "cut", "discuss", "act", "closed")


# --- facts ----------------------------------------------------------------------------------------------------------


class CardAdded(Fact, frozen=True, tag="card_added"):
    """A card was written, at a place of the scene; `weight` is 0 to 1."""

    card: CardId
    kind: Kind
    text: str
    x: float
    y: float
    weight: float
    author: PersonId | None = None
    revealed: bool = True
    for_: str | None = field(name="for", default=None)


class CardEdited(Fact, frozen=True, tag="card_edited"):
    """The text of a card was changed."""

    card: CardId
    text: str


class CardMoved(Fact, frozen=True, tag="card_moved"):
    """Also a card that was weighed or changed its kind: its place, and the weight the rules gave it then."""

    card: CardId
    x: float
    y: float
    weight: float
    kind: Kind | None = None


class CardDeleted(Fact, frozen=True, tag="card_deleted"):
    """A card was put in the bin."""

    card: CardId


class CardRestored(Fact, frozen=True, tag="card_restored"):
    """A card was taken out of the bin."""

    card: CardId


class CardsErased(Fact, frozen=True, tag="cards_erased"):
    """Cards were erased for good, with their texts."""

    cards: list[CardId]


class CardAgreed(Fact, frozen=True, tag="card_agreed"):
    """Somebody agreed with a card, or took that back."""

    card: CardId
    person: PersonId
    agrees: bool = True


class AgreesCounted(Fact, frozen=True, tag="agrees_counted"):
    """How many agree with a card afterwards, but for people who are known: in archives of anonymous workshops."""

    card: CardId
    agrees: Count


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
    board.cards_by[fact.author] += 1
    board.touch(fact.card)


def card_edited(board: Board, fact: CardEdited, event: Event) -> None:
    if card := board.cards.get(fact.card):
        card.past_texts.append(card.text)
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


def _set_deleted(board: Board, card_id: CardId, deleted: bool) -> None:
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


def agrees_counted(board: Board, fact: AgreesCounted, event: Event) -> None:
    if card := board.cards.get(fact.card):
        card.agreed_unnamed = fact.agrees
        board.touch(card.id)


FOLDS = dict(
    [
        folds(CardAdded, card_added),
        folds(CardEdited, card_edited),
        folds(CardMoved, card_moved),
        folds(CardDeleted, card_deleted),
        folds(CardRestored, card_restored),
        folds(CardsErased, cards_erased),
        folds(CardAgreed, card_agreed),
        folds(AgreesCounted, agrees_counted),
    ]
)


# --- who sees what --------------------------------------------------------------------------------------------------


def is_hidden(board: Board, card: Card) -> bool:
    """Whether everybody but its author sees only the kind and place of a card. The phase `write` hides all cards."""
    return board.phase == "write" or not card.revealed


def _in_airlock(board: Board) -> bool:
    return board.phase in AIRLOCK_PHASES


def may_see(card: Card, viewer: Viewer) -> bool:
    """Whether a viewer gets the card at all: cards in the bin or airlock go to their author and to facilitators."""
    return viewer.facilitates or (not card.deleted and card.held is None) or is_own(card, viewer)


def may_read(board: Board, card: Card, viewer: Viewer) -> bool:
    """Whether a viewer may read the text of a card."""
    if is_own(card, viewer):
        return True
    if not may_see(card, viewer):
        return False
    return not is_hidden(board, card) or (viewer.facilitates and _in_airlock(board))


def can_read(board: Board, card_id: CardId, viewer: Viewer) -> bool:
    """Whether a viewer may read the text of the card with this id."""
    card = board.cards.get(card_id)
    return card is not None and may_read(board, card, viewer)


def view(board: Board, card_id: CardId, viewer: Viewer) -> CardRecord | None:
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
    own = is_own(card, viewer)
    record.text = card.text
    record.agrees = agrees(board, card)
    record.theme = board.theme_of(card) or UNSET
    record.note = card.note or UNSET
    record.held = UNSET if card.held is None else card.held
    record.agreed = True if viewer.person in card.agreed else UNSET
    record.unread = True if viewer.facilitates and is_hidden(board, card) else UNSET
    if board.settings.anonymous:
        record.mine = True if own else UNSET
        record.for_ = (card.for_ if own else None) or UNSET
    elif own or not is_hidden(board, card):
        record.author = card.author or UNSET
        record.for_ = card.for_ or UNSET


def agrees(board: Board, card: Card) -> int:
    """Return how many agree with a card, without people whose choices do not count."""
    return card.agreed_unnamed + sum(board.counts(person) for person in card.agreed)


def is_own(card: Card, viewer: Viewer) -> bool:
    """Whether a viewer is the author of a card."""
    return viewer.person is not None and card.author == viewer.person


def concerns(board: Board, card_id: CardId) -> set[PersonId]:
    """Return the people whose view of a card may differ from that of others in their role."""
    card = board.cards.get(card_id)
    if card is None:
        return set()
    apart = board.settings.anonymous or is_hidden(board, card) or card.deleted or card.held is not None
    return card.agreed | {card.author} if apart and card.author else card.agreed
