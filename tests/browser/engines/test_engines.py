"""The room as Firefox and WebKit see it: what every phone does, in the engines that are not Chromium.

Chromium plays everything in `tests/browser`. Which browsers are supported stands in `docs/browsers.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.browser.engines import firefox, webkit
from tests.browser.engines.device import ENTER, PHONE, WALL, Device
from tests.browser.engines.forwarder import Forwarder
from tests.support.live_server import Person, Running, theme_id

ENGINES = ["firefox", "webkit"]


@pytest.fixture(scope="module", params=ENGINES)
def begin(request: pytest.FixtureRequest) -> Iterator[Callable[[tuple[int, int]], Device]]:
    """What starts a browser of this size, of the engine that is tested."""
    if request.param == "firefox":
        if not firefox.program():
            pytest.skip("Firefox is not installed: apt-get install firefox-esr")
        yield firefox.Firefox
        return
    if missing := webkit.missing():
        pytest.skip(f"WebKit is not installed ({missing}): apt-get install webkit2gtk-driver xvfb")
    with webkit.display() as display:
        yield lambda size: webkit.WebKit(size, display)


@pytest.fixture
def line(server: Running) -> Iterator[Forwarder]:
    line = Forwarder(server.port)
    yield line
    line.close()


@pytest.fixture
def made(server: Running) -> dict[str, str]:
    return server.create("Où en sommes-nous ?")


@pytest.fixture
def alice(server: Running, made: dict[str, str]) -> Iterator[Person]:
    alice = Person(server.url, made["code"], key=made["key"], name="Alice").join()
    alice.do("set_phase", phase="write")
    alice.do("open_kinds", kinds=["wind", "anchor", "shark"])
    yield alice
    alice.leave()


@pytest.fixture
def phone(begin: Callable[[tuple[int, int]], Device], line: Forwarder, made: dict[str, str]) -> Iterator[Device]:
    """A phone on the page where one joins."""
    device = begin(PHONE)
    try:
        device.goto(f"http://127.0.0.1:{line.port}/w/{made['code']}?lang=fr")
        yield device
        assert device.call("() => window.faults") == []
    finally:
        device.close()


@pytest.fixture
def bob(phone: Device) -> Device:
    return join(phone)


def join(phone: Device) -> Device:
    phone.write("#name", "Bob")
    phone.tap("form .primary")
    phone.shows(".now")
    return phone


def cards(alice: Person) -> list[dict[str, object]]:
    return [record for record in alice.records.values() if record["type"] == "card"]


def test_one_joins_writes_is_told_of_the_arrival_and_goes_on_without_a_line(
    alice: Person, bob: Device, line: Forwarder
) -> None:
    bob.tap(".kinds .kind-anchor")
    bob.write("#text", "Pas de budget" + ENTER)
    bob.shows(".arrival", "1")
    bob.shows(".card .received")
    alice.until(lambda: len(cards(alice)) == 1)
    line.cut()
    bob.shows(".link-state")
    bob.write("#text", "Pas de salle" + ENTER)
    bob.shows(".card .waiting")
    line.restore()
    bob.shows(".card .received", count=2)
    alice.until(lambda: len(cards(alice)) == 2)


def test_one_drags_a_card_on_the_boat_and_votes_where_it_is_grouped(alice: Person, bob: Device) -> None:
    card = alice.add("Pas de budget")
    alice.do("set_phase", phase="group")
    bob.tap(".tabs button", "Plateau")
    bob.shows(".notes .note", "Pas de budget")
    before = alice.records[card]
    at = before.get("x"), before.get("y")
    bob.drag(".notes .note", 60, -90)
    alice.until(lambda: (alice.records[card].get("x"), alice.records[card].get("y")) != at)
    alice.do("add_theme", theme=theme_id(), title="Moyens", cards=[card])
    alice.do("set_phase", phase="vote")
    bob.tap(".tabs button", "Participer")
    bob.tap(".vote-buttons button", "Poser une gommette")
    alice.until(lambda: alice.records["workshop"]["progress"]["voted"] == 1)
    bob.shows(".now", "4")


def test_a_part_that_could_not_be_fetched_comes_when_the_line_is_back(phone: Device, line: Forwarder) -> None:
    phone.call("() => { window.requestIdleCallback = () => 0; }")  # nothing is fetched before it is wanted
    bob = join(phone)
    line.cut()
    bob.tap(".tabs button", "Liste")
    bob.shows("[role=status]", "Cette partie n’a pas pu être chargée")
    line.restore()
    bob.shows("#list-title")


def test_the_wall_shows_who_is_there_and_what_they_wrote(
    begin: Callable[[tuple[int, int]], Device], line: Forwarder, made: dict[str, str], alice: Person
) -> None:
    wall = begin(WALL)
    try:
        wall.goto(f"http://127.0.0.1:{line.port}/w/{made['code']}/screen?lang=fr")
        wall.shows(".wall")
        alice.add("Pas de budget")
        alice.add("Bonne ambiance", "wind")
        alice.do("set_phase", phase="group")
        wall.shows(".notes .note", "Pas de budget")
        wall.shows(".notes .note", "Bonne ambiance")
        assert wall.call("() => window.faults") == []
    finally:
        wall.close()
