"""Deleting means gone: 200 texts and names, after each way to erase, in no byte of the data directory, on and off."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from speedboat.storage.store import Store
from tests.storage.test_erased_text import Planted, StoredDigest, open_to_all, plant, rename
from tests.support.database_servers import dump
from tests.support.live_server import PATIENCE, Person, Running, card_id, theme_id
from tests.web.test_library import ADMIN_KEY, Visitor
from tests.writing.test_purge import days_from_now, let_it_be_due

Start = Callable[..., Running]
LEAST = 200  # texts and names


class Room:
    """A workshop full of planted texts and names, in which an index, a summary and exports were made."""

    def __init__(self, server: Running) -> None:
        self.server, self.planted = server, Planted()
        self.made = server.create(self.planted.go(), purge_on=days_from_now(30))
        self.planted.goes.append(self.made["code"])
        code = self.made["code"]
        self.alice = Person(server.url, code, name=self.planted.go(), key=self.made["key"]).join()
        open_to_all(self.alice)
        self.bob = Person(server.url, code, name=self.planted.go()).join()
        self.dan = Person(server.url, code, name=self.planted.go()).join()
        while len(self.planted.goes) < LEAST:
            plant(self.planted, self.alice, self.bob, self.dan)
            rename(self.planted, self.alice, self.bob)
        self.look_everywhere()

    def look_everywhere(self) -> None:
        """Have everything made that is derived from the log and kept: search words, digests, summary, exports."""
        visitor, code = Visitor(self.server), self.made["code"]
        assert visitor.enter(ADMIN_KEY)[0] == 200
        assert code in visitor.get(f"/library?q={self.planted.stays[0]}")[1]
        assert visitor.get(f"/synthesis?w={code}")[0] == 200
        secret = self.alice.do("share_summary", shared=True)["secret"]
        assert self.server.request("GET", f"/s/{secret}")[0] == 200
        headers = {"Authorization": f"Bearer {self.alice.auth['token']}"}
        for form in ("xlsx", "md"):
            path = f"/api/v1/workshops/{code}/export.{form}?names=1"
            assert self.server.request("GET", path, None, **headers)[0] == 200

    def leave(self) -> None:
        for person in (self.alice, self.bob, self.dan):
            person.leave()


def by_taking_back(room: Room) -> list[str]:
    """What Bob wrote goes, and the names he had; the workshop, what others wrote and their names stay."""
    room.bob.do("take_back")
    room.bob.do("rename_me", new_name="Robert")
    kept = {room.planted.goes[0], room.made["code"], room.planted.goes[2], room.planted.goes[4]}
    return [token for token in room.planted.goes if token not in kept]


def by_taking_back_one_card_after_the_other(room: Room) -> list[str]:
    """Each of Bob's cards and actions goes by itself, as before a summary leaves; his names with a new one."""
    mine = [one for one, record in room.bob.records.items() if record.get("author") == room.bob.me["id"]]
    assert len(mine) > 2
    for record in mine:
        room.bob.do("take_back", record=record)
    return by_taking_back(room)


def by_deleting_the_workshop(room: Room) -> list[str]:
    assert "is deleted" in room.server.speedboat("delete", room.made["code"], "--yes")
    return [*room.planted.goes, *room.planted.stays]


def by_a_purge(room: Room) -> list[str]:
    let_it_be_due(room.server.environment["SPEEDBOAT_DATABASE_URL"], room.made["code"])
    room.server.speedboat("purge")
    return [*room.planted.goes, *room.planted.stays]


@pytest.mark.parametrize(
    "erase", [by_taking_back, by_taking_back_one_card_after_the_other, by_deleting_the_workshop, by_a_purge]
)
def test_no_byte_of_what_was_erased_is_left_with_the_server_running_and_after_a_restart(
    start: Start, database_url: str, erase: Callable[[Room], list[str]]
) -> None:
    server = start(database_url=database_url, messages_per_second=0, admin_key=ADMIN_KEY)
    carol = Person(server.url, server.create()["code"], name="Carol").join()
    room, held = Room(server), StoredDigest(database_url)
    assert len(held.tokens(room.planted.goes)) > LEAST / 2, "what is about to go is there"
    assert held.is_sqlite or len(in_dump(database_url, room.planted.goes)) > LEAST / 2
    goes = erase(room)
    assert len(goes) >= LEAST - 10
    until_gone(held, goes, server)
    assert held.is_sqlite or in_dump(database_url, goes) == []
    carol.add("On continue")
    room.leave()
    carol.leave()
    assert server.stop()[0] == 0
    assert in_files(server, goes) == []
    assert held.tokens(goes) == []
    server.start()
    with contextlib.closing(Store(database_url)) as store:
        store.migrate()
    assert in_files(server, goes) == []
    assert held.tokens(goes) == []
    assert held.is_sqlite or in_dump(database_url, goes) == []
    assert "0 faults" in server.speedboat("check")


def in_dump(url: str, tokens: list[str]) -> list[str]:
    """The tokens that are in a dump of the database."""
    written = dump(url)
    return [token for token in tokens if token.encode() in written]


def test_not_a_byte_is_left_of_one_card_that_somebody_takes_back(start: Start, database_url: str) -> None:
    """One card alone, with its earlier wordings, whom it is for, its note, reason and the theme named after it."""
    server = start(database_url=database_url)
    made, planted = server.create(), Planted()
    alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
    bob = Person(server.url, made["code"], name="Bob").join()
    open_to_all(alice)
    card, theme = card_id(), theme_id()
    title = planted.go()
    other = bob.add(planted.stay())
    bob.do("add_card", card=card, kind="anchor", text=f"Une carte {title}", weight=0.5, **{"for": planted.go()})
    alice.do("add_theme", theme=theme, title=f"Une carte {title}", cards=[card])
    bob.do("edit_card", card=card, text=planted.go())
    alice.do("note", target=card, text=planted.go())
    alice.do("hold_card", card=card, reason=planted.go())
    held = StoredDigest(database_url)
    assert len(held.tokens(planted.goes)) == len(planted.goes)
    bob.do("take_back", record=card)
    until_gone(held, planted.goes, server)
    assert held.is_sqlite or in_dump(database_url, planted.goes) == []
    assert other in bob.records
    assert held.tokens(planted.stays) == planted.stays
    for person in (alice, bob):
        person.leave()


def until_gone(held: StoredDigest, goes: list[str], server: Running) -> None:
    held.until_none_of(goes)
    until = time.monotonic() + PATIENCE
    while left := in_files(server, goes):
        assert time.monotonic() < until, left


def in_files(server: Running, tokens: list[str]) -> list[str]:
    """The tokens that are in some file of the data directory, whatever that is."""
    folder = Path(server.environment["SPEEDBOAT_DATA_DIR"])
    data = b"\n".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    return [token for token in tokens if token.encode() in data]
