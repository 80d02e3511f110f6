"""Rows that no command could have written: an import refuses them, and one bad workshop does not break other pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from speedboat.exports import FORMATS
from tests.cli.test_cli import play
from tests.support.boards import BOB
from tests.support.live_server import Person, Running
from tests.web.test_library import ADMIN_KEY, Visitor

CONTROLS = "\x1b[2J\x9b2J\u202e"
FACTS: list[dict[str, Any]] = [
    {"name": "card_added", "card": "foo", "kind": "anchor", "text": "Ancre", "x": 1, "y": 1, "weight": 0.5},
    {"name": "card_added", "card": "card:x", "kind": "wind", "text": f"Vent{CONTROLS}", "x": 1e9, "y": 1, "weight": 9},
    {"name": "theme_added", "theme": "bar", "title": "Thème"},
    {"name": "person_joined", "person": "baz"},
    {"name": "voted", "person": BOB, "votes": {"foo": 10**400}},
    {"name": "focused", "target": "foo"},
    {"name": "timer_set", "ends": 10**400},
    {"name": "action_set", "action": "action:x", "text": "Écrire", "due": "0001-01-01"},
    {"name": "action_set", "action": "action:y", "text": "Écrire", "due": "demain"},
    {"name": "phase_set", "phase": "closed"},
]


@pytest.fixture
def haunted(start: Callable[..., Running], database_url: str) -> tuple[Running, dict[str, str], dict[str, str]]:
    """A server with a sound workshop, and one whose rows somebody else wrote."""
    server = start(database_url=database_url, admin_key=ADMIN_KEY)
    sound, bad = play(server), server.create("Ensorcelé")
    engine = create_engine(database_url)
    with engine.begin() as connection:
        (number,) = connection.execute(text("SELECT id FROM workshops WHERE code = :c"), {"c": bad["code"]}).one()
        for seq, fact in enumerate(FACTS, 2):
            row = {"w": number, "s": seq, "at": 10**17, "by": "x\x1b", "f": json.dumps(fact)}
            connection.execute(text("INSERT INTO events VALUES (:w, :s, :at, :by, :f)"), row)
        connection.execute(
            text("UPDATE workshops SET created_at = :at, seq = :s, title = :t WHERE id = :w"),
            {"w": number, "at": 10**17, "s": len(FACTS) + 1, "t": f"Ensorcelé {CONTROLS}\nABC234  faux"},
        )
    engine.dispose()
    return server, sound, bad


def test_the_pages_of_all_workshops_survive_one(haunted: Any) -> None:
    server, sound, bad = haunted
    visitor = Visitor(server)
    assert visitor.enter(ADMIN_KEY)[0] == 200
    for address in ("/library", "/library?q=budget", "/library?q=ancre", "/synthesis", "/synthesis/cards?f=speedboat"):
        status, page = visitor.get(address)
        assert status == 200, address
        assert not {"\x1b", "\x9b", "\u202e"} & set(page)
    assert all(code in visitor.get("/library")[1] for code in (sound["code"], bad["code"]))
    assert sound["code"] in visitor.get("/library?q=budget")[1]
    for form in ("pdf", "xlsx", "json"):
        assert visitor.get(f"/synthesis.{form}")[0] == 200, form
    for form in FORMATS:
        assert visitor.get(f"/library/{bad['code']}/export.{form}")[0] == 200, form


def test_the_workshop_itself_is_shown_as_far_as_it_makes_sense(haunted: Any) -> None:
    server, _, bad = haunted
    alice = Person(server.url, bad["code"], key=bad["key"]).join()
    assert alice.records["workshop"]["phase"] == "closed"
    assert alice.records["workshop"]["timer"] is None, "a number that nobody can read is skipped"
    token = {"Authorization": f"Bearer {alice.auth['token']}"}
    for path in ("changes?since=0", "replay", "export.pdf", "export.xlsx", "export.docx"):
        assert server.request("GET", f"/api/v1/workshops/{bad['code']}/{path}", **token)[0] == 200, path
    status, said = server.api("GET", f"/workshops/{bad['code']}/suggestions", token=alice.auth["token"])
    assert (status, said["error"]["code"]) == (422, "wrong_phase")
    for path in ("", "/screen", "/app.webmanifest"):
        status, _, page = server.request("GET", f"/w/{bad['code']}{path}")
        assert status == 200
        assert not {"\x1b", "\x9b", "\u202e"} & set(page.decode())
    alice.leave()


def test_the_command_line_names_what_is_wrong_and_shows_none_of_it(haunted: Any) -> None:
    server, sound, bad = haunted
    checked = speedboat(server, "check")
    assert checked.returncode == 1
    for seq in range(2, len(FACTS) + 2):
        assert f"{bad['code']}: event {seq}: out_of_range (at)" in checked.stderr, checked.stderr
    assert sound["code"] not in checked.stderr
    listed = speedboat(server, "list")
    assert len(listed.stdout.splitlines()) == 2, "a title fakes no line"
    for done in (checked, listed, speedboat(server, "list", "--json")):
        assert "Traceback" not in done.stderr
        assert not {"\x1b", "\x9b", "\u202e"} & set(done.stdout + done.stderr)


def test_a_log_that_cannot_even_be_read_leaves_the_library_open(server: Running, environment: dict[str, str]) -> None:
    sound, bad = server.create("Sain"), server.create("Cassé")
    engine = create_engine(f"sqlite:///{environment['SPEEDBOAT_DATA_DIR']}/speedboat.db")
    with engine.begin() as connection:
        broken = {"f": "[" * 100_000, "c": bad["code"]}
        connection.execute(
            text("UPDATE events SET fact = :f WHERE workshop = (SELECT id FROM workshops WHERE code = :c)"), broken
        )
    engine.dispose()
    visitor = Visitor(server)
    visitor.enter(server.speedboat("admin-key").strip().partition("#key=")[2])
    assert sound["code"] in visitor.get("/library?q=sain")[1]
    assert bad["code"] in visitor.get("/library?q=casse")[1]
    assert visitor.get("/synthesis")[0] == 200
    checked = speedboat(server, "check")
    assert f"{bad['code']}: event 1 cannot be read" in checked.stderr
    assert "Traceback" not in checked.stderr


# --- import ---------------------------------------------------------------------------------------------------------


def archive_of(server: Running) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(server.speedboat("export", play(server)["code"], "--format", "archive"))
    return document


def test_a_bad_file_changes_nothing_and_names_its_rows(server: Running, tmp_path: Path) -> None:
    document = archive_of(server)
    before = server.speedboat("list", "--json")
    added = [event for event in document["events"] if event["fact"]["name"] == "card_added"]
    added[0]["fact"]["text"] = f"SECRET{CONTROLS}"
    added[1]["at"] = 10**17
    added[2]["fact"]["card"] = "foo"
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(document))
    for more in ((), ("--dry-run",), ("--json",)):
        done = speedboat(server, "import", str(file), *more)
        assert (done.returncode, done.stdout) == (1, "")
        assert "bad_rows" in done.stderr
        for event, field, code in (
            (added[0], "text", "text_malformed"),
            (added[1], "at", "out_of_range"),
            (added[2], "card", "malformed_id"),
        ):
            assert f"event {event['seq']}, {field}: " in done.stderr
            assert f"({code})" in done.stderr
        assert "SECRET" not in done.stderr
        assert "Traceback" not in done.stderr
    assert server.speedboat("list", "--json") == before


def test_a_trial_says_what_a_file_holds_and_writes_nothing(server: Running, tmp_path: Path) -> None:
    document = archive_of(server)
    file = tmp_path / "good.json"
    file.write_text(json.dumps(document))
    before = server.speedboat("list", "--json")
    told = json.loads(server.speedboat("import", str(file), "--dry-run", "--json"))
    assert told == {
        "title": "Où en sommes-nous ?",
        "events": len(document["events"]),
        "people": 2,
        "cards": 4,
        "themes": 1,
        "actions": 1,
    }
    assert "Cards        4\n" in server.speedboat("import", str(file), "--dry-run")
    assert server.speedboat("list", "--json") == before
    server.speedboat("import", str(file))
    assert len(json.loads(server.speedboat("list", "--json"))) == 2


def test_an_import_without_names_leaves_nothing_for_check_to_find(server: Running, tmp_path: Path) -> None:
    document = archive_of(server)
    file = tmp_path / "nameless.json"
    file.write_text(json.dumps({**document, "names": {}}))
    server.speedboat("import", str(file))
    assert "0 faults" in server.speedboat("check")


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"version":' + b"9" * 5000 + b"}", b"\x00" * 100, b""])
def test_a_file_of_anything_is_refused_without_a_trace(server: Running, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(content)
    for words in (("import",), ("import", "--dry-run")):
        done = speedboat(server, *words, str(file))
        assert (done.returncode, "not_an_export" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_a_file_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from speedboat.cli import maintenance
    from speedboat.domain.messages import Refused

    monkeypatch.setattr(maintenance, "LARGEST_IMPORT", 1000)
    with pytest.raises(Refused) as refusal:
        maintenance.read_file(Path("/dev/zero"))
    assert refusal.value.code == "too_large"


def speedboat(server: Running, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "speedboat", *words]
    environment = {**server.environment, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60)
