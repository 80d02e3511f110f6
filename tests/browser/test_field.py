"""Networks, clocks and engines as they are in the field: dead Wi-Fi, proxies, corrected clocks, what WebKit lacks."""

from __future__ import annotations

import contextlib
import re
import signal
from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import WebSocketRoute, expect

from speedboat.storage.store import Store
from tests.browser.conftest import PHONE, WALL, Device
from tests.browser.test_offline import SOCKET, until_kept
from tests.support.live_server import Person, Running

ALL_PARTS_ARE_HERE = """() => {
  const named = performance.getEntriesByType('resource').map(({ name }) => name.split('/').pop());
  const { parts } = JSON.parse(document.getElementById('page').textContent);
  return Object.values(parts).flat().every((file) => named.includes(file));
}"""
OVER_THE_NETWORK = """() => performance.getEntriesByType('resource')
  .filter(({ name, transferSize }) => name.endsWith('.js') && transferSize > 0).map(({ name }) => name)"""


@pytest.fixture
def made(site: Running) -> dict[str, str]:
    return site.create("Où en sommes-nous ?")


def test_a_page_opens_from_the_phone_while_the_network_is_connected_and_dead(
    start: Callable[..., Running], device: Callable[..., Device]
) -> None:
    server = start()
    url = f"{server.url}/w/{server.create(title='Notre atelier')['code']}"
    bob = device(PHONE).join(url, "Bob")
    bob.write("Avant")
    until_kept(bob)
    assert server.process
    server.process.send_signal(signal.SIGSTOP)  # takes connections, and says nothing
    try:
        bob.page.reload(wait_until="commit", timeout=12_000)
        expect(bob.page.locator(".title")).to_have_text("Notre atelier")
        bob.write("Pendant")
        expect(bob.page.locator(".card", has_text="Pendant").locator(".waiting")).to_be_visible()
    finally:
        server.process.send_signal(signal.SIGCONT)
    expect(bob.page.locator(".card .received")).to_have_count(2)


def _refuse(one: Device) -> None:
    """As a server does behind a proxy that changes Host."""
    one.context.route(SOCKET, lambda route: route.fulfill(status=400, body='"Not an accepted origin."'))

    def close(socket: WebSocketRoute) -> None:
        socket.close()

    one.context.route_web_socket(SOCKET, close)


def test_whoever_cannot_come_in_is_told_why_and_so_is_whoever_runs_the_server(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE)
    _refuse(bob)
    bob.page.goto(made["join_url"])
    bob.page.locator("form button.primary").click()
    reason = bob.page.get_by_role("alert")
    expect(reason).to_contain_text("ne peut pas se connecter à l’atelier")
    reason.locator("summary").click()
    expect(reason).to_contain_text(f"connexions venant de {site.url}")
    expect(bob.page.locator("form button.primary")).to_be_enabled()
    wall = device(WALL)
    _refuse(wall)
    wall.page.goto(f"{made['join_url']}/screen")
    expect(wall.page.get_by_role("alert")).to_contain_text("SPEEDBOAT_PUBLIC_URL")


