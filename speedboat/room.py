"""Who of this process is in one workshop: its sockets, by person and by what they may see. No sending here."""

from __future__ import annotations

import msgspec

from speedboat.asked import Flush
from speedboat.log import Role, Viewer


class Socket(msgspec.Struct):
    """One connection: who it is for, and where."""

    sid: str
    eio_sid: str
    workshop: int
    who: Viewer
    language: str
    token: str
    since: int
    entered: bool = False


class Room:
    """The sockets that have been welcomed into one workshop."""

    def __init__(self) -> None:
        self.sockets: dict[str, Socket] = {}
        self._by_person: dict[str | None, list[Socket]] = {}
        self._sorted: tuple[dict[str, Role], dict[Role, dict[str, Socket]]] | None = None

    def add(self, socket: Socket) -> None:
        self.sockets[socket.eio_sid] = socket
        self._by_person.setdefault(socket.who.person, []).append(socket)
        self._sorted = None

    def remove(self, socket: Socket) -> None:
        if self.sockets.pop(socket.eio_sid, None) is None:
            return
        left = [other for other in self._by_person[socket.who.person] if other is not socket]
        if left:
            self._by_person[socket.who.person] = left
        else:
            del self._by_person[socket.who.person]
        self._sorted = None

    def of(self, person: str | None) -> list[Socket]:
        """The sockets of somebody; None is the screen."""
        return self._by_person.get(person, [])

    def people(self) -> set[str]:
        """Everybody who is here; the screen is nobody."""
        return {person for person in self._by_person if person is not None}

    def by_role(self, flush: Flush) -> dict[Role, dict[str, Socket]]:
        """The sockets by the role that a flush knows their people by, and by their name in the engine; who is not known
        to it has it all already.

        Sorted again only when somebody came, went or changed roles: a busy room gets hundreds of flushes in between.
        """
        if self._sorted is None or self._sorted[0] is not flush.roles:
            found: dict[Role, dict[str, Socket]] = {}
            for person, sockets in self._by_person.items():
                role = "screen" if person is None else flush.roles.get(person)
                if role is not None:
                    found.setdefault(role, {}).update((socket.eio_sid, socket) for socket in sockets)
            self._sorted = (flush.roles, found)
        return self._sorted[1]
