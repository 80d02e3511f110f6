"""Backups that rotate, and that one key alone opens."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from speedboat.cli.backup_files import OWN, encrypt, new_name, rotate
from speedboat.domain.messages import Refused
from tests.storage.test_erased_text import open_to_all, token
from tests.support.live_server import Person, Running

Start = Callable[..., Running]


def refused(server: Running, *arguments: str) -> str:
    """Run a command that is refused; return what it prints."""
    command = [sys.executable, "-m", "speedboat", *arguments]
    done = subprocess.run(command, env=server.environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stdout
    return done.stderr


def test_an_encrypted_backup_is_opened_by_its_key_alone(start: Start, tmp_path: Path) -> None:
    server, words = start(), token()
    made = server.create(words)
    key, file = tmp_path / "key", tmp_path / "backup"
    recipient = server.speedboat("backup-key", str(key)).strip()
    assert key.stat().st_mode & 0o077 == 0
    assert "choose another" in refused(server, "backup-key", str(key)), "a key is never overwritten"
    assert "age1" in refused(server, "backup", str(file), "--recipient", "age1nobody")
    assert not file.exists()
    server.speedboat("backup", str(file), "--recipient", recipient)
    assert file.read_bytes().startswith(b"age-encryption.org/v1")
    assert words.encode() not in file.read_bytes()
    server.stop()
    again = start(data_dir=tmp_path / "other")
    again.stop()
    assert "--identity" in refused(again, "restore", str(file))
    again.speedboat("backup-key", str(tmp_path / "wrong"))
    assert "does not open" in refused(again, "restore", str(file), "--identity", str(tmp_path / "wrong"))
    whole = file.read_bytes()
    (tmp_path / "short").write_bytes(whole[:-7])
    assert "cut short" in refused(again, "restore", str(tmp_path / "short"), "--identity", str(key))
    assert "1 workshops restored" in again.speedboat("restore", str(file), "--identity", str(key))
    assert made["code"] in again.speedboat("list")


def test_any_recipient_opens_it_and_none_is_no_recipient(tmp_path: Path) -> None:
    keys = [pyrage.x25519.Identity.generate() for _ in range(2)]
    sealed = encrypt(b"rows", [str(key.to_public()) for key in keys])
    assert [pyrage.decrypt(sealed, [key]) for key in keys] == [b"rows", b"rows"]
    with pytest.raises(Refused, match="bad_recipient"):
        encrypt(b"rows", ["age1nobody"])


def test_backups_in_a_folder_rotate_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    foreign = ("notes.txt", "speedboat-2020-01-01.gz", "speedboat-2020-01-01T000000Z.gz.part", "deletions.json")
    for name in foreign:
        (tmp_path / name).touch()
    names = [new_name(1_700_000_000_000 + n * 86_400_000, encrypted=bool(n % 2)) for n in range(7)]
    assert all(OWN.fullmatch(name) for name in names)
    for name in reversed(names):
        (tmp_path / name).touch()
    (tmp_path / new_name(0, encrypted=False)).mkdir()
    assert [file.name for file in rotate(tmp_path, 3)] == names[:4]
    assert {file.name for file in tmp_path.iterdir() if file.is_file()} == {*foreign, *names[4:]}


def test_a_folder_of_backups_has_what_was_erased_beside_them(start: Start, tmp_path: Path) -> None:
    server, folder, goes = start(), tmp_path / "backups", token()
    folder.mkdir()
    made = server.create()
    alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
    open_to_all(alice)
    alice.add(goes)
    server.speedboat("backup", "--into", str(folder))
    first = next(file for file in folder.iterdir() if OWN.fullmatch(file.name))
    older = tmp_path / "first"
    older.write_bytes(first.read_bytes())
    alice.do("take_back")
    alice.leave()
    while first.name == new_name(int(time.time() * 1000), encrypted=False):
        time.sleep(0.1)  # its name has seconds
    printed = server.speedboat("backup", "--into", str(folder), "--keep", "1")
    assert f"Removed {first}" in printed
    assert sorted(OWN.fullmatch(file.name) is None for file in folder.iterdir()) == [False, True]
    server.stop()
    again = start(data_dir=tmp_path / "other")
    again.stop()
    again.speedboat("restore", str(older), "--deletions", str(folder / "deletions.json"))
    assert goes not in again.speedboat("export", made["code"], "--format", "archive")


def test_a_backup_is_one_file_or_goes_into_a_folder(start: Start, tmp_path: Path) -> None:
    server = start()
    for arguments in ([], ["file", "--into", str(tmp_path)]):
        command = [sys.executable, "-m", "speedboat", "backup", *arguments]
        done = subprocess.run(command, env=server.environment, capture_output=True, text=True, timeout=60)
        assert (done.returncode, "Name a FILE" in done.stderr) == (2, True)
