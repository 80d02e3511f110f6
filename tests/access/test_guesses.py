"""Limits on guessing: wrong guesses count before they are checked, right ones never; by network and for all."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from speedboat.access.addresses import address_key
from speedboat.access.codes import new_code
from speedboat.access.entry import Access
from speedboat.access.guesses import EACH, TOGETHER, GuessLimit
from speedboat.access.keys import KeyMaker
from speedboat.domain.messages import Refused
from speedboat.server import make_serving
from speedboat.storage.store import Store, Workshop
from speedboat.writing.creation import NewWorkshop
from speedboat.writing.writer import Workshops, Writer
from tests.conftest import SECRET
from tests.support.live_server import Running

PATIENCE = 30.0  # seconds, for what must come at all


class Clock:
    now = 1_700_000_000_000

    def __call__(self) -> int:
        return self.now


class House:
    """A doorkeeper whose callers come from `address`, and whose look-ups end only while `gate` is open."""

    def __init__(self, file: Path) -> None:
        self.clock = Clock()
        self.store = Store(f"sqlite:///{file}")
        self.store.migrate()
        self.gate = threading.Event()
        self.gate.set()
        self.looking = threading.Semaphore(0)
        serving = make_serving("threading")
        keys = KeyMaker(SECRET)

        def publish(outcome: Any) -> None:
            for reply, value in outcome.replies:
                reply(value)

        desk = Workshops(self.store, publish, keys, self.clock)
        lock = threading.Lock()

        def put(request: Any) -> None:
            with lock:
                desk.handle([request])

        self.limit = GuessLimit(self.clock, serving.waiter)
        self.here = threading.local()
        self.access = Access(
            self.store, Writer(put, serving), self.look, SECRET, self.clock, self.limit, lambda: self.address
        )

    @property
    def address(self) -> str:
        return getattr(self.here, "address", "192.0.2.1")

    @address.setter
    def address(self, address: str) -> None:
        self.here.address = address

    def look(self, fn: Callable[..., Any], *args: Any) -> Any:
        self.looking.release()
        assert self.gate.wait(PATIENCE)
        return fn(*args)

    def guess(self, code: str = "", address: str | None = None, **given: str) -> str:
        """What an attempt to come in is answered, "in" if it may."""
        self.address = address or self.address
        try:
            self.access.enter(code or new_code(), **given)  # type: ignore[arg-type]
        except Refused as refusal:
            return refusal.code
        return "in"

    def at_once(self, guesses: list[Callable[[], str]], *, while_looking: int) -> list[str]:
        """The answers to guesses of which so many are being looked up at the same moment before any has an answer."""
        self.gate.clear()
        self.looking = threading.Semaphore(0)
        answers: list[str] = []
        threads = [threading.Thread(target=lambda one=one: answers.append(one())) for one in guesses]
        for thread in threads:
            thread.start()
        for _ in range(while_looking):
            assert self.looking.acquire(timeout=PATIENCE)
        self.gate.set()
        for thread in threads:
            thread.join(PATIENCE)
        return answers


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "speedboat.db")
    yield made
    made.store.close()


@pytest.fixture
def workshop(house: House) -> Workshop:
    return house.access.create(NewWorkshop("Où en sommes-nous ?", "", "fr"))[0]


def test_a_thousand_guesses_at_once_get_no_further_than_one_after_another(house: House) -> None:
    answers = house.at_once([house.guess] * 1000, while_looking=EACH.burst)
    assert answers.count("unknown_workshop") == EACH.burst
    assert answers.count("slow_down") == 1000 - EACH.burst
    house.clock.now += 10_000
    assert [house.guess() for _ in range(7)].count("unknown_workshop") == 10 * EACH.per_second


def test_ten_thousand_addresses_of_one_network_are_one(house: House) -> None:
    answers = [house.guess(address=f"2001:db8:1:2::{n:x}") for n in range(10_000)]
    assert answers.count("unknown_workshop") == EACH.burst
    assert house.guess(address="2001:db8:1:3::1") == "unknown_workshop"


def test_a_thousand_networks_together_guess_no_faster_than_was_promised(house: House) -> None:
    answers = [house.guess(address=f"2001:db8:{n:x}::1") for n in range(1000)]
    assert answers.count("unknown_workshop") == TOGETHER.burst
    house.clock.now += 1000
    later = [house.guess(address=f"203.0.113.{n}") for n in range(20)]
    assert later.count("unknown_workshop") == TOGETHER.per_second


def test_three_hundred_right_phones_at_once_wait_for_each_other_and_all_come_in(
    house: House, workshop: Workshop
) -> None:
    answers = house.at_once([lambda: house.guess(workshop.code)] * 300, while_looking=EACH.burst)
    assert answers == ["in"] * 300
    wrong = [house.guess() for _ in range(EACH.burst)]
    assert wrong == ["unknown_workshop"] * EACH.burst, "none of them counted"


def test_right_phones_wait_no_longer_once_wrong_ones_have_spent_the_guesses(house: House, workshop: Workshop) -> None:
    wrong: list[Callable[[], str]] = [house.guess] * EACH.burst
    right: list[Callable[[], str]] = [lambda: house.guess(workshop.code)] * 100
    answers = house.at_once([*wrong, *right], while_looking=EACH.burst)
    assert len(answers) == 100 + EACH.burst
    assert set(answers) <= {"unknown_workshop", "in", "slow_down"}


def test_who_guesses_elsewhere_shuts_no_room_out_that_somebody_has_entered_before(
    house: House, workshop: Workshop
) -> None:
    other = house.access.create(NewWorkshop("Ailleurs", "", "fr"))[0]
    key = house.access.facilitator_key(workshop, 1)
    assert house.guess(workshop.code, "198.51.100.1", key=key) == "in"
    for n in range(TOGETHER.burst):
        house.guess(address=f"2001:db8:{n:x}::1")
    assert house.guess(workshop.code, "198.51.100.1") == "in", "Alice is in, and so are those around her"
    assert house.guess(other.code, "198.51.100.1") == "slow_down", "a right guess is not told from a wrong one"
    assert house.guess(address="198.51.100.1") == "slow_down"
    for code in (other.code, new_code()):
        with pytest.raises(Refused) as caught:
            house.access.identify(code, None)
        assert caught.value.code == "slow_down", "nor what is refused for want of a token"


@pytest.mark.parametrize("proof", ["token", "key"])
def test_what_cannot_be_guessed_opens_though_the_guesses_are_spent(
    house: House, workshop: Workshop, proof: str
) -> None:
    token = house.access.enter(workshop.code).token
    right = {proof: token if proof == "token" else house.access.facilitator_key(workshop, 1)}
    other = house.access.create(NewWorkshop("Ailleurs", "", "fr"))[0]
    for _ in range(EACH.burst):
        house.guess()
    assert house.guess(workshop.code, **right) == "in"
    assert house.guess(workshop.code, **{proof: "wrong"}) == "slow_down"
    assert house.guess(other.code, **right) == house.guess(**right) == "slow_down", "nothing is learned of a code"
    assert house.guess(workshop.code) == "slow_down"


def test_a_failing_database_costs_nobody_a_guess(house: House) -> None:
    for _ in range(2 * EACH.burst):
        with pytest.raises(OSError, match="gone"), house.limit.guess("192.0.2.1"):
            raise OSError("gone")
    assert house.guess() == "unknown_workshop"


def test_wrong_guesses_at_one_process_count_at_the_others(house: House) -> None:
    told: list[str] = []
    house.limit.report = told.append
    house.guess(address="2001:db8::1")
    assert told == ["2001:db8::/64"]
    for _ in range(EACH.burst + 20):
        house.limit.count_elsewhere("192.0.2.1")
    assert house.guess(address="192.0.2.1") == "slow_down"
    house.clock.now += 30_000
    assert house.guess() == "slow_down", "what was given too much is made up for"
    house.clock.now += 15_000
    assert house.guess() == "unknown_workshop"


def test_only_who_guesses_wrong_is_remembered(house: House, workshop: Workshop) -> None:
    for n in range(200):
        house.guess(workshop.code, f"203.0.113.{n}")
    assert not house.limit._buckets


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2002:c000:207:9::1", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_a_network_counts_as_one_caller(address: str, key: str) -> None:
    assert address_key(address) == key


# --- on servers -----------------------------------------------------------------------------------------------------


def guess_over_http(server: Running, address: str) -> str:
    status, _, body = server.request("GET", f"/api/v1/workshops/{new_code()}/changes", **{"X-Forwarded-For": address})
    assert status in (404, 429)
    return str(json.loads(body)["error"]["code"])


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_many_connections_of_one_network_get_the_guesses_of_one(start: Callable[..., Running], mode: str) -> None:
    server = start(**{"async": mode}, trusted_proxies=1)
    started = time.monotonic()
    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda n: guess_over_http(server, f"2001:db8::{n:x}"), range(300)))
    refilled = (time.monotonic() - started) * EACH.per_second
    assert EACH.burst <= answers.count("unknown_workshop") <= EACH.burst + refilled + 1
    assert guess_over_http(server, "2001:db8:0:1::1") == "unknown_workshop"


def test_two_processes_share_what_was_guessed(
    start: Callable[..., Running], database_url: str, valkey_url: str
) -> None:
    both = [start(database_url=database_url, redis_url=valkey_url, trusted_proxies=1) for _ in "ab"]
    deadline = time.monotonic() + PATIENCE
    while b"speedboat_hears_others 1.0" not in both[1].request("GET", "/metrics")[2]:
        assert time.monotonic() < deadline
    answers = [guess_over_http(both[0], "192.0.2.1") for _ in range(EACH.burst)]
    assert set(answers) == {"unknown_workshop"}
    after = [guess_over_http(both[1], "192.0.2.1") for _ in range(EACH.burst)]
    assert after.count("unknown_workshop") < EACH.burst / 2, "but for what was asked before the word came"
    assert after[-1] == "slow_down"
