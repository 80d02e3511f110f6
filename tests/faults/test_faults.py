"""Failures of real parts; afterwards every acknowledged command is there once, all clients are equal, the log is sound.

`make chaos` plays ten times as much of everything.
"""

from __future__ import annotations

import contextlib
import secrets
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from socketio.exceptions import ConnectionError

from tests.conftest import empty_database
from tests.support.chaos import size
from tests.support.database_servers import Postgres
from tests.support.live_server import PATIENCE, Person, Running, card_id, command_id

CHAOS = size(1, 10)
Start = Callable[..., Running]


def sound(server: Running, *people: Person) -> None:
    """The server is well without a hand, everybody has the same, and `speedboat check` finds nothing."""
    assert server.request("GET", "/healthz")[0] == server.request("GET", "/readyz")[0] == 200
    code = people[0].auth["code"]
    watching = Person(server.url, code, view="screen").join()
    cards = {key: record.get("text") for key, record in watching.records.items() if record["type"] == "card"}
    for person in people:
        person.up_to(watching.have)
        assert {k: r.get("text") for k, r in person.records.items() if r["type"] == "card"} == cards
    watching.leave()
    assert "0 faults" in server.speedboat("check")


def goes_round(server: Running, dragging: Person, watching: Person, card: str) -> None:
    """Whatever the writer waits for, the loop does not: pages are served, drags are passed on."""
    assert server.request("GET", "/healthz")[0] == 200, "the loop is not held up"
    dragging.client.emit("drag", {"card": card, "x": 1.0, "y": 1.0})
    watching.until(lambda: watching.drags)


def persist(person: Person, command: dict[str, Any]) -> dict[str, Any]:
    """Send a command under one id until it is done, as a phone does; only `try_again` may come before."""
    deadline = time.monotonic() + PATIENCE
    while True:
        answer = person.send(command)
        if answer["ok"]:
            return answer
        assert answer["error"]["code"] == "try_again"
        assert time.monotonic() < deadline


def a_card(text: str = "Pas de budget") -> dict[str, Any]:
    return {"id": command_id(), "name": "add_card", "card": card_id(), "kind": "wind", "text": text, "weight": 0.5}


# --- the database ---------------------------------------------------------------------------------------------------


