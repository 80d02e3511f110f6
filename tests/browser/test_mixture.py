"""No theme mixes winds and brakes without a question: by ticks, from a card's sheet, by merging."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.browser.visual_checks import axe_finds
from tests.support.live_server import Person, Running, theme_id

ASKED = "Les vents aident, les ancres et les requins freinent."
APART, TOGETHER = "Non, les laisser séparés", "Les mettre dans un même thème"


@pytest.fixture
def room(site: Running) -> Iterator[tuple[dict[str, str], Person, dict[str, str]]]:
    """A wind, an anchor and a shark without a theme; one theme of winds, one of brakes."""
    made = site.create("Vents et freins")
    alice = Person(site.url, made["code"], key=made["key"], name="Alice").join()
    cards = {
        text: alice.add(text, kind)
        for text, kind in (
            ("Le sourire", "wind"),
            ("Pas de budget", "anchor"),
            ("Un départ", "shark"),
            ("Des bénévoles", "wind"),
            ("Trop loin", "anchor"),
        )
    }
    alice.do("set_phase", phase="group")
    for title, card in (("Soutiens", "Des bénévoles"), ("Distances", "Trop loin")):
        alice.do("add_theme", theme=theme_id(), title=title, cards=[cards[card]])
    yield made, alice, cards
    alice.leave()


def themes(person: Person) -> dict[str, set[str]]:
    """The texts of the cards of each theme."""
    titles = {one["id"]: one["title"] for one in person.records.values() if one["type"] == "theme"}
    cards = [one for one in person.records.values() if one["type"] == "card" and one.get("theme")]
    return {title: {card["text"] for card in cards if card["theme"] == theme} for theme, title in titles.items()}


def answer(page: Page, name: str) -> None:
    expect(page.get_by_role("alertdialog")).to_contain_text(ASKED)
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("alertdialog")).to_have_count(0)


def test_ticked_winds_and_brakes_are_made_a_theme_only_after_a_question(
    room: tuple[dict[str, str], Person, dict[str, str]], device: Callable[..., Device]
) -> None:
    made, alice, _ = room
    bob = device(PHONE).join(made["join_url"], "Bob")
    for text in ("Pas de budget", "Un départ"):
        bob.page.get_by_role("checkbox", name=text).check()
    bob.page.locator("#new-theme").fill("Moyens")
    bob.page.get_by_role("button", name="Créer le thème").click()
    alice.until(lambda: themes(alice).get("Moyens") == {"Pas de budget", "Un départ"})
    bob.page.get_by_role("checkbox", name="Le sourire").check()
    into = bob.page.get_by_role("button", name="Moyens", exact=False).last
    into.click()
    expect(bob.page.get_by_role("alertdialog")).to_be_focused()
    assert axe_finds(bob.page) == []
    answer(bob.page, APART)
    expect(bob.page.get_by_role("checkbox", name="Le sourire")).to_be_checked()
    into.click()
    answer(bob.page, TOGETHER)
    alice.until(lambda: "Le sourire" in themes(alice)["Moyens"])


def test_a_card_is_put_into_a_theme_of_the_other_side_from_its_sheet_only_after_a_question(
    room: tuple[dict[str, str], Person, dict[str, str]], device: Callable[..., Device]
) -> None:
    made, alice, _ = room
    one = device(LAPTOP).facilitate(made["facilitator_url"])
    one.card("Le sourire").click()
    picker = one.page.locator("#theme")
    picker.select_option(label="Distances")
    answer(one.page, APART)
    expect(picker).to_have_value("")
    picker.select_option(label="Soutiens")
    alice.until(lambda: "Le sourire" in themes(alice)["Soutiens"])
    picker.select_option(label="Distances")
    answer(one.page, TOGETHER)
    alice.until(lambda: themes(alice)["Distances"] == {"Trop loin", "Le sourire"})


def test_themes_of_two_sides_are_merged_only_after_a_question(
    room: tuple[dict[str, str], Person, dict[str, str]], device: Callable[..., Device]
) -> None:
    made, alice, _ = room
    one = device(LAPTOP).facilitate(made["facilitator_url"])
    one.page.locator(".stack", has_text="Soutiens").click()
    one.page.locator("#merge").select_option(label="Distances")
    one.page.get_by_role("button", name="Fusionner").click()
    answer(one.page, APART)
    assert set(themes(alice)) == {"Soutiens", "Distances"}
    one.page.get_by_role("button", name="Fusionner").click()
    answer(one.page, TOGETHER)
    alice.until(lambda: themes(alice) == {"Distances": {"Trop loin", "Des bénévoles"}})