def test_whoever_joins_without_a_network_is_told_so_and_comes_in_once_there_is_one(
    made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE)
    bob.page.goto(made["join_url"])
    bob.page.locator("#name").fill("Bob")
    bob.context.set_offline(True)
    bob.page.locator("form button.primary").click()
    expect(bob.page.get_by_role("alert")).to_contain_text("Le serveur est injoignable")
    bob.context.set_offline(False)
    bob.page.locator(".shell").wait_for()
    expect(bob.page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("hours", [1, -1], ids=["forward", "back"])
def test_a_timer_goes_on_while_the_clock_of_the_phone_is_corrected(
    site: Running, made: dict[str, str], device: Callable[..., Device], hours: int
) -> None:
    alice = Person(site.url, made["code"], key=made["key"]).join()
    bob = device(PHONE).join(made["join_url"], "Bob")
    alice.do("set_timer", seconds=300)
    expect(bob.page.locator(".timer")).to_have_text(re.compile(r"^[45]:"))
    bob.page.evaluate("(ms) => { const before = Date.now; Date.now = () => before() + ms; }", hours * 3_600_000)
    alice.do("extend_timer", seconds=60)
    expect(bob.page.locator(".timer")).to_have_text(re.compile(r"^5:5\d$"))
    alice.leave()


def test_no_file_is_named_in_the_page_in_a_way_that_webkit_remembers_as_failed_and_none_is_fetched_twice(
    made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE, service_workers="block")
    bob.join(made["join_url"], "Bob")
    assert bob.page.locator("link[rel=modulepreload]").count() == 0
    assert bob.page.locator("link[rel=preload][as=script]").count() > 3
    # A part is fetched, then imported: the second time from the browser's own cache.
    bob.page.wait_for_function(ALL_PARTS_ARE_HERE)
    scripts = Counter(bob.page.evaluate(OVER_THE_NETWORK))
    assert len(scripts) > 20
    assert [script for script, times in scripts.items() if times > 1] == []


def test_without_a_word_for_idle_the_page_still_has_all_its_parts_soon(
    made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE)
    bob.page.add_init_script(
        """delete window.requestIdleCallback;
        window.pauses = [];
        const later = window.setTimeout;
        window.setTimeout = (then, ms, ...more) => { window.pauses.push(ms); return later(then, ms, ...more); };"""
    )
    bob.join(made["join_url"], "Bob")
    bob.write("Une carte")
    until_kept(bob)
    pauses = bob.page.evaluate("window.pauses")
    assert pauses.count(600) == 1
    assert pauses.count(30) > 10


def test_the_replay_wears_its_own_letters(site: Running, made: dict[str, str], device: Callable[..., Device]) -> None:
    alice = device(PHONE).facilitate(made["facilitator_url"])
    alice.page.goto(f"{made['join_url']}/replay")
    alice.page.locator(".theatre").wait_for()
    expect(alice.page.locator("html")).not_to_have_class(re.compile("plain"))


def test_a_long_title_of_a_theme_does_not_stretch_the_page(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice = Person(site.url, made["code"], key=made["key"]).join()
    cards = [alice.add("Un"), alice.add("Deux")]
    alice.do("set_phase", phase="group")
    alice.do("add_theme", theme="theme:" + "a" * 21, title="Un titre qui n’en finit pas " * 6, cards=cards)
    alice.do("set_phase", phase="act")
    bob = device(PHONE).join(made["join_url"], "Bob")
    field = bob.page.locator("#action-theme")
    field.select_option(index=1)
    assert field.evaluate("(field) => getComputedStyle(field).contain") == "paint"
    assert bob.page.evaluate("document.documentElement.scrollWidth") == 360
    alice.leave()


@pytest.mark.parametrize(("zone", "kept"), [("Pacific/Noumea", "Pacific/Noumea"), ("Moon/Tranquility", "")])
def test_a_workshop_is_dated_where_it_is_created_also_by_a_device_whose_zone_the_server_does_not_know(
    start: Callable[..., Running], environment: dict[str, str], device: Callable[..., Device], zone: str, kept: str
) -> None:
    server = start()
    carol = device(WALL)
    carol.page.add_init_script(
        f"Intl.DateTimeFormat.prototype.resolvedOptions = () => ({{ timeZone: '{zone}', locale: 'fr' }});"
    )
    carol.page.goto(server.url)
    carol.page.fill("#create input[name=title]", "Ce matin")
    carol.page.locator("#create button").click()
    carol.page.wait_for_url("**/facilitate*")
    database = Store(f"sqlite:///{environment['SPEEDBOAT_DATA_DIR']}/speedboat.db")
    with contextlib.closing(database), database.reading() as transaction:
        (row,) = transaction.all_workshops()
    assert row.time_zone == kept
