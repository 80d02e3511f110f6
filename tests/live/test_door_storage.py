"""What the door stores in rows: through a backup, from before there was a door, and in another process."""

from __future__ import annotations

import gzip
import json
import secrets
from collections.abc import Callable
from pathlib import Path

from tests.conftest import empty_database
from tests.support.live_server import Person, Running


def test_a_backup_brings_the_passphrase_and_the_phones_along(
    start: Callable[..., Running], database_url: str, tmp_path: Path
) -> None:
    server, device, file = start(database_url=database_url), secrets.token_urlsafe(16), tmp_path / "backup"
    made = server.create()
    alice = Person(server.url, made["code"], key=made["key"], name="Alice").join()
    bob = Person(server.url, made["code"], name="Bob", device=device).join()
    alice.do("remove_person", person=bob.me["id"])
    alice.do("set_door", door="passphrase", passphrase="sésame")
    server.speedboat("backup", str(file))
    again = start(data_dir=tmp_path / "elsewhere")
    again.speedboat("restore", str(file))
    assert Person(again.url, made["code"], name="Carol").refused() == "wrong_passphrase"
    assert Person(again.url, made["code"], name="Tom", device=device, passphrase="sésame").refused() == "removed"
    Person(again.url, made["code"], name="Carol", passphrase="sésame").join()


def test_a_backup_from_before_there_was_a_door_opens(start: Callable[..., Running], tmp_path: Path) -> None:
    server, file = start(), tmp_path / "backup"
    made = server.create()
    bob = Person(server.url, made["code"], name="Bob").join()
    server.speedboat("backup", str(file))
    rows = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    for row in rows:
        for column in ("device", "passphrase"):
            row.pop(column, None)
    file.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    again = start(data_dir=tmp_path / "elsewhere")
    again.speedboat("restore", str(file))
    assert Person(again.url, made["code"], token=bob.welcomes[0]["token"]).join().me["id"] == bob.me["id"]
    Person(again.url, made["code"], name="Carol").join()


def test_the_door_is_the_same_in_every_process(
    start: Callable[..., Running], postgresql_url: str, valkey_url: str, tmp_path: Path
) -> None:
    for url in empty_database(postgresql_url, f"door_{secrets.token_hex(6)}"):
        one, other = (start(database_url=url, redis_url=valkey_url, data_dir=tmp_path / name) for name in "ab")
        made, device = one.create(), secrets.token_urlsafe(16)
        alice = Person(one.url, made["code"], key=made["key"], name="Alice").join()
        # The other process has the board open before anything happens at the door.
        theo = Person(other.url, made["code"], view="screen").join()
        people = [Person(one.url, made["code"], name=name, device=device).join() for name in ("Bob", "Bobby")]
        theo.sees(people[1].me["id"])
        alice.do("remove_person", person=people[0].me["id"])
        theo.sees_no(people[0].me["id"])
        assert Person(other.url, made["code"], name="Tom", device=device).refused() == "removed"
        alice.do("set_door", door="approve")
        theo.sees("workshop", door="approve")
        assert Person(other.url, made["code"], name="Carol", device=secrets.token_urlsafe(16)).refused() == "waiting"
        alice.until(lambda: any(record.get("waiting") for record in alice.records.values()))
