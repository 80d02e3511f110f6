"""Moving cards, changing their weight and their kind.

Pure. The geometry is in `scene.py`.
"""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from speedboat.domain import scene
from speedboat.domain.declarations import ALICE, BOB, DAN, Arguments, declare, does, done, refused
from speedboat.domain.features.card_checks import movable_card, own_card
from speedboat.domain.features.cards import CardMoved, WireCardId
from speedboat.domain.ids import CardId
from speedboat.domain.messages import Command, Decision, Refused, Viewer, undo
from speedboat.domain.permissions import ARRANGING, OPEN, May
from speedboat.domain.scene import Kind, Place
from speedboat.domain.state import Board, Card
from speedboat.domain.validation import finite

ARRANGERS = May(ARRANGING, OPEN)

CARD, OTHER = CardId("card:0000000000000001"), CardId("card:0000000000000002")
WRITTEN = does(BOB, "add_card", card=CARD, kind="anchor", text="Pas de budget", x=300, y=705)
SECRET = (does(ALICE, "set_phase", phase="write"), WRITTEN)
IN_AIRLOCK = (*SECRET, does(ALICE, "set_phase", phase="share"))
BINNED = (WRITTEN, does(BOB, "delete_card", card=CARD))
HELD = (WRITTEN, does(ALICE, "hold_card", card=CARD, reason="À revoir"))


def free_place(board: Board, kind: Kind, weight: float) -> Place:
    """Return the place of this kind and weight that covers other cards least, judged by what everybody sees."""
    occupied = ((card.x, card.y) for card in board.cards.values() if card.kind == kind and not card.deleted)
    return scene.place_of_weight(kind, weight, occupied)


# --- move_card -------------------------------------------------------------------------------------------------------


class MoveCard(Command, frozen=True, tag="move_card"):
    """Move a card to a place of the scene; outside its zone it goes to the nearest place inside."""

    card: WireCardId
    x: float
    y: float


def move_card(board: Board, command: MoveCard, who: Viewer, now: int) -> Decision:
    card = movable_card(board, command.card, who)
    place = scene.nearest_inside(card.kind, finite(command.x, "x"), finite(command.y, "y"))
    return _move(card, place)


def _move(card: Card, place: Place) -> Decision:
    if place == card.place:
        return Decision([])
    fact = CardMoved(card.id, place.x, place.y, scene.weight_at(card.kind, place))
    return Decision([fact], [undo("move_card", card=card.id, x=card.x, y=card.y)])


LEFT: Arguments = {"card": CARD, "x": 200, "y": 705}

MOVE_CARD = declare(
    MoveCard,
    move_card,
    ARRANGERS,
    done(BOB, CardMoved(CARD, 200, 705, 0.5), after=[WRITTEN], **LEFT),
    done(DAN, CardMoved(CARD, 300, 850, 1.0), after=[WRITTEN], card=CARD, x=300, y=1e9),
    done(BOB, CardMoved(CARD, 200, 705, 0.5), after=SECRET, **LEFT),
    done(ALICE, CardMoved(CARD, 200, 705, 0.5), after=HELD, **LEFT),
    done(BOB, CardMoved(CARD, 200, 705, 0.5), after=HELD, **LEFT),
    done(BOB, after=[WRITTEN], card=CARD, x=300, y=705),
    refused(BOB, "unknown_card", "card", **LEFT),
    refused(BOB, "unknown_card", "card", after=BINNED, **LEFT),
    refused(DAN, "unknown_card", "card", after=HELD, **LEFT),
    refused(DAN, "hidden_card", "card", after=SECRET, **LEFT),
    refused(ALICE, "hidden_card", "card", after=IN_AIRLOCK, **LEFT),
    refused(BOB, "not_finite", "x", after=[WRITTEN], card=CARD, x=float("nan"), y=1),
    refused(BOB, "not_finite", "y", after=[WRITTEN], card=CARD, x=1, y=float("-inf")),
    refusals=["unknown_card", "hidden_card", "not_finite"],
)


# --- weigh_card ------------------------------------------------------------------------------------------------------


class WeighCard(Command, frozen=True, tag="weigh_card"):
    """Set the weight of a card, 0 to 1, by moving it to a place of that weight."""

    card: WireCardId
    weight: float


def weigh_card(board: Board, command: WeighCard, who: Viewer, now: int) -> Decision:
    card = movable_card(board, command.card, who)
    weight = finite(command.weight, "weight", 0, 1)
    return _move(card, scene.same_weight_near(card.kind, weight, card.place))


