"""A phone 320 pixels wide, or with text of double size: nothing scrolls sideways, is cut off or covered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Device
from tests.browser.staged_workshop import PHASES, Afternoon
from tests.browser.visual_checks import eye_finds, settle
from tests.support.live_server import Running

NARROW = {**PHONE, "viewport": {"width": 320, "height": 640}}
KEYBOARD = 300  # pixels that are left above an open keyboard
TEXT = {"as it comes": 16, "doubled": 32}  # CSS pixels


@pytest.fixture(params=list(TEXT))
def narrow(request: pytest.FixtureRequest, device: Callable[..., Device]) -> Callable[[], Device]:
    """A narrow phone, with text of one size or the other: that of the browser's own settings."""

    def make() -> Device:
        one = device(NARROW, "fr")
        settings: dict[str, Any] = {"fontSizes": {"standard": TEXT[request.param]}}
        one.context.new_cdp_session(one.page).send("Page.setFontSizes", settings)
        return one

    return make


def test_nothing_scrolls_sideways_is_cut_off_or_covered(site: Running, narrow: Callable[[], Device]) -> None:
    afternoon = Afternoon(site, 12)
    found = []
    visitor = narrow()
    for path in (site.url, f"{site.url}/w/ZZZZZZ", afternoon.made["join_url"]):
        visitor.page.goto(path)
        found += [f"{path}: {fault}" for fault in eye_finds(visitor.page)]
    bob = visitor.join(afternoon.made["join_url"], "Bob")
    alice = narrow().facilitate(afternoon.made["facilitator_url"])
    for phase in PHASES:
        afternoon.go(phase)
        for who, one in (("participant", bob), ("facilitator", alice)):
            settle(one.page, phase)
            found += [f"{who}, {phase}: {fault}" for fault in eye_finds(one.page)]
    for tab in alice.page.locator(".tabs button").all():
        tab.click()
        settle(alice.page, PHASES[-1])
        found += [f"{tab.inner_text()}: {fault}" for fault in eye_finds(alice.page)]
    afternoon.go("group")
    alice.page.locator(".tabs button", has_text="Liste").click()
    for window in (".list .card button", "h3 ~ button", ".bar button"):
        alice.page.locator(window).first.click()
        expect(alice.page.get_by_role("dialog")).to_be_visible()
        settle(alice.page, "group")
        found += [f"{window}: {fault}" for fault in eye_finds(alice.page)]
        alice.page.keyboard.press("Escape")
    afternoon.leave()
    assert not found, "\n".join(found)


def test_a_card_is_written_above_an_open_keyboard(site: Running, narrow: Callable[[], Device]) -> None:
    bob = narrow().join(site.create("Le clavier")["join_url"], "Bob")
    bob.page.locator(".kinds .kind-anchor").click()
    bob.page.locator("#text").focus()
    bob.page.set_viewport_size({"width": 320, "height": KEYBOARD})
    bob.page.keyboard.insert_text("Pas de budget")
    # All of the box is seen, its edges and its middle, with nothing over it.
    uncovered = """(field) => {
      const { left, right, top, bottom } = field.getBoundingClientRect();
      const seen = (y) => document.elementFromPoint((left + right) / 2, y) === field;
      return [top + 4, (top + bottom) / 2, bottom - 4].every(seen);
    }"""
    field = bob.page.locator("#text")
    expect(field).to_be_in_viewport(ratio=1)
    assert field.evaluate(uncovered)
    field.press("Enter")
    expect(bob.page.locator(".card", has_text="Pas de budget").locator(".received")).to_be_attached()
