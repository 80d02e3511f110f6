"""Erased text is nowhere: not in the files of the database, not in its rows, not in any output."""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psycopg

from tests.support.live_server import PATIENCE, Person, Running, card_id, theme_id

Start = Callable[..., Running]


def token() -> str:
    """A word that is nowhere else."""
    return f"zq{secrets.token_hex(9)}"


class Planted:
    """Tokens of what people wrote: those that are to vanish, and those that stay."""

    def __init__(self) -> None:
        self.goes: list[str] = []
        self.stays: list[str] = []

    def go(self) -> str:
        self.goes.append(token())
        return self.goes[-1]

    def stay(self) -> str:
        self.stays.append(token())
        return self.stays[-1]


def action_id() -> str:
    return f"action:{secrets.token_urlsafe(16)}"


def open_to_all(alice: Person, anonymous: bool = False) -> None:
    alice.do("change_settings", free=True, anonymous=anonymous)
    alice.do("set_phase", phase="discuss")


def plant(planted: Planted, alice: Person, bob: Person, dan: Person) -> None:
    """Every field that carries what somebody wrote, of Bob's and of others', some of it again and again."""
    for n in range(4):
        title = planted.go()
        card = card_id()
        bob.do("add_card", card=card, kind="anchor", text=f"Une carte {title}", weight=0.5, **{"for": planted.go()})
        theme = theme_id()
        alice.do("add_theme", theme=theme, title=f"Une carte {title}", cards=[card])
        alice.do("note", target=theme, text=planted.go())
        base = bob.records[card]["seq"]
        bob.do("edit_card", card=card, text=planted.go())
        alice.do("edit_card", card=card, text=planted.go())
        assert alice.refusal_of("edit_card", card=card, text=token(), base=base) == "text_changed"
        for _ in range(2):
            alice.do("note", target=card, text=planted.go())
            alice.do("hold_card", card=card, reason=planted.go())
        alice.do("release_card", card=card)
        alice.do("rename_theme", theme=theme, title=planted.go())
        other = dan.add(planted.stay())
        alice.do("note", target=other, text=f"Voir : une carte {title}")
        shared = theme_id()
        alice.do("add_theme", theme=shared, title=f"Une carte {title}", cards=[card, other])
        alice.do("rename_theme", theme=shared, title=planted.stay())
        action = action_id()
        bob.do("add_action", action=action, text=planted.go(), owner=planted.go())
        bob.do("edit_action", action=action, text=planted.go(), owner=planted.go())
        alice.do("accept_action", action=action)
        alice.do("edit_action", action=action, owner=planted.go())
        dan.do("add_action", action=action_id(), text=planted.stay(), owner=planted.stay())
        if n == 3:
            alice.do("set_prompt", kind="wind", text=planted.stay())
    alice.do("focus", target=card)


def rename(planted: Planted, alice: Person, bob: Person) -> None:
    for _ in range(4):
        bob.do("rename_me", new_name=planted.go())
        alice.do("rename_person", person=bob.me["id"], new_name=planted.go())
    bob.do("rename_me", new_name=planted.stay())


