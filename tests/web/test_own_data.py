"""On the phone, without an account: what a workshop holds about one, corrected, withdrawn, erased."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.storage.test_erased_text import StoredDigest, open_to_all, token
from tests.support.live_server import Person, Running, action_id, card_id


def own_data(server: Running, code: str, person: Person) -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {person.auth['token']}"}
    status, got, body = server.request("GET", f"/api/v1/workshops/{code}/me.json", None, **headers)
    if status == 200:
        assert "attachment" in got["Content-Disposition"]
    return status, json.loads(body)


def test_everybody_gets_their_own_data_with_their_token_and_nobody_elses(server: Running) -> None:
    made = server.create()
    alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
    bob = Person(server.url, made["code"], name="Bob", device="d" * 22).join()
    theo = Person(server.url, made["code"], view="screen").join()
    open_to_all(alice)
    mine, hers = token(), token()
    bob.add(mine)
    alice.add(hers)
    status, data = own_data(server, made["code"], bob)
    assert (status, data["name"], data["has_device"]) == (200, "Bob", True)
    assert mine in str(data)
    assert hers not in str(data)
    assert "Alice" not in str(data)
    alice.do("remove_person", person=bob.me["id"])
    assert own_data(server, made["code"], bob)[0] == 200, "the right does not end with being removed"
    assert own_data(server, made["code"], theo)[1]["error"]["code"] == "only_watching"
    assert server.api("GET", f"/workshops/{made['code']}/me.json")[0] == 401
    for person in (alice, theo):
        person.leave()


def test_whoever_is_erased_by_a_facilitator_is_in_no_file_any_more(
    start: Callable[..., Running], database_url: str
) -> None:
    server = start(database_url=database_url)
    made, goes = server.create(), [token() for _ in range(4)]
    alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
    bob = Person(server.url, made["code"], name=goes[0]).join()
    open_to_all(alice)
    bob.add(goes[1])
    bob.do("add_action", action="action:" + "0" * 16, text=goes[2], owner=goes[3])
    bob.leave()
    alice.do("erase_person", person=bob.me["id"])
    StoredDigest(database_url).until_none_of(goes)
    alice.sees(bob.me["id"], name="")
    assert "0 faults" in server.speedboat("check")
    alice.leave()


def test_whoever_has_no_phone_is_erased_by_name_and_is_in_no_file_any_more(
    start: Callable[..., Running], database_url: str, tmp_path: Path
) -> None:
    server, file = start(database_url=database_url), tmp_path / "backup"
    made, name, stays = server.create(), token(), token()
    alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
    bob = Person(server.url, made["code"], name="Bob").join()
    open_to_all(alice)
    texts, mine, hers = [token(), token()], action_id(), action_id()
    for text in texts:
        bob.do("add_card", card=card_id(), kind="anchor", text=text, weight=0.5, **{"for": name.upper()})
    for action in (mine, hers):
        bob.do("add_action", action=action, text=f"{stays} {action[-4:]}", owner=name)
    alice.do("edit_action", action=hers, owner="Dan")  # the answer says how to undo that, and so who it was
    server.speedboat("backup", str(file))
    assert len(StoredDigest(database_url).tokens([name, name.upper(), *texts])) == 4
    alice.do("erase_by_name", first_name=name)
    StoredDigest(database_url).until_none_of([name, name.upper(), *texts])
    alice.sees(mine, text=f"{stays} {mine[-4:]}")
    assert "owner" not in alice.records[mine]
    assert alice.records[hers]["owner"] == "Dan"
    assert "0 faults" in server.speedboat("check")
    for person in (alice, bob):
        person.leave()
    assert server.stop()[0] == 0


@pytest.mark.parametrize("anonymous", [False, True])
def test_a_name_without_a_phone_does_not_come_back_with_an_older_backup(
    start: Callable[..., Running], tmp_path: Path, anonymous: bool
) -> None:
    server, file = start(), tmp_path / "backup"
    made, name, text = server.create(), token(), token()
    alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
    open_to_all(alice, anonymous)
    card, action = card_id(), action_id()
    alice.do("add_card", card=card, kind="anchor", text=text, weight=0.5, **{"for": name})
    alice.do("add_action", action=action, text="Appeler la mairie", owner=name)
    server.speedboat("backup", str(file))
    alice.do("erase_by_name", first_name=name)
    alice.sees_no(card)
    alice.leave()
    assert server.stop()[0] == 0
    url = f"sqlite:///{tmp_path / 'restored.db'}"
    again = start(database_url=url)
    again.stop()
    again.speedboat("restore", str(file))
    archive = again.speedboat("export", made["code"], "--format", "archive")
    assert "Appeler la mairie" in archive
    assert name not in archive
    assert text not in archive
