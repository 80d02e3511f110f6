"""Presence: by name, but in an anonymous workshop only a number, on a timer that no coming or going affects."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from speedboat.domain.drag_rights import Terms
from speedboat.domain.messages import Viewer
from speedboat.live.presence import BEAT, CREW_PAUSE, Presence
from speedboat.live.pubsub import Notice
from speedboat.live.rooms import Room, Socket
from tests.support.live_server import Person, Running

ANONYMOUS, NAMED = (Terms(anonymous, frozenset(), {}) for anonymous in (True, False))


class Loop:
    """A loop whose time is turned by hand, and the sockets it sends to."""

    def __init__(self) -> None:
        self.waiting: list[tuple[float, Callable[[], Any]]] = []
        self.sent: dict[str, list[Any]] = {}

    def later(self, seconds: float, fn: Callable[[], Any]) -> None:
        self.waiting.append((seconds, fn))

    def send_many(self, eio_sids: Any, *texts: bytes) -> None:
        for eio_sid in eio_sids:
            self.sent.setdefault(eio_sid, []).extend(json.loads(text[1:])[1] for text in texts)

    def turn(self) -> list[float]:
        """Do all that waits now; after how many seconds each would have been done."""
        due, self.waiting = self.waiting, []
        for _, fn in due:
            fn()
        return [seconds for seconds, _ in due]


class Harbour:
    """One process's presence, with people who come and go."""

    def __init__(self, terms: Terms) -> None:
        self.loop = Loop()
        self.rooms: dict[int, Room] = {}
        self.terms = terms
        self.presence = Presence(self.rooms, self.loop, self.loop, lambda: 0)  # type: ignore[arg-type]

    def comes(self, name: str) -> Any:
        """As `handlers.py` does it; what whoever comes is told first."""
        person = f"person:{name}"
        socket = Socket(name, name, 1, Viewer(person, "participant"), "fr", "", 0)
        room = self.rooms.setdefault(1, Room())
        room.add(socket)
        room.learn(self.terms, {person: "participant"})
        told = json.loads(self.presence.crew(1)[1:])[1]
        self.presence.note_change(1, person)
        return told

    def goes(self, name: str) -> None:
        room = self.rooms[1]
        room.remove(room.sockets[name])
        if not room.sockets:
            del self.rooms[1]
        self.presence.note_change(1, f"person:{name}")

    @property
    def sent(self) -> dict[str, list[Any]]:
        sent, self.loop.sent = self.loop.sent, {}
        return sent


def test_in_an_anonymous_workshop_people_are_a_number_told_on_the_beat() -> None:
    harbour = Harbour(ANONYMOUS)
    assert harbour.comes("bob") == {"here": 1}
    assert harbour.comes("dan") == {"here": 1}, "as last told"
    assert harbour.comes("eve") == {"here": 1}
    assert harbour.sent == {}
    beats = [seconds for seconds in harbour.loop.turn() if seconds > CREW_PAUSE]
    assert harbour.sent == {name: [{"here": 3}] for name in ("bob", "dan", "eve")}
    assert len(beats) == 1, "one beat, however many come"
    assert BEAT[0] <= beats[0] <= BEAT[1]
    assert harbour.comes("fay") == {"here": 3}


def test_who_comes_and_goes_between_two_beats_is_never_told() -> None:
    harbour = Harbour(ANONYMOUS)
    harbour.comes("bob")
    harbour.loop.turn()
    harbour.comes("dan")
    harbour.goes("dan")
    harbour.loop.turn()
    assert harbour.sent == {}


def test_coming_in_again_and_again_tells_no_sooner_how_many_there_are() -> None:
    harbour = Harbour(ANONYMOUS)
    harbour.comes("spy")
    harbour.comes("dan")
    for _ in range(3):
        harbour.goes("spy")
        assert harbour.comes("spy") == {"here": 1}


def test_of_a_screen_that_was_first_the_number_goes_on() -> None:
    harbour = Harbour(ANONYMOUS)
    room = harbour.rooms.setdefault(1, Room())
    room.add(Socket("theo", "theo", 1, Viewer(None, "screen"), "fr", "", 0))
    room.learn(ANONYMOUS, {})
    assert json.loads(harbour.presence.crew(1)[1:])[1] == {"here": 0}
    assert harbour.comes("bob") == {"here": 0}
    harbour.loop.turn()
    assert harbour.sent == {name: [{"here": 1}] for name in ("theo", "bob")}


def test_people_of_other_processes_count() -> None:
    harbour = Harbour(ANONYMOUS)
    harbour.comes("bob")
    harbour.presence.hear(Notice("other", "crew", 1, people=["person:dan", "person:eve", "person:bob"]))
    assert harbour.comes("fay") == {"here": 1}
    harbour.loop.turn()
    assert harbour.sent == {name: [{"here": 4}] for name in ("bob", "fay")}
    harbour.presence.hear(Notice("other", "gone"))
    harbour.loop.turn()
    assert harbour.sent == {name: [{"here": 2}] for name in ("bob", "fay")}


def test_the_beat_ends_with_the_last_anonymous_room() -> None:
    harbour = Harbour(ANONYMOUS)
    harbour.comes("bob")
    harbour.goes("bob")
    harbour.loop.turn()
    assert harbour.loop.waiting == []
    assert harbour.comes("bob") == {"here": 1}
    assert len(harbour.loop.waiting) == 2, "the gathering and the beat"


def test_a_workshop_that_becomes_anonymous_forgets_who_is_here_and_one_that_ceases_to_be_says_it() -> None:
    harbour = Harbour(NAMED)
    assert harbour.comes("bob") == {"people": [{"id": "person:bob", "here": True}]}
    harbour.loop.turn()
    assert harbour.sent == {"bob": [{"people": [{"id": "person:bob", "here": True}]}]}
    harbour.comes("dan")
    harbour.rooms[1].learn(ANONYMOUS, {})
    harbour.presence.switch_crew(1)
    harbour.loop.turn()
    assert harbour.sent == {name: [{"here": 2}] for name in ("bob", "dan")}
    harbour.rooms[1].learn(NAMED, {})
    harbour.presence.switch_crew(1)
    here = [{"id": f"person:{name}", "here": True} for name in ("bob", "dan")]
    assert harbour.sent == {name: [{"people": here}] for name in ("bob", "dan")}


def test_over_the_wire_nobody_is_named_who_comes_to_an_anonymous_workshop(any_server: Running) -> None:
    made = any_server.create()
    alice = Person(any_server.url, made["code"], name="Alice", key=made["key"]).join()
    alice.until(lambda: alice.crew)
    alice.do("change_settings", anonymous=True)
    alice.until(lambda: alice.counts == [1])
    named = dict(alice.crew)
    alice.do("set_phase", phase="write")
    bob = Person(any_server.url, made["code"], name="Bob").join()
    theo = Person(any_server.url, made["code"], view="screen").join()
    card = bob.add("Sans nom")
    for person in (alice, theo):
        person.sees(card, kind="anchor")
        assert bob.me["id"] not in person.records
        person.until(lambda person=person: person.counts)
    alice.do("set_phase", phase="share")
    assert alice.sees(bob.me["id"])["name"] == "Bob"
    theo.up_to(alice.have)
    assert bob.me["id"] not in theo.records
    assert (alice.crew, bob.crew, theo.crew) == (named, {}, {})
    for person in (alice, bob, theo):
        person.leave()
