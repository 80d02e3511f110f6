"""A backup taken while people write: consistent, restored into the other kind of database, and continued there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import empty_database
from tests.faults.test_crash import Progress, Writer
from tests.support.chaos import size
from tests.support.live_server import Person, Running

PEOPLE = 4


@pytest.fixture
def other_url(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """An empty database of the kind that `database_url` is not."""
    if database_url.startswith("sqlite"):
        yield from empty_database(request.getfixturevalue("postgresql_url"), f"other_{os.urandom(6).hex()}")
    else:
        yield f"sqlite:///{tmp_path / 'other.db'}"


def test_a_backup_under_load_goes_on_in_the_other_kind_of_database(
    start: Callable[..., Running], database_url: str, other_url: str, tmp_path: Path
) -> None:
    server = start(database_url=database_url, messages_per_second=0)
    made = server.create("Où en sommes-nous ?")
    room = [Writer(server.url, made["code"], n) for n in range(PEOPLE)]
    progress, file = Progress(), tmp_path / "backup"
    for writer in room:
        writer.begin(progress)
    for _ in range(size(1, 20)):
        progress.await_more(size(60, 600))
        before = {text for writer in room for text in writer.acknowledged}
        server.speedboat("backup", str(file))
        progress.await_more(1)  # it held up nobody
    for writer in room:
        writer.end()

    restored = start(database_url=other_url, messages_per_second=0, data_dir=tmp_path / "elsewhere")
    assert "1 workshops restored" in restored.speedboat("restore", str(file))
    assert "0 faults" in restored.speedboat("check")
    archive = ("export", made["code"], "--format", "archive")
    then, now = (json.loads(place.speedboat(*archive)) for place in (restored, server))
    assert then["events"] == now["events"][: len(then["events"])]
    texts = [event["fact"]["text"] for event in then["events"] if event["fact"]["name"] == "card_added"]
    assert before <= set(texts)
    assert len(texts) == len(set(texts))

    again = Person(restored.url, made["code"], token=room[0].person.auth["token"]).join()
    assert again.me["id"] == room[0].person.me["id"], "links and tokens go on"
    assert again.do("add_card", card="card:" + "z" * 16, kind="wind", text="suite", weight=0.5)["seq"] == again.have
    again.leave()
    for writer in room:
        writer.person.leave()
