"""An organiser answers for somebody who has no phone: shown, downloaded, corrected, erased; the log says who did."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import quote

from tests.storage.test_erased_text import StoredDigest, open_to_all, token
from tests.support.live_server import Person, Running, card_id
from tests.support.pages import Browser
from tests.web.test_library import ADMIN_KEY

Start = Callable[..., Running]


def organiser(server: Running) -> Browser:
    browser = Browser(server)
    browser.get("/library")
    assert browser.post("/library/open", key=ADMIN_KEY)[0] == 200
    return browser


def test_an_organiser_downloads_corrects_and_erases_for_somebody_without_a_phone(
    start: Start, database_url: str
) -> None:
    server = start(database_url=database_url, admin_key=ADMIN_KEY)
    made, odette = server.create(), f"Mme {token()}"
    code = made["code"]
    alice = Person(server.url, code, name="Alice", key=made["key"]).join()
    bob = Person(server.url, code, name=token()).join()
    open_to_all(alice)
    mine, hers, others = token(), token(), token()
    bob.add(mine)
    alice.add(others)
    alice.do("add_card", card=card_id(), kind="anchor", text=hers, weight=0.5, **{"for": odette})
    browser = organiser(server)
    page = browser.get(f"/library/{code}/participants")[1]
    assert all(name in page for name in ("Alice", bob.me["name"], odette))
    for address, text in ((f"person={quote(bob.me['id'])}", mine), (f"first_name={quote(odette.upper())}", hers)):
        status, file = browser.get(f"/library/{code}/participants.json?{address}")
        assert (status, [one["text"] for one in json.loads(file)["records"] if "text" in one]) == (200, [text])
    name = token()
    assert browser.post(f"/library/{code}/look-after", person=bob.me["id"], do="rename", new_name=name)[0] == 200
    alice.sees(bob.me["id"], name=name)
    assert browser.post(f"/library/{code}/look-after", person=bob.me["id"])[0] == 200
    assert browser.post(f"/library/{code}/look-after", first_name=odette)[0] == 200
    alice.sees(bob.me["id"], name="")
    StoredDigest(database_url).until_none_of([mine, hers, name, odette, bob.me["name"]])
    assert others in StoredDigest(database_url).tokens([others])
    for person in (alice, bob):
        person.leave()
    log = server.stop()[1]
    for line in ("listed the people", "took the data of person:", "corrected the name of", "erased person:"):
        assert re.search(f"administrator {line}", log), line
    assert "erased somebody without a phone in workshop 1" in log
    assert not [one for one in (mine, hers, name, odette) if one in log]


def test_in_an_anonymous_workshop_an_organiser_is_not_shown_who_wrote_what(start: Start) -> None:
    server = start(admin_key=ADMIN_KEY)
    made, text, odette = server.create(), token(), token()
    alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
    bob = Person(server.url, made["code"], name="Bob").join()
    open_to_all(alice, anonymous=True)
    bob.do("add_card", card=card_id(), kind="anchor", text=text, weight=0.5, **{"for": odette})
    browser = organiser(server)
    page = browser.get(f"/library/{made['code']}/participants")[1]
    assert "The workshop is anonymous" in page
    assert odette not in page
    for address in (f"person={quote(bob.me['id'])}", f"first_name={odette}"):
        assert text not in browser.get(f"/library/{made['code']}/participants.json?{address}")[1]
    assert browser.post(f"/library/{made['code']}/look-after", person=bob.me["id"])[0] == 200
    alice.sees_no(next(one for one, record in alice.records.items() if record.get("text") == text))
    for person in (alice, bob):
        person.leave()
