"""Until when each record could be seen: a patch takes away only what its viewer was able to see since they last asked.

Pure, and kept up to date as the log is folded. Two levels are kept for each record, everybody and facilitators, and
besides those the few people who see what others of their role do not: the author of a card in the bin, whoever voted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from speedboat.domain.features import cards, people, votes
from speedboat.domain.messages import Viewer

if TYPE_CHECKING:
    from speedboat.domain.projection import Board

ANYBODY = Viewer(None, "participant")  # the screen is shown the same
FACILITATOR = Viewer(None, "facilitator")


class _Level:
    """What one kind of viewer sees now, and at which event each of the other records went."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.gone: dict[str, int] = {}

    def note(self, record_id: str, sees: bool, seq: int) -> None:
        if sees:
            self.seen.add(record_id)
        elif record_id in self.seen:
            self.seen.discard(record_id)
            self.gone[record_id] = seq


class Sightings:
    def __init__(self) -> None:
        self._everybody = _Level()
        self._facilitators = _Level()
        self._alone: dict[str, set[str]] = {}  # people by record, while not everybody sees it
        self._gone_alone: dict[str, dict[str, int]] = {}  # record -> event, by person

    def went_after(self, since: int, record_id: str, viewer: Viewer) -> bool:
        """Whether a record that this viewer is not shown now could be seen by them at or after `since`.

        `since` is not before the viewer came or got their role: what could be seen before that is out of the question.
        """
        level = self._facilitators if viewer.facilitates else self._everybody
        if level.gone.get(record_id, 0) > since:
            return True
        gone = self._gone_alone.get(viewer.person) if viewer.person else None
        return bool(gone) and gone.get(record_id, 0) > since  # type: ignore[union-attr]

    def note(self, board: Board, touched: Iterable[str], touched_alone: Iterable[tuple[str, str]]) -> None:
        """Take in what an event has changed: records for all to see anew, and records for one person only."""
        voters: dict[str, set[str]] | None = None
        for record_id in touched:
            kind = record_id.partition(":")[0]
            if kind == "vote" and voters is None:
                voters = votes.voters(board)
            everybody, facilitators, alone = _seen_by(board, kind, record_id, voters or {})
            self._everybody.note(record_id, everybody, board.seq)
            self._facilitators.note(record_id, facilitators, board.seq)
            if not everybody and (alone or record_id in self._alone):
                self._note_alone(record_id, alone, board.seq)
        for record_id, person in touched_alone:
            if record_id not in self._everybody.seen:
                before = self._alone.get(record_id, set())
                sees = _sees_alone(board, record_id, person)
                self._note_alone(record_id, before | {person} if sees else before - {person}, board.seq)

    def _note_alone(self, record_id: str, people_now: set[str], seq: int) -> None:
        for person in self._alone.get(record_id, set()) - people_now:
            self._gone_alone.setdefault(person, {})[record_id] = seq
        if people_now:
            self._alone[record_id] = people_now
        else:
            self._alone.pop(record_id, None)


def _seen_by(board: Board, kind: str, record_id: str, voters: dict[str, set[str]]) -> tuple[bool, bool, set[str]]:
    """Whether everybody and whether facilitators see a record, and who sees it whatever their role."""
    if kind == "workshop":
        return True, True, set()
    if kind == "card":
        card = board.cards.get(record_id)
        if card is None:
            return False, False, set()
        return cards.may_see(card, ANYBODY), True, {card.author} if card.author else set()
    if kind == "vote":
        people_now = voters.get(record_id.removeprefix("vote:"), set())
        shown = votes.totals_shown(board) and any(map(board.counts, people_now))
        return shown, shown, people_now
    if kind == "estimate":
        people_now = votes.estimators(board, record_id)
        shown = votes.estimates_shown(board) and any(map(board.counts, people_now))
        return shown, shown, people_now
    if kind == "person":
        everybody, facilitators = (
            people.is_listed(board, record_id, ANYBODY),
            people.is_listed(board, record_id, FACILITATOR),
        )
        return everybody, facilitators, {record_id} if people.is_here(board, record_id) else set()
    return board.shows(record_id, ANYBODY), board.shows(record_id, FACILITATOR), set()


def _sees_alone(board: Board, record_id: str, person: str) -> bool:
    kind = record_id.partition(":")[0]
    if kind == "vote":
        return votes.mine_on(board, person, record_id.removeprefix("vote:")) > 0
    return person in _seen_by(board, kind, record_id, {})[2]
