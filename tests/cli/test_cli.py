"""The command line, on both databases: create, list, key, export, import, backup, restore, check, demo."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SECRET
from tests.support.live_server import Person, Running, card_id


@pytest.fixture
def speedboat(database_url: str, tmp_path: Path) -> Callable[..., str]:
    environment = {
        **os.environ,
        "SPEEDBOAT_DATA_DIR": str(tmp_path / "data"),
        "SPEEDBOAT_DATABASE_URL": database_url,
        "SPEEDBOAT_SECRET_KEY": SECRET,
    }

    def call(*arguments: str, fails: bool = False, **more: str) -> str:
        command = [sys.executable, "-m", "speedboat", *arguments]
        done = subprocess.run(command, env={**environment, **more}, capture_output=True, text=True, timeout=60)
        assert (done.returncode != 0) == fails, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr if fails else done.stdout

    return call


def test_a_workshop_is_created_listed_and_given_a_new_link(speedboat: Callable[..., str]) -> None:
    made = json.loads(speedboat("create", "Où en sommes-nous ?", "--objective", "Une île", "--json"))
    assert made["facilitator_url"] == f"{made['join_url']}/facilitate#key={made['key']}"
    assert made["code"] in speedboat("list")
    assert json.loads(speedboat("list", "--json"))[0]["title"] == "Où en sommes-nous ?"
    renewed = json.loads(speedboat("key", made["code"].lower(), "--json"))
    assert renewed["key"] != made["key"]
    assert "no workshop" in speedboat("key", "ZZZZZZ", fails=True)
    assert "1 workshops checked, 0 faults" in speedboat("check")


@pytest.mark.parametrize("anonymous", [False, True])
def test_an_archive_imported_archives_to_the_same_bytes(
    anonymous: bool, speedboat: Callable[..., str], tmp_path: Path, server: Running
) -> None:
    made = play(server, anonymous=anonymous)
    first = tmp_path / "first.json"
    first.write_text(server.speedboat("export", made["code"], "--format", "archive"), encoding="utf-8")
    imported = json.loads(speedboat("import", str(first), "--json"))
    assert speedboat("export", imported["code"], "--format", "archive") == first.read_text(encoding="utf-8")
    assert "0 faults" in speedboat("check")
    assert ("Bob" in first.read_text(encoding="utf-8")) != anonymous
    for secret in (made["code"], made["key"], "127.0.0.1"):
        assert secret not in first.read_text(encoding="utf-8")


def test_the_command_line_names_people_only_when_asked_and_never_where_they_are_anonymous(server: Running) -> None:
    named, anonymous = play(server), play(server, anonymous=True)
    for made, options in ((named, []), (anonymous, []), (anonymous, ["--names"])):
        for form in ("json", "csv", "md"):
            told = server.speedboat("export", made["code"], "--format", form, *options)
            assert "Pas de budget du tout" in told
            assert "person:" not in told
            assert "Bob" not in told
            assert "Odette" not in told
    told = server.speedboat("export", named["code"], "--names")
    authors = {record.get("author") for record in json.loads(told)["records"] if record["type"] == "card"}
    people = {record["id"]: record["name"] for record in json.loads(told)["records"] if record["type"] == "person"}
    assert {people[author] for author in authors} == {"Bob"}
    assert "Odette" in told


def test_the_command_line_sees_what_a_facilitator_does(server: Running) -> None:
    made = server.create()
    alice = Person(server.url, made["code"], key=made["key"]).join()
    bob = Person(server.url, made["code"], name="Bob").join()
    alice.do("set_phase", phase="write")
    bob.add("Encore secret")
    assert "Encore secret" not in server.speedboat("export", made["code"], "--names")
    assert "Encore secret" not in server.speedboat("export", made["code"], "--format", "md")
    alice.do("set_phase", phase="share")
    assert "Encore secret" in server.speedboat("export", made["code"])
    assert "Bob" not in server.speedboat("export", made["code"], "--names", "--format", "csv")
    for person in (alice, bob):
        person.leave()


@pytest.mark.parametrize("name", ["0.1-lezoux", "0.1-lezoux-anonymous", "0.1-lezoux-facilitator"])
def test_an_export_of_version_0_1_is_imported(name: str, speedboat: Callable[..., str]) -> None:
    file = Path(__file__).parents[1] / "logs" / f"{name}.log.json"
    imported = json.loads(speedboat("import", str(file), "--json"))
    assert "0 faults" in speedboat("check")
    assert "Puy-de-Dôme" in speedboat("export", imported["code"], "--format", "md")


def test_a_damaged_or_foreign_file_is_refused_by_name(speedboat: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    for content in ("{}", "nothing", '{"format":"speedboat-workshop","version":1,"names":{},"events":[]}'):
        file.write_text(content)
        assert "Error" in speedboat("import", str(file), fails=True)
    assert "not_a_backup" in speedboat("restore", str(file), fails=True)


def test_a_backup_restores_into_an_empty_database_only(
    speedboat: Callable[..., str], tmp_path: Path, server: Running
) -> None:
    made = play(server)
    file = tmp_path / "backup"
    assert "1 workshops" in server.speedboat("backup", str(file))
    assert file.stat().st_mode & 0o077 == 0
    assert "1 workshops restored" in speedboat("restore", str(file))
    assert speedboat("export", made["code"]) == server.speedboat("export", made["code"])
    assert "0 faults" in speedboat("check")
    assert "not_empty" in speedboat("restore", str(file), fails=True)
    speedboat("create", "Encore un")


def test_a_backup_cut_short_restores_nothing(speedboat: Callable[..., str], tmp_path: Path, server: Running) -> None:
    play(server)
    file = tmp_path / "backup"
    server.speedboat("backup", str(file))
    file.write_bytes(file.read_bytes()[:-30])
    assert "broken_backup" in speedboat("restore", str(file), fails=True)
    assert json.loads(speedboat("list", "--json")) == []


def test_check_finds_a_hole_a_broken_line_and_a_log_cut_short(server: Running, environment: dict[str, str]) -> None:
    made = play(server)
    server.kill()
    with sqlite3.connect(Path(environment["SPEEDBOAT_DATA_DIR"]) / "speedboat.db") as database:
        database.execute("DELETE FROM events WHERE seq = 3")
        database.execute("UPDATE events SET fact = '{' WHERE seq = 4")
        database.execute("UPDATE workshops SET seq = seq + 1")
    command = [sys.executable, "-m", "speedboat", "check"]
    done = subprocess.run(command, env=server.environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    for fault in ("event 3 is missing", "event 4 cannot be read", "the log ends at"):
        assert f"{made['code']}: {fault}" in done.stderr


def test_what_the_command_line_does_is_seen_by_the_running_server(server: Running) -> None:
    made = server.create()
    alice = Person(server.url, made["code"], key=made["key"]).join()
    renewed = json.loads(server.speedboat("key", made["code"], "--json"))
    alice.sees(alice.me["id"], role="participant")
    again = Person(server.url, made["code"], key=renewed["key"]).join()
    assert again.me["role"] == "facilitator"
    alice.leave()
    again.leave()


def test_the_demo_plays_the_whole_path_without_a_refusal(environment: dict[str, str]) -> None:
    command = [
        sys.executable,
        "-m",
        "speedboat",
        "demo",
        "--people",
        "6",
        "--speed",
        "400",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--leave",
    ]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert '{"refused": 0}' in done.stdout
    for phase in ("write", "share", "group", "vote", "cut", "discuss", "act", "closed"):
        assert f"- {phase}\n" in done.stdout
    assert "#key=" not in done.stdout, "what is printed into a log holds no key"


def play(server: Running, **settings: Any) -> dict[str, str]:
    """A workshop with something of everything."""
    made = server.create("Où en sommes-nous ?", objective="Une île")
    alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
    bob = Person(server.url, made["code"], name="Bob").join()
    if settings:
        alice.do("change_settings", **settings)
    alice.do("set_phase", phase="write")
    cards = [
        bob.add(text, kind)
        for text, kind in (("Pas de budget", "anchor"), ("Le sourire 👵🏽", "wind"), ("Fin du contrat", "shark"))
    ]
    bob.do("add_card", card=card_id(), kind="wind", text="Pour quelqu'un", weight=0.2, **{"for": "Odette"})
    bob.do("edit_card", card=cards[0], text="Pas de budget du tout")
    alice.do("set_phase", phase="group")
    theme = "theme:" + "t" * 16
    alice.do("add_theme", theme=theme, title="Argent", cards=cards[:1])
    alice.do("set_phase", phase="vote")
    bob.do("vote", target=theme, count=2)
    alice.do("set_phase", phase="cut")
    bob.do("estimate", target=theme, knots=5)
    alice.do("set_phase", phase="act")
    alice.do("link", wind=cards[1], brake=theme)
    alice.do(
        "add_action", action="action:" + "a" * 16, text="Écrire au maire", owner="Alice", due="2027-01-31", theme=theme
    )
    for person in (alice, bob):
        person.leave()
    return made
