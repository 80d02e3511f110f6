"""A backup from before cannot bring back what was erased since: workshops, cards, actions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.storage.test_erased_text import StoredDigest, action_id, open_to_all, token
from tests.support.live_server import Person, Running
from tests.writing.test_purge import days_from_now, let_it_be_due, wait_until

Start = Callable[..., Running]


@pytest.fixture
def emptied(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """The URL of the database that is restored into, once the first one is lost."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'restored' / 'speedboat.db'}"
    return str(request.getfixturevalue("another_url"))


def test_an_older_backup_brings_back_nothing_that_was_erased_since(
    start: Start, database_url: str, emptied: str, tmp_path: Path
) -> None:
    (tmp_path / "restored").mkdir()
    server, file = start(database_url=database_url), tmp_path / "backup"
    goes, purged, stays = server.create(token()), server.create(token()), server.create("Reste")
    alice = Person(server.url, stays["code"], name="Alice", key=stays["key"]).join()
    bob = Person(server.url, stays["code"], name="Bob").join()
    open_to_all(alice)
    mine, hers = [token() for _ in range(3)], token()
    for text in mine[:2]:
        bob.add(text)
    bob.do("add_action", action=action_id(), text=mine[2])
    alice.add(hers)
    server.speedboat("backup", str(file))
    bob.do("take_back")
    later = token()
    bob.add(later)
    server.speedboat("delete", goes["code"], "--yes")
    let_it_be_due(database_url, purged["code"])
    server.speedboat("purge")
    for person in (alice, bob):
        person.leave()
    assert server.stop()[0] == 0

    again = start(database_url=emptied)
    again.stop()
    printed = again.speedboat("restore", str(file))
    assert "3 workshops restored" in printed
    assert "In 3 of them" in printed
    archive = again.speedboat("export", stays["code"], "--format", "archive")
    assert hers in archive
    assert later not in archive, "written after the backup"
    listed = {row["code"] for row in json.loads(again.speedboat("list", "--json"))}
    assert listed == {stays["code"]}
    assert StoredDigest(emptied).tokens([*mine, goes["code"], purged["code"]]) == []
    assert "0 faults" in again.speedboat("check")
    again.start()
    bob = Person(again.url, stays["code"], token=bob.auth["token"]).join()
    assert [record for record in bob.records.values() if record.get("mine")] == []
    bob.leave()


def test_the_list_of_what_was_erased_names_nobody_and_nothing(start: Start, tmp_path: Path) -> None:
    server = start()
    made = server.create(token())
    alice = Person(server.url, made["code"], name=token(), key=made["key"]).join()
    open_to_all(alice)
    card = alice.add(token())
    alice.do("take_back")
    alice.leave()
    file = Path(server.environment["SPEEDBOAT_DATA_DIR"]) / "deletions.json"
    wait_until(file.exists)
    rows = json.loads(file.read_text(encoding="utf-8"))
    assert [record for _, record, _ in rows] == [card]
    assert made["code"] not in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o077 == 0


def test_a_list_kept_elsewhere_can_be_given_and_a_damaged_one_is_refused(start: Start, tmp_path: Path) -> None:
    server, file = start(), tmp_path / "backup"
    goes, stays = server.create(purge_on=days_from_now(9)), server.create()
    server.speedboat("backup", str(file))
    server.speedboat("delete", goes["code"], "--yes")
    server.stop()
    elsewhere = tmp_path / "elsewhere.json"
    list_file = Path(server.environment["SPEEDBOAT_DATA_DIR"]) / "deletions.json"
    elsewhere.write_bytes(list_file.read_bytes())
    again = start(data_dir=tmp_path / "another machine", secret_key="s" * 20 + "abcdefghij")
    again.stop()
    damaged = tmp_path / "damaged.json"
    damaged.write_text("[[", encoding="utf-8")
    with pytest.raises(AssertionError, match="broken_deletions"):
        again.speedboat("restore", str(file), "--deletions", str(damaged))
    assert "In 1 of them" in again.speedboat("restore", str(file), "--deletions", str(elsewhere))
    assert {row["code"] for row in json.loads(again.speedboat("list", "--json"))} == {stays["code"]}
