"""People: who is here in which role, "I am done", being removed. Commands, facts, fold, view and rules.

Pure. Names are not in the log: events name people by id, and the names are rows that can be erased. `board.names`
is filled from those rows; they are in `person_names.py`. Coming in is in `door.py`.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET

from speedboat.domain.declarations import ALICE, BOB, CAROL, DAN, declare, does, done, refused
from speedboat.domain.features.votes import touch_choices
from speedboat.domain.folds import folds
from speedboat.domain.ids import PersonId
from speedboat.domain.messages import Command, Decision, Event, Fact, Refused, Viewer, Whole, undo
from speedboat.domain.permissions import EVERY, NEVER, OPEN, May
from speedboat.domain.records import PersonRecord
from speedboat.domain.state import Board, Person, PersonRole

WirePersonId = Annotated[PersonId, msgspec.Meta(pattern=r"^person:[A-Za-z0-9_-]{16,64}\Z")]


# --- facts ----------------------------------------------------------------------------------------------------------


class PersonJoined(Fact, frozen=True, tag="person_joined"):
    """Somebody joined, or asked to be let in (`waiting`); `key` numbers the facilitator key they used, 0: none."""

    person: PersonId
    role: PersonRole = "participant"
    key: Whole = 0
    waiting: bool = False


class RoleGiven(Fact, frozen=True, tag="role_given"):
    """Somebody got a role; `key` numbers the facilitator key they used, 0: none."""

    person: PersonId
    role: PersonRole
    key: Whole = 0


class PersonReady(Fact, frozen=True, tag="person_ready"):
    """Somebody said "I am done", or took that back."""

    person: PersonId
    ready: bool = True


class PersonRemoved(Fact, frozen=True, tag="person_removed"):
    """`uncounts` what they voted, estimated and agreed to: logs from before that was the rule go on counting it."""

    person: PersonId
    uncounts: bool = False


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
        give_role(board, person, fact.role, fact.key, event)
        _touch_person(board, person.id)


def give_role(board: Board, person: Person, role: PersonRole, key: int, event: Event) -> None:
    """Set somebody's role. It changes what they may see, so they are sent the whole board again."""
    person.role, person.key, person.role_seq = role, key, event.seq


def person_ready(board: Board, fact: PersonReady, event: Event) -> None:
    if person := board.people.get(fact.person):
        _set_ready(board, person, fact.ready)
        board.touch("workshop")


def nobody_is_ready(board: Board) -> None:
    """Take back everybody's "I am done": there is something new to do."""
    for person in board.people.values():
        if person.ready:
            _set_ready(board, person, False)


def _set_ready(board: Board, person: Person, ready: bool) -> None:
    person.ready = ready
    board.touch(person.id, only=person.id if board.settings.anonymous else None)


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


def _touch_person(board: Board, person_id: PersonId) -> None:
    """Note that somebody came or changed roles. In an anonymous workshop others learn of it in `list_people`."""
    if board.settings.anonymous:
        board.touch(person_id, only=person_id)
    else:
        board.touch(person_id)
        board.touch("workshop")


def list_people(board: Board) -> None:
    """Update the list of people of an anonymous workshop.

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


FOLDS = dict(
    [
        folds(PersonJoined, person_joined),
        folds(RoleGiven, role_given),
        folds(PersonReady, person_ready),
        folds(PersonRemoved, person_removed),
    ]
)


# --- who sees what --------------------------------------------------------------------------------------------------


def view(board: Board, person_id: PersonId, viewer: Viewer) -> PersonRecord | None:
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


def is_here(board: Board, person_id: PersonId) -> bool:
    """Whether somebody is in the workshop: joined, not waiting and not removed."""
    person = board.people.get(person_id)
    return person is not None and person.is_in


def is_listed(board: Board, person_id: PersonId, viewer: Viewer) -> bool:
    """Whether a viewer is shown a person.

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


def concerns(board: Board, person_id: PersonId) -> set[PersonId]:
    """Return the people whose own view of a person's record differs from the others'."""
    return {person_id} if board.settings.anonymous else set()


def participants(board: Board) -> list[Person]:
    """Return the participants, as far as others know of them by now."""
    return people_of(board, "participant")


def people_of(board: Board, role: PersonRole) -> list[Person]:
    """Return the people with this role, as far as others know of them by now."""
    here = [person for person in board.people.values() if person.is_in]
    if board.settings.anonymous:
        return [person for person in here if board.listed.get(person.id) == role]
    return [person for person in here if person.role == role]


def present(board: Board, person_id: PersonId) -> Person:
    """Return somebody who is in or waits. Raises Refused."""
    person = board.people.get(person_id)
    if person is None or person.removed:
        raise Refused("unknown_person", "person")
    return person


# --- ready -----------------------------------------------------------------------------------------------------------


class Ready(Command, frozen=True, tag="ready"):
    """Say "I am done" with this phase, or take that back."""

    ready: bool


def ready(board: Board, command: Ready, who: Viewer, now: int) -> Decision:
    person = board.people[who.somebody]
    if person.ready == command.ready:
        return Decision([])
    return Decision([PersonReady(person.id, command.ready)], [undo("ready", ready=person.ready)])


READY = declare(
    Ready,
    ready,
    May(OPEN, OPEN, locked=True),
    done(BOB, PersonReady(BOB), ready=True),
    done(BOB, PersonReady(BOB, ready=False), after=[does(BOB, "ready", ready=True)], ready=False),
    done(ALICE, PersonReady(ALICE), ready=True),
    done(BOB, ready=False),
)


# --- remove_person ---------------------------------------------------------------------------------------------------


class RemovePerson(Command, frozen=True, tag="remove_person"):
    """Remove somebody from the workshop."""

    person: WirePersonId


def remove_person(board: Board, command: RemovePerson, who: Viewer, now: int) -> Decision:
    person = present(board, command.person)
    if person.id == who.person:
        raise Refused("not_yourself", "person")
    return Decision(
        [PersonRemoved(person.id, uncounts=True)], [undo("admit_person", person=person.id)] if person.is_in else []
    )


REMOVED = does(ALICE, "remove_person", person=DAN)
CAROL_WAITS = (
    does(ALICE, "set_door", door="approve"),
    does(CAROL, "join", person=CAROL, role="participant", name="Carol"),
)
REMOVE_PERSON = declare(
    RemovePerson,
    remove_person,
    May(NEVER, EVERY),
    done(ALICE, PersonRemoved(DAN, uncounts=True), person=DAN),
    done(
        ALICE,
        PersonRemoved(DAN, uncounts=True),
        after=[does(ALICE, "change_settings", anonymous=True)],
        leaves="in an anonymous workshop others learn who is back only with the next phase",
        person=DAN,
    ),
    done(
        ALICE,
        PersonRemoved(CAROL, uncounts=True),
        after=CAROL_WAITS,
        no_undo="nothing makes somebody wait again: admitted, they would be in",
        person=CAROL,
    ),
    refused(ALICE, "unknown_person", "person", person=CAROL),
    refused(ALICE, "unknown_person", "person", after=[REMOVED], person=DAN),
    refused(ALICE, "not_yourself", "person", person=ALICE),
    refusals=["unknown_person", "not_yourself"],
)
