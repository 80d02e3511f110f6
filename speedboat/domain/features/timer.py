"""The timer that everybody shares: set, paused, resumed, extended, to the second.

Pure: the rules are told what time it is. When it runs out it says so, and nothing is cut off.
"""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from speedboat.domain.messages import Command, Decision, Event, Fact, Refused, Viewer, Whole, undo
from speedboat.domain.records import Timer
from speedboat.domain.state import Board
from speedboat.domain.validation import finite

LONGEST_TIMER = 24 * 3600  # seconds


class SetTimer(Command, frozen=True, tag="set_timer"):
    seconds: int | None


class PauseTimer(Command, frozen=True, tag="pause_timer"):
    pass


class ResumeTimer(Command, frozen=True, tag="resume_timer"):
    pass


class ExtendTimer(Command, frozen=True, tag="extend_timer"):
    seconds: int


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


FOLDS: dict[type[Fact], Any] = {TimerSet: timer_set}


def set_timer(board: Board, command: SetTimer, who: Viewer, now: int) -> Decision:
    if command.seconds is None:
        return Decision([TimerSet()] if board.timer else [])
    finite(command.seconds, "seconds", 1, LONGEST_TIMER)
    return Decision([TimerSet(ends=now + command.seconds * 1000)])


def pause_timer(board: Board, command: PauseTimer, who: Viewer, now: int) -> Decision:
    timer = _some_timer(board)
    if timer.ends is UNSET:
        return Decision([])
    return Decision([TimerSet(left=max(0, timer.ends - now))], [undo("resume_timer")])


def resume_timer(board: Board, command: ResumeTimer, who: Viewer, now: int) -> Decision:
    timer = _some_timer(board)
    if timer.left is UNSET:
        return Decision([])
    return Decision([TimerSet(ends=now + timer.left)], [undo("pause_timer")])


def extend_timer(board: Board, command: ExtendTimer, who: Viewer, now: int) -> Decision:
    """Adds to what is left; a timer that has run out starts again from now."""
    timer = _some_timer(board)
    more = int(finite(command.seconds, "seconds", 1, LONGEST_TIMER)) * 1000
    most = LONGEST_TIMER * 1000
    if timer.left is not UNSET:
        return Decision([TimerSet(left=min(timer.left + more, most))])
    assert timer.ends is not UNSET
    return Decision([TimerSet(ends=min(max(timer.ends, now) + more, now + most))])


def _some_timer(board: Board) -> Timer:
    if board.timer is None:
        raise Refused("no_timer")
    return board.timer


RULES: dict[type[Command], Any] = {
    SetTimer: set_timer,
    PauseTimer: pause_timer,
    ResumeTimer: resume_timer,
    ExtendTimer: extend_timer,
}