def test_what_is_asked_while_another_program_holds_the_database_is_done_afterwards(
    server: Running, environment: dict[str, str]
) -> None:
    made = server.create()
    alice, bob = (Person(server.url, made["code"], name=name).join() for name in ("Alice", "Bob"))
    known = bob.add()
    other = sqlite3.connect(Path(environment["SPEEDBOAT_DATA_DIR"]) / "speedboat.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    command = a_card()
    answers: list[dict[str, Any]] = []
    asking = threading.Thread(target=lambda: answers.append(persist(alice, command)))
    asking.start()
    goes_round(server, bob, alice, known)
    assert not answers
    other.execute("ROLLBACK")
    other.close()
    asking.join(PATIENCE)
    assert answers
    bob.sees(command["card"])
    sound(server, alice, bob)
    alice.leave()
    bob.leave()


@pytest.fixture
def on_postgresql(start: Start, postgresql_url: str) -> Iterator[tuple[Running, psycopg.Connection[Any]]]:
    """A server on a database of its own, and another program's connection to that."""
    for url in empty_database(postgresql_url, f"held_{secrets.token_hex(6)}"):
        server = start(database_url=url, messages_per_second=0)
        with psycopg.connect(url.replace("+psycopg", "")) as other:
            yield server, other
        server.kill()


def test_while_another_program_holds_one_workshop_all_others_go_on(
    on_postgresql: tuple[Running, psycopg.Connection[Any]],
) -> None:
    server, other = on_postgresql
    made, elsewhere = server.create(), server.create()
    alice, bob = (Person(server.url, made["code"], name=name).join() for name in ("Alice", "Bob"))
    dora = Person(server.url, elsewhere["code"], name="Dora").join()
    for _ in range(CHAOS):
        other.execute("SELECT 1 FROM workshops WHERE code = %s FOR UPDATE", [made["code"]])
        cards = [a_card(str(n)) for n in range(10)]
        answers: list[dict[str, Any]] = []
        asking = threading.Thread(target=lambda: answers.extend([persist(alice, card) for card in cards]))
        asking.start()
        for n in range(50):
            dora.add(str(n))  # done, each of them
        assert not answers
        assert bob.ask("ready", ready=True)["error"]["code"] == "try_again", "nobody waits for ever"
        with pytest.raises(ConnectionError):  # `try_again`: whether a screen may come in, the door decides
            Person(server.url, made["code"], view="screen").join()
        other.rollback()
        asking.join(PATIENCE)
        assert [answer["seq"] for answer in answers] == list(range(answers[0]["seq"], answers[0]["seq"] + 10))
        bob.sees(cards[-1]["card"])
    sound(server, alice, bob)
    sound(server, dora)
    for person in (alice, bob, dora):
        person.leave()
    assert "Traceback" not in server.stop()[1]


def test_while_another_program_holds_the_whole_log_people_are_told_and_afterwards_all_is_done(
    on_postgresql: tuple[Running, psycopg.Connection[Any]],
) -> None:
    server, other = on_postgresql
    made = server.create()
    alice, bob = (Person(server.url, made["code"], name=name).join() for name in ("Alice", "Bob"))
    known = bob.add()
    for _ in range(CHAOS):
        other.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
        command = a_card()
        assert alice.send(command)["error"]["code"] == "try_again"
        goes_round(server, bob, alice, known)
        status, said = server.api("POST", f"/workshops/{made['code']}/people", {"name": "Dora"})
        assert (status, said["error"]["code"]) == (503, "try_again")
        answers: list[dict[str, Any]] = []
        asking = threading.Thread(target=lambda: answers.append(persist(alice, command)))
        asking.start()
        other.rollback()
        asking.join(PATIENCE)
        assert answers
        bob.sees(command["card"])
    sound(server, alice, bob)
    alice.leave()
    bob.leave()
    assert "Traceback" not in server.stop()[1]


@contextlib.contextmanager
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"LOUD: no small disk can be mounted here, a full one is not tried: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_on_a_full_disk_nothing_acknowledged_is_lost_and_with_room_again_it_goes_on(
    start: Start, tmp_path: Path
) -> None:
    with small_disk(tmp_path) as folder:
        server = start(data_dir=folder, messages_per_second=0)
        made = server.create()
        alice, bob = (Person(server.url, made["code"], name=name).join() for name in ("Alice", "Bob"))
        filling = folder / "filling"
        with filling.open("wb") as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 65536)
                file.flush()
        written, refused = [], None
        for n in range(5000):
            command = a_card(f"{n} " + "é" * 450)
            answer = alice.send(command)
            if not answer["ok"]:
                assert answer["error"]["code"] == "try_again"
                refused = command
                break
            written.append(command["card"])
        assert refused, "the disk was never full"
        filling.unlink()
        persist(alice, refused)
        bob.sees(refused["card"])
        assert {*written, refused["card"]} == {key for key in bob.records if key.startswith("card:")}
        sound(server, alice, bob)
        alice.leave()
        bob.leave()
        server.kill()


def test_postgresql_stopped_and_started_again_loses_no_card_and_doubles_none(start: Start) -> None:
    with Postgres() as database:
        server = start(database_url=database.url, messages_per_second=0)
        made = server.create()
        alice, bob = (Person(server.url, made["code"], name=name).join() for name in ("Alice", "Bob"))
        for _ in range(CHAOS):
            before = a_card()
            persist(alice, before)
            database.stop()
            lost = a_card()
            assert alice.send(lost)["error"]["code"] == "try_again"
            assert server.request("GET", "/healthz")[0] == 200
            assert server.request("GET", "/readyz")[0] == 503
            status, said = server.api("POST", f"/workshops/{made['code']}/people", {"name": "Dora"})
            assert (status, said["error"]["code"]) == (503, "try_again")
            assert server.request("GET", f"/w/{made['code']}")[0] == 503
            assert Person(server.url, made["code"], name="Dora").refused() == "try_again"
            database.start()
            persist(alice, lost)
            bob.sees(lost["card"])
        sound(server, alice, bob)
        alice.leave()
        bob.leave()
        assert "Traceback" not in server.stop()[1]


