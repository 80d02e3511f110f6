"""Phones that lose their network, server or page: exactly the cards that were written arrive, once, in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.browser.conftest import PHONE, Device
from tests.support.live_server import PATIENCE, Person, Running

SOCKET = re.compile(r"/socket\.io/")


@pytest.fixture
def made(site: Running) -> dict[str, str]:
    return site.create("Où en sommes-nous ?")


@pytest.fixture
def watching(site: Running, made: dict[str, str]) -> Iterator[Person]:
    """Somebody who sees what the server has."""
    theo = Person(site.url, made["code"], view="screen").join()
    yield theo
    theo.leave()


def texts(person: Person) -> list[str]:
    """The cards in the order in which they came to be on disk."""
    return [r["text"] for r in sorted(person.records.values(), key=lambda r: r["seq"]) if r["type"] == "card"]


class Hole:
    """A network that takes everything and gives nothing back: no error, no end."""

    def __init__(self, device: Device) -> None:
        self.takes, self.gives = True, True
        device.context.route_web_socket(SOCKET, self._socket)
        device.context.route(SOCKET, self._request)

    def swallow(self, *, takes: bool = False) -> None:
        """From now on nothing comes back; `takes`: the server still hears us."""
        self.takes, self.gives = takes, False

    def end(self) -> None:
        self.takes, self.gives = True, True

    def _socket(self, phone: WebSocketRoute) -> None:
        if not self.gives:
            return
        server = phone.connect_to_server()
        phone.on_message(lambda told: server.send(told) if self.takes else None)
        server.on_message(lambda told: phone.send(told) if self.gives else None)

    def _request(self, route: Route) -> None:
        if self.gives:
            route.continue_()
        else:
            route.abort()


@pytest.mark.parametrize("hears", [False, True], ids=["deaf", "only mute"])
def test_a_black_hole_is_noticed_within_ten_seconds_and_costs_nothing(
    made: dict[str, str], device: Callable[..., Device], watching: Person, hears: bool
) -> None:
    bob = device(PHONE)
    hole = Hole(bob)
    bob.page.clock.install()
    bob.join(made["join_url"], "Bob")
    bob.write("Avant")
    expect(bob.page.locator(".card .received")).to_have_count(1)
    hole.swallow(takes=hears)
    bob.write("Pendant")
    expect(bob.page.locator(".card .waiting")).to_have_count(1)
    expect(bob.page.locator(".link-state")).to_have_count(0)
    bob.page.clock.run_for(10_000)
    expect(bob.page.locator(".link-state")).to_contain_text("1 envoi attend")
    bob.write("Encore")
    hole.end()
    bob.page.clock.run_for(10_000)
    expect(bob.page.locator(".card .received")).to_have_count(3)
    watching.until(lambda: len(texts(watching)) == 3)
    assert texts(watching) == ["Avant", "Pendant", "Encore"]


def test_a_network_that_comes_and_goes_delivers_each_card_once_and_in_order(
    made: dict[str, str], device: Callable[..., Device], watching: Person
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    wanted = []
    for turn in range(5):
        bob.context.set_offline(True)
        expect(bob.page.locator(".link-state")).to_be_visible()
        bob.write(f"Sans réseau {turn}")
        bob.context.set_offline(False)
        bob.write(f"Au retour {turn}")
        wanted += [f"Sans réseau {turn}", f"Au retour {turn}"]
    expect(bob.page.locator(".card .received")).to_have_count(10)
    watching.until(lambda: len(texts(watching)) == 10)
    assert texts(watching) == wanted


ON_DISK = """async ([wanted, seconds]) => {
  const opening = indexedDB.open('speedboat');
  await new Promise((opened) => { opening.onsuccess = opened; });
  for (const end = Date.now() + seconds * 1000; ;) {
    const asked = opening.result.transaction('outbox').objectStore('outbox').count();
    await new Promise((told) => { asked.onsuccess = told; });
    if (asked.result >= wanted) return;
    if (Date.now() > end) throw new Error(`${asked.result} on disk`);
    await new Promise((then) => setTimeout(then, 30));
  }
}"""


def until_on_disk(page: Page, wanted: int) -> None:
    """Until this browser has so many commands on disk that wait to be sent."""
    page.evaluate(ON_DISK, [wanted, PATIENCE])


def test_what_a_closed_tab_had_not_sent_goes_with_the_other_tab(
    made: dict[str, str], device: Callable[..., Device], watching: Person
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    other = bob.context.new_page()
    other.goto(made["join_url"])
    other.locator(".shell").wait_for()
    bob.context.set_offline(True)
    for page in (bob.page, other):
        expect(page.locator(".link-state")).to_be_visible()
    bob.write("Un")
    for kind, text in (("anchor", "Deux"), ("wind", "Trois")):
        other.locator(f".kinds .kind-{kind}").first.click()
        other.locator("#text").fill(text)
        other.locator("#text").press("Enter")
        expect(other.locator(".card", has_text=text)).to_be_visible()
    until_on_disk(other, 3)
    other.close()
    bob.context.set_offline(False)
    watching.until(lambda: len(texts(watching)) == 3)
    assert texts(watching) == ["Un", "Deux", "Trois"]
    expect(bob.page.locator(".card .received")).to_have_count(3)


# What a browser does with a transaction that had not ended when its page was closed.
CUT_SHORT = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...what) {
    const asked = put.apply(this, what);
    if (this.name === 'outbox') this.transaction.abort();
    return asked;
  };
}"""
DONE_AND_GONE = """() => {
  const done = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true });
  document.querySelector('#text').dispatchEvent(done);
  location.assign('about:blank');
}"""
SENDING = "Object.keys(localStorage).filter((name) => name.startsWith('speedboat:sending:')).length"


