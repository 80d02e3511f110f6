"""The day on which a workshop is erased: the command, the fact, the fold, the rule.

Pure. Everybody is told the day before they join, so once somebody has come or written it can only be sooner. What is
erased then, and by whom: `writing/purge.py`.
"""

from __future__ import annotations

import datetime

from speedboat.domain.days import day_in
from speedboat.domain.declarations import ALICE, BOB, NOW, declare, does, done, refused
from speedboat.domain.folds import folds
from speedboat.domain.messages import Command, Decision, Event, Fact, Refused, Viewer, undo
from speedboat.domain.permissions import EVERY, NEVER, May
from speedboat.domain.state import Board

LONGEST = 365 * 100  # days


class PurgeDateSet(Fact, frozen=True, tag="purge_date_set"):
    """The day (YYYY-MM-DD, where the workshop takes place) on which it is erased; None: by nobody but organisers.

    With `keeps_figures` its figures, theme titles and accepted actions remain, without anybody's name.
    """

    on: str | None = None
    keeps_figures: bool = False


class WorkshopPurged(Fact, frozen=True, tag="workshop_purged"):
    """This log is what remains of a workshop that was erased on a day: see `domain/residue.py`."""

    on: str


def purge_date_set(board: Board, fact: PurgeDateSet, event: Event) -> None:
    board.purge_promise = promise(board)
    board.purge_on, board.keeps_figures = fact.on or "", fact.keeps_figures
    board.purge_witnesses = _witnesses(board)
    board.touch("workshop")


def workshop_purged(board: Board, fact: WorkshopPurged, event: Event) -> None:
    board.purged_on = fact.on
    board.touch("workshop")


FOLDS = dict([folds(PurgeDateSet, purge_date_set), folds(WorkshopPurged, workshop_purged)])


def promise(board: Board) -> tuple[str, bool]:
    """Return the day by which people were told that all is erased, '' for none, and whether figures remain then.

    They were told what is set now, if somebody has come or written since it was set.
    """
    is_witnessed = _witnesses(board) > board.purge_witnesses
    return (board.purge_on, board.keeps_figures) if board.purge_on and is_witnessed else board.purge_promise


def _witnesses(board: Board) -> int:
    """Return a number that grows whenever a participant comes and whenever a card is written."""
    return sum(person.role == "participant" for person in board.people.values()) + sum(board.cards_by.values())


def day_after(day: str, days: int) -> str:
    """Return the day (YYYY-MM-DD) so many days after another; the last day there is, at most."""
    try:
        return (datetime.date.fromisoformat(day) + datetime.timedelta(days=days)).isoformat()
    except OverflowError:
        return datetime.date.max.isoformat()


def default_purge_day(time_zone: str, now: int, days: int) -> str:
    """Return the day so many days after today in a time zone; '' for 0 days, which means never."""
    return day_after(day_in(time_zone, now), days) if days else ""


def valid_purge_day(day: str, today: str) -> str:
    """Return a day on which a workshop may be erased.

    Raises:
        Refused: `not_a_date`, or `day_passed` for one that is not after today, or `out_of_range` in a hundred years.
    """
    try:
        date = datetime.date.fromisoformat(day).isoformat()
    except ValueError:
        raise Refused("not_a_date", "on") from None
    if date <= today:
        raise Refused("day_passed", "on")
    if date > day_after(today, LONGEST):
        raise Refused("out_of_range", "on")
    return date


# --- set_purge_date --------------------------------------------------------------------------------------------------


class SetPurgeDate(Command, frozen=True, tag="set_purge_date"):
    """Set the day on which the workshop is erased, or, with null, have it kept until somebody deletes it.

    `keeps_figures`: its figures, theme titles and accepted actions remain, without anybody's name.
    """

    on: str | None
    keeps_figures: bool = False


def set_purge_date(board: Board, command: SetPurgeDate, who: Viewer, now: int) -> Decision:
    on = valid_purge_day(command.on, day_in(board.time_zone, now)) if command.on is not None else ""
    keeps_figures = command.keeps_figures and bool(on)
    if (on, keeps_figures) == (board.purge_on, board.keeps_figures):
        return Decision([])
    day, may_keep = promise(board)
    if day and not "" < on <= day:
        raise Refused("already_promised", "on")
    if day and keeps_figures and not may_keep:
        raise Refused("already_promised", "keeps_figures")
    back = undo("set_purge_date", on=board.purge_on or None, keeps_figures=board.keeps_figures)
    return Decision([PurgeDateSet(on or None, keeps_figures)], [back])


TODAY = day_in("", NOW)
SOON, LATER, LATEST = (day_after(TODAY, days) for days in (1, 30, LONGEST))
SET_LATER = does(ALICE, "set_purge_date", on=LATER)
BOB_WRITES = does(BOB, "add_card", card="card:0000000000000001", kind="anchor", text="Pas de budget", weight=0.5)
SET_PURGE_DATE = declare(
    SetPurgeDate,
    set_purge_date,
    May(NEVER, EVERY),
    done(ALICE, PurgeDateSet(SOON), on=SOON),
    done(ALICE, PurgeDateSet(LATEST), on=LATEST),
    done(ALICE, PurgeDateSet(), after=[SET_LATER], on=None),
    done(ALICE, PurgeDateSet(LATEST), after=[SET_LATER], on=LATEST),
    done(ALICE, PurgeDateSet(SOON), after=[SET_LATER, BOB_WRITES], on=SOON),
    done(ALICE, PurgeDateSet(LATER), after=[SET_LATER, BOB_WRITES, does(ALICE, "set_purge_date", on=SOON)], on=LATER),
    done(ALICE, PurgeDateSet(LATER, keeps_figures=True), on=LATER, keeps_figures=True),
    done(
        ALICE,
        PurgeDateSet(LATER),
        after=[does(ALICE, "set_purge_date", on=LATER, keeps_figures=True), BOB_WRITES],
        on=LATER,
    ),
    refused(ALICE, "already_promised", "keeps_figures", after=[SET_LATER, BOB_WRITES], on=LATER, keeps_figures=True),
    done(ALICE, after=[SET_LATER], on=LATER),
    done(ALICE, on=None),
    refused(ALICE, "already_promised", "on", after=[SET_LATER, BOB_WRITES], on=LATEST),
    refused(ALICE, "already_promised", "on", after=[SET_LATER, BOB_WRITES], on=None),
    refused(ALICE, "day_passed", "on", on=TODAY),
    refused(ALICE, "out_of_range", "on", on=day_after(TODAY, LONGEST + 1)),
    refused(ALICE, "not_a_date", "on", on="demain"),
    refusals=["already_promised", "day_passed", "out_of_range", "not_a_date"],
)
