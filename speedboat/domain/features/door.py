"""The door as facilitators set it: who may join, whom they admit or refuse. Commands, facts, fold, rules.

Pure. Who then comes in is in `joining.py`.
"""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from speedboat.domain.declarations import ALICE, CAROL, DAN, declare, does, done, refused
from speedboat.domain.features.people import CAROL_WAITS, PersonRemoved, WirePersonId
from speedboat.domain.features.votes import touch_choices
from speedboat.domain.folds import folds
from speedboat.domain.ids import PersonId
from speedboat.domain.limits import Limits, refuse_beyond
from speedboat.domain.messages import Command, Decision, Event, Fact, Refused, Viewer, Whole, undo
from speedboat.domain.permissions import EVERY, NEVER, May
from speedboat.domain.state import Board, Door, Person

# --- facts ----------------------------------------------------------------------------------------------------------


class DoorSet(Fact, frozen=True, tag="door_set"):
    """`passphrase` is the number of the passphrase: its hash is in a row, the words are nowhere."""

    door: Door
    passphrase: Whole = 0


class PersonAdmitted(Fact, frozen=True, tag="person_admitted"):
    """Somebody who waited for approval was let in."""

    person: PersonId


# --- fold -----------------------------------------------------------------------------------------------------------


def door_set(board: Board, fact: DoorSet, event: Event) -> None:
    board.door, board.passphrase = fact.door, fact.passphrase
    board.touch("workshop")


def person_admitted(board: Board, fact: PersonAdmitted, event: Event) -> None:
    if person := board.people.get(fact.person):
        counts_again = not person.counts
        person.waiting, person.removed, person.was_in, person.counts = False, False, True, True
        person.role_seq = event.seq  # what they could see before they were out is shown to them anew
        board.touch(person.id)
        if not board.settings.anonymous:  # there others learn of them later: see `people.list_people`
            board.touch("workshop")
        if counts_again:
            touch_choices(board, person.id)


FOLDS = dict([folds(DoorSet, door_set), folds(PersonAdmitted, person_admitted)])


SEALED = "what a passphrase is sealed as"
FACILITATORS = May(NEVER, EVERY)
DOOR_CLOSED = does(ALICE, "set_door", door="closed")
DOOR_ASKS = does(ALICE, "set_door", door="passphrase", passphrase=SEALED)
DAN_VOTED_AND_IS_OUT = (
    does(ALICE, "add_card", card="card:0000000000000001", kind="anchor", text="Pas de budget", weight=0.5),
    does(ALICE, "set_phase", phase="vote"),
    does(DAN, "vote", target="card:0000000000000001", count=2),
    does(ALICE, "set_phase", phase="cut"),
    does(ALICE, "remove_person", person=DAN),
)
CAROL_REFUSED = does(ALICE, "refuse_person", person=CAROL)


# --- set_door --------------------------------------------------------------------------------------------------------


class SetDoor(Command, frozen=True, tag="set_door"):
    """Set who may join. A passphrase is hashed (`access/passphrases.py`) before the rules see the command."""

    door: Door
    passphrase: str | UnsetType = UNSET


def set_door(board: Board, command: SetDoor, who: Viewer, now: int) -> Decision:
    passphrase = board.passphrase
    if command.passphrase is not UNSET:
        if command.door != "passphrase":
            raise Refused("no_passphrase_door", "passphrase")
        passphrase += 1
    elif command.door == "passphrase" and not passphrase:
        raise Refused("passphrase_needed", "passphrase")
    if (command.door, passphrase) == (board.door, board.passphrase):
        return Decision([])
    # A passphrase that was replaced cannot come back: only its hash was kept, and that is gone.
    back = [] if command.door == board.door else [undo("set_door", door=board.door)]
    return Decision([DoorSet(command.door, passphrase)], back)