@pytest.mark.parametrize("cut_short", [True, False], ids=["the database loses it", "the page is left in the same turn"])
def test_a_card_done_in_the_last_moment_of_a_tab_is_there_once_when_it_is_opened_again(
    made: dict[str, str], device: Callable[..., Device], watching: Person, cut_short: bool
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.write("Avant")
    expect(bob.page.locator(".card .received")).to_have_count(1)
    until_kept(bob)
    bob.context.set_offline(True)
    expect(bob.page.locator(".link-state")).to_be_visible()
    bob.page.locator(".kinds .kind-shark").first.click()
    bob.page.locator("#text").fill("Au dernier moment")
    if cut_short:
        bob.page.evaluate(CUT_SHORT)
    bob.page.evaluate(DONE_AND_GONE)
    bob.page.wait_for_url("about:blank")
    bob.page.close()
    pages = [bob.context.new_page() for _ in range(2)]
    for page in pages:
        page.goto(made["join_url"])
        expect(page.locator(".card", has_text="Au dernier moment").locator(".waiting")).to_have_count(1)
        expect(page.locator("#text")).to_have_value("")
    bob.context.set_offline(False)
    for page in pages:
        expect(page.locator(".card .received")).to_have_count(2)
    watching.until(lambda: len(texts(watching)) == 2)
    assert texts(watching) == ["Avant", "Au dernier moment"]
    assert pages[0].evaluate(SENDING) == 0


def test_what_was_being_written_is_there_after_a_reload_and_on_the_way_through_other_parts(
    made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    idle = bob.context.new_page()
    idle.goto(made["join_url"])
    idle.locator("#text").wait_for()
    bob.page.locator(".kinds .kind-wind").click()
    bob.page.locator(".weights button").nth(4).click()
    bob.page.locator("#text").press_sequentially("Une idée à moit")
    idle.locator(".kinds .kind-shark").click()
    idle.close()
    bob.tab("Liste")
    bob.tab("Participer")
    expect(bob.page.locator("#text")).to_have_value("Une idée à moit")
    bob.page.reload()
    expect(bob.page.locator("#text")).to_have_value("Une idée à moit")
    expect(bob.page.locator(".kinds .kind-wind")).to_have_attribute("aria-pressed", "true")
    expect(bob.page.locator(".weights button").nth(4)).to_have_attribute("aria-pressed", "true")
    other = bob.context.new_page()
    other.goto(made["join_url"])
    expect(other.locator("#text")).to_have_value("Une idée à moit")
    other.locator("#text").press("Enter")
    expect(bob.page.locator("#text")).to_have_value("")
    expect(bob.page.locator(".card .received")).to_have_count(1)
    bob.page.reload()
    expect(bob.page.locator(".card .received")).to_have_count(1)
    expect(bob.page.locator("#text")).to_have_value("")


def test_a_page_loaded_anew_while_the_server_is_down_keeps_what_was_written(
    start: Callable[..., Running], device: Callable[..., Device]
) -> None:
    server = start()
    url = f"{server.url}/w/{server.create()['code']}"
    bob = device(PHONE, service_workers="block").join(url, "Bob")
    server.kill()
    for text in ("Un", "Deux"):
        bob.write(text)
        expect(bob.page.locator(".card", has_text=text).locator(".waiting")).to_be_visible()
    with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
        bob.page.goto(url)
    server.start()
    bob.page.goto(url)
    expect(bob.page.locator(".card .received")).to_have_count(2)
    watching = Person(server.url, url[-6:], view="screen").join()
    assert texts(watching) == ["Un", "Deux"]
    watching.leave()


def test_a_part_that_could_not_be_fetched_is_told_and_tried_again_while_one_writes_on(
    site: Running, made: dict[str, str], device: Callable[..., Device], watching: Person
) -> None:
    bob = device(PHONE, service_workers="block")
    _, _, page = site.request("GET", f"/w/{made['code']}")
    parts = re.compile(
        r"/static/dist/(?!" + "|".join(re.findall(r"/static/dist/([\w.-]+)", page.decode())) + r").*\.js$"
    )
    bob.context.route(parts, lambda route: route.fulfill(status=404))
    bob.join(made["join_url"], "Bob")
    bob.tab("Liste")
    expect(bob.page.get_by_text("Cette partie n’a pas pu être chargée")).to_be_visible()
    bob.tab("Participer")
    bob.write("Toujours là")
    expect(bob.page.locator(".card .received")).to_have_count(1)
    watching.until(lambda: texts(watching) == ["Toujours là"])
    expect(bob.page.get_by_role("button", name="Recharger la page")).to_have_count(0)
    bob.tab("Liste")
    expect(bob.page.get_by_role("button", name="Recharger la page")).to_be_visible()
    bob.context.unroute(parts)
    expect(bob.page.locator("#list-title")).to_be_visible()


KEPT = """async (seconds) => {
  for (const end = Date.now() + seconds * 1000; ;) {
    const page = await caches.match(location.pathname);
    const files = (await (await caches.open('speedboat')).keys()).filter((one) => one.url.endsWith('.js'));
    const boards = (await indexedDB.databases()).some((one) => one.name === 'speedboat-seen');
    // Active is enough for the next visit: a page that was opening just then may not be taken over.
    const worker = Boolean((await navigator.serviceWorker.getRegistration())?.active);
    if (page && files.length > 12 && boards && worker) return;
    if (Date.now() > end) throw new Error(JSON.stringify({ page: Boolean(page), files: files.length, boards, worker }));
    await new Promise((then) => setTimeout(then, 50));
  }
}"""


def until_kept(one: Device) -> None:
    """Until the browser holds all it needs to open this page by itself."""
    one.page.evaluate(KEPT, PATIENCE)


def test_the_installed_page_opens_without_a_server_and_what_is_written_there_arrives(
    start: Callable[..., Running], device: Callable[..., Device]
) -> None:
    server = start()
    url = f"{server.url}/w/{server.create(title='Notre atelier')['code']}"
    bob = device(PHONE).join(url, "Bob")
    bob.write("Avant")
    until_kept(bob)
    server.kill()
    bob.page.reload()
    expect(bob.page.locator(".title")).to_have_text("Notre atelier")
    expect(bob.page.locator(".link-state")).to_be_visible()
    bob.write("Sans serveur")
    expect(bob.page.locator(".card", has_text="Sans serveur").locator(".waiting")).to_be_visible()
    server.start()
    expect(bob.page.locator(".card .received")).to_have_count(2)
    watching = Person(server.url, url[-6:], view="screen").join()
    assert texts(watching) == ["Avant", "Sans serveur"]
    watching.leave()


def test_a_kept_page_is_never_shown_while_the_server_answers(site: Running, device: Callable[..., Device]) -> None:
    made = site.create("Titre d'hier")
    bob = device(PHONE).join(made["join_url"], "Bob")
    until_kept(bob)
    alice = Person(site.url, made["code"], key=made["key"]).join()
    alice.do("rename_workshop", title="Titre du jour")
    bob.page.reload()
    assert "Titre du jour" in bob.page.title()
    told = site.request("GET", f"/w/{made['code']}/app.webmanifest")
    assert b"Titre du jour" in told[2]
    assert b"maskable" in told[2]
    alice.leave()
