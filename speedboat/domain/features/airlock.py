"""The airlock: cards wait unread until they are revealed, or are held back for a reason. Commands, facts, fold, rules.

Pure. Who sees a card that waits is decided in `cards.py`.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from speedboat.domain.declarations import ALICE, BOB, declare, does, done, refused
from speedboat.domain.features.card_checks import live_card
from speedboat.domain.features.cards import WireCardId, can_read
from speedboat.domain.features.phases import REVEALING_PHASES
from speedboat.domain.folds import folds
from speedboat.domain.ids import CardId
from speedboat.domain.messages import TEXT_LIMIT, Command, Decision, Event, Fact, Refused, Viewer, undo
from speedboat.domain.permissions import NEVER, OPEN, May
from speedboat.domain.state import Board
from speedboat.domain.validation import clean_text

# --- facts ----------------------------------------------------------------------------------------------------------


class CardsRevealed(Fact, frozen=True, tag="cards_revealed"):
    """Cards were revealed to everybody."""

    cards: list[CardId]


class CardHeld(Fact, frozen=True, tag="card_held"):
    """A card was held back, for a reason that its author can read."""

    card: CardId
    reason: str


class CardReleased(Fact, frozen=True, tag="card_released"):
    """A card that was held back was released; `revealed` if the other cards are revealed by now."""

    card: CardId
    revealed: bool = False


# --- fold -----------------------------------------------------------------------------------------------------------


def cards_revealed(board: Board, fact: CardsRevealed, event: Event) -> None:
    for card_id in fact.cards:
        if card := board.cards.get(card_id):
            card.revealed = True
            board.touch_around(card)


def card_held(board: Board, fact: CardHeld, event: Event) -> None:
    if card := board.cards.get(fact.card):
        card.held = fact.reason
        board.touch_around(card)


def card_released(board: Board, fact: CardReleased, event: Event) -> None:
    if card := board.cards.get(fact.card):
        card.held, card.revealed = None, card.revealed or fact.revealed
        board.touch_around(card)


FOLDS = dict([folds(CardsRevealed, cards_revealed), folds(CardHeld, card_held), folds(CardReleased, card_released)])


FACILITATORS = May(NEVER, OPEN)
ONE, TWO, UNKNOWN = (CardId(f"card:{n:016d}") for n in (1, 2, 9))
WRITE = does(ALICE, "set_phase", phase="write")
SHARE = does(ALICE, "set_phase", phase="share")
GROUP = does(ALICE, "set_phase", phase="group")
BOB_WRITES_ONE = does(BOB, "add_card", card=ONE, kind="anchor", text="Pas de budget", weight=0.5)
BOB_WRITES_TWO = does(BOB, "add_card", card=TWO, kind="wind", text="Un sponsor", weight=0.5)
ONE_IN_THE_BIN = does(BOB, "delete_card", card=ONE)
ONE_HELD = does(ALICE, "hold_card", card=ONE, reason="Blessant")
UNREAD = (WRITE, BOB_WRITES_ONE, BOB_WRITES_TWO, SHARE)


# --- reveal ----------------------------------------------------------------------------------------------------------


class Reveal(Command, frozen=True, tag="reveal"):
    """Everything not held, or just these cards."""

    cards: Annotated[list[WireCardId], msgspec.Meta(max_length=1000)] | UnsetType = UNSET


def reveal(board: Board, command: Reveal, who: Viewer, now: int) -> Decision:
    if command.cards is UNSET:
        chosen = [card for card in board.cards.values() if card.held is None and not card.deleted]
    else:
        chosen = [live_card(board, card_id, who, "cards") for card_id in dict.fromkeys(command.cards)]
        if any(card.held is not None for card in chosen):
            raise Refused("held_card", "cards")
    unseen = [card.id for card in chosen if not card.revealed]
    return Decision([CardsRevealed(unseen)] if unseen else [])


REVEAL = declare(
    Reveal,
    reveal,
    FACILITATORS,
    done(ALICE, CardsRevealed([ONE, TWO]), after=UNREAD),
    done(ALICE, CardsRevealed([TWO]), after=UNREAD, cards=[TWO, TWO]),
    done(ALICE, CardsRevealed([TWO]), after=[*UNREAD, ONE_HELD]),
    done(ALICE, CardsRevealed([TWO]), after=[*UNREAD[:3], ONE_IN_THE_BIN, SHARE]),
    done(ALICE, CardsRevealed([TWO]), after=[*UNREAD, does(ALICE, "reveal", cards=[ONE])]),
    done(ALICE, after=[BOB_WRITES_ONE]),
    done(ALICE, after=[BOB_WRITES_ONE], cards=[ONE]),
    refused(ALICE, "held_card", "cards", after=[*UNREAD, ONE_HELD], cards=[TWO, ONE]),
    refused(ALICE, "unknown_card", "cards", after=UNREAD, cards=[ONE, UNKNOWN]),
    refused(ALICE, "unknown_card", "cards", after=[*UNREAD[:3], ONE_IN_THE_BIN, SHARE], cards=[ONE]),
    refusals=["held_card", "unknown_card"],
    no_undo="what was read cannot be unread",
)


# --- hold_card -------------------------------------------------------------------------------------------------------


class HoldCard(Command, frozen=True, tag="hold_card"):
    """Hold a card back before it is revealed, with a reason for its author."""

    card: WireCardId
    reason: str


def hold_card(board: Board, command: HoldCard, who: Viewer, now: int) -> Decision:
    card = live_card(board, command.card, who)
    if not can_read(board, card.id, who):
        raise Refused("hidden_card", "card")
    reason = clean_text(command.reason, "reason")
    if card.held == reason:
        return Decision([])
    back = undo("release_card", card=card.id)
    if card.held is not None:
        back = undo("hold_card", card=card.id, reason=card.held)
    return Decision([CardHeld(card.id, reason)], [back])


HOLD_CARD = declare(
    HoldCard,
    hold_card,
    FACILITATORS,
    done(ALICE, CardHeld(ONE, "Blessant"), after=UNREAD, card=ONE, reason=" Blessant "),
    done(ALICE, CardHeld(ONE, "Blessant"), after=[BOB_WRITES_ONE, GROUP], card=ONE, reason="Blessant"),
    done(ALICE, CardHeld(ONE, "Hors sujet"), after=[*UNREAD, ONE_HELD], card=ONE, reason="Hors sujet"),
    done(ALICE, after=[*UNREAD, ONE_HELD], card=ONE, reason="Blessant"),
    refused(ALICE, "unknown_card", "card", card=UNKNOWN, reason="Blessant"),
    refused(ALICE, "unknown_card", "card", after=[BOB_WRITES_ONE, ONE_IN_THE_BIN], card=ONE, reason="Blessant"),
    refused(ALICE, "hidden_card", "card", after=[WRITE, BOB_WRITES_ONE], card=ONE, reason="Blessant"),
    refused(ALICE, "text_empty", "reason", after=UNREAD, card=ONE, reason=" "),
    refused(ALICE, "text_too_long", "reason", after=UNREAD, card=ONE, reason="r" * (TEXT_LIMIT + 1)),
    refused(ALICE, "text_malformed", "reason", after=UNREAD, card=ONE, reason="\ud83d"),
    refusals=["unknown_card", "hidden_card", "text_empty", "text_too_long", "text_malformed"],
)


# --- release_card ----------------------------------------------------------------------------------------------------


class ReleaseCard(Command, frozen=True, tag="release_card"):
    """Release a card that was held back."""

    card: WireCardId


def release_card(board: Board, command: ReleaseCard, who: Viewer, now: int) -> Decision:
    card = live_card(board, command.card, who)
    if card.held is None:
        return Decision([])
    fact = CardReleased(card.id, revealed=board.phase in REVEALING_PHASES)
    return Decision([fact], [undo("hold_card", card=card.id, reason=card.held)])


RELEASE_CARD = declare(
    ReleaseCard,
    release_card,
    FACILITATORS,
    done(ALICE, CardReleased(ONE), after=[*UNREAD, ONE_HELD], card=ONE),
    done(ALICE, CardReleased(ONE, revealed=True), after=[BOB_WRITES_ONE, GROUP, ONE_HELD], card=ONE),
    done(
        ALICE,
        CardReleased(ONE, revealed=True),
        after=[*UNREAD, ONE_HELD, GROUP],
        leaves="what was read cannot be unread: it is held again, and its author known",
        card=ONE,
    ),
    done(ALICE, after=UNREAD, card=ONE),
    refused(ALICE, "unknown_card", "card", card=UNKNOWN),
    refused(ALICE, "unknown_card", "card", after=[*UNREAD, ONE_HELD, ONE_IN_THE_BIN], card=ONE),
    refusals=["unknown_card"],
)
