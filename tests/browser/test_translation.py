"""Browsers that translate the page put <font> around every text: what changes goes on changing, on every screen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, WALL, Device
from tests.support.live_server import Person, Running

SOME_SECONDS_LATER = re.compile(r"^\[4:5[0-8]\]$")

# As Chrome does it: each text is replaced by two nested <font>, and so is each that comes or changes.
TRANSLATE = """() => {
  const translate = (text) => {
    if (!text.data.trim() || !text.parentNode || text.parentElement.closest('font, script, style, textarea')) return;
    const [outer, inner] = [document.createElement('font'), document.createElement('font')];
    outer.append(inner);
    inner.textContent = `[${text.data}]`;
    text.parentNode.replaceChild(outer, text);
  };
  const all = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    if (root instanceof Text) texts.push(root);
    texts.forEach(translate);
  };
  all(document.body);
  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      if (type === 'characterData') translate(target);
      else addedNodes.forEach(all);
    }
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
}"""


def translated(page: Page) -> None:
    page.evaluate(TRANSLATE)


@pytest.fixture
def made(site: Running) -> dict[str, str]:
    return site.create("Où en sommes-nous ?")


def test_headings_timer_and_states_go_on_changing_on_a_translated_phone(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice = Person(site.url, made["code"], key=made["key"]).join()
    bob = device(PHONE).join(made["join_url"], "Bob")
    translated(bob.page)
    expect(bob.page.locator(".now strong")).to_have_text("[Accueil]")
    bob.context.set_offline(True)
    expect(bob.page.locator(".link-state")).to_contain_text("[Pas de connexion")
    bob.write("Une carte")
    expect(bob.page.locator(".link-state")).to_contain_text("[Pas de connexion. 1 envoi attend")
    expect(bob.page.locator(".card .state")).to_have_text("[en attente]")
    bob.context.set_offline(False)
    expect(bob.page.locator(".card .state")).to_have_text("[reçue]")
    alice.do("set_timer", seconds=300)
    expect(bob.page.locator(".timer")).to_have_text(SOME_SECONDS_LATER)
    alice.do("set_phase", phase="group")
    expect(bob.page.locator(".now strong")).to_have_text("[Regroupement]")
    card = next(record["id"] for record in alice.records.values() if record["type"] == "card")
    alice.do("edit_card", card=card, text="Une autre carte")
    alice.do("set_timer", seconds=None)
    bob.tab("Liste")
    expect(bob.page.locator(".card p").first).to_have_text("[Une autre carte]")
    expect(bob.page.locator(".timer")).to_have_count(0)
    alice.leave()


def test_the_remote_and_the_wall_go_on_changing_when_they_are_translated(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice = device(LAPTOP).facilitate(made["facilitator_url"])
    wall = device(WALL)
    wall.page.goto(f"{made['join_url']}/screen")
    wall.page.locator(".wall-bar").wait_for()
    for one in (alice, wall):
        translated(one.page)
    expect(alice.page.locator("#remote-title")).to_have_text("[Accueil]")
    alice.page.locator(".remote-next .primary").click()
    expect(alice.page.locator("#remote-title")).to_have_text("[Écriture]")
    expect(wall.page.locator(".doing p")).to_contain_text("[Écriture]")
    bob = Person(site.url, made["code"]).join()
    expect(wall.page.locator(".figures")).to_contain_text("[2 personnes à bord]")
    bob.do("ready", ready=True)
    expect(alice.page.locator(".figure")).to_contain_text("1")
    expect(wall.page.locator(".figures p").nth(1)).to_contain_text("1")
    alice.page.get_by_role("button", name="5 min").click()
    for one in (alice, wall):
        expect(one.page.locator(".timer")).to_have_text(SOME_SECONDS_LATER)
    alice.page.get_by_role("button", name="Pause").click()
    expect(alice.page.get_by_role("button", name="Reprendre")).to_have_text("[Reprendre]")
    bob.leave()
