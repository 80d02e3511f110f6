"""Keys, links and tokens belong to one workshop, even when a restored backup reuses its number."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from speedboat.access.entry import Access
from speedboat.access.guesses import GuessLimit
from speedboat.access.keys import KeyMaker, derived_key
from speedboat.cli.maintenance import backup, import_workshop, restore
from speedboat.domain.features.facilitator_key import RenewKey
from speedboat.domain.features.phases import WorkshopCreated
from speedboat.domain.features.summary_link import ShareSummary
from speedboat.domain.messages import Event, Refused, Viewer
from speedboat.exports.archive import archive
from speedboat.jobs.tasks import Summarise, WorkerSetup
from speedboat.jobs.worker import Work
from speedboat.server import make_serving
from speedboat.storage.store import Store, Workshop
from speedboat.web.library_auth import _still_valid
from speedboat.writing.creation import NewWorkshop
from speedboat.writing.key_renewal import renew_key
from speedboat.writing.writer import Workshops, Writer
from tests.conftest import SECRET

NOW = 1_700_000_000_000
KEYS = KeyMaker(SECRET)


class House:
    """A store with its writer and its doorkeeper."""

    def __init__(self, url: str) -> None:
        self.store = Store(url)
        self.store.migrate()
        serving = make_serving("threading")
        desk = Workshops(self.store, lambda outcome: outcome.hand_out(), KEYS, lambda: NOW)
        self.writer = Writer(lambda request: desk.handle([request]), serving)
        self.renews_on_look = 0
        self.access = Access(
            self.store, self.writer, self._look, SECRET, lambda: NOW, GuessLimit(lambda: NOW, serving.waiter)
        )

    def _look(self, fn: object, *args: object) -> object:
        found = fn(*args)  # type: ignore[operator]
        if self.renews_on_look and isinstance(found, Workshop):
            renew_key(self.store, KEYS, self.renews_on_look, NOW)
        return found

    def create(self, title: str) -> Workshop:
        return self.access.create(NewWorkshop(title, "", "fr"))[0]

    def do(self, workshop: Workshop, person: str, command: RenewKey | ShareSummary) -> bytes:
        answer = self.writer.act(workshop.id, Viewer(person, "facilitator"), command)
        assert not answer.refusal
        return answer.encoded

    def refusal(self, workshop: Workshop, **given: str) -> str:
        with pytest.raises(Refused) as caught:
            self.access.enter(workshop.code, **given)  # type: ignore[arg-type]
        return caught.value.code

    def is_summary(self, secret: str) -> bool:
        try:
            self.access.find_summary(secret)
        except Refused:
            return False
        return True


@contextmanager
def opened(url: str) -> Iterator[House]:
    house = House(url)
    yield house
    house.store.close()


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with opened(database_url) as house:
        yield house


def test_nothing_of_a_lost_workshop_opens_the_one_that_has_its_number_after_a_restore(
    house: House, another_url: str, tmp_path: Path
) -> None:
    house.create("A")
    backup(house.store, tmp_path / "backup")
    lost = house.create("B")
    key = house.access.facilitator_key(lost, 1)
    alice = house.access.enter(lost.code, key=key, name="Alice")
    screen = house.access.enter(lost.code, screen=True).token
    house.do(lost, str(alice.person), ShareSummary("command:aaaaaaaaaaaaaaaa", True))
    secret = KEYS.summary(lost.id, 1, lost.salt)
    assert house.is_summary(secret)
    marks = [[lost.id, lost.key_hash[:16]]]

    with opened(another_url) as later:
        restore(later.store, tmp_path / "backup")
        new = later.create("C")
        assert new.id == lost.id
        bob = later.access.enter(new.code, key=later.access.facilitator_key(new, 1))
        later.do(new, str(bob.person), ShareSummary("command:bbbbbbbbbbbbbbbb", True))
        assert later.refusal(new, key=key) == "bad_key"
        assert later.refusal(new, token=alice.token) == "bad_token"
        assert later.refusal(new, token=screen) == "bad_token"
        assert not later.is_summary(secret)
        assert _still_valid(later.store, marks) == ()
        assert derived_key(KEYS, new) == later.access.facilitator_key(new, 1)


def test_a_renewed_key_and_a_second_summary_link_are_salted_too(house: House) -> None:
    workshop = house.create("A")
    alice = house.access.enter(workshop.code, key=house.access.facilitator_key(workshop, 1))
    renewed = house.do(workshop, str(alice.person), RenewKey("command:aaaaaaaaaaaaaaaa"))
    assert KEYS.key(workshop.id, 2, workshop.salt).encode() in renewed
    assert house.access.enter(workshop.code, key=KEYS.key(workshop.id, 2, workshop.salt))
    assert house.refusal(workshop, key=KEYS.key(workshop.id, 2, "")) == "bad_key"
    third = renew_key(house.store, KEYS, workshop.id, NOW)
    assert third == KEYS.key(workshop.id, 3, workshop.salt)


def test_links_that_were_sent_before_there_were_salts_go_on_working(
    house: House, another_url: str, tmp_path: Path
) -> None:
    old = house.create("A")
    with house.store.writing() as transaction:
        transaction.change_workshop(old.id, salt="", key_hash=KEYS.key_hash(old.id, 1, ""))
    alice = house.access.enter(old.code, key=KEYS.key(old.id, 1, ""))
    house.do(old, str(alice.person), ShareSummary("command:aaaaaaaaaaaaaaaa", True))
    backup(house.store, tmp_path / "backup")
    without_salts(tmp_path / "backup")
    with opened(another_url) as later:
        restore(later.store, tmp_path / "backup")
        assert later.is_summary(KEYS.summary(old.id, 1, ""))
        assert later.access.enter(old.code, token=alice.token).person == alice.person
        assert later.access.enter(old.code, key=KEYS.key(old.id, 1, ""))


def without_salts(file: Path) -> None:
    """Make a backup what the version before salts wrote."""
    rows = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    for row in rows:
        row.pop("salt", None)
    file.write_bytes(gzip.compress(b"".join(json.dumps(row).encode() + b"\n" for row in rows)))


def test_without_a_salt_the_same_is_derived_as_by_the_version_before() -> None:
    assert KEYS.key(7, 1, "") == "T0E8cPwI8xD1qp7OOfQl1g"
    assert KEYS.summary(7, 1, "") == "3sliJ0Ia7fy3tL9QAUhArT"


def test_a_token_of_the_version_before_brings_its_owner_back(house: House) -> None:
    old = house.create("A")
    with house.store.writing() as transaction:
        transaction.change_workshop(old.id, salt="")
    token = ".eJyLNtRRKkgtKs7Ps0rECpR0DM0NECAWAJ4fDyU.en3YJSDR7oqmRdVj_N58jHDTq6c"
    assert house.access.identify(old.code, token) == (house.access.find(old.code), "person:aaaaaaaaaaaaaaaaaaaaaa")
    new = house.create("B")
    with pytest.raises(Refused) as caught:
        house.access.identify(new.code, token)
    assert caught.value.code == "bad_token"


def test_the_column_is_added_to_a_database_of_the_version_before(house: House, another_url: str) -> None:
    store = Store(another_url)
    store.migrate("0003")
    with store.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO workshops (code, title, language, format, format_version, created_at, key_hash)"
                " VALUES ('ABCDEF', 'x', 'fr', 'speedboat', 1, 1, '')"
            )
        )
    store.migrate()
    found = store.find("ABCDEF")
    assert found is not None
    assert found.salt == ""
    store.close()


def test_each_workshop_has_a_salt_of_its_own_imported_ones_too(house: House) -> None:
    first, second = house.create("A"), house.create("B")
    file = archive(house.store, first.id)
    third, key = import_workshop(house.store, KEYS, file, NOW)
    assert len({first.salt, second.salt, third.salt}) == 3
    assert all(len(salt) == 32 for salt in (first.salt, second.salt, third.salt))
    assert house.access.enter(third.code, key=key)


def test_a_process_under_which_the_database_was_restored_shows_nothing_of_the_lost_workshop(house: House) -> None:
    lost = house.create("Perdu")
    alice = house.access.enter(lost.code, key=house.access.facilitator_key(lost, 1), name="Alice")
    assert b"Perdu" in house.writer.look(lost.id, alice.person, 0).patch
    with house.store.writing() as transaction:
        transaction.delete_workshop(lost.id)
        transaction.add_workshop(
            id=lost.id, code="ABCDEF", title="Neuf", language="fr", format="speedboat", format_version=1,
            created_at=NOW, key_hash="",
        )  # fmt: skip
        transaction.append([(lost.id, Event(1, NOW, None, WorkshopCreated("Neuf", "", "fr")))], {lost.id: 1})
    new = house.access.find("ABCDEF")
    bob = house.access.enter(new.code, name="Bob")
    patch = house.writer.look(new.id, bob.person, 0).patch
    assert b"Neuf" in patch
    assert b"Perdu" not in patch
    assert b"Alice" not in patch
    with house.store.reading() as transaction:
        assert [event.seq for event in transaction.events_after(new.id, 0)] == [1, 2]


# --- keys that are renewed while somebody comes in ------------------------------------------------------------------


def test_a_key_renewed_after_it_was_checked_promotes_nobody(house: House) -> None:
    workshop = house.create("A")
    old = house.access.facilitator_key(workshop, 1)
    bob = house.access.enter(workshop.code, name="Bob")
    house.renews_on_look = workshop.id
    assert house.refusal(workshop, key=old) == "bad_key"
    house.renews_on_look = 0
    assert house.refusal(workshop, token=bob.token, key=old) == "bad_key"
    assert house.writer.look(workshop.id, bob.person, 0).role == "participant"


def test_a_key_renewed_after_it_was_checked_opens_no_workshop_after_it(house: House) -> None:
    before = house.create("A")
    checked = house.access.find_facilitated(before.code, house.access.facilitator_key(before, 1))
    renew_key(house.store, KEYS, before.id, NOW)
    with pytest.raises(Refused) as caught:
        house.access.create(NewWorkshop("B", "", "fr", checked))
    assert caught.value.code == "bad_key"


def test_a_summary_link_ended_after_it_was_looked_up_shows_nothing(house: House) -> None:
    workshop = house.create("A")
    alice = house.access.enter(workshop.code, key=house.access.facilitator_key(workshop, 1))
    for command, is_shared in (("a", True), ("b", False), ("c", True)):
        house.do(workshop, str(alice.person), ShareSummary(f"command:{command * 16}", is_shared))
        if command == "a":
            checked = house.access.find_summary(KEYS.summary(workshop.id, 1, workshop.salt))
    work = Work(WorkerSetup(house.store.url))
    reply = work.reply(Summarise(checked.id, "fr", checked.summary_hash or ""))
    work.close()
    assert reply.code == "unknown_summary"
