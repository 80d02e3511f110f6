"""Workshops are erased on the day people were told: by a running server, by the command line, one process at a time."""

from __future__ import annotations

import contextlib
import datetime
import json
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from speedboat.access.codes import new_code
from speedboat.access.entry import create_workshop
from speedboat.access.keys import KeyMaker
from speedboat.cli.maintenance import check, import_workshop
from speedboat.domain.features.cards import CardAdded
from speedboat.domain.features.people import PersonJoined
from speedboat.domain.features.themes import CardPutInTheme, ThemeAdded
from speedboat.domain.messages import Event, Refused
from speedboat.exports import House
from speedboat.exports.archive import archive
from speedboat.library.selection import write_synthesis
from speedboat.storage import library_queries
from speedboat.storage.library_queries import LibraryQuery
from speedboat.storage.purge_queries import purges_alone
from speedboat.storage.store import Store, Workshop
from speedboat.writing.creation import NewWorkshop
from speedboat.writing.purge import due_workshops, purge
from tests.support.live_server import PATIENCE, Person, Running
from tests.web.test_library import ADMIN_KEY, Visitor

KEYS = KeyMaker("a secret for the tests only")
EVENING = 1_764_237_600_000  # 2025-11-27 10:00 UTC
HOUR = 3_600_000
Start = Callable[..., Running]


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with contextlib.closing(Store(database_url)) as store:
        store.migrate()
        yield store


def create(store: Store, purge_on: str = "", time_zone: str = "") -> Workshop:
    return create_workshop(store, KEYS, EVENING, NewWorkshop("Ce matin", "", "fr", None, time_zone, purge_on))[0]


def codes(workshops: list[Workshop]) -> list[str]:
    return [workshop.code for workshop in workshops]


def test_a_workshop_is_due_once_its_day_has_begun_where_it_took_place(store: Store) -> None:
    create(store)
    there, here = create(store, "2025-11-29", "Pacific/Kiritimati"), create(store, "2025-11-29")
    assert codes(due_workshops(store, EVENING + 23 * HOUR)) == []
    assert codes(due_workshops(store, EVENING + 24 * HOUR)) == [there.code]  # 14 hours before UTC
    assert codes(due_workshops(store, EVENING + 37 * HOUR)) == [there.code]
    assert codes(due_workshops(store, EVENING + 38 * HOUR)) == [there.code, here.code]


def test_a_purge_erases_what_is_due_and_nothing_else(store: Store) -> None:
    stays, later, goes = create(store), create(store, "2026-11-29"), create(store, "2025-11-29")
    assert codes(list(purge(store, EVENING + 48 * HOUR, KEYS, new_code))) == [goes.code]
    assert codes(list(purge(store, EVENING + 48 * HOUR, KEYS, new_code))) == []
    with store.reading() as transaction:
        assert codes(transaction.all_workshops()) == [later.code, stays.code]
        assert not transaction.raw_events(goes.id)
    assert check(store) == (2, [])


def test_only_one_process_purges_at_a_time(store: Store) -> None:
    if store.is_sqlite:
        pytest.skip("one process at a time writes to SQLite, and purging is writing")
    create(store, "2025-11-29")
    with store.writing() as transaction:
        assert purges_alone(transaction)
        assert codes(list(purge(store, EVENING + 48 * HOUR, KEYS, new_code))) == []
    assert len(list(purge(store, EVENING + 48 * HOUR, KEYS, new_code))) == 1


