"""The queue of heavy jobs: workshops and people take turns, and the number of waiting jobs is bounded. Pure."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Collection
from typing import Generic, Protocol, TypeVar

Group = int | str
Asker = tuple[Group, str]


class Queued(Protocol):
    """What can be queued."""

    @property
    def asker(self) -> Asker:
        """Who asked for it: the workshop, or whatever else takes turns, and the person."""


JobT = TypeVar("JobT", bound=Queued)


class FairQueue(Generic[JobT]):
    """A queue in which workshops take turns, and within each the people; one person's jobs keep their order.

    Args:
        each: jobs that may wait of one person in one workshop.
        group: jobs that may wait of one workshop.
        in_all: jobs that may wait.
    """

    def __init__(self, each: int, group: int, in_all: int) -> None:
        self._each, self._group, self._in_all = each, group, in_all
        self._groups: OrderedDict[Group, OrderedDict[str, deque[JobT]]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def put(self, job: JobT) -> bool:
        """Add a job; return False if a bound is reached."""
        group, person = job.asker
        people = self._groups.get(group, OrderedDict())
        own = people.get(person, deque())
        if (
            self._size >= self._in_all
            or sum(map(len, people.values())) >= self._group
            or len(own) >= self._each
        ):  # fmt: skip
            return False
        own.append(job)
        people[person] = own
        self._groups[group] = people
        self._size += 1
        return True

    def take(self, busy: Collection[Asker] = ()) -> JobT | None:
        """Remove and return the next job of somebody who is not busy, and move them to the end of the order."""
        for group, people in self._groups.items():
            for person, own in people.items():
                if (group, person) not in busy:
                    job = own.popleft()
                    people.move_to_end(person)
                    self._groups.move_to_end(group)
                    self._size -= 1
                    self._tidy(job.asker)
                    return job
        return None

    def remove(self, job: JobT) -> bool:
        """Remove a job; return False if it was not waiting."""
        group, person = job.asker
        people = self._groups.get(group)
        own = people.get(person) if people else None
        if own is None or job not in own:
            return False
        own.remove(job)
        self._size -= 1
        self._tidy(job.asker)
        return True

    def _tidy(self, asker: Asker) -> None:
        group, person = asker
        people = self._groups[group]
        if not people[person]:
            del people[person]
        if not people:
            del self._groups[group]
