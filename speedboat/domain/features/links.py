"""Links: which wind relieves which brake. Commands, facts, fold, view and rules. Pure."""

from __future__ import annotations

from speedboat.domain.declarations import ALICE, BOB, DAN, declare, does, done, refused
from speedboat.domain.features.card_checks import readable_card
from speedboat.domain.features.themes import live_theme
from speedboat.domain.features.votes import WireTargetId
from speedboat.domain.folds import folds
from speedboat.domain.ids import CardId, LinkId, TargetId, ThemeId, is_card
from speedboat.domain.limits import Limits, refuse_beyond
from speedboat.domain.messages import Command, Decision, Event, Fact, Refused, Viewer, undo
from speedboat.domain.permissions import SORTING, TALKING, May
from speedboat.domain.records import LinkRecord
from speedboat.domain.state import Board, Link

# --- facts ----------------------------------------------------------------------------------------------------------


class Linked(Fact, frozen=True, tag="linked"):
    """A wind was linked to the brake that it relieves; either is a card or a theme."""

    wind: TargetId
    brake: TargetId


class Unlinked(Fact, frozen=True, tag="unlinked"):
    """A link was removed."""

    wind: TargetId
    brake: TargetId


def link_id(wind: TargetId, brake: TargetId) -> LinkId:
    """Return the id of the record of a link."""
    return LinkId(f"link:{wind}>{brake}")


# --- fold -----------------------------------------------------------------------------------------------------------


def linked(board: Board, fact: Linked, event: Event) -> None:
    record_id = link_id(fact.wind, fact.brake)
    board.links[record_id] = Link(record_id, fact.wind, fact.brake)
    board.touch(record_id)


def unlinked(board: Board, fact: Unlinked, event: Event) -> None:
    record_id = link_id(fact.wind, fact.brake)
    board.links.pop(record_id, None)
    board.touch(record_id)


FOLDS = dict([folds(Linked, linked), folds(Unlinked, unlinked)])


# --- who sees what --------------------------------------------------------------------------------------------------


def view(board: Board, record_id: str, viewer: Viewer) -> LinkRecord | None:
    link = board.links.get(LinkId(record_id))
    if link is None or not all(_is_live(board, end) for end in (link.wind, link.brake)):
        return None
    return LinkRecord(id=link.id, seq=board.stamp(link.id, viewer), wind=link.wind, brake=link.brake)


def _is_live(board: Board, target: TargetId) -> bool:
    """Whether a card or theme can be linked; a card in a theme can, unlike for a vote."""
    return board.counts_on(target) is not None and (target.startswith("card:") or board.counts_on(target) == target)


# Of the examples: cards of each kind on a board that is being discussed, two of them in themes.
WIND, ANCHOR, SHARK, GALE, UNKNOWN = (CardId(f"card:{n:016d}") for n in (1, 2, 3, 4, 9))
WINDS, BRAKES, EMPTY = (ThemeId(f"theme:{n:016d}") for n in (1, 2, 3))
DISCUSSED = (
    does(BOB, "add_card", card=WIND, kind="wind", text="Un sponsor", weight=0.5),
    does(BOB, "add_card", card=ANCHOR, kind="anchor", text="Pas de budget", weight=0.5),
    does(BOB, "add_card", card=SHARK, kind="shark", text="Un départ", weight=0.5),
    does(BOB, "add_card", card=GALE, kind="wind", text="Des bénévoles", weight=0.5),
    does(ALICE, "set_phase", phase="group"),
    does(ALICE, "add_theme", theme=WINDS, title="Aides", cards=[GALE]),
    does(ALICE, "add_theme", theme=BRAKES, title="Départs", cards=[SHARK]),
    does(ALICE, "add_theme", theme=EMPTY, title="Rien"),
    does(ALICE, "set_phase", phase="discuss"),
)
LINKED = does(BOB, "link", wind=WIND, brake=ANCHOR)
ANCHOR_IN_THE_BIN = does(ALICE, "delete_card", card=ANCHOR)
WIND_HELD = does(ALICE, "hold_card", card=WIND, reason="Blessant")
BRAKES_DELETED = does(ALICE, "delete_theme", theme=BRAKES)
BACK_TO_WRITING = does(ALICE, "set_phase", phase="write")
NO_LONGER = "what was linked cannot be linked again: an end of it is gone, or of another kind"


# --- link ------------------------------------------------------------------------------------------------------------


class LinkCommand(Command, frozen=True, tag="link"):
    """Link a wind to a brake that it relieves; either is a card or a theme."""

    wind: WireTargetId
    brake: WireTargetId


def link(board: Board, command: LinkCommand, who: Viewer, now: int) -> Decision:
    _refuse_mismatch(board, command.wind, command.brake, who)
    if link_id(command.wind, command.brake) in board.links:
        return Decision([])
    refuse_beyond(board.limits.links, len(board.links), "too_many_links")
    back = undo("unlink", wind=command.wind, brake=command.brake)
    return Decision([Linked(command.wind, command.brake)], [back])