def test_what_remains_is_another_workshop_with_the_tags_the_series_and_the_bonds_of_the_first(store: Store) -> None:
    goes, _ = create_workshop(store, KEYS, EVENING, NewWorkshop("Un", "", "fr", None, "", "2025-11-29", True))
    after, _ = create_workshop(store, KEYS, EVENING, NewWorkshop("Deux", "", "fr", goes))
    with store.writing() as transaction:
        transaction.set_name(goes.id, "person:000000000000000b", "Bob")
        facts = [
            PersonJoined("person:000000000000000b", "participant"),
            CardAdded("card:0000000000000001", "wind", "Un mot de Bob", 1200.0, 300.0, 0.5, "person:000000000000000b"),
            ThemeAdded("theme:0000000000000001", "Élan"),
            CardPutInTheme("card:0000000000000001", "theme:0000000000000001"),
        ]
        events = [(goes.id, Event(goes.seq + n, EVENING, None, fact)) for n, fact in enumerate(facts, 1)]
        transaction.append(events, {goes.id: goes.seq + len(facts)})
        library_queries.add_tag(transaction, goes.id, "médiation")
        library_queries.confirm(transaction, [(goes.id, "theme:0000000000000001")], "bond", EVENING)
    assert codes(list(purge(store, EVENING + 48 * HOUR, KEYS, new_code))) == [goes.code]
    with store.reading() as transaction:
        rows = {row.title: row for row in transaction.all_workshops()}
        remains = rows["Un"]
        assert (remains.held_on, remains.series, remains.purge_on) == (goes.held_on, after.series, "")
        assert not {remains.id, remains.code, remains.salt, remains.key_hash} & {
            goes.id,
            goes.code,
            goes.salt,
            goes.key_hash,
        }
        assert not transaction.names(remains.id)
        assert "Bob" not in str(transaction.raw_events(remains.id))
        assert library_queries.tags_of(transaction, [remains.id]) == {remains.id: ["médiation"]}
        assert library_queries.same(transaction, [remains.id])[0].theme == "theme:0000000000000001"
    query = LibraryQuery(codes=(remains.code,))
    selection = json.loads(write_synthesis(store, query, "json", "fr", House()))
    assert "Élan" in str(selection)
    assert "…" not in str(selection)
    assert check(store) == (2, [])


@pytest.mark.parametrize(
    ("day", "code"), [("2025-11-27", "day_passed"), ("2126-01-01", "out_of_range"), ("demain", "not_a_date")]
)
def test_a_workshop_is_not_created_with_a_day_that_makes_no_sense(store: Store, day: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        create(store, day)
    assert (refused.value.code, refused.value.field) == (code, "on")


def test_an_archive_whose_day_has_passed_is_not_imported_to_go_the_same_night(store: Store) -> None:
    data = archive(store, create(store, "2025-11-29").id)
    copy, _ = import_workshop(store, KEYS, data, EVENING + 24 * HOUR)
    assert copy.purge_on == "2025-11-29"
    late, _ = import_workshop(store, KEYS, data, EVENING + 48 * HOUR)
    assert late.purge_on == "2025-12-29"
    assert check(store) == (3, [])


# --- a real server --------------------------------------------------------------------------------------------------


def days_from_now(days: int) -> str:
    return (datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days)).isoformat()


def let_it_be_due(database_url: str, code: str) -> None:
    with contextlib.closing(Store(database_url)) as store, store.writing() as transaction:
        statement = "UPDATE workshops SET purge_on = '2020-01-01' WHERE code = :code"
        transaction.connection.execute(text(statement), {"code": code})


def test_new_workshops_have_the_day_of_the_server_unless_they_are_given_another(start: Start) -> None:
    server = start(keep_days=90)
    days = {}
    for name, more in {"server": {}, "own": {"purge_on": days_from_now(7)}, "none": {"purge_on": None}}.items():
        made = server.create(name, **more)
        alice = Person(server.url, made["code"], key=made["key"]).join()
        days[name] = alice.records["workshop"].get("purge_on")
        alice.leave()
    assert days == {"server": days_from_now(90), "own": days_from_now(7), "none": None}
    made = json.loads(server.speedboat("create", "Par la ligne de commande", "--keep-days", "3", "--json"))
    alice = Person(server.url, made["code"], key=made["key"]).join()
    assert alice.records["workshop"]["purge_on"] == days_from_now(3)
    alice.leave()