class StoredDigest:
    """What the files of SQLite, or the rows of PostgreSQL, hold."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self.url = url

    def tokens(self, tokens: Iterable[str]) -> list[str]:
        held = self._files() if self.is_sqlite else self._rows()
        return [token for token in tokens if token.encode() in held]

    def until_none_of(self, tokens: Iterable[str]) -> None:
        """The files are swept a moment after the answer: nobody waits for that."""
        tokens, turn = list(tokens), threading.Event()
        deadline = time.monotonic() + PATIENCE
        while left := self.tokens(tokens):
            assert time.monotonic() < deadline, left
            turn.wait(0.1)

    def _files(self) -> bytes:
        file = Path(self.url.removeprefix("sqlite:///"))
        return b"\n".join(one.read_bytes() for one in file.parent.rglob("*") if one.is_file())

    def _rows(self) -> bytes:
        with psycopg.connect(self.url.replace("+psycopg", "")) as connection:
            tables = connection.execute(
                "SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public'"
            ).fetchall()
            rows = [connection.execute(f"SELECT t::text FROM {table} t").fetchall() for (table,) in tables]  # type: ignore[call-overload]
        return "\n".join(str(row) for table in rows for (row,) in table).encode()


def doors(server: Running, code: str, person: Person) -> bytes:
    """All that one person can be told of a workshop."""
    told = [repr(person.records)]
    headers = {"Authorization": f"Bearer {person.auth['token']}"}
    for path in ("changes?since=0", "export.json", "export.csv", "export.md", "suggestions", "replay?after=0"):
        told.append(server.request("GET", f"/api/v1/workshops/{code}/{path}", None, **headers)[2].decode())
    return "\n".join(told).encode()


def test_after_taking_back_and_renaming_no_token_is_left_anywhere(
    start: Start, database_url: str, valkey_url: str
) -> None:
    one, other = (start(database_url=database_url, redis_url=valkey_url, messages_per_second=0) for _ in range(2))
    made, planted = one.create(), Planted()
    code = made["code"]
    alice = Person(one.url, code, name="Alice", key=made["key"]).join()
    bob = Person(other.url, code, name="Bob").join()
    dan = Person(one.url, code, name="Dan").join()
    open_to_all(alice)
    plant(planted, alice, bob, dan)
    rename(planted, alice, bob)
    for server in (one, other):
        assert planted.goes[0].encode() in doors(server, code, dan), "what is about to go can be seen"
    kept = StoredDigest(database_url)
    assert kept.tokens(planted.goes)
    seq = bob.do("take_back")["seq"]
    bob.do("ready", ready=True)
    for person, server in ((alice, one), (dan, one), (bob, other), (alice, other)):
        person.up_to(seq)
        told = doors(server, code, person)
        assert not [one for one in planted.goes if one.encode() in told]
        assert all(one.encode() in told for one in planted.stays if one != planted.stays[-1])
    kept.until_none_of(planted.goes)
    assert kept.tokens(planted.stays) == planted.stays
    assert "0 faults" in one.speedboat("check")
    for person in (alice, bob, dan):
        person.leave()
    for server in (one, other):
        assert server.stop()[0] == 0
    assert not kept.tokens(planted.goes)
    again = start(database_url=database_url)
    dan = Person(again.url, code, token=dan.auth["token"]).join()
    assert not [one for one in planted.goes if one.encode() in doors(again, code, dan)]
    dan.leave()


def test_a_retry_of_a_renaming_is_done_already_and_is_not_told_the_name_of_before(server: Running) -> None:
    bob = Person(server.url, server.create()["code"], name="Bob").join()
    command = {"id": "command-1", "name": "rename_me", "new_name": "Robert"}
    first, again = bob.send(command), bob.send(command)
    assert first["inverse"] == [{"name": "rename_me", "new_name": "Bob"}]
    assert again == {"ok": True, "seq": first["seq"]}
    bob.leave()


def test_in_an_anonymous_workshop_each_card_goes_in_a_patch_of_its_own_also_over_a_restart(
    start: Start, database_url: str
) -> None:
    server = start(database_url=database_url)
    made, planted = server.create(), Planted()
    alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
    bob = Person(server.url, made["code"], name="Bob").join()
    open_to_all(alice, anonymous=True)
    for _ in range(3):
        bob.add(planted.go())
    bob.do("add_action", action=action_id(), text=planted.go(), owner=planted.go())
    answer = bob.do("take_back")
    assert answer["erased_by"] > bob.welcomes[0]["now"]
    assert "inverse" not in answer
    alice.until(lambda: len(_written(alice)) == 3)
    patches = alice.patches
    server.kill()
    hasten(database_url)
    server.start()
    alice = Person(server.url, made["code"], token=alice.auth["token"]).join()
    alice.until(lambda: not _written(alice))
    removed = [[one for one in patch["remove"] if one.startswith(WRITTEN)] for patch in [*patches, *alice.patches]]
    assert max(map(len, removed)) == 1
    StoredDigest(database_url).until_none_of(planted.goes)
    alice.leave()


WRITTEN = ("card:", "action:")


def _written(person: Person) -> list[str]:
    return [record_id for record_id in person.records if record_id.startswith(WRITTEN)]


def hasten(database_url: str) -> None:
    """Let what is waiting to be erased be due now: a minute is long for a test."""
    statement = "UPDATE erasures SET due = 0"
    if database_url.startswith("sqlite"):
        with sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=PATIENCE) as connection:
            connection.execute(statement)
        connection.close()
    else:
        with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
            connection.execute(statement)


def test_a_deleted_workshop_leaves_nothing_and_lets_go_of_everybody(start: Start, database_url: str) -> None:
    server = start(database_url=database_url, messages_per_second=0)
    made, stays, planted = server.create(f"Titre {token()}"), server.create(), Planted()
    planted.goes.append(made["code"])
    alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
    bob = Person(server.url, made["code"], name=planted.go()).join()
    dan = Person(server.url, made["code"], name=planted.go()).join()
    theo = Person(server.url, made["code"], view="screen").join()
    carol = Person(server.url, stays["code"], name="Carol").join()
    open_to_all(alice)
    plant(planted, alice, bob, dan)
    alice.do("rename_workshop", title=planted.go(), objective=planted.go())
    secret = alice.do("share_summary", shared=True)["secret"]
    assert server.request("GET", f"/s/{secret}")[0] == 200
    assert "is deleted" in server.speedboat("delete", made["code"], "--yes")
    for person in (alice, bob, dan, theo):
        person.until(lambda person=person: not person.connected)
    assert server.request("GET", f"/s/{secret}")[0] == 404
    assert Person(server.url, made["code"], token=bob.auth["token"]).refused() == "unknown_workshop"
    kept = StoredDigest(database_url)
    kept.until_none_of([*planted.goes, *planted.stays])
    carol.add("On continue")
    assert carol.connected
    carol.leave()
    assert "0 faults" in server.speedboat("check")
