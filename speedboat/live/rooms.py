"""Rooms: the sockets that one workshop has in this process, by person and by role. Nothing is sent from here."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import msgspec

from speedboat.domain.drag_rights import Grip, Terms
from speedboat.domain.ids import CardId, PersonId, WorkshopNumber
from speedboat.domain.messages import NOBODY, Role, Viewer
from speedboat.writing.requests import Flush


class Socket(msgspec.Struct):
    """One connection: whose it is, and to which workshop.

    Attributes:
        sid: its id in Socket.IO.
        eio_sid: its id in engine.io, by which packets are sent.
        since: the seq the client had when it connected.
        entered: whether the writer has been asked for its first patch.
    """

    sid: str
    eio_sid: str
    workshop: WorkshopNumber
    who: Viewer
    language: str
    token: str
    since: int
    entered: bool = False


class Room:
    """The sockets that have been welcomed into one workshop."""

    def __init__(self) -> None:
        self.sockets: dict[str, Socket] = {}
        self._by_person: dict[PersonId | None, list[Socket]] = {}
        self.anonymous = False
        self.grips: dict[CardId, Grip | None] = {}
        self._movers: frozenset[Role] = frozenset()
        self._roles: dict[PersonId, Role] = {}
        self._last_roles: dict[PersonId, Role] | None = None
        self._sorted: tuple[dict[PersonId, Role], dict[Role, dict[str, Socket]]] | None = None

    def add(self, socket: Socket) -> None:
        """Add a socket that has been welcomed."""
        self.sockets[socket.eio_sid] = socket
        self._by_person.setdefault(socket.who.person, []).append(socket)
        self._sorted = None

    def remove(self, socket: Socket) -> None:
        """Remove a socket, if it is here."""
        if self.sockets.pop(socket.eio_sid, None) is None:
            return
        others = [other for other in self._by_person[socket.who.person] if other is not socket]
        if others:
            self._by_person[socket.who.person] = others
        else:
            del self._by_person[socket.who.person]
            self._roles.pop(socket.who.person or NOBODY, None)
        self._sorted = None

    def of(self, person: PersonId | None) -> list[Socket]:
        """Return the sockets of a person; None stands for the big screens."""
        return self._by_person.get(person, [])

    def people(self) -> set[PersonId]:
        """Return the people who are here, without screens."""
        return {person for person in self._by_person if person is not None}

    def learn(self, terms: Terms, roles: dict[PersonId, Role], removed: AbstractSet[PersonId] = frozenset()) -> None:
        """Store what a flush reports: who may move and see dragged cards, and the roles people now have."""
        self.anonymous, self._movers = terms.anonymous, terms.movers
        self.grips.update(terms.grips)
        if roles is not self._last_roles:
            self._last_roles = roles
            self._roles.update(roles)
        for person in removed:
            self._roles.pop(person, None)

    def lets_move(self, person: PersonId | None, card: CardId) -> bool:
        """Whether somebody may move a card, according to the last flush."""
        role = self._roles.get(person) if person else None
        grip = self.grips.get(card)
        return role in self._movers and grip is not None and grip.moves_for(person, role)

    def watching(self, grip: Grip, but: str) -> list[str]:
        """Return the engine.io ids of the sockets that may see a card, except `but`."""
        return [
            eio_sid
            for eio_sid, socket in self.sockets.items()
            if eio_sid != but and grip.shows_to(socket.who.person, self._roles.get(socket.who.person or NOBODY))
        ]

    def by_role(self, flush: Flush) -> dict[Role, dict[str, Socket]]:
        """Return the sockets by role and engine.io id, with the roles that this flush gives people.

        People it does not know came after it and have its content already. Grouped again only when somebody came, went
        or changed roles: a busy room gets hundreds of flushes in between.
        """
        if self._sorted is None or self._sorted[0] is not flush.roles:
            by_role: dict[Role, dict[str, Socket]] = {}
            for person, sockets in self._by_person.items():
                role = "screen" if person is None else flush.roles.get(person)
                if role is not None:
                    by_role.setdefault(role, {}).update((socket.eio_sid, socket) for socket in sockets)
            self._sorted = (flush.roles, by_role)
        return self._sorted[1]
