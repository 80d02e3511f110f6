"""A participant's phone: joining after a refusal, undo, commands that wait for the network, finding nothing to do."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Device
from tests.support.live_server import Person, Running


@pytest.fixture
def made(site: Running) -> dict[str, str]:
    return site.create("Où en sommes-nous ?")


def facilitator(site: Running, made: dict[str, str]) -> Person:
    return Person(site.url, made["code"], key=made["key"]).join()


def test_the_name_given_at_the_door_counts_after_a_token_was_refused(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE)
    bob.page.goto(site.url)
    stale = json.dumps({"token": "forged"})
    bob.page.evaluate("([place, text]) => localStorage.setItem(place, text)", [f"speedboat:me:{made['code']}", stale])
    bob.join(made["join_url"], "Bob")
    alice = facilitator(site, made)
    assert "Bob" in [record["name"] for record in alice.records.values() if record["type"] == "person"]
    alice.leave()


def test_a_thumb_undoes_the_last_act(site: Running, made: dict[str, str], device: Callable[..., Device]) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.write("Une erreur")
    bob.page.get_by_role("button", name="Annuler").click()
    expect(bob.page.locator(".card", has_text="Une erreur").locator(".received")).to_have_count(0)


def test_an_action_written_without_a_network_is_seen_waiting(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice = facilitator(site, made)
    alice.do("set_phase", phase="act")
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.page.locator("#action").wait_for()
    bob.context.set_offline(True)
    expect(bob.page.locator(".link-state")).to_be_visible()
    bob.page.locator("#action").fill("Demander un budget")
    bob.page.locator("#action").press("Enter")
    line = bob.page.locator(".card", has_text="Demander un budget")
    expect(line.locator(".waiting")).to_be_visible()
    bob.context.set_offline(False)
    expect(line.locator(".state")).to_have_text("proposée")
    expect(line).to_have_count(1)
    alice.leave()


def test_a_group_without_a_path_writes_groups_and_votes_on_one_page(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice = facilitator(site, made)
    alice.do("change_settings", free=True)
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.write("Pas de budget")
    bob.page.get_by_role("button", name="Poser une gommette").click()
    expect(bob.page.locator(".dot")).to_have_count(1)
    expect(bob.page.locator("#group-title")).to_be_visible()
    expect(bob.page.locator("#action")).to_be_visible()
    alice.leave()


def test_the_line_is_open_before_a_name_is_typed_and_is_the_one_that_is_gone_in_by(
    made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE)
    with bob.page.expect_websocket() as opened:
        bob.page.goto(made["join_url"])
    lines = [opened.value]
    bob.page.on("websocket", lambda line: lines.append(line))  # Playwright takes no built-in method
    expect(bob.page.locator("#name")).to_be_visible()
    assert not lines[0].is_closed()
    bob.page.locator("#name").fill("Bob")
    bob.page.locator("#name").press("Enter")
    expect(bob.page.locator("#text")).to_be_visible()
    assert len(lines) == 1 and not lines[0].is_closed()


def test_the_page_is_drawn_before_its_letters_are_fetched_then_wears_them(
    made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE)
    drawn: list[bool] = []
    bob.page.route(
        "**/*.woff2",
        lambda route: (drawn.append(bob.page.locator("#name").count() == 1), route.continue_()),
    )
    bob.page.goto(made["join_url"])
    expect(bob.page.locator("html:not(.plain)")).to_have_count(1)
    worn = "document.fonts.load('16px \"Atkinson Hyperlegible Next\"').then((faces) => faces.length)"
    assert bob.page.evaluate(worn) == 1
    assert drawn == [True]


def test_cards_are_read_on_the_board_after_looking_at_another_tab(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.write("Le wifi coupe")
    for name in ("Plateau", "Liste", "Plateau"):
        bob.tab(name)
    expect(bob.card("Le wifi coupe").locator(".text")).to_be_visible()
    expect(bob.page.locator(".board.far")).to_have_count(0)
