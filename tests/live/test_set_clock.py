"""The server's clock is set to another time during a workshop: what lasts goes on lasting as long as it did."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from speedboat.access.addresses import AddressLimit
from speedboat.server.clocks import SteadyClock
from tests.support.live_server import Person, Running

HOUR, DAY = 3600, 24 * 3600
CHANGES = pytest.mark.parametrize("change", [-HOUR, HOUR, -400 * DAY], ids=["back", "on", "back by a year"])


class ServerWithSetClock(Running):
    """A server whose clock can be set."""

    program = ("-m", "tests.support.server_with_a_set_clock")

    def __init__(self, folder: Path) -> None:
        self._set_by = folder / "set-by"
        self.set_clock(0)
        super().__init__({"SPEEDBOAT_DATA_DIR": str(folder), "CLOCK_SET_BY": str(self._set_by)})

    def set_clock(self, by: int) -> None:
        self._set_by.write_text(str(by), encoding="utf-8")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerWithSetClock]:
    server = ServerWithSetClock(tmp_path)
    yield server
    server.kill()


def seconds_left(one: Person) -> float:
    """What the page of somebody who has just joined would show, at most: the welcome was a moment ago."""
    [timer] = [record["timer"] for id, record in one.records.items() if id.startswith("workshop")]
    return float(timer["ends"] - one.welcomes[-1]["now"]) / 1000


@CHANGES
def test_a_timer_of_five_minutes_stays_one(server: ServerWithSetClock, change: int) -> None:
    made = server.create("Où en sommes-nous ?")
    alice = Person(server.url, made["code"], key=made["key"]).join()
    alice.do("set_timer", seconds=300)
    server.set_clock(change)
    bob = Person(server.url, made["code"], name="Bob").join()
    assert 240 < seconds_left(bob) <= 300
    alice.do("extend_timer", seconds=60)
    alice.do("pause_timer")
    alice.do("resume_timer")
    carol = Person(server.url, made["code"], name="Carol").join()
    assert 300 < seconds_left(carol) <= 360
    for one in (alice, bob, carol):
        one.leave()


def test_what_is_written_is_dated_by_the_clock_as_it_is_set(server: ServerWithSetClock) -> None:
    server.set_clock(-400 * DAY)
    made = server.create("Où en sommes-nous ?")
    [row] = json.loads(server.speedboat("list", "--json"))
    assert row["code"] == made["code"]
    assert abs(row["created_at"] / 1000 - (time.time() - 400 * DAY)) < DAY


@CHANGES
def test_limits_neither_end_nor_last(change: int) -> None:
    wall = [1_700_000_000_000]
    elapsed = [0]
    steady = SteadyClock(lambda: wall[0], lambda: elapsed[0])
    limit = AddressLimit(1, HOUR * 1000, steady)
    assert limit.acquire("192.0.2.1") is None
    wall[0] += change * 1000
    assert limit.acquire("192.0.2.1") is not None
    elapsed[0] += (HOUR + 1) * 1_000_000_000
    assert limit.acquire("192.0.2.1") is None