# --- clients --------------------------------------------------------------------------------------------------------


def test_a_frame_too_large_is_refused_and_the_neighbour_loses_nothing(server: Running) -> None:
    made = server.create()
    alice, bob = (Person(server.url, made["code"], name=name).join() for name in ("Alice", "Bob"))
    for length in (64 * 1024, 200_000):
        assert alice.send({**a_card(), "text": "x" * length})["error"]["code"] == "too_large"
    bob.sees(alice.add(kind="wind"))
    sound(server, alice, bob)
    alice.leave()
    bob.leave()


def test_somebody_who_floods_is_slowed_and_the_neighbour_is_not(server: Running) -> None:
    made = server.create()
    alice, bob = (Person(server.url, made["code"], name=name).join() for name in ("Alice", "Bob"))
    answers: list[str] = []

    def heard(answer: dict[str, Any]) -> None:
        with alice._changed:
            answers.append("ok" if answer["ok"] else answer["error"]["code"])
            alice._changed.notify_all()

    sent = 500 * CHAOS
    for _ in range(sent):
        alice.client.emit("do", a_card(), callback=heard)
    card = bob.add(kind="wind")
    alice.until(lambda: len(answers) == sent)
    assert set(answers) == {"ok", "slow_down"}
    alice.sees(card)
    sound(server, alice, bob)
    alice.leave()
    bob.leave()


def test_thousands_of_half_open_sockets_keep_nobody_out(server: Running) -> None:
    made = server.create()
    bob = Person(server.url, made["code"], name="Bob").join()
    silent = []
    try:
        for n in range(min(700 * CHAOS, 9000)):
            knocking = socket.create_connection(("127.0.0.1", server.port))
            knocking.sendall(b"GET /socket.io/?EIO=4" if n % 2 else b"")
            silent.append(knocking)
        dora = Person(server.url, made["code"], name="Dora").join()
        bob.sees(dora.add(kind="wind"))
        sound(server, bob, dora)
        dora.leave()
    finally:
        for knocking in silent:
            knocking.close()
    bob.leave()


def test_who_never_reads_is_dropped_with_bounded_memory(start: Start) -> None:
    server = start(messages_per_second=0)
    made = server.create()
    alice = Person(server.url, made["code"], name="Alice").join()
    stuck = stopped_reader(server, made["code"])
    alice.until(lambda: sum(alice.crew.values()) == 2)
    before = memory(server)
    for n in range(1500 * CHAOS):
        alice.client.emit("do", a_card(f"{n} " + "é" * 480))
        if n % 100 == 99:
            alice.do("ready", ready=bool(n % 200 == 99))
    alice.until(lambda: sum(alice.crew.values()) == 1)
    grown = memory(server) - before
    assert grown < 60_000 + 12 * 1500 * CHAOS, f"{grown} kB"  # the board itself grows, by some kB a card
    stuck.close()
    sound(server, alice)
    alice.leave()


def stopped_reader(server: Running, code: str) -> socket.socket:
    """Somebody who comes in and never reads again, with a small window."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", server.port))
    sock.sendall(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
        b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    sock.recv(1000)
    enter = b'40{"code":"' + code.encode() + b'","name":"Zoe"}'
    sock.sendall(b"\x81" + bytes([0x80 | len(enter)]) + b"\0\0\0\0" + enter)
    return sock


def memory(server: Running) -> int:
    """Resident, in kB."""
    assert server.process
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])
