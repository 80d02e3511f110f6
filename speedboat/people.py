"""People: joining, roles, names, "I am done", being removed, the facilitator key. Commands, facts, fold and rules.

Pure. Names are not in the log: events name people by id, and the names are rows that can be erased. `board.names`
is filled from those rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from speedboat.log import Command, Count, Decision, Event, Fact, Refused, Viewer, undo
from speedboat.records import PersonRecord
from speedboat.text import clean_name

if TYPE_CHECKING:
    from speedboat.board import Board

PersonId = Annotated[str, msgspec.Meta(pattern=r"^person:[A-Za-z0-9_-]{16,64}\Z")]
PersonRole = Literal["participant", "facilitator"]
COUNTED = "person:counted-"  # begins the ids of people of whom only the number is known


class Person(msgspec.Struct):
    """Somebody in the workshop. `key` is the number of the facilitator key their role was got by, 0 for none.

    `voted` and `estimated` are for people of whom only the number is known; of others, votes and estimates tell.
    """

    id: str
    role: PersonRole
    key: int = 0
    ready: bool = False
    removed: bool = False
    voted: bool = False
    estimated: bool = False


# --- commands -------------------------------------------------------------------------------------------------------


class Join(Command, frozen=True, tag="join", tag_field="act"):
    """Not on the wire: what `access` asks for once it knows who knocks. Also a person who comes back with a key."""

    person: PersonId
    role: PersonRole
    name: str | None = None


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
    key: int = 0


class RoleGiven(Fact, frozen=True, tag="role_given"):
    person: str
    role: PersonRole
    key: int = 0


class PersonRenamed(Fact, frozen=True, tag="person_renamed"):
    person: str


class PersonReady(Fact, frozen=True, tag="person_ready"):
    person: str
    ready: bool = True


class PersonRemoved(Fact, frozen=True, tag="person_removed"):
    person: str


class KeyRenewed(Fact, frozen=True, tag="key_renewed"):
    """`kept` is who asked for it, and stays facilitator; nobody where it came from the command line."""

    key: int
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
    board.people[fact.person] = Person(fact.person, fact.role, fact.key)
    board.touch(fact.person)
    board.touch("workshop")


def role_given(board: Board, fact: RoleGiven, event: Event) -> None:
    if person := board.people.get(fact.person):
        _give_role(board, person, fact.role, fact.key)


def _give_role(board: Board, person: Person, role: PersonRole, key: int) -> None:
    """A role changes what somebody may see, so everything is new to them."""
    person.role, person.key = role, key
    board.touch(person.id)
    board.touch("workshop")
    board.touch_all(only=person.id)


def person_renamed(board: Board, fact: PersonRenamed, event: Event) -> None:
    if fact.person in board.people:
        board.touch(fact.person)


def person_ready(board: Board, fact: PersonReady, event: Event) -> None:
    if person := board.people.get(fact.person):
        person.ready = fact.ready
        board.touch(person.id)
        board.touch("workshop")


def person_removed(board: Board, fact: PersonRemoved, event: Event) -> None:
    if person := board.people.get(fact.person):
        person.removed = True
        board.touch(person.id)
        board.touch("workshop")


def key_renewed(board: Board, fact: KeyRenewed, event: Event) -> None:
    board.key = fact.key
    for person in board.people.values():
        if person.id == fact.kept:
            person.key = fact.key
        elif person.role == "facilitator":
            _give_role(board, person, "participant", 0)


def people_counted(board: Board, fact: PeopleCounted, event: Event) -> None:
    _count(board, "participant", fact.participants, fact.ready, fact.voted, fact.estimated)
    _count(board, "facilitator", fact.facilitators, fact.ready_facilitators)
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


def view(board: Board, person_id: str, viewer: Viewer) -> PersonRecord | None:
    person = board.people.get(person_id)
    if person is None or person.removed:
        return None
    return PersonRecord(
        id=person.id,
        seq=board.stamp(person.id, viewer),
        name=board.names.get(person.id, ""),
        role=person.role,
        ready=person.ready,
    )


# --- rules ----------------------------------------------------------------------------------------------------------


def join(board: Board, command: Join, who: Viewer, now: int) -> Decision:
    names = {command.person: clean_name(command.name, "name")} if command.name is not None else {}
    key = board.key if command.role == "facilitator" else 0
    known = board.people.get(command.person)
    if known is None:
        return Decision([PersonJoined(command.person, command.role, key)], names={command.person: "", **names})
    if known.removed:
        raise Refused("removed")
    if command.role == "facilitator" and known.role != "facilitator":
        return Decision([RoleGiven(command.person, "facilitator", key)])
    return Decision([])


def ready(board: Board, command: Ready, who: Viewer, now: int) -> Decision:
    person = board.people[str(who.person)]
    if person.ready == command.ready:
        return Decision([])
    return Decision([PersonReady(person.id, command.ready)], [undo("ready", ready=person.ready)])


def rename_me(board: Board, command: RenameMe, who: Viewer, now: int) -> Decision:
    return _rename(board, str(who.person), command.new_name, "rename_me")


def rename_person(board: Board, command: RenamePerson, who: Viewer, now: int) -> Decision:
    person = present(board, command.person)
    return _rename(board, person.id, command.new_name, "rename_person", person=person.id)


def _rename(board: Board, person_id: str, new_name: str, back: str, **arguments: str) -> Decision:
    name, before = clean_name(new_name, "new_name"), board.names.get(person_id, "")
    if name == before:
        return Decision([])
    return Decision([PersonRenamed(person_id)], [undo(back, **arguments, new_name=before)], names={person_id: name})


def remove_person(board: Board, command: RemovePerson, who: Viewer, now: int) -> Decision:
    person = present(board, command.person)
    if person.id == who.person:
        raise Refused("not_yourself", "person")
    return Decision([PersonRemoved(person.id)])


def renew_key(board: Board, command: RenewKey, who: Viewer, now: int) -> Decision:
    return Decision([KeyRenewed(board.key + 1, who.person)])


def present(board: Board, person_id: str) -> Person:
    person = board.people.get(person_id)
    if person is None or person.removed:
        raise Refused("unknown_person", "person")
    return person


RULES: dict[type[Command], Any] = {
    Join: join,
    Ready: ready,
    RenameMe: rename_me,
    RenamePerson: rename_person,
    RemovePerson: remove_person,
    RenewKey: renew_key,
}
