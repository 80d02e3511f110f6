"""The door over socket and REST, in each serving mode: asking, waiting, being let in, staying out."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path
from typing import Any

import pytest

from tests.support.live_server import Person, Running


def phone() -> str:
    return secrets.token_urlsafe(16)


@pytest.fixture
def made(any_server: Running) -> dict[str, str]:
    return any_server.create("Derrière la porte")


@pytest.fixture
def alice(any_server: Running, made: dict[str, str]) -> Person:
    return Person(any_server.url, made["code"], key=made["key"], name="Alice").join()


def who_waits(facilitator: Person) -> dict[str, Any]:
    facilitator.until(lambda: any(record.get("waiting") for record in facilitator.records.values()))
    return next(record for record in facilitator.records.values() if record.get("waiting"))


def join(server: Running, code: str, **asked: Any) -> tuple[int, Any]:
    return server.api("POST", f"/workshops/{code}/people", asked)


def test_a_passphrase_opens_however_a_phone_wrote_it_and_nothing_else_does(
    any_server: Running, made: dict[str, str], alice: Person
) -> None:
    alice.do("set_door", door="passphrase", passphrase="Île au Trésor")
    knocking = {"code": made["code"], "name": "Bob"}
    for passphrase in (None, "ile au tresor", "trésor"):
        person = Person(any_server.url, **knocking, **({"passphrase": passphrase} if passphrase else {}))
        assert person.refused() == "wrong_passphrase"
    Person(any_server.url, **knocking, passphrase=" île  au TRÉSOR ").join().leave()
    status, answer = join(any_server, made["code"], passphrase="perdu")
    assert (status, answer["error"]["code"]) == (403, "wrong_passphrase")
    assert join(any_server, made["code"], passphrase="île au trésor")[0] == 201


def test_a_passphrase_is_nowhere_to_be_read(any_server: Running, made: dict[str, str], alice: Person) -> None:
    words = f"mot-{secrets.token_hex(6)}"
    answer = alice.do("set_door", door="passphrase", passphrase=words)
    told = any_server.api("POST", f"/workshops/{made['code']}/people", {"passphrase": words})[1]
    export = any_server.request(
        "GET", f"/api/v1/workshops/{made['code']}/export.json", Authorization=f"Bearer {alice.welcomes[0]['token']}"
    )[2]
    assert words not in json.dumps([answer, told, alice.records, alice.patches])
    assert words.encode() not in export
    folder = any_server.environment["SPEEDBOAT_DATA_DIR"]
    assert not [path for path in Path(folder).rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


def test_a_passphrase_set_over_rest_holds_too_and_a_bad_one_is_named(
    any_server: Running, made: dict[str, str], alice: Person
) -> None:
    token, path = alice.welcomes[0]["token"], f"/workshops/{made['code']}/commands"
    command = {"id": "set-door-01", "name": "set_door", "door": "passphrase", "passphrase": "  "}
    assert any_server.api("POST", path, command, token)[1]["error"]["code"] == "text_empty"
    assert alice.refusal_of("set_door", door="passphrase", passphrase="x" * 101) == "text_too_long"
    command |= {"id": "set-door-02", "passphrase": "sésame"}
    assert any_server.api("POST", path, command, token)[0] == 200
    assert Person(any_server.url, made["code"]).refused() == "wrong_passphrase"
    Person(any_server.url, made["code"], passphrase="Sésame").join().leave()


def test_whoever_waits_is_let_in_as_the_one_who_asked(any_server: Running, made: dict[str, str], alice: Person) -> None:
    alice.do("set_door", door="approve")
    bob = Person(any_server.url, made["code"], name="Bob")
    assert bob.refused() == "waiting"
    assert bob.refusal is not None
    told = bob.refusal["data"]
    assert told["retry_in"] > 0
    waiting = who_waits(alice)
    assert waiting["name"] == "Bob"
    assert Person(any_server.url, made["code"], token=told["token"]).refused() == "waiting"
    alice.do("admit_person", person=waiting["id"])
    again = Person(any_server.url, made["code"], token=told["token"]).join()
    assert again.me["id"] == waiting["id"]
    assert again.me["name"] == "Bob"


def test_whoever_waits_gets_nothing_by_any_door(any_server: Running, made: dict[str, str], alice: Person) -> None:
    alice.do("set_door", door="approve")
    path = f"/workshops/{made['code']}"
    status, answer = join(any_server, made["code"], name="Bob")
    assert (status, answer["error"]["code"]) == (403, "waiting")
    token = answer["error"]["token"]
    for name in ("changes", "suggestions", "export.json", "export.md", "replay"):
        status, answer = any_server.api("GET", f"{path}/{name}", token=token)
        assert (status, answer["error"]["code"]) == (403, "waiting"), name
    command = {"id": "waiting-001", "name": "ready", "ready": True}
    assert any_server.api("POST", f"{path}/commands", command, token)[1]["error"]["code"] == "waiting"
    assert Person(any_server.url, made["code"], token=token, view="screen").refused() == "waiting"
    status, headers, body = any_server.request("POST", f"/api/v1{path}/people", {"token": token})
    assert (status, json.loads(body)["error"]["code"], headers["Retry-After"]) == (403, "waiting", "3")
    waiting = who_waits(alice)
    alice.do("admit_person", person=waiting["id"])
    status, answer = join(any_server, made["code"], token=token)
    assert (status, answer["me"]["id"]) == (201, waiting["id"])


@pytest.mark.parametrize("door", ["approve", "closed"])
def test_while_the_door_is_not_open_the_code_alone_shows_neither_the_wall_nor_the_replay(
    any_server: Running, made: dict[str, str], alice: Person, door: str
) -> None:
    earlier = Person(any_server.url, made["code"], view="screen").join()
    alice.do("set_door", door=door)
    assert Person(any_server.url, made["code"], view="screen").refused() == "screen_closed"
    status, answer = any_server.api("GET", f"/workshops/{made['code']}/replay")
    assert (status, answer["error"]["code"]) == (403, "screen_closed")
    screen = Person(any_server.url, made["code"], view="screen", key=made["key"]).join()
    assert screen.me == {"id": None, "role": "screen", "name": ""}
    for token in (screen.welcomes[0]["token"], earlier.welcomes[0]["token"]):
        Person(any_server.url, made["code"], view="screen", token=token).join().leave()
        assert any_server.api("GET", f"/workshops/{made['code']}/replay", token=token)[0] == 200
    assert any_server.api("GET", f"/workshops/{made['code']}/replay", token=alice.welcomes[0]["token"])[0] == 200
    assert Person(any_server.url, made["code"], view="screen", key="wrong").refused() == "bad_key"


def test_a_removed_person_does_not_come_back_from_the_same_phone(
    any_server: Running, made: dict[str, str], alice: Person
) -> None:
    device = phone()
    bob = Person(any_server.url, made["code"], name="Bob", device=device).join()
    alice.do("remove_person", person=bob.me["id"])
    knocks: list[dict[str, str]] = [
        {"token": bob.welcomes[0]["token"]},
        {"name": "Tom", "device": device},
        {"device": device},
    ]
    for knock in knocks:
        assert Person(any_server.url, made["code"], **knock).refused() == "removed", knock
        assert join(any_server, made["code"], **knock)[1]["error"]["code"] == "removed", knock
    assert Person(any_server.url, made["code"], view="screen", device=device).refused() == "removed"
    assert Person(any_server.url, made["code"], name="BOB", device=phone()).refused() == "name_removed"
    elsewhere = any_server.create("Ailleurs")
    Person(any_server.url, elsewhere["code"], name="Bob", device=device).join().leave()
    alice.do("admit_person", person=bob.me["id"])
    assert Person(any_server.url, made["code"], token=bob.welcomes[0]["token"]).join().me["id"] == bob.me["id"]


def test_a_device_is_told_to_nobody_and_nonsense_in_its_place_is_named(
    any_server: Running, made: dict[str, str], alice: Person
) -> None:
    device = phone()
    bob = Person(any_server.url, made["code"], name="Bob", device=device).join()
    alice.until(lambda: bob.me["id"] in alice.records)
    seen = json.dumps([alice.records, alice.patches, bob.welcomes])
    assert device not in seen
    assert not re.search(r"[0-9a-f]{64}", seen)
    for nonsense in ("short", "x" * 65, "é" * 20, "a b c d e f g h i j k"):
        assert Person(any_server.url, made["code"], device=nonsense).refused() == "malformed_id", nonsense
    assert Person(any_server.url, made["code"], device=["x"]).refused() == "wrong_type"
    assert Person(any_server.url, made["code"], passphrase=7).refused() == "wrong_type"


def test_many_identities_on_one_phone_share_the_votes_of_one_where_that_is_wanted(
    any_server: Running, made: dict[str, str], alice: Person
) -> None:
    device, card = phone(), alice.add("Pas de budget")
    alice.do("change_settings", one_phone_one_person=True)
    people = [Person(any_server.url, made["code"], name=f"Bob {n}", device=device).join() for n in range(4)]
    alice.do("set_phase", phase="vote")
    placed = [person.ask("vote", target=card, count=3) for person in people]
    assert [answer["ok"] for answer in placed] == [True, False, False, False]
    assert all(answer["error"]["device"] for answer in placed[1:])
    alice.do("set_phase", phase="cut")
    alice.until(lambda: f"vote:{card}" in alice.records)
    assert alice.records[f"vote:{card}"]["total"] == 3
    alice.do("remove_person", person=people[0].me["id"])
    alice.until(lambda: f"vote:{card}" not in alice.records)


def test_a_workshop_that_is_over_or_locked_takes_nobody_new(
    any_server: Running, made: dict[str, str], alice: Person
) -> None:
    bob = Person(any_server.url, made["code"], name="Bob").join()
    alice.do("lock", locked=True)
    assert Person(any_server.url, made["code"], name="Carol").refused() == "locked"
    alice.do("lock", locked=False)
    alice.do("set_phase", phase="closed")
    assert Person(any_server.url, made["code"], name="Carol").refused() == "closed"
    status, answer = join(any_server, made["code"], name="Carol")
    assert (status, answer["error"]["code"]) == (403, "closed")
    assert Person(any_server.url, made["code"], token=bob.welcomes[0]["token"]).join().me["id"] == bob.me["id"]


def test_a_card_promised_to_be_anonymous_is_refused_where_it_no_longer_is(
    any_server: Running, made: dict[str, str], alice: Person
) -> None:
    bob = Person(any_server.url, made["code"], name="Bob").join()
    alice.do("change_settings", anonymous=True)
    alice.do("change_settings", anonymous=False)
    card = {"card": f"card:{secrets.token_urlsafe(16)}", "kind": "wind", "text": "Un secret", "weight": 0.5}
    assert bob.refusal_of("add_card", **card, anonymous=True) == "anonymity_changed"
    bob.do("add_card", **card, anonymous=False)
