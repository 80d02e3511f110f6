"""The boat never lies: in every window notes hang in the order of their weights, however many there are."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, WALL, Device
from tests.support.live_server import Person, Running, theme_id

KINDS = ("wind", "anchor", "shark")
PLACES = """() => [...document.querySelectorAll('.board .note')].map((note) => {
  const { left, right, top, bottom } = note.getBoundingClientRect();
  const [, kind] = note.className.match(/note-(\\w+)/);
  return { id: note.dataset.id, x: (left + right) / 2, y: (top + bottom) / 2, kind };
})"""


def along(note: dict[str, Any]) -> float:
    return float({"anchor": note["y"], "wind": note["x"], "shark": -note["x"]}[note["kind"]])


def inversions(page: Page, weights: dict[str, float]) -> list[str]:
    """Return the pairs of cards of a kind of which the lighter hangs before the heavier."""
    cards = [note for note in page.evaluate(PLACES) if note["id"] in weights]
    assert cards
    wrong = []
    for one, other in combinations(cards, 2):
        difference = weights[one["id"]] - weights[other["id"]]
        further = along(one) - along(other)
        # A tenth of a pixel is what a browser rounds away, a ten-thousandth what the server does.
        if one["kind"] == other["kind"] and difference * further < 0 and abs(further) > 0.1 and abs(difference) > 1e-4:
            wrong.append(f"{one} {other}")
    return wrong


@pytest.mark.parametrize("count", [20, 68, 120, 300])
def test_no_card_hangs_in_the_wrong_order_of_weight_alone_or_beside_themes(
    site: Running, device: Callable[..., Device], count: int
) -> None:
    made = site.create()
    alice = Person(site.url, made["code"], key=made["key"], name="Alice").join()
    dice = random.Random(count)
    cards = [alice.add(f"Carte {n}", dice.choice(KINDS), weight=round(dice.random(), 4)) for n in range(count)]
    alice.do("set_phase", phase="group")
    wall, laptop, phone = device(WALL), device(LAPTOP), device(PHONE)
    wall.page.goto(f"{made['join_url']}/screen")
    laptop.facilitate(made["facilitator_url"])
    phone.join(made["join_url"], "Bob").tab("Plateau")
    pages = (wall.page, laptop.page, phone.page)
    for themes in (0, 3):
        for n in range(themes):
            same = [
                one for one in cards if alice.records[one]["kind"] == KINDS[n] and "theme" not in alice.records[one]
            ]
            alice.do("add_theme", theme=theme_id(), title=f"Sujet {n}", cards=same[:3])
        weights = {one: alice.records[one]["weight"] for one in cards if not alice.records[one].get("theme")}
        for page in pages:
            expect(page.locator(".board .note")).to_have_count(len(weights) + themes)
            assert inversions(page, weights) == []
    alice.leave()


def test_a_theme_of_several_kinds_lies_in_the_zone_of_each_and_opens_from_each(
    site: Running, device: Callable[..., Device]
) -> None:
    made = site.create()
    alice = Person(site.url, made["code"], key=made["key"], name="Alice").join()
    cards = [alice.add(f"Carte {kind}", kind, weight=0.5) for kind in (*KINDS, "shark")]
    alice.do("set_phase", phase="group")
    alice.do("add_theme", theme=theme_id(), title="Budget", cards=cards)
    laptop = device(LAPTOP).facilitate(made["facilitator_url"])
    stacks = laptop.page.locator(".board .stack")
    expect(stacks).to_have_count(3)
    expect(laptop.page.locator(".board .note-shark.stack")).to_contain_text("2 des 4 cartes")
    for kind in KINDS:
        stack = laptop.page.locator(f".board .note-{kind}.stack")
        expect(stack).to_contain_text("Budget")
        stack.focus()
        laptop.page.keyboard.press("Enter")
        expect(laptop.page.get_by_role("dialog")).to_contain_text("Carte anchor")
        laptop.page.keyboard.press("Escape")
    alice.leave()
