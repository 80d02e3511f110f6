"""Adding, editing, deleting and restoring cards: by their authors, or by facilitators.

Pure. What a card is and who sees what of it is in `cards.py`.
"""

from __future__ import annotations

from msgspec import UNSET, UnsetType, field

from speedboat.domain import scene
from speedboat.domain.declarations import ALICE, BOB, DAN, Arguments, Step, declare, does, done, refused
from speedboat.domain.features.card_checks import own_card, refuse_stranger
from speedboat.domain.features.card_placement import BINNED, CARD, HELD, IN_AIRLOCK, OTHER, SECRET, WRITTEN, free_place
from speedboat.domain.features.cards import CardAdded, CardDeleted, CardEdited, CardRestored, WireCardId, may_see
from speedboat.domain.ids import PersonId
from speedboat.domain.limits import Limits, refuse_beyond
from speedboat.domain.messages import NAME_LIMIT, TEXT_LIMIT, Command, Decision, Refused, Viewer, undo
from speedboat.domain.permissions import ARRANGING, OPEN, WRITING, May
from speedboat.domain.scene import Kind, Place
from speedboat.domain.state import Board
from speedboat.domain.validation import clean_name, clean_text, finite

EDITORS = May(ARRANGING, OPEN)

BUDGET = CardAdded(CARD, "anchor", "Pas de budget", 300, 705, 0.5, BOB)
BY_PLACE: Arguments = {"card": CARD, "kind": "anchor", "text": "Pas de budget", "x": 300, "y": 705}


# --- add_card --------------------------------------------------------------------------------------------------------


class AddCard(Command, frozen=True, tag="add_card"):
    """`anonymous` is what the page promised when it was written, which may be long before it arrives."""

    card: WireCardId
    kind: Kind
    text: str
    x: float | UnsetType = UNSET
    y: float | UnsetType = UNSET
    weight: float | UnsetType = UNSET
    anonymous: bool | UnsetType = UNSET
    for_: str | UnsetType = field(name="for", default=UNSET)


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
    """Return the requested place; exactly one of a place and a weight. Raises Refused."""
    if command.weight is not UNSET:
        if command.x is not UNSET or command.y is not UNSET:
            raise Refused("place_or_weight", "weight")
        return free_place(board, command.kind, finite(command.weight, "weight", 0, 1))
    if command.x is UNSET or command.y is UNSET:
        raise Refused("place_or_weight", "x" if command.x is UNSET else "y")
    return scene.nearest_inside(command.kind, finite(command.x, "x"), finite(command.y, "y"))


ONLY_WIND, NAMELESS = does(ALICE, "open_kinds", kinds=["wind"]), does(ALICE, "change_settings", anonymous=True)
BY_WEIGHT: Arguments = {"card": CARD, "kind": "wind", "text": "Le sourire"}
DANS = does(DAN, "add_card", card=OTHER, kind="wind", text="Le port", weight=1)
ERASED = (WRITTEN, does(BOB, "take_back"))

