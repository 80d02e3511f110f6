"""Database, secrets, backups and exports are readable by their owner only; symbolic links are never followed."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from speedboat.config import Config
from speedboat.config.private_files import make_private_database, private_writer, write_privately
from speedboat.domain.messages import Refused
from speedboat.storage.store import Store
from tests.support.live_server import Running

pytestmark = pytest.mark.skipif(os.name == "nt", reason="modes and links are those of POSIX")


@pytest.fixture(autouse=True)
def common_umask() -> object:
    """That of most machines: what is made is readable by everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_a_new_installation_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "data"
    config = Config.from_environment({"SPEEDBOAT_DATA_DIR": str(folder)})
    store = Store(config.database_url)
    store.migrate()
    made = {path.name for path in folder.iterdir()}
    assert mode(folder) == 0o700
    assert {"speedboat.db", "speedboat.db-wal", "speedboat.db-shm", "secret_key", "admin_key"} <= made
    assert {path.name: oct(mode(path)) for path in folder.iterdir()} == dict.fromkeys(made, "0o600")
    store.close()


def test_a_secret_is_written_to_no_planted_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    for name in ("secret_key", "admin_key"):
        (tmp_path / f".{name}.{os.getpid()}").symlink_to(outside)
    config = Config.from_environment({"SPEEDBOAT_DATA_DIR": str(tmp_path)})
    assert config.secret_key != config.admin_key
    assert not outside.exists()


def test_a_running_server_leaves_nothing_open(server: Running, environment: dict[str, str]) -> None:
    server.create()
    folder = Path(environment["SPEEDBOAT_DATA_DIR"])
    assert mode(folder) == 0o700
    assert {oct(mode(path)) for path in folder.iterdir()} == {"0o600"}


def test_what_an_older_version_left_open_is_closed_at_the_next_start(tmp_path: Path) -> None:
    names = ("speedboat.db", "secret_key", "admin_key")
    settings = {"SPEEDBOAT_DATA_DIR": str(tmp_path)}
    Store(Config.from_environment(settings).database_url).migrate()
    tmp_path.chmod(0o755)
    for name in names:
        (tmp_path / name).chmod(0o644)
    Store(Config.from_environment(settings).database_url).close()
    assert [mode(tmp_path / name) for name in names] == [0o600] * 3
    assert mode(tmp_path) == 0o755, "a folder that somebody chose is theirs"


def test_a_database_opened_to_a_group_on_purpose_stays_so(tmp_path: Path) -> None:
    file = tmp_path / "speedboat.db"
    file.touch()
    file.chmod(0o640)
    make_private_database(file)
    assert mode(file) == 0o640


def test_a_database_where_no_file_can_be_made_is_left_to_sqlite(tmp_path: Path) -> None:
    make_private_database(tmp_path / "missing" / "speedboat.db")
    assert not (tmp_path / "missing").exists()


def test_a_file_is_written_for_its_owner_alone_also_over_one_that_was_open(tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text("before")
    file.chmod(0o666)
    write_privately(file, b"after")
    assert (file.read_bytes(), mode(file)) == (b"after", 0o600)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("target", ["victim", "missing", "folder"])
def test_a_link_in_the_place_of_a_file_is_refused_and_not_followed(tmp_path: Path, target: str) -> None:
    (tmp_path / "victim").write_text("mine")
    (tmp_path / "folder").mkdir()
    link = tmp_path / "backup"
    link.symlink_to(tmp_path / target)
    with pytest.raises(Refused) as refusal:
        write_privately(link, b"secret")
    assert refusal.value.code == "not_a_plain_file"
    assert link.is_symlink()
    assert (tmp_path / "victim").read_text() == "mine"
    assert not (tmp_path / "missing").exists()


def test_a_device_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(Refused):
        write_privately(pipe, b"secret")
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


def test_a_link_planted_while_a_file_is_written_is_replaced_and_not_followed(tmp_path: Path) -> None:
    victim, file = tmp_path / "victim", tmp_path / "backup"
    victim.write_text("mine")
    with private_writer(file) as writer:
        writer.write(b"secret")
        file.symlink_to(victim)
    assert not file.is_symlink()
    assert (file.read_bytes(), mode(file)) == (b"secret", 0o600)
    assert victim.read_text() == "mine"


def test_what_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_bytes(b"before")
    with pytest.raises(TypeError), private_writer(file) as writer:
        writer.write("not bytes")  # type: ignore[arg-type]
    assert file.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("planted", ["backup", "backup.part"])
def test_a_backup_follows_no_planted_link(server: Running, tmp_path: Path, planted: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    victim.chmod(0o666)
    (tmp_path / planted).symlink_to(victim)
    done = command(server, "backup", str(tmp_path / "backup"))
    assert victim.read_text() == "mine"
    assert (done.returncode, "not_a_plain_file" in done.stderr) == ((1, True) if planted == "backup" else (0, False))
    if planted == "backup.part":
        assert mode(tmp_path / "backup") == 0o600


@pytest.mark.parametrize("words", [("export", "{code}", "-o"), ("synthesis", "{code}", "-o"), ("backup",)])
def test_every_command_that_writes_a_file_writes_it_privately(
    server: Running, tmp_path: Path, words: tuple[str, ...]
) -> None:
    code = server.create()["code"]
    asked = [word.format(code=code) for word in words]
    file, victim, link = tmp_path / "out", tmp_path / "victim", tmp_path / "link"
    file.touch()
    file.chmod(0o666)
    victim.write_text("mine")
    link.symlink_to(victim)
    assert command(server, *asked, str(file)).returncode == 0
    assert mode(file) == 0o600
    refused = command(server, *asked, str(link))
    assert (refused.returncode, "not_a_plain_file" in refused.stderr) == (1, True)
    assert victim.read_text() == "mine"
    nowhere = command(server, *asked, str(tmp_path / "missing" / "out"))
    assert (nowhere.returncode, "Traceback" in nowhere.stderr) == (1, False)


def command(server: Running, *words: str) -> subprocess.CompletedProcess[str]:
    asked: Callable[..., subprocess.CompletedProcess[str]] = subprocess.run
    return asked(
        [sys.executable, "-m", "speedboat", *words],
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
