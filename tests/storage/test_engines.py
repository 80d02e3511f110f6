"""SQLite engines: the WAL is preallocated before anything is written."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from speedboat.access.entry import create_workshop
from speedboat.access.keys import KeyMaker
from speedboat.cli.maintenance import check
from speedboat.storage.engines import LOG_PAGES, PAGE, preallocate_wal
from speedboat.storage.store import Store
from speedboat.writing.creation import NewWorkshop


class Disk(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'speedboat.db'}")
    store.migrate()
    create_workshop(store, KeyMaker("k" * 40), 1_700_000_000_000, NewWorkshop("Lezoux", "", "fr"))
    return store


def log_length(folder: Path) -> int:
    return (folder / "speedboat.db-wal").stat().st_size


def write(store: Store, count: int) -> None:
    pen = store.pen()
    for n in range(count):
        with pen.writing() as transaction:
            transaction.set_name(1, f"person:{n:016d}", "Bob")


def test_the_log_has_its_length_from_the_start_and_many_commits_do_not_change_it(store: Store, tmp_path: Path) -> None:
    preallocate_wal(store.engine)
    length = log_length(tmp_path)
    assert length >= LOG_PAGES * PAGE
    write(store, 300)
    assert log_length(tmp_path) == length
    with store.reading() as transaction:
        assert len(transaction.names(1)) == 300
    assert check(store) == (1, [])
    store.close()


def test_nothing_is_left_of_the_making_of_room(store: Store, tmp_path: Path) -> None:
    preallocate_wal(store.engine)
    with store.reading() as transaction:
        tables = {name for name, _row in transaction.every_row()}
        found = transaction.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE name = 'room'").all()
    assert not found and "room" not in tables
    store.close()
    assert (tmp_path / "speedboat.db").stat().st_size < 1_000_000


def test_another_program_that_writes_is_not_waited_for(store: Store, tmp_path: Path) -> None:
    other = Store(store.url)
    before = log_length(tmp_path)
    with other.writing():
        preallocate_wal(store.engine)
    assert log_length(tmp_path) == before
    write(store, 1)
    store.close()
    other.close()


def test_a_disk_with_little_room_keeps_it(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = log_length(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Disk(10**9, 9 * 10**8, 10**8))
    preallocate_wal(store.engine)
    assert log_length(tmp_path) == before
    store.close()
