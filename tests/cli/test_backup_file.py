"""A damaged backup, or a file that is none, restores nothing and is refused with a reason."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from speedboat.cli import maintenance
from speedboat.cli.maintenance import backup, restore
from speedboat.domain.messages import Refused
from speedboat.storage.store import Store
from speedboat.writing.creation import NewWorkshop, open_workshop

HEAD = {"format": "speedboat-backup", "version": 1}
END = {"end": True}
ROW = {
    "table": "workshops",
    "id": 1,
    "code": "ABC234",
    "title": "x",
    "objective": "",
    "language": "fr",
    "format": "speedboat",
    "format_version": 1,
    "created_at": 1,
    "seq": 1,
    "key_hash": "",
}


@pytest.fixture
def empty(tmp_path: Path) -> Any:
    store = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    store.migrate()
    yield store
    store.close()


def packed(file: Path, *lines: Any) -> Path:
    with gzip.open(file, "wb") as writer:
        for line in lines:
            writer.write(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n")
    return file


def refusal(store: Store, file: Path) -> str:
    with pytest.raises(Refused) as refused:
        restore(store, file)
    with store.reading() as transaction:
        assert transaction.all_workshops() == [], "nothing was written"
    return refused.value.code


def test_a_row_like_those_of_a_backup_is_restored(empty: Store, tmp_path: Path) -> None:
    assert restore(empty, packed(tmp_path / "backup", HEAD, ROW, END)) == 1


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([{"format": "other", "version": 1}, END], "not_a_backup"),
        ([{**HEAD, "version": "1"}, END], "not_a_backup"),
        ([{**HEAD, "version": 2}, END], "not_a_backup"),
        ([b'{"format":"speedboat-backup","version":' + b"9" * 5000 + b"}\n"], "not_a_backup"),
        ([[], END], "not_a_backup"),
        ([HEAD, {**ROW, "table": "secrets"}, END], "not_a_backup"),
        ([HEAD, {**ROW, "table": 3}, END], "not_a_backup"),
        ([HEAD, {"id": 1}, END], "not_a_backup"),
        ([HEAD, {**ROW, "password": "x"}, END], "not_a_backup"),
        ([HEAD, {**ROW, "title": ["x"]}, END], "not_a_backup"),
        ([HEAD, b'{"table":' * 50_000], "not_a_backup"),
        ([HEAD, b"\xff\xfe\n"], "not_a_backup"),
        ([HEAD, {**ROW, "created_at": 10**400}, END], "broken_backup"),
        ([HEAD, {**ROW, "created_at": -(2**63) - 1}, END], "broken_backup"),
        ([HEAD, {**ROW, "title": None}, END], "broken_backup"),
        ([HEAD, {"table": "workshops", "id": 1}, END], "broken_backup"),
        ([HEAD, ROW, ROW, END], "broken_backup"),
        ([HEAD, {"table": "people", "workshop": 9, "id": "person:x", "name": "x"}, END], "broken_backup"),
        ([HEAD, ROW], "broken_backup"),
        ([], "not_a_backup"),
    ],
)
def test_a_file_that_is_no_sound_backup_is_refused(empty: Store, tmp_path: Path, lines: Any, code: str) -> None:
    assert refusal(empty, packed(tmp_path / "backup", *lines)) == code


def test_a_backup_damaged_in_its_middle_is_refused(empty: Store, tmp_path: Path) -> None:
    full, file = Store(f"sqlite:///{tmp_path / 'full.db'}"), tmp_path / "backup"
    full.migrate()
    open_workshop(full, "ABC234", 1, NewWorkshop("Où en sommes-nous ?", "", "fr"), lambda *_: "")
    backup(full, file)
    full.close()
    sound = file.read_bytes()
    for at in range(12, len(sound) - 8, 7):
        file.write_bytes(sound[:at] + bytes([sound[at] ^ 0xFF]) + sound[at + 1 :])
        assert refusal(empty, file) in ("not_a_backup", "broken_backup")


def test_a_row_that_is_packed_small_and_as_long_as_memory_is_not_read(
    empty: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "LARGEST_ROW", 10_000)
    assert refusal(empty, packed(tmp_path / "backup", HEAD, {**ROW, "title": "x" * 20_000}, END)) == "not_a_backup"
    assert refusal(empty, packed(tmp_path / "backup", b" " * 20_000)) == "not_a_backup"
