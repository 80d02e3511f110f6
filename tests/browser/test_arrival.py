"""Whoever sends something from a phone sees that it has arrived, with the keyboard open too; and not before it has."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import PHONE, Device
from tests.browser.visual_checks import axe_finds, eye_finds
from tests.support.live_server import Person, Running

ABOVE_KEYBOARD = 440  # CSS pixels that are left of 740
# Safari lays its keyboard over the page, and says so only of the part that is seen.
OVERLAY = """(height) => {
  Object.defineProperty(visualViewport, 'height', { get: () => height, configurable: true });
  visualViewport.dispatchEvent(new Event('resize'));
}"""
FLIGHTS = """() => {
  window.flights = 0;
  new MutationObserver((records) => records.forEach(({ addedNodes }) => addedNodes.forEach((node) => {
    if (node.classList?.contains('flying')) window.flights++;
  }))).observe(document.body, { childList: true });
}"""


@pytest.fixture
def made(site: Running) -> dict[str, str]:
    return site.create("Où en sommes-nous ?")


@pytest.fixture
def alice(site: Running, made: dict[str, str]) -> Person:
    alice = Person(site.url, made["code"], key=made["key"]).join()
    alice.do("set_phase", phase="write")
    alice.do("open_kinds", kinds=["anchor"])
    return alice


def open_keyboard(one: Device) -> None:
    one.page.locator("#text").focus()
    one.page.set_viewport_size({"width": 360, "height": ABOVE_KEYBOARD})
    expect(one.page.locator("html.typing")).to_have_count(1)


def line(one: Device) -> Locator:
    return one.page.locator(".arrival")


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", ("Reçue · 1 carte", "Reçue · 2 cartes")), ("en", ("Received · 1 card", "Received · 2 cards"))],
)
def test_above_the_keyboard_a_card_is_written_sent_and_said_to_have_arrived(
    alice: Person, made: dict[str, str], device: Callable[..., Device], language: str, words: tuple[str, str]
) -> None:
    bob = device(PHONE, language).join(made["join_url"], "Bob")
    open_keyboard(bob)
    for part in ("label[for=text]", "#text", ".weights", "form .primary"):
        expect(bob.page.locator(part)).to_be_in_viewport(ratio=1)
    for text, received in zip(("Pas de budget", "Pas de salle"), words, strict=True):
        bob.page.locator("#text").fill(text)
        bob.page.locator("#text").press("Enter")
        expect(line(bob).get_by_role("status")).to_have_text(received)
        expect(line(bob)).to_be_in_viewport(ratio=1)
        expect(bob.page.locator("#text")).to_have_value("")
        expect(bob.page.locator("#text")).to_be_focused()
    expect(bob.page.locator(".flying")).to_have_count(0)
    assert eye_finds(bob.page) == []
    assert axe_finds(bob.page) == []
    bob.page.locator("#text").press_sequentially("E")
    expect(line(bob)).to_have_count(0)
    alice.do("open_kinds", kinds=["wind", "anchor", "shark"])
    expect(bob.page.locator(".kinds button")).to_have_count(3)
    expect(bob.page.locator(".kinds .kind-anchor")).to_have_attribute("aria-pressed", "true")
    bob.page.locator(".kinds .kind-wind").tap()
    bob.page.locator("#text").focus()
    for part in (".kinds", "#text", ".weights", "form .primary"):
        expect(bob.page.locator(part)).to_be_in_viewport(ratio=1)
    alice.leave()


def test_a_keyboard_laid_over_the_page_does_not_hide_the_line(
    alice: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.page.locator("#text").focus()
    bob.page.evaluate(OVERLAY, ABOVE_KEYBOARD)
    bob.page.locator("#text").fill("Pas de budget")
    bob.page.locator("#text").press("Enter")
    expect(line(bob)).to_contain_text("Reçue")
    box = line(bob).bounding_box()
    assert box and box["y"] + box["height"] <= ABOVE_KEYBOARD + 1
    bob.page.evaluate(OVERLAY, 740)
    expect(bob.page.locator(".tabs")).to_be_in_viewport(ratio=1)
    alice.leave()


def test_nothing_is_said_to_be_received_before_the_server_has_it(
    alice: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.context.set_offline(True)
    expect(bob.page.locator(".link-state")).to_be_visible()
    bob.page.locator("#text").fill("Pas de budget")
    bob.page.locator("#text").press("Enter")
    expect(line(bob)).to_contain_text("Gardée ici, partira toute seule")
    bob.context.set_offline(False)
    expect(line(bob)).to_contain_text("Reçue · 1 carte")
    alice.leave()


def test_what_the_server_refuses_is_not_said_to_be_received(
    alice: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.context.set_offline(True)
    bob.page.locator("#text").fill("Trop tard")
    bob.page.locator("#text").press("Enter")
    alice.do("open_kinds", kinds=["wind"])
    bob.context.set_offline(False)
    expect(bob.page.get_by_role("alert")).to_contain_text("Trop tard")
    expect(line(bob)).to_have_count(0)
    alice.leave()


def test_an_action_too_is_said_to_have_arrived(
    alice: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice.do("set_phase", phase="act")
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.page.locator("#action").fill("Demander un budget")
    bob.page.locator("#action").press("Enter")
    expect(line(bob)).to_contain_text("Reçue")
    expect(line(bob)).to_be_in_viewport(ratio=1)
    alice.leave()


@pytest.mark.parametrize(("motion", "flights"), [("no-preference", 1), ("reduce", 0)])
def test_the_card_leaves_for_the_boat_unless_stillness_was_asked_for(
    alice: Person, made: dict[str, str], device: Callable[..., Device], motion: str, flights: int
) -> None:
    bob = device(PHONE, reduced_motion=motion).join(made["join_url"], "Bob")
    bob.page.evaluate(FLIGHTS)
    bob.page.locator("#text").fill("Pas de budget")
    bob.page.locator("#text").press("Enter")
    expect(line(bob)).to_contain_text("Reçue")
    assert bob.page.evaluate("window.flights") == flights
    expect(bob.page.locator(".flying")).to_have_count(0)
    alice.leave()


def test_my_cards_are_a_tap_away_from_the_line(
    alice: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    open_keyboard(bob)
    bob.page.locator("#text").fill("Pas de budget")
    bob.page.locator("#text").press("Enter")
    line(bob).get_by_role("button", name="Mes cartes").click()
    expect(bob.page.locator("#mine-title")).to_be_in_viewport()
    alice.leave()
