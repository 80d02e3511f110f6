"""People: roles, names, "I am done", being removed, the facilitator key. Commands, facts, fold and rules.

Pure. Names are not in the log: events name people by id, and the names are rows that can be erased. `board.names`
is filled from those rows. Coming in is in `door.py`.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET

from speedboat.domain.features.votes import touch_choices
from speedboat.domain.messages import Command, Count, Decision, Event, Fact, Refused, Viewer, Whole, undo
from speedboat.domain.records import PersonRecord
from speedboat.domain.state import Board, Person, PersonRole
from speedboat.domain.validation import clean_name, fold_name

PersonId = Annotated[str, msgspec.Meta(pattern=r"^person:[A-Za-z0-9_-]{16,64}\Z")]
COUNTED = "person:counted-"  # begins the ids of people of whom only the number is known


# --- commands -------------------------------------------------------------------------------------------------------


class Ready(Command, frozen=True, tag="ready"):
    ready: bool


class RenameMe(Command, frozen=True, tag="rename_me"):
    new_name: str


class RenamePerson(Command, frozen=True, tag="rename_person"):
    person: PersonId
    new_name: str


class RemovePerson(Command, frozen=True, tag="remove_person"):
    person: PersonId


class RenewKey(Command, frozen=True, tag="renew_key"):
    """Make a new facilitator key: the old one, and the roles others got by it, end."""


# --- facts ----------------------------------------------------------------------------------------------------------


class PersonJoined(Fact, frozen=True, tag="person_joined"):
    person: str
    role: PersonRole = "participant"
    key: Whole = 0
    waiting: bool = False


class RoleGiven(Fact, frozen=True, tag="role_given"):
    person: str
    role: PersonRole
    key: Whole = 0


class PersonRenamed(Fact, frozen=True, tag="person_renamed"):
    """`told` where a facilitator did it, who is told at once also in an anonymous workshop."""

    person: str
    told: bool = False


class PersonReady(Fact, frozen=True, tag="person_ready"):
    person: str
    ready: bool = True


class PersonRemoved(Fact, frozen=True, tag="person_removed"):
    """`uncounts` what they voted, estimated and agreed to: logs from before that was the rule go on counting it."""

    person: str
    uncounts: bool = False


class KeyRenewed(Fact, frozen=True, tag="key_renewed"):
    """`kept` is who asked for it, and stays facilitator; nobody where it came from the command line."""

    key: Whole
    kept: str | None = None


class PeopleCounted(Fact, frozen=True, tag="people_counted"):
    """How many people are here of whom only the number is known: in archives of anonymous workshops.

    `ready`, `voted` and `estimated` are how many of the participants; `estimated` goes by what is in focus.
    """

    participants: Count = 0
    facilitators: Count = 0
    ready: Count = 0
    ready_facilitators: Count = 0
    voted: Count = 0
    estimated: Count = 0


# --- fold -----------------------------------------------------------------------------------------------------------


def person_joined(board: Board, fact: PersonJoined, event: Event) -> None:
    board.people[fact.person] = Person(
        fact.person, fact.role, fact.key, event.seq, waiting=fact.waiting, was_in=not fact.waiting
    )
    if fact.waiting:
        board.touch(fact.person)  # for facilitators
    else:
        _touch_person(board, fact.person)


def role_given(board: Board, fact: RoleGiven, event: Event) -> None:
    if person := board.people.get(fact.person):
        _give_role(board, person, fact.role, fact.key, event)
        _touch_person(board, person.id)


def _give_role(board: Board, person: Person, role: PersonRole, key: int, event: Event) -> None:
    """A role changes what somebody may see: from here on they are shown the board anew."""
    person.role, person.key, person.role_seq = role, key, event.seq


def person_renamed(board: Board, fact: PersonRenamed, event: Event) -> None:
    if fact.person not in board.people:
        return
    if fact.told:
        board.former_names.pop(fact.person, None)
        board.touch(fact.person)
    elif board.settings.anonymous:
        if fact.person in board.listed:
            # No name is known where a whole log is folded: the old one is kept nowhere, only that there is a new one.
            board.former_names.setdefault(fact.person, board.names.get(fact.person, ""))
        board.touch(fact.person, only=fact.person)
    else:
        board.touch(fact.person)


def person_ready(board: Board, fact: PersonReady, event: Event) -> None:
    if person := board.people.get(fact.person):
        person.ready = fact.ready
        if board.settings.anonymous:
            board.touch(person.id, only=person.id)
        else:
            board.touch(person.id)
        board.touch("workshop")


def person_removed(board: Board, fact: PersonRemoved, event: Event) -> None:
    if person := board.people.get(fact.person):
        person.removed, person.waiting = True, False
        person.counts = not fact.uncounts
        board.listed.pop(person.id, None)
        board.touch(person.id)
        if person.was_in:
            board.touch("workshop")
        if fact.uncounts:
            touch_choices(board, person.id)


def key_renewed(board: Board, fact: KeyRenewed, event: Event) -> None:
    board.key = fact.key
    for person in board.people.values():
        if person.id == fact.kept:
            person.key = fact.key
        elif person.role == "facilitator":
            _give_role(board, person, "participant", 0, event)
            board.touch(person.id)
            board.touch("workshop")
    list_people(board)


def _touch_person(board: Board, person_id: str) -> None:
    """Somebody came or has another role. In an anonymous workshop others learn of it later: see `list_people`."""
    if board.settings.anonymous:
        board.touch(person_id, only=person_id)
    else:
        board.touch(person_id)
        board.touch("workshop")


def list_people(board: Board) -> None:
    """Bring the list of people of an anonymous workshop up to date.

    Only the facilitator's acts for the whole room do this. Were each newcomer listed at once, the cards that come next
    would be known to be theirs.
    """
    if not board.settings.anonymous:
        return
    listed = {person.id: person.role for person in board.people.values() if person.is_in}
    for person_id in sorted(listed.keys() | board.former_names.keys()):
        if board.listed.get(person_id) != listed.get(person_id) or person_id in board.former_names:
            board.touch(person_id)
    board.listed, board.former_names = listed, {}
    board.touch("workshop")


def people_counted(board: Board, fact: PeopleCounted, event: Event) -> None:
    _count(board, "participant", fact.participants, fact.ready, fact.voted, fact.estimated)
    _count(board, "facilitator", fact.facilitators, fact.ready_facilitators)
    for person_id, person in board.people.items():
        if person_id.startswith(COUNTED):
            board.listed.pop(person_id, None)
            if board.settings.anonymous and person.is_in:
                board.listed[person_id] = person.role
    board.touch("workshop")


def _count(board: Board, role: PersonRole, number: int, ready: int, voted: int = 0, estimated: int = 0) -> None:
    """Have so many nameless people with this role, the first of them ready, and so on."""
    before = sum(person_id.startswith(f"{COUNTED}{role}-") for person_id in board.people)
    for n in range(max(number, before)):
        person = Person(
            id=f"{COUNTED}{role}-{n + 1:06}",
            role=role,
            ready=n < ready,
            removed=n >= number,
            voted=n < voted,
            estimated=n < estimated,
        )
        if board.people.get(person.id) != person:
            board.people[person.id] = person
            board.touch(person.id)


FOLDS: dict[type[Fact], Any] = {
    PersonJoined: person_joined,
    RoleGiven: role_given,
    PersonRenamed: person_renamed,
    PersonReady: person_ready,
    PersonRemoved: person_removed,
    KeyRenewed: key_renewed,
    PeopleCounted: people_counted,
}


# --- who sees what --------------------------------------------------------------------------------------------------


def view(board: Board, person_id: str, viewer: Viewer) -> PersonRecord | None:
    if not is_listed(board, person_id, viewer):
        return None
    person, name = board.people[person_id], board.names.get(person_id, "")
    record = PersonRecord(
        id=person.id,
        seq=board.stamp(person.id, viewer),
        name=name,
        role=person.role,
        waiting=person.waiting or UNSET,
        removed=person.removed or UNSET,
    )
    if not board.settings.anonymous or person.id == viewer.person:
        record.ready = person.ready
    elif person.is_in:
        record.role = board.listed[person.id]
        record.name = (board.former_names.get(person.id) or name) if name else ""
    return record


def is_here(board: Board, person_id: str) -> bool:
    person = board.people.get(person_id)
    return person is not None and person.is_in


def is_listed(board: Board, person_id: str, viewer: Viewer) -> bool:
    """Whether a viewer is told of a person.

    Who waits and who was removed is the business of facilitators, who can let them in. In an anonymous workshop people
    are told of themselves and of facilitators, and facilitators of everybody who was there when the list was last
    brought up to date.
    """
    person = board.people.get(person_id)
    if person is None or not person.is_in:
        return person is not None and viewer.facilitates
    if not board.settings.anonymous or person_id == viewer.person:
        return True
    role = board.listed.get(person_id)
    return role == "facilitator" or (role is not None and viewer.facilitates)


def concerns(board: Board, person_id: str) -> set[str]:
    return {person_id} if board.settings.anonymous else set()


def participants(board: Board) -> list[Person]:
    """Who takes part, as far as others are told of it by now."""
    return people_of(board, "participant")


def people_of(board: Board, role: PersonRole) -> list[Person]:
    """Who is here with this role, as far as others are told of it by now."""
    here = [person for person in board.people.values() if person.is_in]
    if board.settings.anonymous:
        return [person for person in here if board.listed.get(person.id) == role]
    return [person for person in here if person.role == role]


# --- rules ----------------------------------------------------------------------------------------------------------


def ready(board: Board, command: Ready, who: Viewer, now: int) -> Decision:
    person = board.people[str(who.person)]
    if person.ready == command.ready:
        return Decision([])
    return Decision([PersonReady(person.id, command.ready)], [undo("ready", ready=person.ready)])


def rename_me(board: Board, command: RenameMe, who: Viewer, now: int) -> Decision:
    person, name = str(who.person), clean_name(command.new_name, "new_name")
    # Or whoever was removed would come in under another name and take the old one.
    if fold_name(name) != fold_name(board.names.get(person, "")):
        refuse_removed_name(board, name, "new_name")
    return _rename(board, person, name, False, "rename_me")


def rename_person(board: Board, command: RenamePerson, who: Viewer, now: int) -> Decision:
    person = present(board, command.person)
    return _rename(board, person.id, command.new_name, True, "rename_person", person=person.id)


def _rename(board: Board, person_id: str, new_name: str, told: bool, back: str, **arguments: str) -> Decision:
    name, before = clean_name(new_name, "new_name"), board.names.get(person_id, "")
    if name == before:
        return Decision([])
    return Decision(
        [PersonRenamed(person_id, told)], [undo(back, **arguments, new_name=before)], names={person_id: name}
    )


def remove_person(board: Board, command: RemovePerson, who: Viewer, now: int) -> Decision:
    person = present(board, command.person)
    if person.id == who.person:
        raise Refused("not_yourself", "person")
    return Decision(
        [PersonRemoved(person.id, uncounts=True)], [undo("admit_person", person=person.id)] if person.is_in else []
    )


def renew_key(board: Board, command: RenewKey, who: Viewer, now: int) -> Decision:
    return Decision([KeyRenewed(board.key + 1, who.person)])


def present(board: Board, person_id: str) -> Person:
    person = board.people.get(person_id)
    if person is None or person.removed:
        raise Refused("unknown_person", "person")
    return person


def refuse_removed_name(board: Board, name: str, field: str = "name") -> None:
    """The first name of somebody removed is nobody's until they are let in again."""
    folded = fold_name(name)
    if folded and any(p.removed and fold_name(board.names.get(p.id, "")) == folded for p in board.people.values()):
        raise Refused("name_removed", field)


RULES: dict[type[Command], Any] = {
    Ready: ready,
    RenameMe: rename_me,
    RenamePerson: rename_person,
    RemovePerson: remove_person,
    RenewKey: renew_key,
}
