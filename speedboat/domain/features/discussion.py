"""The discussion: the card or theme in focus, and notes. Commands, facts, fold and rules.

Pure. What a discussion comes to is in `links.py` and `actions.py`.
"""

from __future__ import annotations

from speedboat.domain.declarations import ALICE, NOW, declare, does, done, refused
from speedboat.domain.features.card_checks import readable_card
from speedboat.domain.features.links import (
    ANCHOR,
    ANCHOR_IN_THE_BIN,
    BACK_TO_WRITING,
    BRAKES,
    BRAKES_DELETED,
    DISCUSSED,
    UNKNOWN,
    WINDS,
)
from speedboat.domain.features.themes import live_theme
from speedboat.domain.features.timer import TimerSet
from speedboat.domain.features.votes import WireTargetId
from speedboat.domain.folds import folds
from speedboat.domain.ids import CardId, TargetId, ThemeId, is_card
from speedboat.domain.messages import TEXT_LIMIT, Command, Decision, Event, Fact, Refused, Viewer, undo
from speedboat.domain.permissions import NEVER, OPEN, SORTING, May
from speedboat.domain.state import Board
from speedboat.domain.validation import clean_text

# --- facts ----------------------------------------------------------------------------------------------------------


class Focused(Fact, frozen=True, tag="focused"):
    """A card or theme was put in focus on all devices; None: nothing."""

    target: TargetId | None = None


class Noted(Fact, frozen=True, tag="noted"):
    """A note was written on a card or theme."""

    target: TargetId
    text: str = ""


# --- fold -----------------------------------------------------------------------------------------------------------


def focused(board: Board, fact: Focused, event: Event) -> None:
    board.focus = fact.target
    board.touch("workshop")


def noted(board: Board, fact: Noted, event: Event) -> None:
    if place := board.cards.get(CardId(fact.target)) or board.themes.get(ThemeId(fact.target)):
        place.note = fact.text or None
        board.touch(fact.target)


FOLDS = dict([folds(Focused, focused), folds(Noted, noted)])


# --- focus -----------------------------------------------------------------------------------------------------------


class Focus(Command, frozen=True, tag="focus"):
    """Put a card or theme in focus on all devices; null: nothing."""

    target: WireTargetId | None


def focus(board: Board, command: Focus, who: Viewer, now: int) -> Decision:
    if command.target == board.focus:
        return Decision([])
    if command.target is not None:
        _existing(board, command.target, who)
    timer = _its_timer(board, command.target, now)
    back = _back(board, who)
    # What had run of another timer does not come back; where there was none, there is none again.
    if back and board.timer is None and (timer or _its_timer(board, board.focus, now)):
        back.append(undo("set_timer", seconds=None))
    return Decision([Focused(command.target), *timer], back)


def _its_timer(board: Board, target: TargetId | None, now: int) -> list[Fact]:
    """Return the timer of a theme that comes into focus, where the workshop sets minutes for each."""
    minutes = board.settings.minutes_per_theme
    return [TimerSet(ends=now + minutes * 60_000)] if minutes and target and board.phase == "discuss" else []


def _back(board: Board, who: Viewer) -> list[dict[str, object]]:
    """Return the command that restores the present focus; none if it is no longer on the board."""
    if board.focus is not None:
        try:
            _existing(board, board.focus, who)
        except Refused:
            return []
    return [undo("focus", target=board.focus)]


