"""Numbers of hundreds of digits, infinity and NaN: a named refusal or a harmless answer, everywhere."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from speedboat.config import Config
from speedboat.i18n.error_messages import SENTENCES
from tests.conftest import SECRET
from tests.support.boards import ALICE, BOB, Table, action, theme
from tests.support.live_server import Person, Running, command_id, running
from tests.web.test_library import Visitor

MONSTERS = ["9" * 30, "9" * 400, "9" * 5000, "-" + "9" * 400, "1e400", "1" + "0" * 309, "NaN", "Infinity"]
SHORT = [monster[:12] + f"({len(monster)})" for monster in MONSTERS]
FIELDS = [
    ("vote", "count", {"target": theme()}),
    ("estimate", "knots", {"target": theme()}),
    ("set_timer", "seconds", {}),
    ("extend_timer", "seconds", {}),
    ("edit_card", "base", {"card": "card:" + "x" * 16, "text": "Oui"}),
    ("move_card", "x", {"card": "card:" + "x" * 16, "y": 1}),
    ("weigh_card", "weight", {"card": "card:" + "x" * 16}),
    ("add_card", "weight", {"card": "card:" + "y" * 16, "text": "Oui", "kind": "wind"}),
    ("change_settings", "votes_each", {}),
    ("change_settings", "minutes_per_theme", {}),
]


@pytest.mark.parametrize("monster", MONSTERS, ids=SHORT)
def test_no_number_in_a_command_breaks_the_server(any_server: Running, monster: str) -> None:
    made = any_server.create()
    alice = Person(any_server.url, made["code"], name="Alice", key=made["key"]).join()
    for phase in ("vote", "cut"):
        alice.do("set_phase", phase=phase)
        for name, field, others in FIELDS:
            words = {"id": command_id(), "name": name, **others}
            body = json.dumps(words)[:-1] + f', "{field}": {monster}}}'
            status, _, answer = any_server.request(
                "POST",
                f"/api/v1/workshops/{made['code']}/commands",
                body.encode(),
                Authorization=f"Bearer {alice.auth['token']}",
            )
            said = json.loads(answer)
            assert status < 500, (name, said)
            assert said["ok"] or said["error"]["code"] in SENTENCES
            assert said["ok"] or said["error"]["code"] != "internal_error"
    alice.leave()


@pytest.mark.parametrize("monster", MONSTERS, ids=SHORT)
def test_no_number_in_an_address_breaks_the_server(any_server: Running, monster: str) -> None:
    made = any_server.create()
    alice = Person(any_server.url, made["code"], name="Alice", key=made["key"]).join()
    path, token = f"/api/v1/workshops/{made['code']}", {"Authorization": f"Bearer {alice.auth['token']}"}
    for address in (f"{path}/changes?since={monster}", f"{path}/replay?after={monster}"):
        status, _, _ = any_server.request("GET", address, **token)
        assert status < 500, address[:80]
    alice.leave()


@pytest.mark.parametrize("monster", [int("9" * 30), int("9" * 400), -int("9" * 400)], ids=["30", "400", "-400"])
def test_no_number_on_a_socket_breaks_the_server(any_server: Running, monster: int) -> None:
    made = any_server.create()
    alice = Person(any_server.url, made["code"], name="Alice", key=made["key"], since=monster).join()
    assert alice.records["workshop"]["title"], "a number that was never reached is answered with the whole board"
    alice.leave()


def test_a_length_of_hundreds_of_digits_ends_only_its_own_connection(any_server: Running) -> None:
    for digits in (30, 400, 5000):
        with socket.create_connection(("127.0.0.1", any_server.port), timeout=30) as raw:
            head = f"POST /api/v1/workshops HTTP/1.1\r\nHost: x\r\nContent-Length: {'9' * digits}\r\n\r\n{{}}"
            raw.sendall(head.encode())
            raw.shutdown(socket.SHUT_WR)
            answer = raw.recv(100)
            assert not answer or b" 4" in answer[:20], answer
    assert any_server.create()["code"]


@pytest.fixture(scope="module")
def administrator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """An administrator in the library of a server with one workshop: looking at pages changes nothing there."""
    data = tmp_path_factory.mktemp("library")
    server = running({"SPEEDBOAT_DATA_DIR": str(data), "SPEEDBOAT_SECRET_KEY": SECRET})
    try:
        server.create()
        visitor = Visitor(server)
        assert visitor.enter(server.speedboat("admin-key").strip().partition("#key=")[2])[0] == 200
        yield visitor
    finally:
        server.kill()


@pytest.mark.parametrize("monster", [*MONSTERS[:4], "x", "1 OR 1"], ids=[*SHORT[:4], "x", "sql"])
def test_no_number_in_the_library_breaks_it(administrator: Visitor, monster: str) -> None:
    for address in ("/library?page={}", "/library?series={}", "/synthesis?series={}", "/synthesis/cards?v={}"):
        assert administrator.get(address.format(urllib.parse.quote(monster)))[0] == 200, address
    for address in ("/library?from={}", "/library?to={}", "/library?tag=%00", "/library?q=%00a&format=%00"):
        assert administrator.get(address.format(urllib.parse.quote(monster)))[0] == 200, address


@pytest.mark.parametrize("value", ["nan", "inf", "1e999", "-1", "9" * 400, "5000.5", "x\x1b[2J"])
def test_a_setting_that_is_no_such_number_is_refused_by_its_name(value: str, tmp_path: Path) -> None:
    for name in ("PORT", "TRUSTED_PROXIES"):
        done = speedboat(tmp_path, "list", **{f"SPEEDBOAT_{name}": value})
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
        assert f"SPEEDBOAT_{name}" in done.stderr
        assert "\x1b" not in done.stderr
        assert len(done.stderr) < 200


def test_messages_a_second_are_a_number_that_can_be_counted_to(tmp_path: Path) -> None:
    settings = {"SPEEDBOAT_DATA_DIR": str(tmp_path)}
    assert Config.from_environment({**settings, "SPEEDBOAT_MESSAGES_PER_SECOND": "0.5"}).messages_per_second == 0.5
    for value in ("nan", "inf", "-1", "1e999"):
        with pytest.raises(ValueError, match="SPEEDBOAT_MESSAGES_PER_SECOND"):
            Config.from_environment({**settings, "SPEEDBOAT_MESSAGES_PER_SECOND": value})


@pytest.mark.parametrize(
    "words",
    [
        ("serve", "--port", "9" * 5000),
        ("demo", "--people", "9" * 400),
        ("demo", "--speed", "nan"),
        ("demo", "--speed", "1e999"),
    ],
    ids=["port", "people", "nan", "infinite"],
)
def test_an_option_that_is_no_such_number_is_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    done = speedboat(tmp_path, *words)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr


@pytest.mark.parametrize("due", ["0001-01-01", "1969-12-31", "2201-01-01", "9999-12-31"])
def test_a_date_outside_of_living_memory_is_refused(due: str) -> None:
    table = Table()
    table.do(ALICE, "set_phase", phase="act")
    assert table.refusal(BOB, "add_action", action=action(), text="Écrire", due=due) == "out_of_range"
    assert table.refusal(BOB, "add_action", action=action(), text="Écrire", due="9" * 400) == "not_a_date"


def speedboat(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SPEEDBOAT_DATA_DIR": str(folder), **settings}
    return subprocess.run(
        [sys.executable, "-m", "speedboat", *words], env=environment, capture_output=True, text=True, timeout=60
    )