ADD_CARD = declare(
    AddCard,
    add_card,
    May(WRITING, OPEN),
    done(BOB, BUDGET, **BY_PLACE),
    done(BOB, CardAdded(CARD, "wind", "Le sourire", 335, 240, 0.5, BOB), **BY_WEIGHT, weight=0.5),
    # Where no other card of its kind is; those in the bin take no place.
    done(BOB, CardAdded(CARD, "wind", "Le sourire", 560, 240, 1.0, BOB), **BY_WEIGHT, weight=1),
    done(BOB, CardAdded(CARD, "wind", "Le sourire", 560, 120, 1.0, BOB), after=[DANS], **BY_WEIGHT, weight=1),
    done(
        BOB,
        CardAdded(CARD, "wind", "Le sourire", 560, 240, 1.0, BOB),
        after=[DANS, does(DAN, "delete_card", card=OTHER)],
        **BY_WEIGHT,
        weight=1,
    ),
    # An anchor close by takes no place from a shark.
    done(
        BOB,
        CardAdded(CARD, "shark", "Le sourire", 1020, 695, 1.0, BOB),
        after=[does(DAN, "add_card", card=OTHER, kind="anchor", text="Trop cher", x=900, y=695)],
        **BY_WEIGHT | {"kind": "shark"},
        weight=1,
    ),
    done(BOB, CardAdded(CARD, "wind", "Le sourire", 110, 400, 0.0, BOB), **BY_WEIGHT, x=-1e9, y=1e9),
    done(BOB, CardAdded(CARD, "anchor", "Pas de budget", 300, 705, 0.5, BOB, False), after=[SECRET[0]], **BY_PLACE),
    done(
        BOB, CardAdded(CARD, "anchor", "Pas de budget", 300, 705, 0.5, BOB, True, "Odette"), **BY_PLACE, for_="Odette"
    ),
    done(BOB, BUDGET, **BY_PLACE, for_=" "),
    done(BOB, BUDGET, after=[NAMELESS], **BY_PLACE, anonymous=True),
    done(BOB, BUDGET, **BY_PLACE, anonymous=False),
    done(BOB, BUDGET, after=[NAMELESS], **BY_PLACE, anonymous=False),
    done(ALICE, CardAdded(CARD, "anchor", "Pas de budget", 300, 705, 0.5, ALICE), after=[ONLY_WIND], **BY_PLACE),
    refused(BOB, "kind_closed", "kind", after=[ONLY_WIND], **BY_PLACE),
    refused(DAN, "id_taken", "card", after=[WRITTEN], **BY_PLACE),
    refused(DAN, "id_taken", "card", after=ERASED, **BY_PLACE),
    refused(BOB, "anonymity_changed", "anonymous", **BY_PLACE, anonymous=True),
    refused(ALICE, "too_many_cards", after=[DANS], limits=Limits(cards=1), **BY_PLACE),
    refused(BOB, "too_many_cards", after=ERASED, limits=Limits(cards=1), **BY_WEIGHT | {"card": OTHER}, weight=1),
    done(BOB, BUDGET, after=[DANS], limits=Limits(cards=2, cards_each=1), **BY_PLACE),
    refused(DAN, "too_many_own_cards", after=[DANS], limits=Limits(cards_each=1), **BY_PLACE),
    done(
        ALICE,
        CardAdded(CARD, "anchor", "Pas de budget", 300, 705, 0.5, ALICE),
        after=[does(ALICE, "add_card", **{**BY_PLACE, "card": OTHER})],
        limits=Limits(cards_each=1),
        **BY_PLACE,
    ),
    refused(BOB, "text_empty", "text", **BY_PLACE | {"text": " \n"}),
    refused(BOB, "text_too_long", "text", **BY_PLACE | {"text": "x" * (TEXT_LIMIT + 1)}),
    refused(BOB, "text_malformed", "text", **BY_PLACE | {"text": "\ud800"}),
    refused(BOB, "text_too_long", "for", **BY_PLACE, for_="x" * (NAME_LIMIT + 1)),
    refused(BOB, "text_malformed", "for", **BY_PLACE, for_="\ud800"),
    refused(BOB, "place_or_weight", "x", **BY_WEIGHT),
    refused(BOB, "place_or_weight", "x", **BY_WEIGHT, y=1),
    refused(BOB, "place_or_weight", "y", **BY_WEIGHT, x=1),
    refused(BOB, "place_or_weight", "weight", **BY_WEIGHT, weight=1, x=1),
    refused(BOB, "place_or_weight", "weight", **BY_WEIGHT, weight=1, y=1),
    refused(BOB, "not_finite", "x", **BY_WEIGHT, x=float("inf"), y=1),
    refused(BOB, "not_finite", "y", **BY_WEIGHT, x=1, y=float("nan")),
    refused(BOB, "not_finite", "weight", **BY_WEIGHT, weight=float("nan")),
    refused(BOB, "out_of_range", "weight", **BY_WEIGHT, weight=-0.01),
    refused(BOB, "out_of_range", "weight", **BY_WEIGHT, weight=1.01),
    refusals=[
        "kind_closed",
        "id_taken",
        "anonymity_changed",
        "too_many_cards",
        "too_many_own_cards",
        "text_empty",
        "text_too_long",
        "text_malformed",
        "place_or_weight",
        "not_finite",
        "out_of_range",
    ],
)


# --- edit_card -------------------------------------------------------------------------------------------------------


class EditCard(Command, frozen=True, tag="edit_card"):
    """Change the text of a card; refused if it has changed since the seq `base`."""

    card: WireCardId
    text: str
    base: int | UnsetType = UNSET


def edit_card(board: Board, command: EditCard, who: Viewer, now: int) -> Decision:
    card = own_card(board, command.card, who)
    text = clean_text(command.text)
    if command.base is not UNSET and card.text_seq > command.base and text != card.text:
        # With its card, so that erasing the card finds this text in the answer too.
        raise Refused("text_changed", "text", current=card.text, card=card.id)
    if text == card.text:
        return Decision([])
    # An imported card may have come without its text, which nobody can give back to it.
    back = [undo("edit_card", card=card.id, text=card.text, base=board.seq + 1)] if card.text else []
    return Decision([CardEdited(card.id, text)], back)


def edited_by(who: PersonId) -> Step:
    """Return a step of an example: somebody edits the card."""
    return does(who, "edit_card", card=CARD, text="Peu de budget")