FIVE_MINUTES_EACH = does(ALICE, "change_settings", minutes_per_theme=5)
ON_ANCHOR = does(ALICE, "focus", target=ANCHOR)
ON_BRAKES = does(ALICE, "focus", target=BRAKES)
FOCUS = declare(
    Focus,
    focus,
    May(NEVER, OPEN),
    done(ALICE, Focused(ANCHOR), after=DISCUSSED, target=ANCHOR),
    done(ALICE, Focused(BRAKES), after=[*DISCUSSED, ON_ANCHOR], target=BRAKES),
    done(ALICE, Focused(), after=[*DISCUSSED, ON_ANCHOR], target=None),
    done(
        ALICE,
        Focused(ANCHOR),
        TimerSet(ends=NOW + 300_000),
        after=[*DISCUSSED, FIVE_MINUTES_EACH],
        target=ANCHOR,
    ),
    done(ALICE, Focused(), after=[*DISCUSSED, ON_ANCHOR, FIVE_MINUTES_EACH], target=None),
    done(
        ALICE,
        Focused(BRAKES),
        TimerSet(ends=NOW + 300_000),
        after=[*DISCUSSED, ON_ANCHOR, FIVE_MINUTES_EACH],
        target=BRAKES,
    ),
    done(
        ALICE,
        Focused(ANCHOR),
        TimerSet(ends=NOW + 300_000),
        after=[*DISCUSSED, FIVE_MINUTES_EACH, does(ALICE, "set_timer", seconds=60)],
        leaves="time that has passed does not come back: the timer of the new theme runs on",
        target=ANCHOR,
    ),
    done(
        ALICE,
        Focused(ANCHOR),
        after=[*DISCUSSED, FIVE_MINUTES_EACH, does(ALICE, "set_phase", phase="cut")],
        target=ANCHOR,
    ),
    done(
        ALICE,
        Focused(BRAKES),
        after=[*DISCUSSED, ON_ANCHOR, ANCHOR_IN_THE_BIN],
        no_undo="what was in focus is in the bin",
        target=BRAKES,
    ),
    done(
        ALICE,
        Focused(BRAKES),
        TimerSet(ends=NOW + 300_000),
        after=[*DISCUSSED, ON_ANCHOR, ANCHOR_IN_THE_BIN, FIVE_MINUTES_EACH],
        no_undo="what was in focus is in the bin",
        target=BRAKES,
    ),
    done(
        ALICE,
        Focused(ANCHOR),
        after=[*DISCUSSED, ON_BRAKES, BRAKES_DELETED],
        no_undo="what was in focus is in the bin",
        target=ANCHOR,
    ),
    done(ALICE, after=[*DISCUSSED, ON_ANCHOR], target=ANCHOR),
    done(ALICE, target=None),
    refused(ALICE, "unknown_card", "target", target=UNKNOWN),
    refused(ALICE, "unknown_theme", "target", target=WINDS),
    refused(ALICE, "hidden_card", "target", after=[*DISCUSSED, BACK_TO_WRITING], target=ANCHOR),
    refusals=["unknown_card", "unknown_theme", "hidden_card"],
)


# --- note ------------------------------------------------------------------------------------------------------------


class Note(Command, frozen=True, tag="note"):
    """What was said about a theme or a card; an empty text takes the note away."""

    target: WireTargetId
    text: str


def note(board: Board, command: Note, who: Viewer, now: int) -> Decision:
    before = _existing(board, command.target, who) or ""
    text = clean_text(command.text, may_be_empty=True)
    if text == before:
        return Decision([])
    return Decision([Noted(command.target, text)], [undo("note", target=command.target, text=before)])


def _existing(board: Board, target: TargetId, who: Viewer) -> str | None:
    """Return the note of a card or theme. Raises Refused if it cannot be discussed."""
    if is_card(target):
        return readable_card(board, target, who, "target").note
    return live_theme(board, ThemeId(target), "target").note


NOTED = does(ALICE, "note", target=ANCHOR, text="À revoir")
NOTE = declare(
    Note,
    note,
    May(NEVER, SORTING),
    done(ALICE, Noted(ANCHOR, "À revoir"), after=DISCUSSED, target=ANCHOR, text=" À revoir "),
    done(ALICE, Noted(BRAKES, "À revoir"), after=DISCUSSED, target=BRAKES, text="À revoir"),
    done(ALICE, Noted(ANCHOR, "Revu"), after=[*DISCUSSED, NOTED], target=ANCHOR, text="Revu"),
    done(ALICE, Noted(ANCHOR), after=[*DISCUSSED, NOTED], target=ANCHOR, text=" "),
    done(ALICE, after=[*DISCUSSED, NOTED], target=ANCHOR, text="À revoir"),
    done(ALICE, after=DISCUSSED, target=ANCHOR, text=""),
    refused(ALICE, "unknown_card", "target", after=DISCUSSED, target=UNKNOWN, text="À revoir"),
    refused(ALICE, "unknown_theme", "target", after=[*DISCUSSED, BRAKES_DELETED], target=BRAKES, text="À revoir"),
    refused(
        ALICE,
        "hidden_card",
        "target",
        after=[*DISCUSSED, does(ALICE, "change_settings", free=True), BACK_TO_WRITING],
        target=ANCHOR,
        text="À revoir",
    ),
    refused(ALICE, "text_too_long", "text", after=DISCUSSED, target=ANCHOR, text="n" * (TEXT_LIMIT + 1)),
    refused(ALICE, "text_malformed", "text", after=DISCUSSED, target=ANCHOR, text="\ud83d"),
    refusals=["unknown_card", "unknown_theme", "hidden_card", "text_too_long", "text_malformed"],
)
