"""Who is in which workshop, and what each of them is to be shown of what was written.

Belongs to the writer's thread, as the boards do. It says what goes to whom; `handlers.py` sends it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec

from speedboat.domain.drag_rights import terms_of
from speedboat.domain.messages import SCREEN, Role, Viewer
from speedboat.domain.projection import changed_since, stands_apart
from speedboat.domain.state import Board
from speedboat.writing.requests import Audience, Flush, Leave, Look, Outcome, Request, View

encode = msgspec.json.Encoder().encode


class Fanout:
    """Everybody who has entered a workshop in this process, and how far what happened has been shown to them."""

    def __init__(self) -> None:
        self._present: dict[int, Counter[str | None]] = defaultdict(Counter)
        self._flushed: dict[int, int] = {}
        self._audiences: dict[int, Audience] = {}

    def present(self) -> list[int]:
        """The workshops somebody has entered."""
        return list(self._present)

    def show(self, workshop: int, board: Board, asked: Sequence[Request], outcome: Outcome) -> None:
        """Patches for those here, then for those who asked, then the comings and goings."""
        if workshop in self._present and (flush := self._flush(workshop, board)):
            outcome.flushes.append(flush)
        for request in asked:
            if isinstance(request, Look):
                outcome.replies.append((request.reply, self._view(board, request)))
                if request.enters:
                    self._audiences.pop(workshop, None)
                    self._present[workshop][request.person] += 1
                    self._flushed.setdefault(workshop, board.seq)
            elif isinstance(request, Leave):
                self.leave(workshop, request.person)

    def leave(self, workshop: int, person: str | None) -> None:
        """Somebody who had entered has gone."""
        self._audiences.pop(workshop, None)
        here = self._present[workshop]
        here[person] -= 1
        if here[person] <= 0:
            del here[person]
        if not here:
            del self._present[workshop]
            self._flushed.pop(workshop, None)

    def end(self, workshop: int, outcome: Outcome) -> None:
        """A workshop is no more: let go whoever is in it."""
        if self._present.pop(workshop, None):
            outcome.flushes.append(Flush(workshop, 0, {}, {}, {}, set(), has_ended=True))
        self._flushed.pop(workshop, None)
        self._audiences.pop(workshop, None)

    @staticmethod
    def _view(board: Board, look: Look) -> View:
        terms = terms_of(board, board.cards) if look.enters else None
        if look.person is None:
            return View(encode(changed_since(board, look.since, SCREEN)), "screen", terms=terms)
        person = board.people.get(look.person)
        if person is None or not person.is_in:
            return View(waiting=person is not None and person.waiting)
        patch = changed_since(board, look.since, Viewer(person.id, person.role))
        return View(encode(patch), person.role, board.names.get(person.id, ""), terms=terms)

    def _flush(self, workshop: int, board: Board) -> Flush | None:
        since = self._flushed.get(workshop, board.seq)
        if board.seq <= since:
            return None
        self._flushed[workshop] = board.seq
        audience = self._audience(workshop, board)
        own = {
            person: encode(changed_since(board, since, Viewer(person, audience.roles[person])))
            for person in stands_apart(board, since, audience.roles.keys())
        }
        # Nobody in particular, of each role that somebody here has.
        shared = {role: encode(changed_since(board, since, Viewer(None, role))) for role in audience.shared}
        terms = terms_of(board, board.cards_changed_since(since))
        return Flush(workshop, board.seq, shared, own, audience.roles, audience.removed, terms)

    def _audience(self, workshop: int, board: Board) -> Audience:
        """Kept from one flush to the next: it changes when people come, go or change roles, not with every card."""
        kept = self._audiences.get(workshop)
        if kept is not None and kept.board is board and kept.people_seq == board.people_seq:
            return kept
        roles: dict[str, Role] = {}
        removed: set[str] = set()
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
