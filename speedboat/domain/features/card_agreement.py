"""Agreeing with a card ("me too"): once for each person, and never with one's own.

Pure.
"""

from __future__ import annotations

from speedboat.domain.declarations import ALICE, BOB, DAN, declare, does, done, refused
from speedboat.domain.features.card_checks import readable_card
from speedboat.domain.features.card_placement import BINNED, CARD, HELD, IN_AIRLOCK, WRITTEN
from speedboat.domain.features.cards import CardAgreed, WireCardId, is_own
from speedboat.domain.ids import CardId
from speedboat.domain.messages import Command, Decision, Refused, Viewer, undo
from speedboat.domain.permissions import READING, May
from speedboat.domain.state import Board

READERS = May(READING, READING)
AGREED = (WRITTEN, does(DAN, "agree", card=CARD))
ONE_PHONE = does(ALICE, "change_settings", one_phone_one_person=True)
REFUSALS = ("unknown_card", "hidden_card", "your_own_card")


# --- agree -----------------------------------------------------------------------------------------------------------


class Agree(Command, frozen=True, tag="agree"):
    """Agree with a card of somebody else ("me too")."""

    card: WireCardId


def agree(board: Board, command: Agree, who: Viewer, now: int) -> Decision:
    return _set_agreement(board, command.card, who, True)


def _set_agreement(board: Board, card_id: CardId, who: Viewer, agrees: bool) -> Decision:
    card = readable_card(board, card_id, who)
    if is_own(card, who):
        raise Refused("your_own_card", "card")
    assert who.person is not None
    has_agreed_on_device = bool(card.agreed & (board.sharers(who.person) - {who.person}))
    if agrees and has_agreed_on_device:
        raise Refused("agreed_on_device", "card")
    if (who.person in card.agreed) == agrees:
        return Decision([])
    back = [] if has_agreed_on_device else [undo("disagree" if agrees else "agree", card=card.id)]
    return Decision([CardAgreed(card.id, who.person, agrees)], back)


AGREE = declare(
    Agree,
    agree,
    READERS,
    done(DAN, CardAgreed(CARD, DAN), after=[WRITTEN], card=CARD),
    done(ALICE, CardAgreed(CARD, ALICE), after=AGREED, card=CARD),
    done(ALICE, CardAgreed(CARD, ALICE), after=IN_AIRLOCK, card=CARD),
    done(ALICE, CardAgreed(CARD, ALICE), after=AGREED, one_device=[ALICE, DAN], card=CARD),
    done(ALICE, CardAgreed(CARD, ALICE), after=[*AGREED, ONE_PHONE], card=CARD),
    done(DAN, after=AGREED, card=CARD),
    done(DAN, after=[*AGREED, ONE_PHONE], one_device=[ALICE, DAN], card=CARD),
    refused(DAN, "unknown_card", "card", card=CARD),
    refused(DAN, "unknown_card", "card", after=BINNED, card=CARD),
    refused(DAN, "unknown_card", "card", after=HELD, card=CARD),
    refused(DAN, "hidden_card", "card", after=IN_AIRLOCK, card=CARD),
    refused(BOB, "your_own_card", "card", after=[WRITTEN], card=CARD),
    refused(ALICE, "agreed_on_device", "card", after=[*AGREED, ONE_PHONE], one_device=[ALICE, DAN], card=CARD),
    refusals=[*REFUSALS, "agreed_on_device"],
)


# --- disagree --------------------------------------------------------------------------------------------------------


class Disagree(Command, frozen=True, tag="disagree"):
    """Take back that I agree."""

    card: WireCardId


def disagree(board: Board, command: Disagree, who: Viewer, now: int) -> Decision:
    return _set_agreement(board, command.card, who, False)


DISAGREE = declare(
    Disagree,
    disagree,
    READERS,
    done(DAN, CardAgreed(CARD, DAN, False), after=AGREED, card=CARD),
    done(DAN, after=[WRITTEN], card=CARD),
    done(ALICE, after=AGREED, card=CARD),
    refused(DAN, "unknown_card", "card", card=CARD),
    refused(DAN, "unknown_card", "card", after=BINNED, card=CARD),
    refused(DAN, "hidden_card", "card", after=IN_AIRLOCK, card=CARD),
    refused(BOB, "your_own_card", "card", after=[WRITTEN], card=CARD),
    refusals=REFUSALS,
)
