"""The REST API: the same commands, through the same write path."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from speedboat.access.rate_limit import BURST
from tests.support.live_server import Person, Running, card_id, command_id


def test_people_write_and_read_over_rest_and_sockets_see_it(any_server: Running) -> None:
    made = any_server.create()
    path = f"/workshops/{made['code']}"
    bob = Person(any_server.url, made["code"]).join()
    status, joined = any_server.api("POST", f"{path}/people", {"name": "Dan"})
    assert (status, joined["me"]["role"], joined["me"]["name"]) == (201, "participant", "Dan")
    card = card_id()
    command = {"id": command_id(), "name": "add_card", "card": card, "kind": "wind", "text": "Par REST", "weight": 1}
    first = any_server.api("POST", f"{path}/commands", command, joined["token"])
    assert first == any_server.api("POST", f"{path}/commands", command, joined["token"])
    assert first[0] == 200
    assert bob.sees(card)["author"] == joined["me"]["id"]
    status, patch = any_server.api("GET", f"{path}/changes?since=0", token=joined["token"])
    assert status == 200
    assert patch["since"] == 0
    assert {record["id"] for record in patch["put"]} == set(bob.records)
    bob.leave()


def test_a_facilitator_joins_by_key(any_server: Running) -> None:
    made = any_server.create()
    path = f"/workshops/{made['code']}"
    status, joined = any_server.api("POST", f"{path}/people", {"key": made["key"]})
    assert (status, joined["me"]["role"]) == (201, "facilitator")
    assert any_server.api("POST", f"{path}/people", {"key": "wrong"})[0] == 401


def test_refusals_have_their_status_and_name(any_server: Running) -> None:
    made = any_server.create()
    path = f"/workshops/{made['code']}"
    _, joined = any_server.api("POST", f"{path}/people")
    token = joined["token"]

    def refused(method: str, where: str, body: object = None, token: str | None = token) -> tuple[int, str]:
        status, answer = any_server.api(method, where, body, token)
        assert answer["error"]["message"]
        return status, answer["error"]["code"]

    assert refused("POST", "/workshops", {"title": " "}) == (422, "text_empty")
    assert refused("POST", "/workshops", {"name": "x"}) == (400, "malformed")
    assert refused("POST", "/workshops", b"{") == (400, "malformed")
    assert refused("GET", "/workshops/ZZZZZZ/changes") == (404, "unknown_workshop")
    assert refused("GET", f"{path}/changes", token=None) == (401, "no_token")
    assert refused("GET", f"{path}/changes", token="forged") == (401, "bad_token")
    assert refused("GET", f"{path}/changes?since=x") == (400, "malformed")
    assert refused("GET", f"{path}/export.exe") == (404, "unknown_format")
    assert refused("POST", f"{path}/commands", {"id": command_id(), "name": "lock", "locked": True}) == (
        422,
        "facilitators_only",
    )
    assert refused("POST", f"{path}/commands", b"[]") == (400, "malformed")
    assert refused("POST", f"{path}/commands", b'"' + b"x" * 70_000 + b'"') == (413, "too_large")


def test_an_export_holds_what_the_asker_may_see(any_server: Running) -> None:
    made = any_server.create()
    path = f"/workshops/{made['code']}"
    alice = Person(any_server.url, made["code"], key=made["key"]).join()
    bob = Person(any_server.url, made["code"]).join()
    alice.do("set_phase", phase="write")
    bob.add("Encore secret")
    _, document = any_server.api("GET", f"{path}/export.json", token=alice.auth["token"])
    assert "Encore secret" not in json.dumps(document)
    _, document = any_server.api("GET", f"{path}/export.json", token=bob.auth["token"])
    assert "Encore secret" in json.dumps(document)
    for person in (alice, bob):
        person.leave()


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_too_many_calls_are_told_when_to_try_again(start: Callable[..., Running], mode: str) -> None:
    server = start(**{"async": mode}, messages_per_second=0.001)  # so slow that only the burst passes, on any machine
    made = server.create()
    path = f"/workshops/{made['code']}"
    _, joined = server.api("POST", f"{path}/people")

    def call() -> tuple[int, Any, bytes]:
        command = {"id": command_id(), "name": "ready", "ready": True}
        address = f"/api/v1{path}/commands"
        return server.request("POST", address, command, Authorization=f"Bearer {joined['token']}")

    assert {call()[0] for _ in range(BURST)} == {200}
    status, headers, body = call()
    assert status == 429
    assert int(headers["Retry-After"]) >= 1
    assert json.loads(body)["error"]["code"] == "slow_down"
