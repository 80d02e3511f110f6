"""People: joining, roles, names, "I am done", being removed, the facilitator key. Commands, facts, fold and rules.

Pure. Names are not in the log: events name people by id, and the names are rows that can be erased. `board.names`
is filled from those rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from speedboat.log import Command, Decision, Event, Fact, Refused, Viewer, undo
from speedboat.records import PersonRecord
from speedboat.text import clean_name

if TYPE_CHECKING:
    from speedboat.board import Board

PersonId = Annotated[str, msgspec.Meta(pattern=r"^person:[A-Za-z0-9_-]{16,64}\Z")]
PersonRole = Literal["participant", "facilitator"]


class Person(msgspec.Struct):
    """Somebody in the workshop. `key` is the number of the facilitator key their role was got by, 0 for none;
    `role_seq` is the event that gave them the role they have."""

    id: str
    role: PersonRole
    key: int = 0
    role_seq: int = 0
    ready: bool = False
    removed: bool = False


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
    """`told` where a facilitator did it, who is told at once also in an anonymous workshop."""

    person: str
    told: bool = False


class PersonReady(Fact, frozen=True, tag="person_ready"):
    person: str
    ready: bool = True


class PersonRemoved(Fact, frozen=True, tag="person_removed"):
    person: str


class KeyRenewed(Fact, frozen=True, tag="key_renewed"):
    """`kept` is who asked for it, and stays facilitator; nobody where it came from the command line."""

    key: int
    kept: str | None = None


# --- fold -----------------------------------------------------------------------------------------------------------


def person_joined(board: Board, fact: PersonJoined, event: Event) -> None:
    board.people[fact.person] = Person(fact.person, fact.role, fact.key, event.seq)
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
        if fact.person in board.listed and fact.person in board.names:
            board.former_names.setdefault(fact.person, board.names[fact.person])
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
        person.removed = True
        board.listed.pop(person.id, None)
        board.touch(person.id)
        board.touch("workshop")


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
    listed = {person.id: person.role for person in board.people.values() if not person.removed}
    for person_id in sorted(listed.keys() | board.former_names.keys()):
        if board.listed.get(person_id) != listed.get(person_id) or person_id in board.former_names:
            board.touch(person_id)
    board.listed, board.former_names = listed, {}
    board.touch("workshop")


FOLDS: dict[type[Fact], Any] = {
    PersonJoined: person_joined,
    RoleGiven: role_given,
    PersonRenamed: person_renamed,
    PersonReady: person_ready,
    PersonRemoved: person_removed,
    KeyRenewed: key_renewed,
}


# --- who sees what --------------------------------------------------------------------------------------------------


def view(board: Board, person_id: str, viewer: Viewer) -> PersonRecord | None:
    if not is_listed(board, person_id, viewer):
        return None
    person, name = board.people[person_id], board.names.get(person_id, "")
    record = PersonRecord(id=person.id, seq=board.stamp(person.id, viewer), name=name, role=person.role)
    if not board.settings.anonymous or person.id == viewer.person:
        record.ready = person.ready
    else:
        record.role = board.listed[person.id]
        record.name = board.former_names.get(person.id, name) if name else ""
    return record


def is_here(board: Board, person_id: str) -> bool:
    person = board.people.get(person_id)
    return person is not None and not person.removed


def is_listed(board: Board, person_id: str, viewer: Viewer) -> bool:
    """Whether a viewer is told of a person.

    In an anonymous workshop people are told of themselves and of facilitators, and facilitators of everybody who was
    there when the list was last brought up to date.
    """
    if not is_here(board, person_id):
        return False
    if not board.settings.anonymous or person_id == viewer.person:
        return True
    role = board.listed.get(person_id)
    return role == "facilitator" or (role is not None and viewer.facilitates)


def concerns(board: Board, person_id: str) -> set[str]:
    return {person_id} if board.settings.anonymous else set()


def participants(board: Board) -> list[Person]:
    """Who takes part, as far as others are told of it by now."""
    here = [person for person in board.people.values() if not person.removed]
    if board.settings.anonymous:
        return [person for person in here if board.listed.get(person.id) == "participant"]
    return [person for person in here if person.role == "participant"]


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
    return _rename(board, str(who.person), command.new_name, False, "rename_me")


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