EDIT: Arguments = {"card": CARD, "text": "Plus de budget"}
WRITTEN_SEQ = 5  # one for the workshop, three for the people

EDIT_CARD = declare(
    EditCard,
    edit_card,
    EDITORS,
    done(BOB, CardEdited(CARD, "Plus de budget"), after=[WRITTEN], **EDIT),
    done(ALICE, CardEdited(CARD, "Plus de budget"), after=[WRITTEN], **EDIT),
    done(BOB, CardEdited(CARD, "Plus de budget"), after=SECRET, **EDIT),
    done(BOB, CardEdited(CARD, "Plus de budget"), after=HELD, **EDIT),
    done(ALICE, CardEdited(CARD, "Plus de budget"), after=IN_AIRLOCK, **EDIT),
    done(BOB, CardEdited(CARD, "Plus de budget"), after=[WRITTEN], **EDIT, base=WRITTEN_SEQ),
    done(BOB, CardEdited(CARD, "Plus de budget"), after=[WRITTEN, edited_by(ALICE)], **EDIT),
    done(BOB, after=[WRITTEN], card=CARD, text=" Pas de budget "),
    done(BOB, after=[WRITTEN, edited_by(ALICE)], card=CARD, text="Peu de budget", base=WRITTEN_SEQ),
    refused(BOB, "text_changed", "text", after=[WRITTEN, edited_by(ALICE)], **EDIT, base=WRITTEN_SEQ),
    refused(BOB, "unknown_card", "card", **EDIT),
    refused(BOB, "unknown_card", "card", after=BINNED, **EDIT),
    refused(DAN, "unknown_card", "card", after=HELD, **EDIT),
    refused(DAN, "not_yours", "card", after=[WRITTEN], **EDIT),
    refused(ALICE, "hidden_card", "card", after=SECRET, **EDIT),
    refused(BOB, "text_empty", "text", after=[WRITTEN], card=CARD, text=""),
    refused(BOB, "text_too_long", "text", after=[WRITTEN], card=CARD, text="x" * (TEXT_LIMIT + 1)),
    refused(BOB, "text_malformed", "text", after=[WRITTEN], card=CARD, text="\ud800"),
    refusals=[
        "unknown_card",
        "not_yours",
        "hidden_card",
        "text_changed",
        "text_empty",
        "text_too_long",
        "text_malformed",
    ],
)


# --- delete_card -----------------------------------------------------------------------------------------------------


class DeleteCard(Command, frozen=True, tag="delete_card"):
    """Put a card in the bin."""

    card: WireCardId


def delete_card(board: Board, command: DeleteCard, who: Viewer, now: int) -> Decision:
    card = own_card(board, command.card, who, unread=True)
    return Decision([CardDeleted(card.id)], [undo("restore_card", card=card.id)])


DELETE_CARD = declare(
    DeleteCard,
    delete_card,
    EDITORS,
    done(BOB, CardDeleted(CARD), after=[WRITTEN], card=CARD),
    done(ALICE, CardDeleted(CARD), after=SECRET, card=CARD),
    done(BOB, CardDeleted(CARD), after=HELD, card=CARD),
    refused(BOB, "unknown_card", "card", card=CARD),
    refused(BOB, "unknown_card", "card", after=BINNED, card=CARD),
    refused(DAN, "unknown_card", "card", after=HELD, card=CARD),
    refused(DAN, "not_yours", "card", after=[WRITTEN], card=CARD),
    refusals=["unknown_card", "not_yours"],
)


# --- restore_card ----------------------------------------------------------------------------------------------------


class RestoreCard(Command, frozen=True, tag="restore_card"):
    """Take a card out of the bin."""

    card: WireCardId


def restore_card(board: Board, command: RestoreCard, who: Viewer, now: int) -> Decision:
    card = board.cards.get(command.card)
    if card is None or not may_see(card, who):
        raise Refused("unknown_card", "card")
    refuse_stranger(card, who)
    if not card.deleted:
        return Decision([])
    return Decision([CardRestored(card.id)], [undo("delete_card", card=card.id)])


RESTORE_CARD = declare(
    RestoreCard,
    restore_card,
    EDITORS,
    done(BOB, CardRestored(CARD), after=BINNED, card=CARD),
    done(ALICE, CardRestored(CARD), after=BINNED, card=CARD),
    done(ALICE, CardRestored(CARD), after=[*SECRET, does(BOB, "delete_card", card=CARD)], card=CARD),
    done(BOB, after=[WRITTEN], card=CARD),
    refused(BOB, "unknown_card", "card", card=CARD),
    refused(DAN, "unknown_card", "card", after=BINNED, card=CARD),
    refused(DAN, "not_yours", "card", after=[WRITTEN], card=CARD),
    refusals=["unknown_card", "not_yours"],
)
