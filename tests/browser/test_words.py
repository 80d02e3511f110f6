"""What the pages say: French set as French is, a card's weight in the words of its kind, no figures about nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, WALL, Device
from tests.browser.staged_workshop import PHASES, Afternoon
from tests.browser.visual_checks import settle
from tests.support.live_server import Running

# Every text and label of a page in which a colon, question or exclamation mark or semicolon follows a letter at once.
SQUEEZED = r"""() => {
  const said = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT);
  while (walker.nextNode()) {
    const element = walker.currentNode;
    if (element.closest('script, style, input, textarea')) continue;
    for (const name of ['aria-label', 'placeholder', 'title', 'alt']) said.push(element.getAttribute(name) || '');
    if ([...element.childNodes].some((node) => node instanceof Text)) said.push(element.textContent);
  }
  return said.filter((text) => /\p{L}[:?!;](?!\/\/)/u.test(text));
}"""


def squeezed(page: Page) -> list[str]:
    found: list[str] = page.evaluate(SQUEEZED)
    return found


def test_french_pages_have_a_space_before_every_colon_and_mark_in_every_phase(
    site: Running, device: Callable[..., Device]
) -> None:
    afternoon = Afternoon(site, 12)
    made = afternoon.made
    bob = device(PHONE).join(made["join_url"], "Bob")
    alice = device(LAPTOP).facilitate(made["facilitator_url"])
    theo = device(WALL)
    theo.page.goto(f"{made['join_url']}/screen")
    found = []
    for phase in PHASES:
        afternoon.go(phase)
        if phase == "write":
            afternoon.alice.do("open_kinds", kinds=["anchor"])
        for one in (bob, alice, theo):
            settle(one.page, phase)
            found += squeezed(one.page)
        for tab in ("Liste", "Équipage", "Animer"):
            alice.tab(tab)
            settle(alice.page, phase)
            found += squeezed(alice.page)
    assert not found
    afternoon.leave()


@pytest.mark.parametrize(
    ("language", "kind", "question", "most", "least"),
    [
        ("fr", "wind", "Avec quelle force ?", "Vent très fort", "Vent très léger"),
        ("fr", "anchor", "Combien cela pèse-t-il ?", "Ancre très lourde", "Ancre très légère"),
        ("fr", "shark", "À quel point est-il proche ?", "Requin tout proche", "Requin très lointain"),
        ("en", "wind", "How strongly does it blow?", "Very strong wind", "Very light wind"),
        ("en", "anchor", "How much does it weigh?", "Very heavy anchor", "Very light anchor"),
        ("en", "shark", "How close is it?", "Shark very close", "Shark very far off"),
    ],
)
def test_the_weight_is_asked_and_told_in_the_words_of_its_kind(
    site: Running, device: Callable[..., Device], language: str, kind: str, question: str, most: str, least: str
) -> None:
    made = site.create("Avec quelle force ?", language=language)
    bob = device(PHONE, language).join(made["join_url"], "Bob")
    bob.page.locator(f".kinds .kind-{kind}").click()
    weights = bob.page.get_by_role("group", name=question)
    expect(weights.get_by_role("button", name=least)).to_be_visible()
    weights.get_by_role("button", name=most).click()
    bob.page.locator("#text").fill("Une carte")
    bob.page.locator("#text").press("Enter")
    expect(bob.page.locator(".card .about")).to_contain_text(most)


def test_wall_and_remote_count_nobody_before_somebody_is_there(site: Running, device: Callable[..., Device]) -> None:
    made = site.create("Encore vide")
    theo = device(WALL)
    theo.page.goto(f"{made['join_url']}/screen")
    expect(theo.page.locator(".wall-bar h1")).to_have_text("Encore vide")
    expect(theo.page.locator(".figures")).to_have_count(0)
    expect(theo.page.locator(".wall-invitation")).to_contain_text("ou allez sur")
    device(PHONE).join(made["join_url"], "Bob")
    expect(theo.page.locator(".figures")).to_contain_text("1 personne à bord")


def test_whoever_is_written_for_and_whoever_agrees_are_told_in_plain_words(
    site: Running, device: Callable[..., Device]
) -> None:
    made = site.create("Sans téléphone")
    alice = device(LAPTOP).facilitate(made["facilitator_url"])
    bob = device(PHONE).join(made["join_url"], "Bob")
    alice.tab("Participer")
    alice.page.locator("#for").fill("Mme Durand")
    alice.write("Pas de bus")
    alice.tab("Liste")
    expect(alice.page.locator(".card .about")).to_contain_text("Mme Durand (saisie par l’animation)")
    bob.tab("Liste")
    bob.page.get_by_role("button", name="Ouvrir : Pas de bus").click()
    bob.page.get_by_role("dialog").get_by_role("button", name="Moi aussi").click()
    expect(alice.page.locator(".card .about")).to_contain_text("1 « moi aussi »")
    alice.page.get_by_role("button", name="Ouvrir : Pas de bus").click()
    dialog = alice.page.get_by_role("dialog", name="Ancre")
    expect(dialog.get_by_role("button", name="Changer en requin")).to_be_visible()
