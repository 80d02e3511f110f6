"""The door: who comes in, who waits for a facilitator, who stays out. Commands, facts, fold and rules.

Pure. A device is known by a hash, and a passphrase has been compared before a rule is asked: neither is in the log.
Whoever is in comes back whatever the door says; a facilitator key opens every door but to those who were removed.
"""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from speedboat.domain.features.people import PersonId, PersonJoined, PersonRemoved, RoleGiven, refuse_removed_name
from speedboat.domain.features.votes import touch_choices
from speedboat.domain.limits import refuse_beyond
from speedboat.domain.messages import Command, Decision, Event, Fact, Refused, Viewer, Whole, undo
from speedboat.domain.state import Board, Door, Person, PersonRole
from speedboat.domain.validation import clean_name

# --- commands -------------------------------------------------------------------------------------------------------


class Join(Command, frozen=True, tag="join", tag_field="act"):
    """Not on the wire: what `access` asks for once it knows who knocks. Also a person who comes back.

    `device` is a hash; `knows_passphrase` whether the passphrase that came along is the one of the workshop. `key_hash`
    is of the key that was checked: it may be renewed before the join is decided (see `Group`).
    """

    person: PersonId
    role: PersonRole
    name: str | None = None
    device: str | None = None
    knows_passphrase: bool = False
    key_hash: str | None = None


class Watch(Command, frozen=True, tag="watch", tag_field="act"):
    """Not on the wire: to see what the big screen shows. `is_known` with a screen's token or a facilitator key."""

    person: PersonId | None = None
    device: str | None = None
    is_known: bool = False


class SetDoor(Command, frozen=True, tag="set_door"):
    """The passphrase arrives here sealed (`passphrases.seal`): what was typed goes no further than the doors."""

    door: Door
    passphrase: str | UnsetType = UNSET


class AdmitPerson(Command, frozen=True, tag="admit_person"):
    """Let in somebody who waits, or somebody who was removed."""

    person: PersonId


class RefusePerson(Command, frozen=True, tag="refuse_person"):
    """Not let in somebody who waits: they are out like a person who was removed."""

    person: PersonId


# --- facts ----------------------------------------------------------------------------------------------------------


class DoorSet(Fact, frozen=True, tag="door_set"):
    """`passphrase` is the number of the passphrase: its hash is in a row, the words are nowhere."""

    door: Door
    passphrase: Whole = 0


class PersonAdmitted(Fact, frozen=True, tag="person_admitted"):
    person: str


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


FOLDS: dict[type[Fact], Any] = {DoorSet: door_set, PersonAdmitted: person_admitted}


# --- rules: coming in -----------------------------------------------------------------------------------------------


def join(board: Board, command: Join, who: Viewer, now: int) -> Decision:
    names = {command.person: clean_name(command.name, "name")} if command.name is not None else {}
    known = board.people.get(command.person)
    if known is None:
        return _join_as_new(board, command, names)
    if known.removed:
        raise Refused("removed")
    facts: list[Fact] = []
    if known.waiting:
        if command.role != "facilitator" and _waits(board, command):
            raise Refused("waiting")
        facts.append(PersonAdmitted(known.id))
    if command.role == "facilitator" and known.role != "facilitator":
        facts.append(RoleGiven(command.person, "facilitator", board.key))
    return Decision(facts)


def _join_as_new(board: Board, command: Join, names: dict[str, str]) -> Decision:
    name = names.get(command.person, "")
    _refuse_removed_device(board, command.device)
    waits = False
    if command.role != "facilitator":
        _refuse_when_full(board)
        if board.settings.one_phone_one_person and command.device is None:
            raise Refused("device_needed", "device")
        if board.locked:
            raise Refused("locked")
        waits = _waits(board, command)
        # Where a facilitator looks at everybody who comes, they also tell a namesake from somebody who is back.
        if not waits:
            refuse_removed_name(board, name)
    joined = PersonJoined(
        command.person, command.role, board.key if command.role == "facilitator" else 0, waiting=waits
    )
    devices = {command.person: command.device} if command.device else {}
    decision = Decision([joined], names={command.person: name}, devices=devices)
    if waits:
        decision.refusal = Refused("waiting")
    return decision


def _waits(board: Board, command: Join) -> bool:
    """Whether somebody who has not been in waits for a facilitator; if not, they may come in.

    Raises Refused: `closed`, `door_closed` or `wrong_passphrase`.
    """
    if board.phase == "closed":
        raise Refused("closed")
    if board.door == "closed":
        raise Refused("door_closed")
    if board.door == "passphrase" and not command.knows_passphrase:
        raise Refused("wrong_passphrase", "passphrase")
    return board.door == "approve"


def _refuse_when_full(board: Board) -> None:
    refuse_beyond(board.limits.people, sum(not person.removed for person in board.people.values()), "full")


def watch(board: Board, command: Watch, who: Viewer, now: int) -> Decision:
    """The code alone shows the big screen while the door is open; else it takes having been let in."""
    if command.person is not None:
        person = board.people.get(command.person)
        if person is None or person.removed:
            raise Refused("removed")
        if person.waiting:
            raise Refused("waiting")
        return Decision([])
    _refuse_removed_device(board, command.device)
    if not command.is_known and board.door != "open":
        raise Refused("screen_closed")
    return Decision([])


def _refuse_removed_device(board: Board, device: str | None) -> None:
    """A device of somebody removed stays out, unless one who facilitates is in on the same."""
    if device is None:
        return
    owners = [person for person in board.people.values() if board.devices.get(person.id) == device]
    if any(p.removed for p in owners) and not any(p.is_in and p.role == "facilitator" for p in owners):
        raise Refused("removed")


# --- rules: keeping the door ----------------------------------------------------------------------------------------


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


def admit_person(board: Board, command: AdmitPerson, who: Viewer, now: int) -> Decision:
    person = _anybody(board, command.person)
    if person.is_in:
        return Decision([])
    back = []
    if person.removed:
        _refuse_when_full(board)
        back = [undo("remove_person", person=person.id)]
    return Decision([PersonAdmitted(person.id)], back)


def refuse_person(board: Board, command: RefusePerson, who: Viewer, now: int) -> Decision:
    person = _anybody(board, command.person)
    if not person.waiting:
        raise Refused("not_waiting", "person")
    return Decision([PersonRemoved(person.id, uncounts=True)])


def _anybody(board: Board, person_id: str) -> Person:
    """Also somebody who is out."""
    person = board.people.get(person_id)
    if person is None:
        raise Refused("unknown_person", "person")
    return person


RULES: dict[type[Command], Any] = {
    Join: join,
    Watch: watch,
    SetDoor: set_door,
    AdmitPerson: admit_person,
    RefusePerson: refuse_person,
}
