"""The phone's "back" stays within the workshop as long as there is something to come back from; undo takes all back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Device
from tests.support.live_server import Running


@pytest.fixture
def made(site: Running) -> dict[str, str]:
    return site.create("Où en sommes-nous ?")


def current(one: Device, name: str) -> None:
    expect(one.page.locator(".tabs [aria-current]")).to_have_text(name)


def test_back_comes_to_the_first_part_before_it_leaves(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE)
    bob.page.goto(site.url)
    bob.join(made["join_url"], "Bob")
    bob.write("Pas de budget")
    for part in ("Plateau", "Liste", "Équipage"):
        bob.tab(part)
    bob.page.go_back()
    current(bob, "Participer")
    expect(bob.page.locator(".shell")).to_be_visible()
    bob.page.go_back()
    expect(bob.page.locator("#join")).to_be_visible()


def test_back_closes_what_is_opened_first(made: dict[str, str], device: Callable[..., Device]) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.write("Pas de budget")
    bob.tab("Liste")
    bob.page.get_by_role("button", name="Ouvrir").click()
    expect(bob.page.get_by_role("dialog")).to_be_visible()
    bob.page.go_back()
    expect(bob.page.get_by_role("dialog")).to_have_count(0)
    current(bob, "Liste")
    bob.page.go_back()
    current(bob, "Participer")


def test_whoever_came_back_by_a_tab_leaves_with_one_step(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE)
    bob.page.goto(site.url)
    bob.join(made["join_url"], "Bob")
    bob.tab("Liste")
    bob.tab("Participer")
    bob.page.wait_for_function("() => !history.state?.away")
    bob.page.go_back()
    expect(bob.page.locator("#join")).to_be_visible()


def test_three_pasted_lines_are_undone_together(made: dict[str, str], device: Callable[..., Device]) -> None:
    alice = device(PHONE).facilitate(made["facilitator_url"])
    alice.tab("Participer")
    alice.page.locator(".kinds .kind-anchor").click()
    alice.page.locator("#text").fill("- Pas de budget\n- Pas de salle\n- Pas de temps")
    alice.page.locator("#text").press("Enter")
    expect(alice.page.locator(".arrival")).to_contain_text("Reçue · 3 cartes")
    expect(alice.page.locator(".card p").filter(has_text="- ")).to_have_count(0)
    alice.page.get_by_role("button", name="Annuler").click()
    expect(alice.page.get_by_role("button", name="Annuler")).to_have_count(0)
    alice.tab("Liste")
    expect(alice.page.locator(".list .card")).to_have_count(0)


def test_a_reason_of_501_characters_is_not_cut_silently(made: dict[str, str], device: Callable[..., Device]) -> None:
    alice = device(PHONE).facilitate(made["facilitator_url"])
    alice.tab("Participer")
    alice.write("Pas de budget")
    alice.tab("Liste")
    alice.page.get_by_role("button", name="Ouvrir").click()
    alice.page.get_by_role("button", name="Mettre de côté").click()
    reason = alice.page.get_by_label("Avec vos mots")
    reason.fill("a" * 501)
    expect(reason).to_have_value("a" * 501)
    expect(alice.page.locator("[id^=excess-]")).to_contain_text("1 caractère de trop")
