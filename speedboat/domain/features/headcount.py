"""The number of people, without anybody: in archives of anonymous workshops. The fact and its fold. Pure."""

from __future__ import annotations

from speedboat.domain.folds import folds
from speedboat.domain.ids import PersonId
from speedboat.domain.messages import Count, Event, Fact
from speedboat.domain.state import Board, Person, PersonRole

COUNTED = "person:counted-"  # begins the ids of people of whom only the number is known


class PeopleCounted(Fact, frozen=True, tag="people_counted"):
    """How many people are here of whom only the number is known: in archives of anonymous workshops.

    `ready`, `voted`, `estimated`, `placed` and `over` are how many of the participants, as in `Progress`; `estimated`
    goes by what is in focus.
    """

    participants: Count = 0
    facilitators: Count = 0
    ready: Count = 0
    ready_facilitators: Count = 0
    voted: Count = 0
    estimated: Count = 0
    placed: Count = 0
    over: Count = 0


def people_counted(board: Board, fact: PeopleCounted, event: Event) -> None:
    _count(board, "participant", fact.participants, fact)
    _count(board, "facilitator", fact.facilitators, PeopleCounted(ready=fact.ready_facilitators))
    for person_id, person in board.people.items():
        if person_id.startswith(COUNTED):
            board.listed.pop(person_id, None)
            if board.settings.anonymous and person.is_in:
                board.listed[person_id] = person.role
    board.touch("workshop")


def _count(board: Board, role: PersonRole, number: int, counted: PeopleCounted) -> None:
    """Make so many nameless people of this role, the first `counted.ready` of them ready, and so on."""
    before = sum(person_id.startswith(f"{COUNTED}{role}-") for person_id in board.people)
    for n in range(max(number, before)):
        person = Person(
            id=PersonId(f"{COUNTED}{role}-{n + 1:06}"),
            role=role,
            ready=n < counted.ready,
            removed=n >= number,
            voted=n < counted.voted,
            estimated=n < counted.estimated,
            placed=n < counted.placed,
            over=n < counted.over,
        )
        if board.people.get(person.id) != person:
            board.people[person.id] = person
            board.touch(person.id)


FOLDS = dict([folds(PeopleCounted, people_counted)])
