"""Drags: while a hand moves a card, its position goes to the others in the room and is stored nowhere.

Runs on the event loop. Whether a person may move a card is read from what the last flush reported (`Room.learn`), not
from the board, which belongs to the writer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from speedboat.access.rate_limit import MessageLimit
from speedboat.domain import scene
from speedboat.domain.ids import CardId, WorkshopNumber
from speedboat.domain.messages import Refused
from speedboat.live.rooms import Room, Socket
from speedboat.server import Serving
from speedboat.websocket.outlet import Outlet

PAUSE = 0.04  # seconds between two relays; only the last position of each dragged card is sent
PAUSE_MORE = 0.0006  # added for each workshop where somebody drags, so that other work goes first
PAUSE_MOST = 0.1

encode = msgspec.json.Encoder().encode
_CARD = re.compile(r"card:[A-Za-z0-9_-]{16,64}")


class Drag(msgspec.Struct, forbid_unknown_fields=True):
    """The message `drag`: a card and where it is, in coordinates of the scene."""

    card: CardId
    x: float
    y: float


_drag = msgspec.json.Decoder(Drag)


class _Place(NamedTuple):
    """The last position of a dragged card. `hand` is the dragging socket's id, '' when that is in another process."""

    card: CardId
    hand: str
    drag: bytes


class Drags:
    """The drags in the rooms of this process.

    Args:
        rooms: the rooms of this process, by workshop.
        pass_on: called with a workshop and its encoded drags, to send them to the other processes.
    """

    def __init__(
        self,
        rooms: dict[WorkshopNumber, Room],
        serving: Serving,
        outlet: Outlet,
        clock: Callable[[], int],
        pass_on: Callable[[WorkshopNumber, list[bytes]], None],
    ) -> None:
        self._rooms = rooms
        self._serving = serving
        self._outlet = outlet
        self._pass_on = pass_on
        self._waiting: dict[WorkshopNumber, dict[str, _Place]] = {}
        self._limit = MessageLimit(60, clock, burst=240)

    def take(self, socket: Socket, payload: bytes) -> None:
        """Queue a drag for the next relay; silently drop it if the sender may not move the card or sends too many.

        Raises:
            Refused: `malformed` or `malformed_id`.
        """
        if socket.who.person is None or self._limit.acquire(socket.who.person):
            return
        try:
            drag = _drag.decode(payload)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise Refused("malformed") from None
        if not _CARD.fullmatch(drag.card):
            raise Refused("malformed_id", "card")
        room = self._rooms.get(socket.workshop)
        if room is None or not room.lets_move(socket.who.person, drag.card):
            return
        drag.x = min(max(drag.x, 0.0), scene.WIDTH)
        drag.y = min(max(drag.y, 0.0), scene.HEIGHT)
        waiting = self._waiting.setdefault(socket.workshop, {})
        if not waiting:
            pause = min(PAUSE + PAUSE_MORE * len(self._waiting), PAUSE_MOST)
            self._serving.later(pause, lambda: self._relay(socket.workshop))
        waiting[drag.card] = _Place(drag.card, socket.eio_sid, encode(drag))

    def hear(self, workshop: WorkshopNumber, drags: Iterable[dict[str, object]]) -> None:
        """Show drags of another process, which has already checked that they are allowed."""
        if (room := self._rooms.get(workshop)) is not None:
            self._show(room, [_Place(CardId(str(drag.get("card"))), "", encode(drag)) for drag in drags])

    def _relay(self, workshop: WorkshopNumber) -> None:
        """Send the last position of each dragged card to everybody but the person dragging it."""
        places = list(self._waiting.pop(workshop, {}).values())
        if (room := self._rooms.get(workshop)) is not None:
            # Dropped: drags queued before the phase changed or the card was held back.
            places = [place for place in places if self._may_still(room, place)]
            self._show(room, places)
            if places:
                self._pass_on(workshop, [place.drag for place in places])

    @staticmethod
    def _may_still(room: Room, place: _Place) -> bool:
        hand = room.sockets.get(place.hand)
        return hand is None or room.lets_move(hand.who.person, place.card)

    def _show(self, room: Room, places: list[_Place]) -> None:
        """Send positions to everybody who may see the cards, except to the dragging sockets themselves."""
        grips = [(place, room.grips.get(place.card)) for place in places]
        for_all = [place for place, grip in grips if grip is not None and not grip.is_held]
        hands = {place.hand for place in for_all}
        everybody = list(room.sockets)
        texts = {place: b'2["drag",' + place.drag + b"]" for place, _ in grips}
        if for_all:
            self._outlet.send_many(
                [other for other in everybody if other not in hands], *[texts[place] for place in for_all]
            )
        for hand in hands.intersection(everybody):
            if others := [texts[place] for place in for_all if place.hand != hand]:
                self._outlet.send_many((hand,), *others)
        for place, grip in grips:
            if grip is not None and grip.is_held:
                self._outlet.send_many(room.watching(grip, but=place.hand), texts[place])
