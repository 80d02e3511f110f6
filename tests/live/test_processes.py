"""Two processes on one database: each sees the other's commits, with notices or without; nothing is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from tests.faults.test_crash import Progress, Writer
from tests.support.database_servers import valkey
from tests.support.live_server import PATIENCE, Person, Running, card_id

Start = Callable[..., Running]
PEOPLE = 8


@pytest.fixture
def two(start: Start, database_url: str, valkey_url: str) -> list[Running]:
    return [start(database_url=database_url, redis_url=valkey_url, messages_per_second=0) for _ in range(2)]


def test_cards_drags_crew_removal_and_a_renewed_key_cross_over(two: list[Running]) -> None:
    made = two[0].create()
    code = made["code"]
    alice = Person(two[0].url, code, name="Alice", key=made["key"]).join()
    bob = Person(two[1].url, code, name="Bob").join()
    theo = Person(two[1].url, code, view="screen").join()
    here = {alice.me["id"]: True, bob.me["id"]: True}
    for person in (alice, bob, theo):
        person.until(lambda person=person: {k: v for k, v in person.crew.items() if v} == here)
    alice.do("set_phase", phase="write")
    bob.sees("workshop", phase="write")
    card = bob.add("Pas de budget")
    alice.sees(card, kind="anchor")
    bob.client.emit("drag", {"card": card, "x": 300.0, "y": 700.0})
    alice.until(lambda: {"card": card, "x": 300.0, "y": 700.0} in alice.drags)
    theo.until(lambda: theo.drags)
    assert not bob.drags
    dora = Person(two[1].url, code, name="Dora", key=made["key"]).join()
    key = alice.do("renew_key")["key"]
    dora.sees(dora.me["id"], role="participant")
    assert Person(two[1].url, code, key=made["key"]).refused() == "bad_key"
    again = Person(two[1].url, code, token=alice.auth["token"], key=key).join()
    again.do("remove_person", person=bob.me["id"])
    bob.until(lambda: not bob.connected)
    assert Person(two[0].url, code, token=bob.auth["token"]).refused() == "removed"
    alice.until(lambda: alice.crew[bob.me["id"]] is False)
    again.leave()
    for person in (alice, theo, dora):
        person.up_to(again.have)
        person.leave()


def test_commands_through_both_processes_are_numbered_without_a_gap(two: list[Running]) -> None:
    made = two[0].create()
    room = [Person(two[n % 2].url, made["code"], name=f"P{n}").join() for n in range(PEOPLE)]
    seqs: list[int] = []

    def write(person: Person) -> None:
        for _ in range(20):
            answer = person.do("add_card", card=card_id(), kind="wind", text="vent", weight=0.5)
            seqs.append(answer["seq"])

    together(room, write)
    first = min(seqs)
    assert sorted(seqs) == list(range(first, first + len(room) * 20))
    for person in room:
        person.up_to(max(seqs))
        assert sum(record["type"] == "card" for record in person.records.values()) == len(seqs)
        person.leave()
    assert "0 faults" in two[0].speedboat("check")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_in_an_anonymous_workshop_the_people_of_all_processes_are_counted_and_none_is_named(two: list[Running]) -> None:
    made = two[0].create()
    alice = Person(two[0].url, made["code"], name="Alice", key=made["key"]).join()
    alice.do("change_settings", anonymous=True)
    bob = Person(two[1].url, made["code"], name="Bob").join()
    theo = Person(two[1].url, made["code"], view="screen").join()
    dan = Person(two[0].url, made["code"], name="Dan").join()
    for person in (alice, bob, theo, dan):
        person.until(lambda person=person: person.counts[-1:] == [3])
    assert (bob.crew, theo.crew, dan.crew) == ({}, {}, {})
    card = dan.add("Pas de budget")
    bob.sees(card)
    for hand in (alice, dan):
        hand.client.emit("drag", {"card": card, "x": 300.0, "y": 700.0})
    theo.until(lambda: theo.drags)
    alice.do("hold_card", card=card, reason="Parlons-en d’abord")
    theo.sees_no(card)
    for person in (alice, bob, theo, dan):
        person.leave()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_people_of_a_process_that_died_are_gone_and_those_of_one_that_stopped_at_once(
    two: list[Running], start: Start, database_url: str, valkey_url: str
) -> None:
    made = two[0].create()
    alice = Person(two[0].url, made["code"], name="Alice").join()
    bob = Person(two[1].url, made["code"], name="Bob").join()
    alice.until(lambda: alice.crew.get(bob.me["id"]))
    two[1].kill()
    alice.until(lambda: not alice.crew[bob.me["id"]])
    third = start(database_url=database_url, redis_url=valkey_url)
    dora = Person(third.url, made["code"], name="Dora").join()
    dora.until(lambda: dora.crew.get(alice.me["id"]))
    alice.until(lambda: alice.crew.get(dora.me["id"]))
    asked = time.monotonic()
    assert third.stop()[0] == 0
    alice.until(lambda: not alice.crew[dora.me["id"]])
    assert time.monotonic() - asked < PATIENCE
    alice.leave()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_while_valkey_is_away_nothing_is_lost_and_afterwards_drags_cross_again(start: Start, database_url: str) -> None:
    with valkey() as line:
        servers = [start(database_url=database_url, redis_url=line.connection_url) for _ in range(2)]
        made = servers[0].create()
        alice = Person(servers[0].url, made["code"], name="Alice").join()
        bob = Person(servers[1].url, made["code"], name="Bob").join()
        alice.until(lambda: alice.crew.get(bob.me["id"]))
        line.stop()
        cards = [person.add(kind="wind") for person in (alice, bob, alice, bob)]
        for person in (alice, bob):
            for card in cards:
                person.sees(card)  # by polling
        assert all(server.request("GET", "/readyz")[0] == 200 for server in servers)
        assert alice.crew[bob.me["id"]], "who could not be heard has not gone for that"
        line.start()

        def crossed() -> bool:
            bob.client.emit("drag", {"card": cards[1], "x": 10.0, "y": 10.0})
            with alice._changed:
                return alice._changed.wait_for(lambda: bool(alice.drags), 0.2)

        deadline = time.monotonic() + PATIENCE
        while not crossed():
            assert time.monotonic() < deadline
        last = bob.add(kind="wind")
        alice.sees(last)
        alice.leave()
        bob.leave()
        assert "0 faults" in servers[0].speedboat("check")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_rolling_restart_under_load_loses_no_card_and_doubles_none(two: list[Running]) -> None:
    made = two[0].create()
    room = [Writer(two[n % 2].url, made["code"], n) for n in range(PEOPLE)]
    progress = Progress()
    for writer in room:
        writer.begin(progress)
    for server in two:
        progress.await_more(10 * PEOPLE)
        code, said = server.stop()
        assert (code, "Traceback" in said) == (0, False), said
        progress.await_more(PEOPLE)
        server.start()
    progress.await_more(10 * PEOPLE)
    all_equal(room, two)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_one_of_two_killed_under_load_loses_no_card_and_doubles_none(two: list[Running]) -> None:
    made = two[0].create()
    room = [Writer(two[n % 2].url, made["code"], n) for n in range(PEOPLE)]
    progress = Progress()
    for writer in room:
        writer.begin(progress)
    for server in (two[0], two[1], two[0]):
        progress.await_more(10 * PEOPLE)
        server.kill()
        progress.await_more(PEOPLE)  # by the other
        server.start()
    progress.await_more(10 * PEOPLE)
    all_equal(room, two)


def together(room: list[Person], do: Callable[[Person], None]) -> None:
    threads = [threading.Thread(target=do, args=(person,)) for person in room]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def all_equal(room: list[Writer], servers: list[Running]) -> None:
    """Every acknowledged card is there once, everybody has the same, the log is sound, the servers are well."""
    for writer in room:
        writer.end()
    watching = Person(servers[0].url, room[0].person.auth["code"], view="screen").join()
    texts = [record["text"] for record in watching.records.values() if record["type"] == "card"]
    assert {text for writer in room for text in writer.acknowledged} <= set(texts)
    assert len(texts) == len(set(texts))
    for writer in room:
        writer.person.up_to(watching.have)
        assert {r["text"] for r in writer.person.records.values() if r["type"] == "card"} == set(texts)
        writer.person.leave()
    watching.leave()
    assert all(server.request("GET", "/readyz")[0] == 200 for server in servers)
    assert "0 faults" in servers[0].speedboat("check")