def test_who_has_joined_was_told_a_day_and_it_only_comes_sooner(server: Running) -> None:
    made = server.create()
    alice = Person(server.url, made["code"], key=made["key"]).join()
    alice.do("set_purge_date", on=days_from_now(60))
    alice.do("set_purge_date", on=days_from_now(90))
    bob = Person(server.url, made["code"], name="Bob").join()
    assert bob.records["workshop"]["purge_on"] == days_from_now(90)
    assert alice.refusal_of("set_purge_date", on=days_from_now(91)) == "already_promised"
    assert alice.refusal_of("set_purge_date", on=None) == "already_promised"
    answer = alice.do("set_purge_date", on=days_from_now(9))
    bob.sees("workshop", purge_on=days_from_now(9))
    alice.do(**answer["inverse"][0])  # a slip of the finger, which nobody came by
    bob.sees("workshop", purge_on=days_from_now(90))
    assert bob.refusal_of("set_purge_date", on=days_from_now(1)) == "facilitators_only"
    for person in (alice, bob):
        person.leave()


def test_a_running_server_erases_what_is_due(start: Start, database_url: str) -> None:
    server = start(database_url=database_url)
    goes, stays = server.create(purge_on=days_from_now(1)), server.create()
    alice = Person(server.url, goes["code"], key=goes["key"]).join()
    secret = alice.do("share_summary", shared=True)["secret"]
    alice.leave()
    server.stop()
    let_it_be_due(database_url, goes["code"])
    server.start()
    with contextlib.closing(Store(database_url)) as store:
        wait_until(lambda: store.find(goes["code"]) is None)
        assert store.find(stays["code"])
    assert Person(server.url, goes["code"], token=alice.auth["token"]).refused() == "unknown_workshop"
    assert server.request("GET", f"/s/{secret}")[0] == 404


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until a condition outside of this process holds."""
    turn, until = threading.Event(), time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, "waited in vain"
        turn.wait(0.1)


def test_a_purge_from_the_command_line_ends_the_live_room(start: Start, database_url: str) -> None:
    server = start(database_url=database_url)
    made, stays = server.create(purge_on=days_from_now(1)), server.create()
    bob = Person(server.url, made["code"], name="Bob").join()
    carol = Person(server.url, stays["code"], name="Carol").join()
    assert server.speedboat("purge").endswith("0 workshops are erased.\n")
    let_it_be_due(database_url, made["code"])
    server.speedboat("purge")
    bob.until(lambda: not bob.connected)
    assert "0 faults" in server.speedboat("check")
    carol.add("On continue")
    carol.leave()


def test_without_a_server_the_command_line_says_what_it_would_erase_and_erases_it(
    start: Start, database_url: str
) -> None:
    server = start(database_url=database_url)
    made = server.create("Où en sommes-nous ?", purge_on=days_from_now(1))
    server.stop()
    let_it_be_due(database_url, made["code"])
    rows = [{"code": made["code"], "title": "Où en sommes-nous ?", "purge_on": "2020-01-01"}]
    for arguments, is_rehearsal in ((("--dry-run",), True), ((), False)):
        assert json.loads(server.speedboat("purge", *arguments, "--json")) == {
            "dry_run": is_rehearsal,
            "workshops": rows,
        }
    assert json.loads(server.speedboat("purge", "--json"))["workshops"] == []


def test_the_day_stands_on_the_summary_in_reports_and_in_the_library(start: Start) -> None:
    server = start(admin_key=ADMIN_KEY)
    made, day = server.create("Bientôt parti", purge_on=days_from_now(20)), days_from_now(20)
    server.create("Plus tard", purge_on=days_from_now(40))
    alice = Person(server.url, made["code"], key=made["key"]).join()
    secret = alice.do("share_summary", shared=True)["secret"]
    year = day[:4]
    summary = server.request("GET", f"/s/{secret}?lang=fr")[2].decode()
    assert "est effacé le" in summary
    report = server.speedboat("export", made["code"], "--format", "md", "--language", "en")
    assert "is erased on" in report
    assert year in report.splitlines()[-1]
    visitor = Visitor(server)
    page = visitor.enter(ADMIN_KEY)[1]
    reminder = page[page.index("Soon to be erased") : page.index('<ul class="shelf">')]
    assert "Bientôt parti" in reminder
    assert "Plus tard" not in reminder
    assert "erased on" in page[page.index('<ul class="shelf">') :]
    alice.leave()
