"""Fan-out: who is in which workshop, and which patch each of them gets after a commit.

Belongs to the writer's thread, as the boards do. Patches are computed here and sent by `live/handlers.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec

from speedboat.domain.drag_rights import terms_of
from speedboat.domain.ids import PersonId, WorkshopNumber
from speedboat.domain.messages import SCREEN, Role, Viewer
from speedboat.domain.projection import changed_since, stands_apart
from speedboat.domain.state import Board
from speedboat.writing.requests import Audience, Flush, Leave, Look, Outcome, Request, View

encode = msgspec.json.Encoder().encode


class Fanout:
    """Everybody who has entered a workshop in this process, and the seq up to which they have been sent patches."""

    def __init__(self) -> None:
        self._present: dict[WorkshopNumber, Counter[PersonId | None]] = defaultdict(Counter)
        self._flushed: dict[WorkshopNumber, int] = {}
        self._audiences: dict[WorkshopNumber, Audience] = {}

    def present(self) -> list[WorkshopNumber]:
        """Return the workshops that somebody has entered."""
        return list(self._present)

    def show(self, workshop: WorkshopNumber, board: Board, requests: Sequence[Request], outcome: Outcome) -> None:
        """Add to an outcome the patch for those present and the requested views; note who enters and leaves."""
        if workshop in self._present and (flush := self._flush(workshop, board)):
            outcome.flushes.append(flush)
        for request in requests:
            if isinstance(request, Look):
                outcome.replies.append((request.reply, self._view(board, request)))
                if request.enters:
                    self._audiences.pop(workshop, None)
                    self._present[workshop][request.person] += 1
                    self._flushed.setdefault(workshop, board.seq)
            elif isinstance(request, Leave):
                self.leave(workshop, request.person)

    def leave(self, workshop: WorkshopNumber, person: PersonId | None) -> None:
        """Note that somebody who had entered has left."""
        self._audiences.pop(workshop, None)
        here = self._present[workshop]
        here[person] -= 1
        if here[person] <= 0:
            del here[person]
        if not here:
            del self._present[workshop]
            self._flushed.pop(workshop, None)

    def end(self, workshop: WorkshopNumber, outcome: Outcome) -> None:
        """Disconnect everybody from a workshop that was deleted."""
        if self._present.pop(workshop, None):
            outcome.flushes.append(Flush(workshop, 0, {}, {}, {}, set(), has_ended=True))
        self._flushed.pop(workshop, None)
        self._audiences.pop(workshop, None)

    @staticmethod
    def _view(board: Board, look: Look) -> View:
        terms = terms_of(board, board.cards) if look.enters else None
        if look.person is None:
            patch = encode(changed_since(board, look.since, SCREEN))
            return View(
                patch,
                "screen",
                terms=terms,
                door=board.door,
                anonymous=board.settings.anonymous,
                purge_on=board.purge_on,
                keeps_figures=board.keeps_figures,
            )
        person = board.people.get(look.person)
        if person is None or not person.is_in:
            return View(waiting=person is not None and person.waiting)
        patch = encode(changed_since(board, look.since, Viewer(person.id, person.role)))
        return View(patch, person.role, board.names.get(person.id, ""), terms=terms)

    def _flush(self, workshop: WorkshopNumber, board: Board) -> Flush | None:
        since = self._flushed.get(workshop, board.seq)
        if board.seq <= since:
            return None
        self._flushed[workshop] = board.seq
        audience = self._audience(workshop, board)
        own = {
            person: encode(changed_since(board, since, Viewer(person, audience.roles[person])))
            for person in stands_apart(board, since, audience.roles.keys())
        }
        # One patch for each role present, shared by everybody who sees nothing of their own.
        shared = {role: encode(changed_since(board, since, Viewer(None, role))) for role in audience.shared}
        terms = terms_of(board, board.cards_changed_since(since))
        return Flush(workshop, board.seq, shared, own, audience.roles, audience.removed, terms)

    def _audience(self, workshop: WorkshopNumber, board: Board) -> Audience:
        """Return the audience, cached between flushes: it changes only when people come, go or change roles."""
        cached = self._audiences.get(workshop)
        if cached is not None and cached.board is board and cached.people_seq == board.people_seq:
            return cached
        roles: dict[PersonId, Role] = {}
        removed: set[PersonId] = set()
        for person_id in self._present[workshop]:
            if person_id is None:
                continue
            person = board.people.get(person_id)
            if person is None or not person.is_in:
                removed.add(person_id)
            else:
                roles[person_id] = person.role
        shared = {*roles.values(), *(("screen",) if None in self._present[workshop] else ())}
        self._audiences[workshop] = Audience(board, board.people_seq, roles, removed, shared)
        return self._audiences[workshop]
