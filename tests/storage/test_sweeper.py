"""Overwritten rows in SQLite's files: what stays of them, and that the sweeper wipes it while others read and write."""

from __future__ import annotations

import random
import secrets
import sqlite3
import threading
from pathlib import Path

import pytest

from speedboat.access.entry import create_workshop
from speedboat.access.keys import KeyMaker
from speedboat.cli.maintenance import check
from speedboat.domain.fact_codec import write_fact
from speedboat.domain.features.cards import CardAdded
from speedboat.domain.messages import Event
from speedboat.storage.erasure_queries import mark
from speedboat.storage.sqlite_residue import Sweeper
from speedboat.storage.store import Store
from speedboat.writing.creation import NewWorkshop
from speedboat.writing.eraser import sweep

PATIENCE = 60.0  # seconds
ROOMS, CARDS = 8, 2500
LOG_LENGTH = 16_000_000


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'speedboat.db'}")
    store.migrate()
    for _ in range(ROOMS):
        create_workshop(store, KeyMaker("k" * 40), 1_700_000_000_000, NewWorkshop("Lezoux", "", "fr"))
    assert sweep(store, PATIENCE)
    return store


def added(seq: int, text: str) -> Event:
    return Event(seq, 1, None, CardAdded(f"card:{seq:016d}", "wind", text, 100.0, 100.0, 0.5))


def fill(store: Store) -> list[tuple[int, int, str]]:
    """Cards of all lengths in rooms that write at the same time; returns where every eighth is, and its text."""
    chance = random.Random(11)
    seqs = dict.fromkeys(range(1, ROOMS + 1), 1)
    planted: list[tuple[int, int, str]] = []
    pen = store.pen()
    for _ in range(CARDS // 50):
        with pen.writing() as transaction:
            for _ in range(50):
                room = chance.randint(1, ROOMS)
                seqs[room] += 1
                text = secrets.token_hex(12) + "x" * chance.randint(0, 470)
                if chance.random() < 0.125:
                    planted.append((room, seqs[room], text))
                transaction.append([(room, added(seqs[room], text))], {room: seqs[room]})
    return planted


def overwrite(store: Store, planted: list[tuple[int, int, str]]) -> None:
    with store.writing() as transaction:
        for room, seq, _ in planted:
            transaction.connection.exec_driver_sql(
                "UPDATE events SET fact = ? WHERE workshop = ? AND seq = ?",
                (write_fact(added(seq, "").fact), room, seq),
            )
        mark(transaction)


def left(store: Store, planted: list[tuple[int, int, str]]) -> int:
    folder = Path(str(store.engine.url.database)).parent
    held = b"\n".join(file.read_bytes() for file in folder.iterdir())
    return sum(text[:24].encode() in held for _, _, text in planted)


def test_overwritten_rows_stay_in_the_files_until_they_are_swept(store: Store, tmp_path: Path) -> None:
    planted = fill(store)
    overwrite(store, planted)
    assert left(store, planted)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert left(store, planted), "it is not the log alone"
    assert sweep(store, PATIENCE)
    assert left(store, planted) == 0
    assert (tmp_path / "speedboat.db-wal").stat().st_size > LOG_LENGTH
    assert Sweeper(store.engine).step() is None
    assert check(store) == (ROOMS, [])
    store.close()


def test_a_sweep_beside_others_that_write_costs_them_nothing_and_keeps_its_word(store: Store) -> None:
    planted = fill(store)
    pens, stopping = [store.pen() for _ in range(2)], threading.Event()
    written = [0, 0]

    def write(which: int) -> None:
        # Each has read pages before the sweep, and must not bring them back.
        while not stopping.is_set():
            with pens[which].writing() as transaction:
                transaction.set_name(which + 1, f"person:{written[which] % 500:016d}", secrets.token_hex(20))
            written[which] += 1
            stopping.wait(0.002)

    writers = [threading.Thread(target=write, args=(which,)) for which in range(2)]
    for writer in writers:
        writer.start()
    overwrite(store, planted)
    assert sweep(store, PATIENCE)
    stopping.set()
    for writer in writers:
        writer.join()
    assert left(store, planted) == 0
    assert all(written)
    faults = check(store)[1]
    assert not faults
    store.close()


def test_a_sweep_waits_for_whoever_is_reading_and_another_process_goes_on_with_it(store: Store) -> None:
    planted = fill(store)
    with store.snapshot() as transaction:
        assert transaction.find("ABCDEF") is None
        overwrite(store, planted)
        sweeper = Sweeper(store.engine)
        assert sweeper.step()
        assert not sweep(store, 0.1)
    store.close()
    another = Store(store.url)
    another.migrate()
    assert sweep(another, PATIENCE)
    assert left(another, planted) == 0
    another.close()


def test_the_file_is_shortened_by_what_was_erased_and_stays_sound(store: Store, tmp_path: Path) -> None:
    planted, file = fill(store), tmp_path / "speedboat.db"
    rooms = [f"{n:06d}" for n in range(40)]
    with store.writing() as transaction:
        for code in rooms:
            create = {"title": "Riom", "objective": "", "language": "fr", "format": "speedboat", "format_version": 1}
            room = transaction.add_workshop(code=code, created_at=1, key_hash="", **create)
            events = [added(seq, secrets.token_hex(200)) for seq in range(1, 150)]
            transaction.append([(room, event) for event in events], {room: len(events)})
            planted.append((room, 1, events[0].fact.text))
    checkpoint(store)
    long = file.stat().st_size
    with store.writing() as transaction:
        for row in transaction.all_workshops():
            if row.code in rooms:
                transaction.delete_workshop(row.id)
        mark(transaction)
    overwrite(store, planted)
    assert sweep(store, PATIENCE)
    checkpoint(store)
    assert file.stat().st_size < long / 2
    assert left(store, planted) == 0
    assert check(store) == (ROOMS, [])
    store.close()


def test_a_file_of_an_older_version_is_swept_and_keeps_its_length(tmp_path: Path) -> None:
    file = tmp_path / "speedboat.db"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA journal_mode=WAL")  # from here on it is too late for a map of pages
        connection.execute("CREATE TABLE before (a)")
    store = Store(f"sqlite:///{file}")
    store.migrate()
    for _ in range(ROOMS):
        create_workshop(store, KeyMaker("k" * 40), 1_700_000_000_000, NewWorkshop("Lezoux", "", "fr"))
    planted = fill(store)
    overwrite(store, planted)
    assert sweep(store, PATIENCE)
    assert left(store, planted) == 0
    assert check(store) == (ROOMS, [])
    store.close()


def checkpoint(store: Store) -> None:
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
