"""The timer that everybody shares: set, paused, resumed, extended, to the second.

Pure: the rules are told what time it is. When it runs out it says so, and nothing is cut off.
"""

from __future__ import annotations

from msgspec import UNSET

from speedboat.domain.declarations import ALICE, NOW, declare, does, done, refused
from speedboat.domain.folds import folds
from speedboat.domain.messages import Command, Decision, Event, Fact, Refused, Viewer, Whole, undo
from speedboat.domain.permissions import NEVER, OPEN, May
from speedboat.domain.records import Timer
from speedboat.domain.state import Board
from speedboat.domain.validation import finite

LONGEST_TIMER = 24 * 3600  # seconds


class TimerSet(Fact, frozen=True, tag="timer_set"):
    """Running until `ends`, or paused with `left`, both in ms; neither: no timer."""

    ends: Whole | None = None
    left: Whole | None = None


def timer_set(board: Board, fact: TimerSet, event: Event) -> None:
    if fact.ends is not None:
        board.timer = Timer(ends=fact.ends)
    elif fact.left is not None:
        board.timer = Timer(left=fact.left)
    else:
        board.timer = None
    board.touch("workshop")


FOLDS = dict([folds(TimerSet, timer_set)])


FACILITATORS = May(NEVER, OPEN)
RUNNING = does(ALICE, "set_timer", seconds=60)
PAUSED = does(ALICE, "pause_timer")


# --- set_timer -------------------------------------------------------------------------------------------------------


class SetTimer(Command, frozen=True, tag="set_timer"):
    """Start the timer with so many seconds; null removes it."""

    seconds: int | None


def set_timer(board: Board, command: SetTimer, who: Viewer, now: int) -> Decision:
    if command.seconds is None:
        return Decision([TimerSet()] if board.timer else [])
    finite(command.seconds, "seconds", 1, LONGEST_TIMER)
    return Decision([TimerSet(ends=now + command.seconds * 1000)])


SET_TIMER = declare(
    SetTimer,
    set_timer,
    FACILITATORS,
    done(ALICE, TimerSet(ends=NOW + 300_000), seconds=300),
    done(ALICE, TimerSet(), after=[RUNNING], seconds=None),
    done(ALICE, seconds=None),
    refused(ALICE, "out_of_range", "seconds", seconds=0),
    refused(ALICE, "out_of_range", "seconds", seconds=LONGEST_TIMER + 1),
    refusals=["out_of_range"],
    no_undo="time that has passed does not come back",
)


# --- pause_timer -----------------------------------------------------------------------------------------------------


class PauseTimer(Command, frozen=True, tag="pause_timer"):
    """Pause the timer."""


def pause_timer(board: Board, command: PauseTimer, who: Viewer, now: int) -> Decision:
    timer = _some_timer(board)
    if timer.ends is UNSET:
        return Decision([])
    return Decision([TimerSet(left=max(0, timer.ends - now))], [undo("resume_timer")])


PAUSE_TIMER = declare(
    PauseTimer,
    pause_timer,
    FACILITATORS,
    done(ALICE, TimerSet(left=60_000), after=[RUNNING]),
    done(ALICE, after=[RUNNING, PAUSED]),
    refused(ALICE, "no_timer"),
    refusals=["no_timer"],
)


# --- resume_timer ----------------------------------------------------------------------------------------------------


class ResumeTimer(Command, frozen=True, tag="resume_timer"):
    """Let a paused timer run on."""


def resume_timer(board: Board, command: ResumeTimer, who: Viewer, now: int) -> Decision:
    timer = _some_timer(board)
    if timer.left is UNSET:
        return Decision([])
    return Decision([TimerSet(ends=now + timer.left)], [undo("pause_timer")])


RESUME_TIMER = declare(
    ResumeTimer,
    resume_timer,
    FACILITATORS,
    done(ALICE, TimerSet(ends=NOW + 60_000), after=[RUNNING, PAUSED]),
    done(ALICE, after=[RUNNING]),
    refused(ALICE, "no_timer"),
    refusals=["no_timer"],
)


# --- extend_timer ----------------------------------------------------------------------------------------------------


class ExtendTimer(Command, frozen=True, tag="extend_timer"):
    """Add seconds to the timer."""

    seconds: int


def extend_timer(board: Board, command: ExtendTimer, who: Viewer, now: int) -> Decision:
    """Add to the remaining time; a timer that has run out starts again from now."""
    timer = _some_timer(board)
    more = int(finite(command.seconds, "seconds", 1, LONGEST_TIMER)) * 1000
    most = LONGEST_TIMER * 1000
    if timer.left is not UNSET:
        return Decision([TimerSet(left=min(timer.left + more, most))])
    assert timer.ends is not UNSET
    return Decision([TimerSet(ends=min(max(timer.ends, now) + more, now + most))])


EXTEND_TIMER = declare(
    ExtendTimer,
    extend_timer,
    FACILITATORS,
    done(ALICE, TimerSet(ends=NOW + 90_000), after=[RUNNING], seconds=30),
    done(ALICE, TimerSet(left=90_000), after=[RUNNING, PAUSED], seconds=30),
    done(ALICE, TimerSet(ends=NOW + LONGEST_TIMER * 1000), after=[RUNNING], seconds=LONGEST_TIMER),
    refused(ALICE, "no_timer", seconds=30),
    refused(ALICE, "out_of_range", "seconds", after=[RUNNING], seconds=0),
    refusals=["no_timer", "out_of_range"],
    no_undo="what was added may have run already",
)


def _some_timer(board: Board) -> Timer:
    if board.timer is None:
        raise Refused("no_timer")
    return board.timer
