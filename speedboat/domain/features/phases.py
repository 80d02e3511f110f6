"""The phases of a workshop, which the facilitator walks through, and the workshop's own record.

Pure. What a phase hides is decided where the hidden thing lives (`cards.py`, `votes.py`); what a phase allows, each
command declares. The settings are in `settings.py`, what is held back and revealed in `airlock.py`.
"""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, structs

from speedboat.domain.declarations import ALICE, BOB, declare, does, done
from speedboat.domain.features.people import list_people, participants
from speedboat.domain.features.timer import TimerSet
from speedboat.domain.features.votes import has_placed_all, has_too_many, has_voted
from speedboat.domain.folds import folds
from speedboat.domain.messages import PHASES, Command, Decision, Event, Fact, Phase, Viewer, Whole, undo
from speedboat.domain.permissions import EVERY, NEVER, May
from speedboat.domain.records import Progress, WorkshopRecord
from speedboat.domain.state import Board

REVEALING_PHASES = PHASES[PHASES.index("group") :]


# --- facts ----------------------------------------------------------------------------------------------------------


class WorkshopCreated(Fact, frozen=True, tag="workshop_created"):
    """The workshop was created: the first fact of every log.

    `time_zone` is a name of the IANA database, '' for UTC.
    """

    title: str
    objective: str = ""
    language: Literal["fr", "en"] = "fr"
    format: str = "speedboat"
    format_version: Whole = 1
    time_zone: str = ""


class PhaseSet(Fact, frozen=True, tag="phase_set"):
    """The workshop moved to a phase."""

    phase: Phase


# --- fold -----------------------------------------------------------------------------------------------------------


def workshop_created(board: Board, fact: WorkshopCreated, event: Event) -> None:
    board.title, board.objective = fact.title, fact.objective
    board.settings = structs.replace(board.settings, language=fact.language)
    board.format, board.format_version = fact.format, fact.format_version
    board.time_zone = fact.time_zone
    board.touch("workshop")


def phase_set(board: Board, fact: PhaseSet, event: Event) -> None:
    board.phase = fact.phase
    if fact.phase in REVEALING_PHASES:
        for card in board.cards.values():
            card.revealed = card.revealed or card.held is None
    for person in board.people.values():
        person.ready = False
    list_people(board)
    # A phase decides what everybody may see, so everything is new to everybody.
    board.touch_all()


FOLDS = dict([folds(WorkshopCreated, workshop_created), folds(PhaseSet, phase_set)])


# --- who sees what --------------------------------------------------------------------------------------------------


def view(board: Board, record_id: str, viewer: Viewer) -> WorkshopRecord:
    return WorkshopRecord(
        id="workshop",
        seq=board.stamp("workshop", viewer),
        title=board.title,
        objective=board.objective,
        phase=board.phase,
        kinds_open=board.kinds_open,
        prompts=board.prompts,
        timer=board.timer,
        focus=board.focus,
        locked=board.locked,
        door=board.door,
        settings=board.settings,
        progress=progress(board),
        shared=board.summary_shared or UNSET,
        shared_from=board.summary_opens or UNSET,
        shared_until=board.summary_expires or UNSET,
        purge_on=board.purge_on or UNSET,
        keeps_figures=board.keeps_figures or UNSET,
        purged_on=board.purged_on or UNSET,
    )


def progress(board: Board) -> Progress:
    """Return the room's progress; it counts participants only, so that "30 of 30" does not wait for facilitators."""
    room = participants(board)
    if board.focus is not None:
        estimators = set(board.estimates.get(board.focus, ()))
    else:
        estimators = {person for knots in board.estimates.values() for person in knots}
    return Progress(
        ready=sum(person.ready for person in room),
        voted=sum(person.voted or has_voted(board, person.id) for person in room),
        placed=sum(person.placed or person.ready or has_placed_all(board, person.id) for person in room),
        estimated=sum(person.estimated or person.id in estimators for person in room),
        of=len(room),
        over=sum(person.over or has_too_many(board, person.id) for person in room),
    )


# --- set_phase -------------------------------------------------------------------------------------------------------


class SetPhase(Command, frozen=True, tag="set_phase"):
    """Move the workshop to a phase, forward or back; a timer that has run out goes with the phase that ends."""

    phase: Phase


def set_phase(board: Board, command: SetPhase, who: Viewer, now: int) -> Decision:
    if command.phase == board.phase:
        return Decision([])
    facts: list[Fact] = [PhaseSet(command.phase)]
    if board.timer and board.timer.ends is not UNSET and board.timer.ends <= now:
        facts.append(TimerSet())  # "time is up" was said of the phase that ends here
    return Decision(facts, [undo("set_phase", phase=board.phase)])


SET_PHASE = declare(
    SetPhase,
    set_phase,
    May(NEVER, EVERY),
    *(done(ALICE, PhaseSet(phase), phase=phase) for phase in PHASES if phase != "welcome"),
    done(ALICE, PhaseSet("welcome"), after=[does(ALICE, "set_phase", phase="closed")], phase="welcome"),
    done(
        ALICE,
        PhaseSet("group"),
        after=[
            does(ALICE, "set_phase", phase="write"),
            does(BOB, "add_card", card="card:0000000000000001", kind="anchor", text="Pas de budget", weight=0.5),
            does(ALICE, "set_phase", phase="share"),
        ],
        leaves="what a phase has revealed was read, and cannot be unread",
        phase="group",
    ),
    done(
        ALICE,
        PhaseSet("write"),
        after=[does(BOB, "ready", ready=True)],
        leaves="being done is said by each person for themselves, once for each phase",
        phase="write",
    ),
    done(ALICE, phase="welcome"),
)
