"""The airlock on a facilitator’s phone: one card a screen, one tap to show it, one to hold it back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Device
from tests.browser.visual_checks import axe_finds
from tests.support.live_server import Person, Running

CARDS = 63
HURTS = "Cela peut blesser quelqu’un. Pouvez-vous le dire autrement\u00a0?"


@pytest.fixture
def workshop(site: Running) -> Iterator[tuple[dict[str, str], Person]]:
    made = site.create("Avant de montrer")
    bob = Person(site.url, made["code"], name="Bob").join()
    facilitator = Person(site.url, made["code"], key=made["key"], name="Alice").join()
    facilitator.do("set_phase", phase="write")
    for n in range(CARDS):
        bob.add(f"Carte {n}", kind=("wind", "anchor", "shark")[n % 3])
    facilitator.do("set_phase", phase="share")
    yield made, bob
    facilitator.leave()
    bob.leave()


def test_sixty_cards_are_read_one_a_screen_in_the_order_of_their_kinds(
    workshop: tuple[dict[str, str], Person], device: Callable[..., Device]
) -> None:
    made, _ = workshop
    alice = device(PHONE).facilitate(made["facilitator_url"])
    alice.page.get_by_role("button", name=f"Lire les {CARDS} cartes une par une").click()
    reader = alice.page.locator(".reader")
    kinds = []
    for n in range(CARDS):
        expect(reader.locator(".about")).to_contain_text(f"{n + 1} sur {CARDS}")
        kinds.append(re.findall(r"kind-(\w+)", reader.get_attribute("class") or "")[0])
        if n < CARDS - 1:
            reader.get_by_role("button", name="Carte suivante").click()
    assert kinds == sorted(kinds, key=kinds.index), "kind after kind"
    expect(reader.get_by_role("button", name="Carte suivante")).to_be_disabled()
    box = reader.bounding_box()
    assert box and box["height"] < PHONE["viewport"]["height"]  # type: ignore[index]
    assert alice.page.evaluate("document.querySelector('.panel').scrollHeight") < 3000
    assert not axe_finds(alice.page)


def test_a_card_is_held_back_with_one_tap_and_its_author_reads_why_and_writes_it_anew(
    workshop: tuple[dict[str, str], Person], device: Callable[..., Device]
) -> None:
    made, bob = workshop
    alice = device(PHONE).facilitate(made["facilitator_url"])
    alice.page.get_by_role("button", name="Lire les 63 cartes une par une").click()
    reader = alice.page.locator(".reader")
    expect(reader).to_contain_text("La personne qui l’a écrite le lira")
    first = reader.locator(".reading").inner_text()
    reader.get_by_role("button", name=HURTS).click()
    expect(reader.locator(".about")).to_contain_text("1 sur 62")
    expect(reader.locator(".reading")).not_to_have_text(first)
    expect(alice.page.get_by_role("heading", name="1 carte mise de côté")).to_be_visible()
    bob.until(lambda: [one["held"] for one in bob.records.values() if "held" in one] == [HURTS])
    second = reader.locator(".reading").inner_text()
    reader.get_by_role("button", name="Montrer").click()
    expect(reader.locator(".reading")).not_to_have_text(second)
    theo = Person(bob.url, made["code"], view="screen").join()
    assert [one["text"] for one in theo.records.values() if one.get("text")] == [second]
    theo.leave()
    alice.page.get_by_role("button", name="Remettre en jeu").click()
    expect(reader.locator(".about")).to_contain_text("sur 62")


def test_half_a_reason_is_still_there_after_looking_at_another_card_and_the_last_card_ends_it(
    workshop: tuple[dict[str, str], Person], device: Callable[..., Device]
) -> None:
    made, _ = workshop
    alice = device(PHONE).facilitate(made["facilitator_url"])
    alice.page.get_by_role("button", name="Lire les 63 cartes une par une").click()
    reader = alice.page.locator(".reader")
    reader.get_by_label("Avec vos mots").fill("À mes yeux")
    reader.get_by_role("button", name="Carte suivante").click()
    expect(reader.get_by_label("Avec vos mots")).to_have_value("")
    reader.get_by_role("button", name="Carte précédente").click()
    expect(reader.get_by_label("Avec vos mots")).to_have_value("À mes yeux")
    reader.get_by_role("button", name="Mettre de côté").click()
    expect(alice.page.locator(".card", has_text="À mes yeux")).to_be_visible()
    alice.page.get_by_role("button", name="Tout montrer").click()
    expect(alice.page.get_by_text("Toutes les cartes ont été montrées ou mises de côté.")).to_be_visible()
    expect(reader).to_have_count(0)
