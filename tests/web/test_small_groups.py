"""A synthesis that leaves does not name a workshop of so few people that whoever was there is easily guessed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

from tests.storage.test_erased_text import token
from tests.support.live_server import Person, Running
from tests.support.pages import Browser
from tests.web.test_library import ADMIN_KEY


def held_with(server: Running, title: str, participants: int) -> None:
    """Hold a workshop with so many participants besides its facilitator."""
    made = server.create(title)
    alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
    alice.add("Pas de budget")
    people = [Person(server.url, made["code"], name=f"P{n}").join() for n in range(participants)]
    alice.do("set_phase", phase="closed")
    for person in (alice, *people):
        person.leave()


def test_workshops_of_fewer_than_five_are_not_named_in_files(start: Callable[..., Running]) -> None:
    server = start(admin_key=ADMIN_KEY)
    few, enough = token(), token()
    held_with(server, few, 4)
    held_with(server, enough, 5)
    browser = Browser(server)
    browser.get("/library")
    browser.post("/library/open", key=ADMIN_KEY)
    status, file = browser.get("/synthesis.json")
    assert status == 200
    assert [one["title"] for one in json.loads(file)["formats"][0]["workshops"]] == ["a small group (1)", enough]
    assert few not in file
    status, headers, body = server.request("GET", "/synthesis.xlsx", Cookie=f"library={browser.cookie('library')}")
    assert (status, "spreadsheet" in headers["Content-Type"]) == (200, True)
    book = zipfile.ZipFile(io.BytesIO(body))
    words = b"".join(book.read(name) for name in book.namelist()).decode()
    assert (few in words, enough in words) == (False, True)
    assert few in browser.get("/synthesis")[1], "who may open the workshop itself is told which it is"
