"""The archive: a log that imports again byte by byte. Who is in it: `tests/domain/test_unlinkable_log.py`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from speedboat.cli.maintenance import preview_import
from speedboat.domain.messages import Refused
from speedboat.exports import archive
from speedboat.reports.replay import replay
from tests.domain.test_unlinkable_log import archived, imported
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table, theme
from tests.support.finished_workshops import lezoux


def test_a_trial_counts_those_who_are_in_and_nobody_else() -> None:
    table = lezoux(12)
    table.do(ALICE, "set_phase", phase="act")
    table.do(ALICE, "set_door", door="approve")
    table.knock(CAROL, "Carol")
    table.do(ALICE, "remove_person", person=DAN)
    assert preview_import(archived(table))["people"] == len((ALICE, BOB))


def test_the_archive_of_a_named_workshop_is_its_log() -> None:
    table = lezoux(12)
    events, names = archive.read(archived(table))
    assert events == table.log
    assert names == table.board.names


def test_the_replay_of_an_archive_ends_as_that_of_the_workshop() -> None:
    table = lezoux(20, anonymous=True)

    def last_of(table: Table) -> dict[str, Any]:
        records: dict[str, Any] = {}
        for frame in replay(table.log).frames:
            for put in frame.put:
                records[put["id"]] = {**records.get(put["id"], {}), **put}
        return records

    assert last_of(imported(archived(table))) == last_of(table)


@pytest.mark.parametrize("name", ["0.1-lezoux", "0.1-lezoux-anonymous", "0.1-lezoux-facilitator"])
def test_an_export_of_version_0_1_imports_and_is_archived(name: str) -> None:
    old = (Path(__file__).parents[1] / "logs" / f"{name}.log.json").read_bytes()
    table = imported(old)
    first = archived(table)
    assert archived(imported(first)) == first
    assert bool(re.search("person:", first.decode())) != ("anonymous" in name)
    assert table.board.themes.keys() == {theme(n + 1) for n in range(len(table.board.themes))}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"version": 2}, "unknown_version"),
        ({"format": "speedboat-workshop", "version": 2}, "unknown_version"),
        ({"format": "speedboat-board"}, "not_an_export"),
        ({"events": []}, "broken_log"),
    ],
)
def test_what_is_no_such_document_is_refused_by_name(change: dict[str, Any], code: str) -> None:
    document = {**msgspec.json.decode(archived(lezoux(5))), **change}
    with pytest.raises(Refused) as refusal:
        archive.read(msgspec.json.encode(document))
    assert refusal.value.code == code


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_an_archive_that_an_editor_saved_in_another_encoding_imports(encoding: str) -> None:
    table = Table()
    table.do(ALICE, "set_phase", phase="write")
    table.do(BOB, "add_card", card="card:" + "x" * 16, kind="wind", text="Où va le bateau 🚤 ?", weight=0.5)
    data = archived(table)
    assert archive.read(data.decode().encode(encoding)) == archive.read(data)
    assert archive.read(data.decode().replace("\n", "\r\n").encode(encoding)) == archive.read(data)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"\x00", b"{\x00\x00\xd8", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_half_an_encoding_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        archive.read(data)
    assert refusal.value.code == "not_an_export"