def _refuse_mismatch(board: Board, wind: TargetId, brake: TargetId, who: Viewer) -> None:
    """Refuse a link that does not go from a wind (or a theme with one) to a brake (or a theme with one)."""
    if "wind" not in _kinds_of(board, wind, who, "wind"):
        raise Refused("not_a_wind", "wind")
    if not _kinds_of(board, brake, who, "brake") - {"wind"}:
        raise Refused("not_a_brake", "brake")


def _kinds_of(board: Board, target: TargetId, who: Viewer, field: str) -> set[str]:
    """Return the kinds of a card, or of the cards of a theme."""
    if is_card(target):
        return {readable_card(board, target, who, field).kind}
    theme = live_theme(board, ThemeId(target), field)
    return {card.kind for card in board.cards.values() if not card.deleted and board.theme_of(card) == theme.id}


LINK = declare(
    LinkCommand,
    link,
    May(TALKING, SORTING),
    done(BOB, Linked(WIND, ANCHOR), after=DISCUSSED, wind=WIND, brake=ANCHOR),
    done(BOB, Linked(WIND, SHARK), after=DISCUSSED, wind=WIND, brake=SHARK),
    done(ALICE, Linked(WINDS, BRAKES), after=DISCUSSED, wind=WINDS, brake=BRAKES),
    done(BOB, after=[*DISCUSSED, LINKED], wind=WIND, brake=ANCHOR),
    refused(BOB, "not_a_wind", "wind", after=DISCUSSED, wind=ANCHOR, brake=SHARK),
    refused(BOB, "not_a_wind", "wind", after=DISCUSSED, wind=BRAKES, brake=ANCHOR),
    refused(
        BOB, "not_a_wind", "wind", after=[*DISCUSSED, does(ALICE, "delete_card", card=GALE)], wind=WINDS, brake=ANCHOR
    ),
    refused(BOB, "not_a_brake", "brake", after=DISCUSSED, wind=WIND, brake=GALE),
    refused(BOB, "not_a_brake", "brake", after=DISCUSSED, wind=WIND, brake=EMPTY),
    refused(BOB, "unknown_card", "wind", after=DISCUSSED, wind=UNKNOWN, brake=ANCHOR),
    refused(BOB, "unknown_card", "brake", after=[*DISCUSSED, ANCHOR_IN_THE_BIN], wind=WIND, brake=ANCHOR),
    refused(DAN, "unknown_card", "wind", after=[*DISCUSSED, WIND_HELD], wind=WIND, brake=ANCHOR),
    refused(BOB, "unknown_theme", "brake", after=[*DISCUSSED, BRAKES_DELETED], wind=WIND, brake=BRAKES),
    refused(BOB, "unknown_theme", "wind", wind=WINDS, brake=ANCHOR, after=[does(ALICE, "set_phase", phase="act")]),
    refused(
        ALICE,
        "hidden_card",
        "wind",
        after=[*DISCUSSED, does(ALICE, "change_settings", free=True), BACK_TO_WRITING],
        wind=WIND,
        brake=ANCHOR,
    ),
    refused(BOB, "too_many_links", after=[*DISCUSSED, LINKED], limits=Limits(links=1), wind=WIND, brake=SHARK),
    refusals=["not_a_wind", "not_a_brake", "unknown_card", "unknown_theme", "hidden_card", "too_many_links"],
)


# --- unlink ----------------------------------------------------------------------------------------------------------


class Unlink(Command, frozen=True, tag="unlink"):
    """Remove a link."""

    wind: WireTargetId
    brake: WireTargetId


def unlink(board: Board, command: Unlink, who: Viewer, now: int) -> Decision:
    if link_id(command.wind, command.brake) not in board.links:
        return Decision([])
    fact = Unlinked(command.wind, command.brake)
    try:
        _refuse_mismatch(board, command.wind, command.brake, who)
    except Refused:
        return Decision([fact])  # an end is gone or has changed since: what is not linked would stay so
    return Decision([fact], [undo("link", wind=command.wind, brake=command.brake)])


UNLINK = declare(
    Unlink,
    unlink,
    May(TALKING, SORTING),
    done(BOB, Unlinked(WIND, ANCHOR), after=[*DISCUSSED, LINKED], wind=WIND, brake=ANCHOR),
    done(
        BOB,
        Unlinked(WIND, ANCHOR),
        after=[*DISCUSSED, LINKED, ANCHOR_IN_THE_BIN],
        no_undo=NO_LONGER,
        wind=WIND,
        brake=ANCHOR,
    ),
    done(
        BOB,
        Unlinked(WIND, ANCHOR),
        after=[*DISCUSSED, LINKED, does(ALICE, "change_kind", card=WIND, kind="shark")],
        no_undo=NO_LONGER,
        wind=WIND,
        brake=ANCHOR,
    ),
    done(BOB, after=DISCUSSED, wind=WIND, brake=ANCHOR),
    done(BOB, after=[*DISCUSSED, LINKED], wind=ANCHOR, brake=WIND),
)
