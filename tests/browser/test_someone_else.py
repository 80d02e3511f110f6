"""A tablet that is passed on: "I am someone else" leaves nothing of the person before in the browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Device
from tests.browser.test_offline import until_kept, until_on_disk
from tests.support.live_server import Running

PERSON = re.compile(r"person:[\w-]{16}")
SOMEONE_ELSE = "Je suis quelqu’un d’autre"
# Everything that a page of this origin can find in its browser.
KEPT = """async () => {
  const databases = {};
  for (const { name } of await indexedDB.databases()) {
    const opening = indexedDB.open(name);
    await new Promise((opened) => { opening.onsuccess = opened; });
    for (const store of opening.result.objectStoreNames) {
      const at = opening.result.transaction(store).objectStore(store);
      const [keys, values] = [at.getAllKeys(), at.getAll()];
      await new Promise((told) => { values.onsuccess = told; });
      databases[`${name} ${store}`] = [keys.result, values.result];
    }
    opening.result.close();
  }
  const pages = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      if (!url.includes('/static/')) pages[url] = await (await cache.match(url)).text();
    }
  }
  return JSON.stringify([databases, pages, { ...localStorage }, { ...sessionStorage }]);
}"""


def kept(one: Device, page: Any) -> str:
    return str(page.evaluate(KEPT)) + json.dumps(one.context.cookies())


def ask_to_be_someone_else(one: Device) -> None:
    one.tab("Équipage")
    one.page.get_by_role("button", name=SOMEONE_ELSE).click()


def test_a_facilitator_who_leaves_the_browser_leaves_nothing_in_it(
    site: Running, device: Callable[..., Device]
) -> None:
    made, other = site.create("Notre atelier"), site.create("Un autre atelier")
    alice = device(PHONE)
    for one in (other, made):
        alice.facilitate(f"{site.url}/w/{one['code']}/facilitate#key={one['key']}")
    alice.tab("Participer")
    alice.write("Zanzibar déjà parti")
    expect(alice.page.locator(".card .received")).to_have_count(1)
    until_kept(alice)
    library = alice.context.new_page()
    library.goto(f"{site.url}/library")
    library.get_by_role("button", name="Montrer mes ateliers").click()
    expect(library.locator(".book")).to_have_count(2)
    tab = alice.context.new_page()
    tab.goto(made["join_url"])
    tab.locator(".shell").wait_for()
    me = json.loads(alice.page.evaluate(f"localStorage.getItem('speedboat:me:{made['code']}')"))
    alice.context.set_offline(True)
    expect(alice.page.locator(".link-state")).to_be_visible()
    alice.write("Zanzibar pas encore parti")
    alice.page.locator("#text").fill("Zanzibar à moitié")
    until_on_disk(alice.page, 1)
    secrets = [made["key"], other["key"], me["token"], me["person"], "Zanzibar"]
    assert [one for one in secrets if one not in kept(alice, alice.page)] == []
    before = alice.page.evaluate(KEPT)

    ask_to_be_someone_else(alice)
    expect(alice.page.get_by_text("2 saisies ne sont pas encore parties")).to_be_visible()
    alice.page.get_by_role("button", name="Rester").click()
    assert alice.page.evaluate(KEPT) == before, "whoever stays loses nothing"
    ask_to_be_someone_else(alice)
    alice.page.get_by_role("button", name="Effacer et continuer").click()
    expect(alice.page.get_by_text("la bibliothèque de ce navigateur ne peut pas être fermée")).to_be_visible()
    assert alice.page.evaluate(KEPT) == before, "nothing is erased by halves"

    alice.context.route("**/socket.io/**", lambda route: route.abort())
    alice.context.set_offline(False)
    alice.page.get_by_role("button", name="Effacer et continuer").click()
    alice.page.locator("#name").wait_for()
    tab.locator("#name").wait_for()
    for page in (alice.page, tab):
        after = kept(alice, page)
        assert [one for one in secrets if one in after] == []
    library.goto(f"{site.url}/library")
    expect(library.locator("#open-library")).to_be_visible()
    expect(library.get_by_role("button", name="Montrer mes ateliers")).to_be_disabled()
    assert library.goto(f"{site.url}/library/{made['code']}/export.json").status == 403


def test_where_everything_has_been_sent_nothing_is_asked_and_a_removed_person_can_go_too(
    site: Running, device: Callable[..., Device]
) -> None:
    made = site.create()
    alice = device(PHONE).facilitate(made["facilitator_url"])
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.write("Parti")
    expect(bob.page.locator(".card .received")).to_have_count(1)
    alice.tab("Équipage")
    alice.page.get_by_role("button", name="Gérer : Bob").click()
    alice.page.get_by_role("button", name="Retirer de l’atelier").click()
    bob.page.get_by_role("button", name=SOMEONE_ELSE).click()
    bob.page.locator("#name").wait_for()
    assert not PERSON.search(kept(bob, bob.page))
