"""The number of people, without anybody: in archives of anonymous workshops. The fact and its fold. Pure."""

from __future__ import annotations

from speedboat.domain.folds import folds
from speedboat.domain.ids import PersonId
from speedboat.domain.messages import Count, Event, Fact
from speedboat.domain.state import Board, Person, PersonRole

COUNTED = "person:counted-"  # begins the ids of people of whom only the number is known


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
    """Make so many nameless people of this role, the first of them ready, and so on."""
    before = sum(person_id.startswith(f"{COUNTED}{role}-") for person_id in board.people)
    for n in range(max(number, before)):
        person = Person(
            id=PersonId(f"{COUNTED}{role}-{n + 1:06}"),
            role=role,
            ready=n < ready,
            removed=n >= number,
            voted=n < voted,
            estimated=n < estimated,
        )
        if board.people.get(person.id) != person:
            board.people[person.id] = person
            board.touch(person.id)


FOLDS = dict([folds(PeopleCounted, people_counted)])
