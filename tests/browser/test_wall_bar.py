"""The bar of the big screen and what stands beside the boat: they stay where they are, and say what is so."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WALL, Device
from tests.browser.visual_checks import eye_finds
from tests.support.live_server import Person, Running

PLACES = """() => [...document.querySelectorAll('.wall-bar .doing, .wall-bar .doing p, .wall-bar .figures, .wall-join')]
  .map((one) => { const { x, y, width, height } = one.getBoundingClientRect(); return [x, y, width, height]; })"""


def places(page: Page) -> list[list[float]]:
    page.evaluate("document.fonts.ready.then(() => null)")
    return [[round(value, 1) for value in box] for box in page.evaluate(PLACES)]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_in_the_bar_moves_when_time_is_up_and_the_next_phase_begins_without_it(
    site: Running, device: Callable[..., Device], language: str
) -> None:
    made = site.create("Le numérique dans nos médiathèques, aujourd’hui et demain", language=language)
    alice = Person(site.url, made["code"], key=made["key"], name="Alice").join()
    alice.do("set_phase", phase="write")
    theo = device(WALL, language)
    theo.page.goto(f"{made['join_url']}/screen")
    alice.do("set_timer", seconds=3)
    timer = theo.page.locator(".timer")
    expect(timer).to_have_text(re.compile(r"^0:0[123]$"))
    before = places(theo.page)
    expect(timer).to_have_text({"fr": "Temps écoulé", "en": "Time is up"}[language])
    assert places(theo.page) == before
    alice.do("set_phase", phase="share")
    expect(timer).to_have_count(0)
    alice.leave()


def test_a_series_shows_last_times_actions_and_how_to_come_aboard_both(
    site: Running, device: Callable[..., Device]
) -> None:
    first = site.create("Premier atelier")
    alice = Person(site.url, first["code"], key=first["key"], name="Alice").join()
    alice.do("set_phase", phase="act")
    for n in range(9):
        action = f"action:{n:016d}"
        alice.do("add_action", action=action, text=f"Afficher les horaires du lieu numéro {n}", owner="Bob")
        alice.do("accept_action", action=action)
    again = site.create("Deuxième atelier", follows=first["code"], key=first["key"])
    theo = device(WALL)
    theo.page.goto(f"{again['join_url']}/screen")
    code = theo.page.locator(".wall-invitation .code")
    expect(code).to_be_visible()
    expect(theo.page.locator(".wall-side li").first).to_be_visible()
    box = theo.page.locator(".wall-invitation img").bounding_box()
    assert box
    assert box["width"] > 300, "to be scanned from the back of the room"
    assert eye_finds(theo.page) == [], "what does not fit is counted, not cut off"
    alice.leave()


@pytest.mark.parametrize(("count", "rest"), [(3, ""), (40, r"et \d+ autres")])
def test_of_many_actions_the_wall_shows_what_fits_and_counts_the_others(
    site: Running, device: Callable[..., Device], count: int, rest: str
) -> None:
    made = site.create("Beaucoup à faire")
    alice = Person(site.url, made["code"], key=made["key"], name="Alice").join()
    alice.do("set_phase", phase="act")
    theo = device(WALL)
    theo.page.goto(f"{made['join_url']}/screen")
    for n in range(count):
        text = f"Action {n} : afficher les horaires de la permanence à l’entrée de la médiathèque"
        alice.do("add_action", action=f"action:{n:016d}", text=text)
    lines = theo.page.locator(".wall-side li")
    expect(lines.last).to_be_visible()
    if rest:
        expect(theo.page.locator(".wall-side > .by")).to_have_text(re.compile(rest))
        more = int(re.sub(r"\D", "", theo.page.locator(".wall-side > .by").inner_text()))
        assert lines.count() + more == count
        assert lines.count() >= 5
    else:
        expect(lines).to_have_count(count)
    assert eye_finds(theo.page) == []
    alice.leave()


def test_a_wall_without_a_connection_does_not_say_that_nobody_is_aboard(
    start: Callable[..., Running], device: Callable[..., Device]
) -> None:
    server = start()
    made = server.create()
    bob = Person(server.url, made["code"], name="Bob").join()
    theo = device(WALL)
    theo.page.goto(f"{server.url}/w/{made['code']}/screen")
    expect(theo.page.locator(".figures")).to_contain_text("1 personne à bord")
    server.kill()
    expect(theo.page.locator(".wall-away")).to_be_visible()
    expect(theo.page.locator(".wall-bar")).not_to_contain_text("personne à bord")
    bob.leave()