SET_DOOR = declare(
    SetDoor,
    set_door,
    FACILITATORS,
    done(ALICE, DoorSet("closed"), door="closed"),
    done(ALICE, DoorSet("approve"), door="approve"),
    done(ALICE, DoorSet("passphrase", 1), door="passphrase", passphrase=SEALED),
    done(ALICE, DoorSet("open", 1), after=[DOOR_ASKS], door="open"),
    done(ALICE, DoorSet("passphrase", 1), after=[DOOR_ASKS, DOOR_CLOSED], door="passphrase"),
    done(
        ALICE,
        DoorSet("passphrase", 2),
        after=[DOOR_ASKS],
        no_undo="of the passphrase that was replaced only its hash was kept, and that is gone",
        door="passphrase",
        passphrase=SEALED,
    ),
    done(ALICE, after=[DOOR_ASKS], door="passphrase"),
    done(ALICE, door="open"),
    refused(ALICE, "no_passphrase_door", "passphrase", door="open", passphrase=SEALED),
    refused(ALICE, "passphrase_needed", "passphrase", door="passphrase"),
    refusals=["no_passphrase_door", "passphrase_needed"],
)


# --- admit_person ----------------------------------------------------------------------------------------------------


class AdmitPerson(Command, frozen=True, tag="admit_person"):
    """Let in somebody who waits, or somebody who was removed."""

    person: WirePersonId


def admit_person(board: Board, command: AdmitPerson, who: Viewer, now: int) -> Decision:
    person = _anybody(board, command.person)
    if person.is_in:
        return Decision([])
    back = []
    if person.removed:
        refuse_when_full(board)
        back = [undo("remove_person", person=person.id)]
    return Decision([PersonAdmitted(person.id)], back)


ADMIT_PERSON = declare(
    AdmitPerson,
    admit_person,
    FACILITATORS,
    done(
        ALICE,
        PersonAdmitted(CAROL),
        after=CAROL_WAITS,
        no_undo="whoever was let in has seen the board, and cannot be made to wait",
        person=CAROL,
    ),
    done(ALICE, PersonAdmitted(DAN), after=[does(ALICE, "remove_person", person=DAN)], person=DAN),
    done(ALICE, PersonAdmitted(DAN), after=DAN_VOTED_AND_IS_OUT, person=DAN),  # and what they voted counts again
    done(ALICE, PersonAdmitted(CAROL), after=[*CAROL_WAITS, CAROL_REFUSED], person=CAROL),
    done(ALICE, person=DAN),
    refused(ALICE, "unknown_person", "person", person=CAROL),
    refused(
        ALICE,
        "full",
        after=[does(ALICE, "remove_person", person=DAN)],
        limits=Limits(people=2),
        person=DAN,
    ),
    refusals=["unknown_person", "full"],
)


# --- refuse_person ---------------------------------------------------------------------------------------------------


class RefusePerson(Command, frozen=True, tag="refuse_person"):
    """Not let in somebody who waits: they are out like a person who was removed."""

    person: WirePersonId


def refuse_person(board: Board, command: RefusePerson, who: Viewer, now: int) -> Decision:
    person = _anybody(board, command.person)
    if not person.waiting:
        raise Refused("not_waiting", "person")
    return Decision([PersonRemoved(person.id, uncounts=True)])


REFUSE_PERSON = declare(
    RefusePerson,
    refuse_person,
    FACILITATORS,
    done(ALICE, PersonRemoved(CAROL, uncounts=True), after=CAROL_WAITS, person=CAROL),
    refused(ALICE, "unknown_person", "person", person=CAROL),
    refused(ALICE, "not_waiting", "person", person=DAN),
    refused(ALICE, "not_waiting", "person", after=[*CAROL_WAITS, CAROL_REFUSED], person=CAROL),
    refusals=["unknown_person", "not_waiting"],
    no_undo="nothing makes somebody wait again: admitted, they would be in",
)


def _anybody(board: Board, person_id: PersonId) -> Person:
    """Return a person, also one who was removed. Raises Refused."""
    person = board.people.get(person_id)
    if person is None:
        raise Refused("unknown_person", "person")
    return person


def refuse_when_full(board: Board) -> None:
    """Raise Refused (`full`) at the limit; people who wait count, removed ones do not."""
    refuse_beyond(board.limits.people, sum(not person.removed for person in board.people.values()), "full")
