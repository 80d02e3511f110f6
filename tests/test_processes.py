"""Several processes on one database: what one writes, shows or loses, the others show; Valkey may come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from speedboat.neighbours import SILENT, Neighbours
from tests.running import Person, Running
from tests.servers import free_port, valkey


@pytest.fixture(scope="module")
def valkey_url() -> Iterator[str]:
    with valkey() as url:
        yield url


@pytest.fixture
def two(start: Callable[..., Running], database_url: str, valkey_url: str) -> list[Running]:
    """Two processes on one database, of either kind, that hear each other."""
    return [start(database_url=database_url, redis_url=valkey_url) for _ in range(2)]


def there(server: Running, made: dict[str, Any], **how: Any) -> Person:
    return Person(server.url, made["code"], **how).join()


def me(person: Person) -> str:
    return str(person.welcomes[-1]["me"]["id"])


def present(person: Person) -> set[str]:
    """Who is here, as somebody was told."""
    return {other for other, here in person.crew.items() if here}


def test_what_is_written_by_one_process_is_seen_by_the_other_and_nothing_is_counted_twice(two: list[Running]) -> None:
    made = two[0].create()
    alice, bob = there(two[0], made, key=made["key"]), there(two[1], made, name="Bob")
    cards = [person.add(f"{i}") for i in range(5) for person in (alice, bob)]
    moves = [(card, person, x) for card in cards for person, x in ((alice, 300), (bob, 400))]
    seqs = [person.do("move_card", card=card, x=x, y=700)["seq"] for card, person, x in moves]
    assert len(set(seqs)) == len(seqs)
    for person in (alice, bob):
        person.up_to(max(seqs))
        assert person.records.keys() >= set(cards)
        person.leave()


def test_who_is_here_and_what_is_dragged_crosses_over(two: list[Running]) -> None:
    made = two[0].create()
    alice, bob = there(two[0], made, key=made["key"]), there(two[1], made, name="Bob")
    alice.until(lambda: present(alice) == {me(alice), me(bob)})
    bob.until(lambda: present(bob) == {me(alice), me(bob)})
    card = alice.add("Ici")
    bob.sees(card)
    bob.client.emit("drag", {"card": card, "x": 200, "y": 600})
    alice.until(lambda: any(drag["card"] == card for drag in alice.drags))
    bob.leave()
    alice.until(lambda: present(alice) == {me(alice)})
    alice.leave()


def test_removing_somebody_and_renewing_the_key_reach_the_other_process(two: list[Running]) -> None:
    made = two[0].create()
    alice, bob = there(two[0], made, key=made["key"]), there(two[1], made, name="Bob")
    carol = there(two[1], made, key=made["key"])
    alice.do("renew_key")
    carol.sees(me(carol), role="participant")
    assert carol.refusal_of("lock", locked=True) == "facilitators_only"
    alice.do("remove_person", person=me(bob))
    bob.until(lambda: not bob.connected)
    assert Person(two[0].url, made["code"], token=bob.welcomes[-1]["token"]).refused() == "removed"
    for person in (alice, carol):
        person.leave()


def test_nothing_is_lost_while_valkey_is_away_and_all_is_heard_again_when_it_is_back(
    start: Callable[..., Running], tmp_path: Any
) -> None:
    port = free_port()
    settings = {"database_url": f"sqlite:///{tmp_path / 'both.db'}", "redis_url": f"redis://127.0.0.1:{port}/0"}
    with valkey(port):
        one, other = start(**settings), start(**settings)
        made = one.create()
        alice, bob = there(one, made, key=made["key"]), there(other, made, name="Bob")
        alice.until(lambda: me(bob) in present(alice))
    # The slow look finds what no notice told.
    bob.sees(alice.add("Sans avis"))
    with valkey(port):
        bob.sees(alice.add("De nouveau"))
        carol = there(other, made, name="Carol")
        alice.until(lambda: me(carol) in present(alice))
        for person in (alice, bob, carol):
            person.leave()


def test_a_process_that_dies_takes_its_people_with_it() -> None:
    neighbours = Neighbours()
    assert neighbours.hear("one", 1, ["person:a", "person:b"], 0) == {"person:a", "person:b"}
    assert neighbours.hear("two", 1, ["person:b"], 1) == {"person:b"}
    assert neighbours.hear("one", 1, ["person:a"], 5000) == {"person:b"}
    assert neighbours.is_here(1, "person:b")
    assert neighbours.forget_silent(SILENT + 2) == {1: {"person:b"}}
    assert neighbours.people(1) == {"person:a"}
    assert neighbours.hear("one", 1, [], SILENT) == {"person:a"}
    assert not neighbours.people(1)


def test_when_one_of_two_is_killed_its_people_come_back_by_the_other(two: list[Running]) -> None:
    made = two[0].create()
    alice, bob = there(two[0], made, key=made["key"]), there(two[1], made, name="Bob")
    card = bob.add("Écrite avant")
    alice.sees(card)
    two[1].kill()
    bob.until(lambda: not bob.connected)
    again = there(two[0], made, token=bob.welcomes[-1]["token"])
    assert me(again) == me(bob)
    again.sees(card, text="Écrite avant")
    alice.sees(again.add("Écrite après"))
    for person in (alice, again):
        person.leave()


def test_the_figures_of_a_process_are_there_for_prometheus(start: Callable[..., Running]) -> None:
    server = start()
    made = server.create()
    alice = there(server, made, key=made["key"])
    alice.add("Une")
    alice.refusal_of("pause_timer")
    status, headers, body = server.request("GET", "/metrics")
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain")
    text = body.decode()
    for line in (
        "speedboat_connections 1.0",
        "speedboat_workshops_live 1.0",
        'speedboat_refusals_total{code="no_timer"} 1.0',
    ):
        assert line in text
    for name in ("commit_seconds", "group_commands", "flush_seconds"):
        assert float(next(w for w in text.splitlines() if w.startswith(f"speedboat_{name}_count")).split()[1]) >= 2
    assert "speedboat_loop_lag_seconds_bucket" in text
    alice.leave()
