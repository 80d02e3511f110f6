"""`speedboat check` finds missing and broken events, rows that do not fit the log, and damaged pages of the file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg

from tests.conftest import empty_database
from tests.support.live_server import Person, Running


def test_what_is_wrong_with_a_log_in_postgresql_is_found_too(
    start: Callable[..., Running], postgresql_url: str
) -> None:
    for url in empty_database(postgresql_url, f"damaged_{os.urandom(6).hex()}"):
        server = start(database_url=url)
        made = server.create()
        bob = Person(server.url, made["code"], name="Bob").join()
        for _ in range(3):
            bob.add(kind="wind")
        bob.leave()
        server.kill()
        with psycopg.connect(url.replace("+psycopg", "")) as database:
            database.execute("DELETE FROM events WHERE seq = 3")
            database.execute("UPDATE events SET fact = '{' WHERE seq = 4")
            database.execute("UPDATE workshops SET title = 'autre', seq = seq + 1")
            database.execute("DELETE FROM people")
        words = [sys.executable, "-m", "speedboat", "check"]
        done = subprocess.run(words, env=server.environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 1
        for fault in (
            "event 3 is missing",
            "event 4 cannot be read",
            "the log ends at",
            "is about a person who is missing from the table of people",
            "title or objective in the table of workshops differ from those in the log",
        ):
            assert fault in done.stderr


def test_a_damaged_page_of_the_file_is_found(start: Callable[..., Running], tmp_path: Path) -> None:
    server = start(data_dir=tmp_path)
    bob = Person(server.url, server.create()["code"], name="Bob").join()
    bob.add("un mot " * 60, kind="wind")
    bob.leave()
    assert server.stop()[0] == 0
    pages = bytearray((tmp_path / "speedboat.db").read_bytes())
    page = pages.index(b"un mot") // 4096 * 4096
    pages[page : page + 16] = b"\xff" * 16  # the head of the page that holds the card
    (tmp_path / "speedboat.db").write_bytes(pages)
    words = [sys.executable, "-m", "speedboat", "check"]
    done = subprocess.run(words, env=server.environment, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "un mot" not in done.stderr
