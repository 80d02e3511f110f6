"""The audit log: who did what to accounts, teams and workshops; for administrators, for a year, never card texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from speedboat.storage.audit_queries import YEAR, add_entry, forget_old_entries, list_entries, write_entry
from speedboat.storage.store import Store
from tests.storage.test_erased_text import token
from tests.support.live_server import Person, Running
from tests.support.pages import Browser, invite

ADMIN_KEY = "a key of the library for these tests"


@pytest.fixture
def server(start: Callable[..., Running]) -> Running:
    return start(admin_key=ADMIN_KEY)


def logged(server: Running) -> list[tuple[str, str, str, str]]:
    """Return the log, the earliest first, without times."""
    rows = json.loads(server.speedboat("audit", "--json"))
    return [(row["act"], row["who"], row["about"], row["detail"]) for row in reversed(rows)]


def account(server: Running, name: str, *more: str) -> Browser:
    browser = Browser(server)
    assert browser.accept(invite(server, f"{name}@mediatheque.example", *more))[0] == 200
    return browser


def test_what_is_done_with_accounts_and_teams_is_written_down(server: Running) -> None:
    slug = json.loads(server.speedboat("team", "add", "Éducation", "--json"))["slug"]
    root = account(server, "root", "--role", "admin")
    owner = account(server, "owner", "--team", slug, "--as", "organiser")
    owner.get("/account")
    owner.post("/sign-out")
    owner.get("/sign-in")
    assert owner.post("/sign-in", email="owner@mediatheque.example", password="pas la bonne du tout")[0] == 403
    server.speedboat("user", "disable", "owner@mediatheque.example")
    root.get(f"/team/{slug}")
    assert root.post(f"/team/{slug}/invite", email="New@mediatheque.example", role="facilitator")[0] == 200
    log = logged(server)
    assert log == [
        ("team_created", "command line", slug, ""),
        ("account_invited", "command line", "root@mediatheque.example", "admin"),
        ("invitation_accepted", "root@mediatheque.example", "", ""),
        ("account_invited", "command line", "owner@mediatheque.example", "member"),
        ("role_changed", "command line", "owner@mediatheque.example", f"{slug} · organiser"),
        ("invitation_accepted", "owner@mediatheque.example", "", ""),
        ("signed_out", "owner@mediatheque.example", "", ""),
        ("sign_in_failed", "owner@mediatheque.example", "", ""),
        ("account_disabled", "command line", "owner@mediatheque.example", ""),
        ("account_invited", "root@mediatheque.example", "new@mediatheque.example", f"{slug} · facilitator"),
    ]


def test_what_is_done_with_workshops_is_written_down_and_no_word_of_them(server: Running, tmp_path: Path) -> None:
    words = [token() for _ in range(3)]
    made = server.create(words[0], objective=words[1])
    code = made["code"]
    alice = Person(server.url, code, key=made["key"], name="Alice").join()
    alice.add(words[2])
    library = Browser(server)
    library.get("/library")
    library.post("/library/open", key=ADMIN_KEY)
    assert library.get(f"/library/{code}/export.json?names=1")[0] == 200
    assert library.get(f"/synthesis.json?w={code}")[0] == 200
    assert library.get(f"/library/{code}/participants")[0] == 200
    assert library.post(f"/library/{code}/look-after", person=alice.me["id"], do="rename", new_name="Alix")[0] == 200
    library.get("/library")
    library.post("/library/archive", w=code, archive="1")
    library.post(f"/library/{code}/key")
    server.speedboat("export", code, "--format", "csv", "-o", str(tmp_path / "cards.csv"))
    server.speedboat("backup", str(tmp_path / "backup"))
    server.speedboat("delete", code, "--yes")
    log = logged(server)
    key, workshop = "administrator key", "workshop 1"
    assert log == [
        ("library_opened", key, "", ""),
        ("exported", key, workshop, "json · names"),
        ("exported", key, "synthesis", "json"),
        ("people_listed", key, workshop, ""),
        ("person_renamed", key, workshop, alice.me["id"]),
        ("people_listed", key, workshop, ""),
        ("workshop_archived", key, workshop, ""),
        ("key_renewed", key, workshop, ""),
        ("exported", "command line", workshop, "csv"),
        ("backed_up", "command line", "", "1"),
        ("workshop_deleted", "command line", workshop, ""),
    ]
    assert not [word for word in [*words, "Alice", "Alix", made["key"], code] if word in str(log)]
    alice.leave()


def test_administrators_read_it_page_by_page_and_nobody_else_does(server: Running) -> None:
    root = account(server, "root", "--role", "admin")
    member = account(server, "member")
    for browser in (member, Browser(server)):
        assert browser.get("/admin")[0] in (303, 403)
        assert "a choisi son mot de passe" not in browser.get("/admin")[1]
    holder = Browser(server)
    made = server.create()
    holder.get("/library")
    holder.post("/library/open", held=json.dumps([[made["code"], made["key"]]]))
    assert holder.get("/admin")[0] == 403
    status, page = root.get("/admin?lang=fr")
    assert status == 200
    assert "a choisi son mot de passe" in page
    assert "root@mediatheque.example" in page
    assert root.get("/admin?before=nonsense")[0] == 200
    assert root.get(f"/admin?before={'9' * 30}.x")[0] == 200


def test_a_long_log_is_read_in_pages_without_one_twice(database_url: str) -> None:
    store = Store(database_url)
    store.migrate()
    with store.writing() as transaction:
        for n in range(250):
            add_entry(transaction, 1000 + n // 10, "exported", "server", str(n))
    with store.reading() as transaction:
        pages, before = [], None
        while entries := list_entries(transaction, 100, before):
            pages.append(entries)
            before = (entries[-1].at, entries[-1].id)
    assert [len(entries) for entries in pages] == [100, 100, 50]
    every = [entry for entries in pages for entry in entries]
    assert len({entry.id for entry in every}) == 250
    assert [entry.at for entry in every] == sorted((entry.at for entry in every), reverse=True)
    store.close()


def test_an_entry_is_kept_for_a_year_and_long_words_are_cut(database_url: str) -> None:
    store = Store(database_url)
    store.migrate()
    now = 2 * YEAR
    for at in (0, now - YEAR - 1, now - YEAR, now):
        write_entry(store, at, "signed_in", "é" * 500, "x" * 500, "y" * 500)
    with store.writing() as transaction:
        forget_old_entries(transaction, now)
    with store.reading() as transaction:
        left = list_entries(transaction, 10)
    assert [entry.at for entry in left] == [now, now - YEAR]
    assert (len(left[0].who), len(left[0].about), len(left[0].detail)) == (254, 254, 120)
    store.close()
