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
    """The day (YYYY-MM-DD, where the workshop takes place) on which it is erased; None: by nobody but organisers."""

    on: str | None = None


def purge_date_set(board: Board, fact: PurgeDateSet, event: Event) -> None:
    board.purge_promise = promised_day(board)
    board.purge_on = fact.on or ""
    board.purge_witnesses = _witnesses(board)
    board.touch("workshop")


FOLDS = dict([folds(PurgeDateSet, purge_date_set)])


def promised_day(board: Board) -> str:
    """Return the day by which people were told that everything is erased; '' if nobody was told one.

    They were told the day that is set now, if somebody has come or written since it was set.
    """
    is_witnessed = _witnesses(board) > board.purge_witnesses
    return board.purge_on if board.purge_on and is_witnessed else board.purge_promise


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
    """Set the day on which the workshop is erased, or, with null, have it kept until somebody deletes it."""

    on: str | None


def set_purge_date(board: Board, command: SetPurgeDate, who: Viewer, now: int) -> Decision:
    on = valid_purge_day(command.on, day_in(board.time_zone, now)) if command.on is not None else ""
    if on == board.purge_on:
        return Decision([])
    promise = promised_day(board)
    if promise and not "" < on <= promise:
        raise Refused("already_promised", "on")
    return Decision([PurgeDateSet(on or None)], [undo("set_purge_date", on=board.purge_on or None)])


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
    done(ALICE, after=[SET_LATER], on=LATER),
    done(ALICE, on=None),
    refused(ALICE, "already_promised", "on", after=[SET_LATER, BOB_WRITES], on=LATEST),
    refused(ALICE, "already_promised", "on", after=[SET_LATER, BOB_WRITES], on=None),
    refused(ALICE, "day_passed", "on", on=TODAY),
    refused(ALICE, "out_of_range", "on", on=day_after(TODAY, LONGEST + 1)),
    refused(ALICE, "not_a_date", "on", on="demain"),
    refusals=["already_promised", "day_passed", "out_of_range", "not_a_date"],
)
