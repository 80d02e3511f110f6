"""No output of a running server gives a viewer more than their socket: polling, REST and pages, in each phase."""

from __future__ import annotations

from typing import Any

import pytest

from speedboat.domain.messages import PHASES
from tests.support.boards import action
from tests.support.live_server import Person, Running, card_id, theme_id
from tests.support.outputs import NAME, PERSON, names_beside_words, neighbours_in_lines, readable_text, words_in

FORMS = ("json", "csv", "xlsx", "md", "docx", "pdf", "svg")


class Room:
    """Alice facilitates, Bob writes, Dan takes part by polling, Théo watches, Eve has been removed."""

    def __init__(self, server: Running, *, anonymous: bool) -> None:
        self.server, self.anonymous, self.made = server, anonymous, server.create("jeton00000")
        self.alice = self.person(key=self.made["key"], name="nom00001")
        self.bob = self.person(name="nom00002")
        self.dan = self.person(name="nom00003", transport="polling")
        self.theo = self.person(view="screen")
        eve = self.person(name="nom00004")
        self.eve_token = eve.auth["token"]
        self.alice.do("remove_person", person=eve.me["id"])
        eve.leave()
        self.alice.do("change_settings", anonymous=anonymous)
        self.secret = self.alice.do("share_summary", shared=True)["secret"]
        self.cards, self.theme = [card_id() for _ in range(5)], theme_id()
        self.last = 0

    def person(self, **more: Any) -> Person:
        return Person(self.server.url, self.made["code"], **more).join()

    @property
    def people(self) -> list[Person]:
        return [self.alice, self.bob, self.dan, self.theo]

    def add(self, who: Person, n: int, **more: Any) -> None:
        who.do("add_card", card=self.cards[n], kind="anchor", text=f"jeton0001{n}", weight=0.5, **more)

    def act(self, phase: str) -> None:
        """What people do in each phase; what is hidden in one shows in a later one."""
        self.alice.do("set_phase", phase=phase)
        if phase == "write":
            self.add(self.bob, 0)
            self.add(self.dan, 1, **{"for": "pour00001"})
            self.add(self.bob, 2)
            self.bob.do("edit_card", card=self.cards[0], text="jeton00020")
            self.bob.do("delete_card", card=self.cards[2])
            self.add(self.alice, 4)
        elif phase == "share":
            self.alice.do("hold_card", card=self.cards[1], reason="jeton00021")
            self.alice.do("reveal", cards=[self.cards[0]])
            self.dan.do("agree", card=self.cards[0])
        elif phase == "group":
            self.alice.do("release_card", card=self.cards[1])
            self.bob.do("agree", card=self.cards[1])
            self.dan.do("add_theme", theme=self.theme, title="jeton00022", cards=[self.cards[0]])
        elif phase == "vote":
            self.bob.do("vote", target=self.theme, count=2)
            self.dan.do("vote", target=self.cards[1], count=1)
        elif phase == "cut":
            self.bob.do("estimate", target=self.theme, knots=11)
        elif phase == "act":
            self.dan.do("add_action", action=action(1), text="jeton00023", owner="jeton00024")
            self.alice.do("note", target=self.cards[0], text="jeton00025")
        self.last = self.alice.do("rename_workshop", objective=f"jeton0003{PHASES.index(phase)}")["seq"]

    def get(self, path: str, token: str | None = None) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        status, _, body = self.server.request("GET", path, **headers)
        return status, body

    def call(self, what: str, person: Person) -> tuple[int, bytes]:
        return self.get(f"/api/v1/workshops/{self.made['code']}/{what}", person.auth["token"])

    def forms(self, person: Person) -> tuple[str, ...]:
        """All formats for one participant under one server: whatever serves, the same worker program writes them."""
        writes_all = person is self.dan and self.server.environment["SPEEDBOAT_ASYNC"] == "eventlet"
        return FORMS if writes_all else ("json", "md")

    def leave(self) -> None:
        for person in self.people:
            person.leave()


@pytest.mark.parametrize("anonymous", [False, True], ids=["named", "anonymous"])
def test_no_door_of_a_server_gives_more_than_the_socket(any_server: Running, anonymous: bool) -> None:
    room = Room(any_server, anonymous=anonymous)
    for phase in PHASES:
        room.act(phase)
        for person in room.people:
            person.up_to(room.last)
            look_everywhere(room, person)
        pages_are_the_screens(room)
    for form in FORMS:
        assert room.get(f"/api/v1/workshops/{room.made['code']}/export.{form}", room.eve_token)[0] == 401
    archive_is_the_workshop(room)
    room.leave()


def look_everywhere(room: Room, person: Person) -> None:
    shown = words_in(str(person.records))
    status, patch = room.call("changes?since=0", person)
    assert status == 200
    assert words_in(patch.decode()) <= shown
    for form in room.forms(person):
        status, written = room.call(f"export.{form}", person)
        assert status == 200
        found = readable_text(form, written)
        assert words_in(found) <= shown, form
        assert not NAME.findall(found) + PERSON.findall(found), form
        assert_names_only_for_facilitators(room, person, form)
    status, proposed = room.call("suggestions", person)
    assert status in (200, 422)
    assert words_in(proposed.decode()) <= shown
    assert not PERSON.findall(proposed.decode())


def assert_names_only_for_facilitators(room: Room, person: Person, form: str) -> None:
    status, written = room.call(f"export.{form}?names=1", person)
    if person is not room.alice:
        assert (status, b'"facilitators_only"' in written) == (422, True)
        return
    assert status == 200
    found = readable_text(form, written)
    if room.anonymous:
        assert not NAME.findall(found) + PERSON.findall(found), form
    elif form == "md":
        assert neighbours_in_lines(found) <= names_beside_words(person.records)


def pages_are_the_screens(room: Room) -> None:
    """The replay and the shared summary take a code or a link: whoever has it is shown what Théo is."""
    shown, code = words_in(str(room.theo.records)), room.made["code"]
    pages = (
        f"/api/v1/workshops/{code}/replay",
        f"/s/{room.secret}",
        f"/w/{code}",
        f"/w/{code}/screen",
        f"/w/{code}/replay",
    )
    for path in pages:
        status, body = room.get(path)
        assert status == 200
        assert words_in(body.decode()) <= shown, path
        assert not NAME.findall(body.decode()) + PERSON.findall(body.decode()), path


def archive_is_the_workshop(room: Room) -> None:
    """What administrators take away: of an anonymous workshop it holds nobody."""
    written = room.server.speedboat("export", room.made["code"], "--format", "archive")
    assert words_in(written) >= words_in(str(room.theo.records))
    assert bool(PERSON.findall(written)) != room.anonymous
    assert bool(NAME.findall(written)) != room.anonymous


def test_in_an_anonymous_workshop_nobody_is_told_who_came_back(any_server: Running) -> None:
    """A phone that comes back sends what was written meanwhile: whoever is told its name then knows the author."""
    room = Room(any_server, anonymous=True)
    room.alice.do("set_phase", phase="write")
    person, token = room.bob.me["id"], room.bob.auth["token"]
    room.bob.leave()
    for other in (room.alice, room.dan, room.theo):
        other.crew.clear()
    room.bob = room.person(token=token)
    room.add(room.bob, 0)
    for other in (room.alice, room.dan, room.theo):
        other.sees(room.cards[0])
        assert person not in other.crew
    room.leave()
