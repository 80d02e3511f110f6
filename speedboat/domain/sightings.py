"""Until when each record could be seen: a patch takes away only what its viewer was able to see since they last asked.

Pure, and kept up to date as the log is folded. Two levels are kept for each record, everybody and facilitators, and
besides those the few people who see what others of their role do not: the author of a card in the bin, whoever voted.
"""

from __future__ import annotations

from speedboat.domain.ids import PersonId
from speedboat.domain.messages import Viewer


class _Level:
    """What one kind of viewer sees now, and at which event each of the other records went."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.removed: dict[str, int] = {}

    def note(self, record_id: str, sees: bool, seq: int) -> None:
        if sees:
            self.seen.add(record_id)
        elif record_id in self.seen:
            self.seen.discard(record_id)
            self.removed[record_id] = seq


class Sightings:
    """For each record, until which seq it could be seen, and by whom."""

    def __init__(self) -> None:
        self._everybody = _Level()
        self._facilitators = _Level()
        self._alone: dict[str, set[PersonId]] = {}  # people by record, while not everybody sees it
        self._gone_alone: dict[PersonId, dict[str, int]] = {}  # record -> event, by person

    def went_after(self, since: int, record_id: str, viewer: Viewer) -> bool:
        """Whether a record that this viewer is not shown now could be seen by them at or after `since`.

        `since` is not before the viewer came or got their role: what could be seen before that is out of the question.
        """
        level = self._facilitators if viewer.facilitates else self._everybody
        if level.removed.get(record_id, 0) > since:
            return True
        removed = self._gone_alone.get(viewer.person) if viewer.person else None
        return bool(removed) and removed.get(record_id, 0) > since  # type: ignore[union-attr]

    def note(self, record_id: str, everybody: bool, facilitators: bool, alone: set[PersonId], seq: int) -> None:
        """Note who sees a record now: all, those who facilitate, and these people whatever their role."""
        self._everybody.note(record_id, everybody, seq)
        self._facilitators.note(record_id, facilitators, seq)
        if not everybody and (alone or record_id in self._alone):
            self._note_alone(record_id, alone, seq)

    def note_person(self, record_id: str, person: PersonId, sees: bool, seq: int) -> None:
        """Note whether one person sees a record that not everybody sees."""
        before = self._alone.get(record_id, set())
        self._note_alone(record_id, before | {person} if sees else before - {person}, seq)

    def is_seen_by_all(self, record_id: str) -> bool:
        return record_id in self._everybody.seen

    def _note_alone(self, record_id: str, people_now: set[PersonId], seq: int) -> None:
        for person in self._alone.get(record_id, set()) - people_now:
            self._gone_alone.setdefault(person, {})[record_id] = seq
        if people_now:
            self._alone[record_id] = people_now
        else:
            self._alone.pop(record_id, None)