WEIGH_CARD = declare(
    WeighCard,
    weigh_card,
    ARRANGERS,
    done(BOB, CardMoved(CARD, 300, 560, 0.0), after=[WRITTEN], card=CARD, weight=0),
    done(DAN, CardMoved(CARD, 300, 850, 1.0), after=[WRITTEN], card=CARD, weight=1),
    done(BOB, after=[WRITTEN], card=CARD, weight=0.5),
    refused(BOB, "unknown_card", "card", card=CARD, weight=1),
    refused(BOB, "unknown_card", "card", after=BINNED, card=CARD, weight=1),
    refused(DAN, "unknown_card", "card", after=HELD, card=CARD, weight=1),
    refused(DAN, "hidden_card", "card", after=SECRET, card=CARD, weight=1),
    refused(BOB, "not_finite", "weight", after=[WRITTEN], card=CARD, weight=float("nan")),
    refused(BOB, "out_of_range", "weight", after=[WRITTEN], card=CARD, weight=-0.01),
    refused(BOB, "out_of_range", "weight", after=[WRITTEN], card=CARD, weight=1.01),
    refusals=["unknown_card", "hidden_card", "not_finite", "out_of_range"],
)


# --- change_kind -----------------------------------------------------------------------------------------------------


class ChangeKind(Command, frozen=True, tag="change_kind"):
    """To the place (x, y), or to a free one of the same weight."""

    card: WireCardId
    kind: Kind
    x: float | UnsetType = UNSET
    y: float | UnsetType = UNSET


def change_kind(board: Board, command: ChangeKind, who: Viewer, now: int) -> Decision:
    card = own_card(board, command.card, who)
    place = _place_asked(board, command, card)
    if command.kind == card.kind:
        return Decision([])
    fact = CardMoved(card.id, place.x, place.y, scene.weight_at(command.kind, place), command.kind)
    # With the place, since whoever may change the kind of a hidden card may not therefore move it.
    return Decision([fact], [undo("change_kind", card=card.id, kind=card.kind, x=card.x, y=card.y)])


def _place_asked(board: Board, command: ChangeKind, card: Card) -> Place:
    """Return the requested place; both coordinates or neither. Raises Refused."""
    if command.x is UNSET and command.y is UNSET:
        return free_place(board, command.kind, card.weight)
    if command.x is UNSET or command.y is UNSET:
        raise Refused("missing_field", "x" if command.x is UNSET else "y")
    return scene.nearest_inside(command.kind, finite(command.x, "x"), finite(command.y, "y"))


TO_WIND: Arguments = {"card": CARD, "kind": "wind"}
WIND = CardMoved(CARD, 335, 240, 0.5, "wind")

CHANGE_KIND = declare(
    ChangeKind,
    change_kind,
    ARRANGERS,
    done(BOB, WIND, after=[WRITTEN], **TO_WIND),
    done(ALICE, WIND, after=[WRITTEN], **TO_WIND),
    done(BOB, WIND, after=SECRET, **TO_WIND),
    done(ALICE, WIND, after=IN_AIRLOCK, **TO_WIND),
    done(BOB, CardMoved(CARD, 560, 100, 1.0, "wind"), after=[WRITTEN], **TO_WIND, x=1000, y=100),
    done(BOB, after=[WRITTEN], card=CARD, kind="anchor"),
    refused(BOB, "unknown_card", "card", **TO_WIND),
    refused(BOB, "unknown_card", "card", after=BINNED, **TO_WIND),
    refused(DAN, "unknown_card", "card", after=HELD, **TO_WIND),
    refused(DAN, "not_yours", "card", after=[WRITTEN], **TO_WIND),
    refused(ALICE, "hidden_card", "card", after=SECRET, **TO_WIND),
    refused(BOB, "missing_field", "y", after=[WRITTEN], **TO_WIND, x=1),
    refused(BOB, "missing_field", "x", after=[WRITTEN], **TO_WIND, y=1),
    refused(BOB, "not_finite", "x", after=[WRITTEN], **TO_WIND, x=float("inf"), y=1),
    refused(BOB, "not_finite", "y", after=[WRITTEN], **TO_WIND, x=1, y=float("inf")),
    refusals=["unknown_card", "not_yours", "hidden_card", "missing_field", "not_finite"],
)
