"""The socket, in all three serving modes: joining, cards, refusals, bad input, catching up."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest

from speedboat.access.rate_limit import BURST
from tests.support.live_server import Person, Running, card_id, command_id

ODD_TEXTS = [
    "<img src=x onerror=alert(1)>",
    "{{7*7}}",
    "\u202eà l'envers\u202c",
    "👩🏽‍🚀 Ελλάδα مرحبا",
    "x" * 500,
]


@pytest.fixture
def room(any_server: Running):  # type: ignore[no-untyped-def]
    """A workshop with Alice, who facilitates, Bob, who takes part, and Théo, who watches the screen."""
    made = any_server.create(objective="Une île")
    alice = Person(any_server.url, made["code"], name="Alice", key=made["key"]).join()
    bob = Person(any_server.url, made["code"], name="Bob").join()
    theo = Person(any_server.url, made["code"], view="screen").join()
    yield made, alice, bob, theo
    for person in (alice, bob, theo):
        person.leave()


def test_the_welcome_says_who_one_is_and_what_is_there(room: Any) -> None:
    _, alice, bob, theo = room
    assert (alice.me["role"], alice.me["name"]) == ("facilitator", "Alice")
    assert (bob.me["role"], bob.me["name"]) == ("participant", "Bob")
    assert (theo.me["role"], theo.me["id"]) == ("screen", None)
    assert bob.sees("workshop")["objective"] == "Une île"
    bob.until(lambda: bob.crew == {alice.me["id"]: True, bob.me["id"]: True})


def test_a_card_is_seen_by_everybody(room: Any) -> None:
    _, alice, bob, theo = room
    card = bob.add("Pas de budget", weight=0.7)
    for person in (alice, bob, theo):
        record = person.sees(card)
        assert (record["text"], record["author"], record["agrees"]) == ("Pas de budget", bob.me["id"], 0)
        assert abs(record["weight"] - 0.7) <= 0.01
    bob.do("delete_card", card=card)
    theo.sees_no(card)


def test_a_patch_comes_before_its_answer(room: Any) -> None:
    _, _, bob, _ = room
    answer = bob.do("add_card", card=card_id(), kind="wind", text="x", weight=1)
    assert bob.have >= answer["seq"]


def test_every_flush_sends_everybody_one_patch_without_gaps(room: Any) -> None:
    _, alice, bob, theo = room
    alice.do("set_phase", phase="write")
    for _ in range(5):
        last = bob.do("add_card", card=card_id(), kind="wind", text="x", weight=1)["seq"]
    for person in (alice, bob, theo):
        person.up_to(last)
        ends = [(patch["since"], patch["to"]) for patch in person.patches]
        assert all(one[1] == other[0] for one, other in itertools.pairwise(ends))


def test_a_command_sent_twice_is_done_once(room: Any) -> None:
    _, _, bob, _ = room
    command = {"id": command_id(), "name": "add_card", "card": card_id(), "kind": "wind", "text": "x", "weight": 1}
    assert bob.send(command) == bob.send(command)
    assert len([record for record in bob.records if record.startswith("card:")]) == 1


def test_an_answer_carries_what_undoes_it(room: Any) -> None:
    _, _, bob, theo = room
    card = bob.add("Un")
    for step in bob.do("edit_card", card=card, text="Deux")["inverse"]:
        bob.do(**step)
    assert theo.sees(card, text="Un")


def test_changes_gives_the_difference_deletions_included(room: Any) -> None:
    _, _, bob, theo = room
    gone, kept = bob.add("Reste peu"), bob.add("Reste")
    since = bob.have
    bob.do("delete_card", card=gone)
    bob.do("edit_card", card=kept, text="Reste encore")
    patch = theo.client.call("changes", {"since": since}, timeout=10)
    assert patch["since"] == since
    assert gone in patch["remove"]
    assert [record["text"] for record in patch["put"] if record["id"] == kept] == ["Reste encore"]


def test_somebody_who_slept_catches_up_and_is_the_same_person(any_server: Running, room: Any) -> None:
    made, _, bob, _ = room
    dan = Person(any_server.url, made["code"], name="Dan").join()
    gone = bob.add("Sera supprimée")
    dan.sees(gone)
    dan.leave()
    bob.until(lambda: bob.crew.get(dan.me["id"]) is False)
    bob.do("delete_card", card=gone)
    new = bob.add("Nouvelle")
    dan.join()
    dan.until(lambda: len(dan.welcomes) == 2)
    assert dan.welcomes[0]["me"] == dan.welcomes[1]["me"]
    assert dan.welcomes[1]["patch"]["since"] > 0
    assert gone not in dan.records
    assert dan.records[new]["text"] == "Nouvelle"
    dan.leave()


def test_who_comes_and_goes_is_told(any_server: Running, room: Any) -> None:
    made, alice, _, _ = room
    dan = Person(any_server.url, made["code"]).join()
    alice.until(lambda: alice.crew.get(dan.me["id"]) is True)
    dan.leave()
    alice.until(lambda: alice.crew.get(dan.me["id"]) is False)


def test_a_drag_is_shown_to_others_and_kept_nowhere(room: Any) -> None:
    _, alice, bob, _ = room
    card = bob.add()
    before = bob.have
    bob.client.emit("drag", {"card": card, "x": 300, "y": 600})
    alice.until(lambda: {"card": card, "x": 300.0, "y": 600.0} in alice.drags)
    assert bob.drags == []
    assert bob.have == before


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_a_text_travels_as_it_was_written(room: Any, text: str) -> None:
    _, _, bob, theo = room
    assert theo.sees(bob.add(text))["text"] == text


@pytest.mark.parametrize(
    ("auth", "code"),
    [
        ({"code": "ZZZZZZ"}, "unknown_workshop"),
        ({"code": "'; DROP"}, "unknown_workshop"),
        ({"code": 5}, "wrong_type"),
        ({"key": "wrong"}, "bad_key"),
        ({"token": "forged.token"}, "bad_token"),
        ({"name": ["x"]}, "wrong_type"),
        ({"name": "x" * 61}, "text_too_long"),
        ({"since": "a"}, "wrong_type"),
    ],
)
def test_who_may_not_come_in_is_told_why(any_server: Running, room: Any, auth: dict[str, Any], code: str) -> None:
    made, *_ = room
    assert Person(any_server.url, **{"code": made["code"], **auth}).refused() == code


def test_a_token_of_another_workshop_opens_nothing(any_server: Running, room: Any) -> None:
    _, _, bob, _ = room
    other = any_server.create()
    assert Person(any_server.url, other["code"], token=bob.auth["token"]).refused() == "bad_token"


def test_a_key_adds_the_role_to_who_one_is(any_server: Running, room: Any) -> None:
    made, _, bob, _ = room
    both = Person(any_server.url, made["code"], token=bob.auth["token"], key=made["key"]).join()
    assert both.me == {"id": bob.me["id"], "role": "facilitator", "name": "Bob"}
    bob.sees(bob.me["id"], role="facilitator")
    both.leave()


def test_a_renewed_key_is_told_once_again_and_ends_the_old_one(any_server: Running, room: Any) -> None:
    made, alice, _, _ = room
    command = {"id": command_id(), "name": "renew_key"}
    key = alice.send(command)["key"]
    assert alice.send(command)["key"] == key
    assert Person(any_server.url, made["code"], key=made["key"]).refused() == "bad_key"
    again = Person(any_server.url, made["code"], key=key).join()
    assert again.me["role"] == "facilitator"
    again.leave()


def test_a_removed_person_is_put_out_and_stays_out(any_server: Running, room: Any) -> None:
    made, alice, bob, _ = room
    card = bob.add()
    alice.do("remove_person", person=bob.me["id"])
    bob.until(lambda: not bob.connected)
    assert Person(any_server.url, made["code"], token=bob.auth["token"]).refused() == "removed"
    assert alice.sees(card)["text"] == "Pas de budget"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (None, "malformed"),
        (5, "malformed"),
        ([], "malformed"),
        ({}, "malformed"),
        ({"id": "short", "name": "ready", "ready": True}, "malformed_id"),
        ({"id": "long-enough", "name": "sing"}, "unknown_command"),
        ({"id": "long-enough", "name": "ready", "ready": 1}, "wrong_type"),
        ({"id": "long-enough", "name": "ready"}, "missing_field"),
        ({"id": "long-enough", "name": "ready", "ready": True, "x": 1}, "unknown_field"),
        ({"id": "long-enough", "name": "set_phase", "phase": "lunch"}, "unknown_value"),
        ({"id": "long-enough", "name": "edit_card", "card": "card:0", "text": "x"}, "malformed_id"),
        ({"id": "long-enough", "name": "note", "target": "card:" + "0" * 16, "text": "x" * 70_000}, "too_large"),
    ],
)
def test_what_is_not_a_command_is_refused_by_name_and_the_connection_stays(room: Any, payload: Any, code: str) -> None:
    _, _, bob, theo = room
    answer = bob.send(payload)
    assert answer["error"]["code"] == code
    assert answer["error"]["message"]
    theo.sees(bob.add())


@pytest.mark.parametrize(
    "packet",
    ['2["do"]', '2999["do",{]', "2", "29", "2{}", "4", "51-[]", "6", "0{", "x", '2[["do"],{}]', "2" + "[" * 5000],
)
def test_a_packet_that_is_nothing_is_dropped_and_the_connection_stays(room: Any, packet: str) -> None:
    from engineio import packet as engine

    _, _, bob, theo = room
    bob.client.eio._send_packet(engine.Packet(engine.MESSAGE, packet))
    theo.sees(bob.add())


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_too_many_messages_are_refused_with_when_to_try_again(start: Callable[..., Running], mode: str) -> None:
    server = start(**{"async": mode}, messages_per_second=0.001)  # so slow that only the burst passes, on any machine
    code = server.create()["code"]
    bob = Person(server.url, code, name="Bob").join()
    theo = Person(server.url, code, view="screen").join()
    assert all(bob.ask("ready", ready=True)["ok"] for _ in range(BURST))
    error = bob.ask("ready", ready=True)["error"]
    assert error["code"] == "slow_down"
    assert error["retry_at"] > bob.welcomes[0]["now"]
    assert theo.client.call("changes", {"since": 0}, timeout=10)["put"]
    bob.leave()
    theo.leave()


def test_thirty_joins_and_thirty_reconnects_from_one_address_succeed(any_server: Running) -> None:
    made = any_server.create()
    people = [Person(any_server.url, made["code"], name=f"P{n}") for n in range(30)]
    for _ in range(2):
        joining = [threading.Thread(target=person.join) for person in people]
        for thread in joining:
            thread.start()
        for thread in joining:
            thread.join()
        assert all(person.connected for person in people)
        for person in people:
            person.leave()
    assert all(len(person.welcomes) == 2 for person in people)
    assert len({person.me["id"] for person in people}) == 30


def test_long_polling_works_too(any_server: Running, room: Any) -> None:
    made, _, _, theo = room
    slow = Person(any_server.url, made["code"], transport="polling", name="Vieux téléphone").join()
    theo.sees(slow.add("Par un vieux proxy"))
    slow.leave()


def test_a_foreign_page_may_not_connect(any_server: Running) -> None:
    path = "/socket.io/?EIO=4&transport=polling"
    assert any_server.request("GET", path, Origin="http://elsewhere.example")[0] == 400
    assert any_server.request("GET", path, Origin=any_server.url)[0] == 200
    assert any_server.request("GET", path)[0] == 200


def test_stopping_politely_ends_well_and_says_nothing(start: Any, environment: dict[str, str]) -> None:
    for mode in ("eventlet", "gevent", "threading"):
        server = start(**{"async": mode})
        made = server.create()
        bob = Person(server.url, made["code"]).join()
        bob.add()
        code, said = server.stop()
        assert code == 0
        assert "Traceback" not in said
        bob.until(lambda bob=bob: not bob.connected)
        bob.leave()
