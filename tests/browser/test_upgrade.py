"""A server that comes back with a new front end while phones are open with unsent cards: two real builds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Device
from tests.browser.second_build import NEW, ROOT, build_another, scripts
from tests.support.live_server import PATIENCE, Person, Running


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_another(tmp_path_factory.mktemp("other"))


HOLDS = """async ([scripts, seconds]) => {
  for (const end = Date.now() + seconds * 1000; ;) {
    const page = await caches.match(location.pathname);
    const text = page ? await page.text() : '';
    const held = await Promise.all(scripts.map((name) => caches.match(`/static/dist/${name}`)));
    const boards = (await indexedDB.databases()).some((one) => one.name === 'speedboat-seen');
    const is_this = scripts.some((name) => text.includes(name));
    const worker = (await navigator.serviceWorker.getRegistration())?.active;
    if (is_this && held.every(Boolean) && boards && worker) return;
    if (Date.now() > end) throw new Error(`not held: ${scripts.filter((_, i) => !held[i])}`);
    await new Promise((then) => setTimeout(then, 50));
  }
}"""


def until_held(page: Page, server: Running, root: Path) -> set[str]:
    """Until the browser can open this page of a version by itself, with all its parts; their names."""
    _, _, served = server.request("GET", page.evaluate("location.pathname"))
    wanted = scripts(root, served)
    page.evaluate(HOLDS, [sorted(wanted), PATIENCE])
    return wanted


def upgrade(server: Running, other: Path) -> None:
    """The same port, the same data, the other version."""
    server.folder = other
    server.start()


def texts(server: Running, code: str) -> list[str]:
    """The cards that are on disk, in the order in which they came."""
    theo = Person(server.url, code, view="screen").join()
    found = [r["text"] for r in sorted(theo.records.values(), key=lambda r: r["seq"]) if r["type"] == "card"]
    theo.leave()
    return found


def write(page: Page, text: str) -> None:
    page.locator(".kinds .kind-anchor").click()
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")


@pytest.mark.parametrize("stays_open", [True, False], ids=["an open page", "a page closed with cards waiting"])
def test_a_phone_goes_through_an_upgrade_with_each_card_once_in_order_and_is_new_afterwards(
    start: Callable[..., Running], device: Callable[..., Device], other: Path, stays_open: bool
) -> None:
    server = start()
    code = server.create()["code"]
    url = f"{server.url}/w/{code}"
    bob = device(PHONE).join(url, "Bob")
    page = bob.page
    write(page, "Avant")
    expect(page.locator(".card .received")).to_have_count(1)
    before = until_held(page, server, ROOT)

    server.kill()
    for text in ("Pendant", "Encore"):
        write(page, text)
        expect(page.locator(".card", has_text=text).locator(".waiting")).to_be_visible()
    if not stays_open:
        page.close()
    upgrade(server, other)
    if not stays_open:
        page = bob.context.new_page()
        page.goto(url)
        expect(page.locator(NEW)).to_be_visible()
    expect(page.locator(".card .received")).to_have_count(3)
    if stays_open:
        page.locator(".tabs button", has_text="Liste").click()
        expect(page.locator("#list-title")).to_be_visible()
        expect(page.locator(NEW)).to_have_count(0)
        page.locator(".tabs button", has_text="Participer").click()
    write(page, "Après")
    expect(page.locator(".card .received")).to_have_count(4)

    page.reload()
    expect(page.locator(f".shell{NEW}")).to_be_visible()
    expect(page.locator(".card .received")).to_have_count(4)
    after = until_held(page, server, other)
    assert before - after
    assert after - before

    server.kill()
    page.reload()
    expect(page.locator(f".shell{NEW}")).to_be_visible()
    expect(page.locator(".link-state")).to_be_visible()
    page.locator(".tabs button", has_text="Liste").click()
    expect(page.locator(f".panel{NEW}")).to_be_visible()
    page.locator(".tabs button", has_text="Participer").click()
    write(page, "Sans serveur")
    expect(page.locator(".card", has_text="Sans serveur").locator(".waiting")).to_be_visible()
    server.start()
    expect(page.locator(".card .received")).to_have_count(5)
    assert texts(server, code) == ["Avant", "Pendant", "Encore", "Après", "Sans serveur"]


def test_an_old_page_without_all_its_parts_writes_on_and_is_new_once_it_is_loaded_again(
    start: Callable[..., Running], device: Callable[..., Device], other: Path
) -> None:
    server = start()
    code = server.create()["code"]
    bob = device(PHONE, service_workers="block")
    bob.page.add_init_script("window.requestIdleCallback = () => 0;")  # a phone too busy to fetch more than it shows
    bob.join(f"{server.url}/w/{code}", "Bob")
    server.kill()
    bob.write("Pendant")
    expect(bob.page.locator(".card .waiting")).to_have_count(1)
    upgrade(server, other)
    expect(bob.page.locator(".card .received")).to_have_count(1)
    bob.tab("Liste")
    expect(bob.page.get_by_text("Cette partie n’a pas pu être chargée")).to_be_visible()
    bob.tab("Participer")
    bob.write("Toujours là")
    expect(bob.page.locator(".card .received")).to_have_count(2)
    bob.tab("Liste")
    bob.page.get_by_role("button", name="Recharger la page").click()
    expect(bob.page.locator(f".shell{NEW}")).to_be_visible()
    bob.tab("Liste")
    expect(bob.page.locator(f".panel{NEW}")).to_be_visible()
    assert texts(server, code) == ["Pendant", "Toujours là"]


AGE = """async (files) => {
  const cache = await caches.open('speedboat');
  for (let i = 0; i < files; i++) await cache.put(`/static/dist/of-another-time-${i}.js`, new Response(''));
}"""
KEPT = """async ([most, seconds]) => {
  for (const end = Date.now() + seconds * 1000; ;) {
    const kept = await (await caches.open('speedboat')).keys();
    if (kept.length <= most) return kept.map((one) => new URL(one.url).pathname);
    if (Date.now() > end) throw new Error(`${kept.length} files are kept`);
    await new Promise((then) => setTimeout(then, 50));
  }
}"""


def test_what_is_thrown_out_after_many_upgrades_is_never_what_the_page_needs(
    start: Callable[..., Running], device: Callable[..., Device]
) -> None:
    server = start()
    bob = device(PHONE).join(f"{server.url}/w/{server.create()['code']}", "Bob")
    needed = until_held(bob.page, server, ROOT)
    bob.page.evaluate(AGE, 130)
    bob.page.reload()
    kept = bob.page.evaluate(KEPT, [120, PATIENCE])
    assert {f"/static/dist/{name}" for name in needed} <= set(kept)
    assert any("another-time" in name for name in kept)
