"""The command line ends with one line that says what to do, whatever disk, database, network or output does."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import IO, Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import event

from speedboat.app import create_app
from speedboat.cli.commands import main
from speedboat.cli.serve import QR_BLOCKS, announce
from speedboat.config import Config
from speedboat.storage.store import Store

Call = Callable[..., Result]


@pytest.fixture
def call(environment: dict[str, str]) -> Call:
    def run(*arguments: str, **settings: str) -> Result:
        return CliRunner().invoke(main, arguments, env={**environment, **settings})

    return run


@pytest.fixture
def program(environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Return a function that runs a command in a process of its own, with the output that its settings name."""

    def run(*arguments: str, output: int | IO[bytes] = subprocess.PIPE, **settings: str) -> Any:
        return subprocess.run(
            [sys.executable, "-m", "speedboat", *arguments],
            env={**os.environ, **environment, **settings},
            stdout=output,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )

    return run


def sentence(done: Result) -> str:
    """Return the one line with which a command failed."""
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit), done.exception
    return one_error(done.stderr)


def one_error(text: str) -> str:
    lines = text.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("Error: ")
    return lines[0]


def read_only(folder: Path) -> str:
    """Return the address of a complete database that SQLite opens for reading only, whoever asks (even root)."""
    file = folder / "boat.db"
    store = Store(f"sqlite:///{file}")
    store.migrate()
    store.close()
    return f"sqlite:///file:{file}?mode=ro&uri=true"


def test_a_database_that_can_only_be_read_is_said_in_one_line(
    call: Call, program: Callable[..., Any], tmp_path: Path
) -> None:
    url = read_only(tmp_path)
    assert "right to write" in sentence(call("create", "Où ?", SPEEDBOAT_DATABASE_URL=url))
    served = program("serve", "--port", "0", SPEEDBOAT_DATABASE_URL=url)
    assert served.returncode == 1
    assert "right to write" in one_error(served.stderr.decode())


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:////nowhere/at/all/boat.db", "folder of the database exists"),
        ("postgresql://me@127.0.0.1:1/boat", "SPEEDBOAT_DATABASE_URL"),
        ("mysql://localhost/boat", "SPEEDBOAT_DATABASE_URL must be"),
    ],
)
def test_a_database_that_cannot_be_opened_is_said_in_one_line(url: str, expected: str, call: Call) -> None:
    assert expected in sentence(call("list", SPEEDBOAT_DATABASE_URL=url))


def test_a_file_that_is_no_database_is_said_in_one_line(call: Call, tmp_path: Path) -> None:
    (tmp_path / "boat.db").write_bytes(b"not a database at all" * 500)
    url = f"sqlite:///{tmp_path / 'boat.db'}"
    for command in (["list"], ["check"], ["serve", "--port", "0"], ["key", "ABCDEF"]):
        assert "restore a backup" in sentence(call(*command, SPEEDBOAT_DATABASE_URL=url))


def test_a_file_in_the_way_of_the_data_directory_is_said_in_one_line(call: Call, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way", encoding="utf-8")
    assert "SPEEDBOAT_DATA_DIR" in sentence(call("list"))


def test_a_damaged_secret_is_said_in_one_line(call: Call, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "admin_key").write_bytes(b"\xff\xfe damaged")
    assert "admin_key is damaged" in sentence(call("admin-key"))


def test_a_port_that_is_taken_or_an_address_of_another_machine_is_said_in_one_line(call: Call) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert "SPEEDBOAT_PORT" in sentence(call("serve", "--host", "127.0.0.1", "--port", port))
    assert "SPEEDBOAT_HOST" in sentence(call("serve", "--host", "192.0.2.1", "--port", "0"))
    assert "SPEEDBOAT_HOST" in sentence(call("serve", "--host", "no.such.name.invalid", "--port", "0"))


def test_an_output_on_a_full_disk_is_said_in_one_line(program: Callable[..., Any]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    for arguments in (["--help"], ["check", "--settings"]):
        with Path("/dev/full").open("wb") as full:
            assert "No space left" in program(*arguments, output=full).stderr.decode().splitlines()[0]


def test_an_output_that_is_not_utf_8_stops_no_command(program: Callable[..., Any]) -> None:
    for arguments in (["create", "Où va-t-on 🚤 ?"], ["list"], ["list", "--json"]):
        done = program(*arguments, PYTHONIOENCODING="cp1252")
        assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\ud83d\\udea4" in done.stdout, "JSON keeps every character"
    assert program("list", PYTHONIOENCODING="ascii").returncode == 0


def test_an_output_that_is_not_utf_8_does_not_stop_the_server(environment: dict[str, str]) -> None:
    with pytest.raises(UnicodeEncodeError):
        QR_BLOCKS.encode("cp1252")
    config = Config.from_environment({**environment, "SPEEDBOAT_PUBLIC_URL": "https://boat.example"})
    output = io.TextIOWrapper(io.BytesIO(), "cp1252", errors="strict")
    with redirect_stdout(output):
        announce(config)
    output.flush()
    output.seek(0)
    assert "https://boat.example" in output.read()
    with redirect_stdout(io.TextIOWrapper(io.BytesIO(), "utf-8")) as unicode:
        announce(config)
        unicode.seek(0)
        assert set(QR_BLOCKS) <= set(unicode.read()), "elsewhere the code is there"


def test_ready_means_that_a_write_succeeds(environment: dict[str, str]) -> None:
    app = create_app(Config.from_environment({**environment, "SPEEDBOAT_ASYNC": "threading"}))
    speedboat = app.extensions["speedboat"]
    event.listen(speedboat.store.engine, "connect", lambda opened, _record: opened.execute("PRAGMA query_only=ON"))
    speedboat.store.engine.dispose()  # from now on every connection can only read
    client = app.test_client()
    ready = client.get("/readyz")
    assert (ready.status_code, ready.text) == (503, "the database does not answer, or cannot be written\n")
    assert client.get("/healthz").status_code == 200
    speedboat.stop()
