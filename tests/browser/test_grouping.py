"""Grouping by ticks on a phone: what becomes of them stays in reach, however long the list is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.browser.visual_checks import axe_finds, eye_finds
from tests.support.live_server import Person, Running, theme_id

CARDS = 66


@pytest.fixture
def made(site: Running) -> dict[str, str]:
    return site.create("Où en sommes-nous ?")


@pytest.fixture
def alice(site: Running, made: dict[str, str]) -> Person:
    alice = Person(site.url, made["code"], key=made["key"]).join()
    cards = [alice.add(f"Carte {i:02}", ("wind", "anchor", "shark")[i % 3]) for i in range(CARDS)]
    alice.do("set_phase", phase="group")
    alice.do("add_theme", theme=theme_id(), title="Budget", cards=cards[:1])
    return alice


@pytest.mark.parametrize(("language", "ticked"), [("fr", "2 cartes cochées"), ("en", "2 cards ticked")])
def test_the_bar_is_in_reach_at_the_end_of_a_long_list(
    alice: Person, made: dict[str, str], device: Callable[..., Device], language: str, ticked: str
) -> None:
    bob = device(PHONE, language).join(made["join_url"], "Bob")
    for text in ("Carte 01", "Carte 65"):
        bob.page.get_by_role("checkbox", name=text).check()
    bar = bob.page.locator(".together")
    expect(bar).to_be_in_viewport(ratio=1)
    expect(bar.get_by_role("status")).to_have_text(ticked)
    # What is scrolled lies under the bar.
    assert [fault for fault in eye_finds(bob.page) if "lies under" not in fault] == []
    assert axe_finds(bob.page) == []
    bar.locator("#new-theme").fill("Les déplacements")
    bar.locator(".primary").click()
    expect(bar).to_have_count(0)
    theme = bob.page.get_by_role("button", name="Les déplacements (2)")
    expect(theme).to_have_count(1)
    alice.leave()


def test_one_tap_puts_what_is_ticked_into_a_theme_there_is(
    alice: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    # Winds, as the card that is in the theme: otherwise a question comes first.
    for text in ("Carte 03", "Carte 42"):
        bob.page.get_by_role("checkbox", name=text).check()
    bob.page.locator(".together").get_by_role("button", name="Budget").click()
    expect(bob.page.get_by_role("button", name="Budget (3)")).to_have_count(1)
    alice.leave()


def test_ticks_survive_another_kind_and_another_part_of_the_page(
    alice: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.page.get_by_role("button", name="Ancres 22").click()
    expect(bob.page.get_by_role("checkbox")).to_have_count(22)
    bob.page.get_by_role("checkbox", name="Carte 01").check()
    bob.page.get_by_role("button", name="Requins 22").click()
    bob.page.get_by_role("checkbox", name="Carte 02").check()
    bob.tab("Liste")
    bob.tab("Participer")
    expect(bob.page.locator(".together")).to_contain_text("2 cartes cochées")
    bob.page.get_by_role("button", name="Tout décocher").click()
    expect(bob.page.locator(".together")).to_have_count(0)
    expect(bob.page.get_by_role("checkbox", checked=True)).to_have_count(0)
    alice.leave()


def test_above_a_keyboard_the_theme_is_named_and_made(
    alice: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.page.get_by_role("checkbox", name="Carte 30").check()
    bob.page.locator("#new-theme").focus()
    bob.page.set_viewport_size({"width": 360, "height": 440})
    expect(bob.page.locator("html.typing")).to_have_count(1)
    expect(bob.page.locator(".together")).to_be_in_viewport(ratio=1)
    alice.leave()


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("way", ["button", "select"])
def test_nobody_goes_on_to_group_over_cards_that_nobody_looked_through_without_being_asked(
    site: Running, device: Callable[..., Device], size: dict[str, object], way: str
) -> None:
    made = site.create("Où en sommes-nous ?")
    host = device(size).facilitate(made["facilitator_url"])
    bob = Person(site.url, made["code"], name="Bob").join()
    alice = Person(site.url, made["code"], key=made["key"], name="Alice").join()
    alice.do("set_phase", phase="write")
    alice.do("open_kinds", kinds=["anchor"])
    card = bob.add("Pas de budget")
    alice.do("set_phase", phase="share")
    host.tab("Animer")
    question = host.page.get_by_role("alertdialog")

    def go_on() -> None:
        if way == "button":
            host.page.get_by_role("button", name="Suite : Regroupement").click()
        else:
            host.page.get_by_label("Aller à une étape").select_option("vote")

    go_on()
    expect(question).to_contain_text("1 carte n’a pas été relue")
    expect(question).to_be_focused()
    assert axe_finds(host.page) == []
    question.get_by_role("button", name="Annuler").click()
    expect(question).to_have_count(0)
    assert alice.records["workshop"]["phase"] == "share"
    assert alice.records[card]["unread"] is True
    assert "unread" not in bob.records[card]
    go_on()
    question.get_by_role("button", name="Tout montrer et continuer").click()
    alice.sees("workshop", phase="group" if way == "button" else "vote")
    assert "unread" not in alice.records[card]
    alice.do("set_phase", phase="share")
    go_on()
    alice.sees("workshop", phase="group" if way == "button" else "vote")  # what was read is read: nobody is asked
    for one in (alice, bob):
        one.leave()
