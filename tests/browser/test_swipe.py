"""Swiping between writing and the boat, and everything else that a moving finger may mean."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.support.live_server import Running

Point = tuple[float, float]
STEPS = 8
SWIPE = 0.15  # seconds that a finger says it took: told to the browser, so that a busy machine does not count


@pytest.fixture
def made(site: Running) -> dict[str, str]:
    return site.create("Où en sommes-nous ?")


@pytest.fixture
def bob(made: dict[str, str], device: Callable[..., Device]) -> Device:
    one = device(PHONE).join(made["join_url"], "Bob")
    expect(shown(one)).to_have_attribute("data-tab", "work")
    return one


def shown(one: Device) -> Locator:
    return one.page.locator(".shell")


def draw(page: Page, *ways: tuple[Point, Point], seconds: float = SWIPE) -> None:
    """Draw fingers, one for each way, from a point to another; returns once the page has heard it all."""
    touch = page.context.new_cdp_session(page)
    begun = time.time()

    def points(part: float) -> list[dict[str, float]]:
        return [
            {"x": one[0] + (other[0] - one[0]) * part, "y": one[1] + (other[1] - one[1]) * part, "id": i}
            for i, (one, other) in enumerate(ways)
        ]

    def tell(kind: str, at: list[dict[str, float]], part: float) -> None:
        moment = begun + seconds * part
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at, "timestamp": moment})

    tell("touchStart", points(0), 0)
    for step in range(1, STEPS + 1):
        tell("touchMove", points(step / STEPS), step / STEPS)
    tell("touchEnd", [], 1)
    touch.detach()
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def middle(place: Locator) -> Point:
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def across(place: Locator, by: float, down: float = 0) -> tuple[Point, Point]:
    """A way whose middle is that of something seen."""
    x, y = middle(place)
    return (x - by / 2, y - down / 2), (x + by / 2, y + down / 2)


def test_a_thumb_goes_from_writing_to_the_boat_and_back_by_the_bars(bob: Device) -> None:
    bob.page.locator("#text").fill("Presque")
    for bar in (".tabs", ".bar .title"):
        draw(bob.page, across(bob.page.locator(".now"), -160))
        expect(shown(bob)).to_have_attribute("data-tab", "board")
        expect(bob.page.locator(".board .window")).to_be_visible()
        expect(bob.page.get_by_role("button", name="Plateau", exact=True)).to_have_attribute("aria-current", "page")
        draw(bob.page, across(bob.page.locator(bar), 160))
        expect(shown(bob)).to_have_attribute("data-tab", "work")
    draw(bob.page, across(bob.page.locator(".tabs"), -160))
    expect(shown(bob)).to_have_attribute("data-tab", "board")
    bob.tab("Participer")
    expect(bob.page.locator("#text")).to_have_value("Presque")


def test_over_a_kind_of_card_it_is_a_swipe_and_chooses_none(bob: Device) -> None:
    draw(bob.page, across(bob.page.locator(".kinds .kind-anchor"), -90))
    expect(shown(bob)).to_have_attribute("data-tab", "board")
    bob.tab("Participer")
    expect(bob.page.locator(".kinds [aria-pressed=true]")).to_have_count(0)


@pytest.mark.parametrize(
    ("place", "by", "down", "seconds"),
    [
        ("#text", -160, 0, SWIPE),
        (".weights", -160, 0, SWIPE),
        (".now", -160, 120, SWIPE),
        (".now", -50, 0, SWIPE),
        (".now", -160, 0, 0.9),
        (".now", 160, 0, SWIPE),
    ],
    ids=["in the text", "over the weights", "aslant", "a little", "slowly", "the other way"],
)
def test_what_is_no_swipe_stays_where_it_is(bob: Device, place: str, by: float, down: float, seconds: float) -> None:
    bob.page.locator(".kinds .kind-anchor").tap()
    expect(bob.page.locator(".weights")).to_be_visible()
    draw(bob.page, across(bob.page.locator(place), by, down), seconds=seconds)
    assert shown(bob).get_attribute("data-tab") == "work"


def test_the_rim_is_the_phone_s_own_and_two_fingers_zoom(bob: Device) -> None:
    y = middle(bob.page.locator(".now"))[1]
    draw(bob.page, ((PHONE["viewport"]["width"] - 6, y), (150, y)))  # type: ignore[index]
    assert shown(bob).get_attribute("data-tab") == "work"
    draw(bob.page, ((300, y), (100, y)), ((320, y + 40), (120, y + 40)))
    assert shown(bob).get_attribute("data-tab") == "work"


def test_a_selection_is_widened_not_swiped_away(bob: Device) -> None:
    bob.page.evaluate("getSelection().selectAllChildren(document.querySelector('.now'))")
    draw(bob.page, across(bob.page.locator(".now"), -160))
    assert shown(bob).get_attribute("data-tab") == "work"
    assert bob.page.evaluate("String(getSelection())")
    bob.page.evaluate("getSelection().removeAllRanges()")
    draw(bob.page, across(bob.page.locator(".now"), -160))
    assert shown(bob).get_attribute("data-tab") == "board"


def test_a_list_scrolls_under_the_thumb(bob: Device) -> None:
    for i in range(12):
        bob.write(f"Carte {i}")
    expect(bob.page.locator(".card")).to_have_count(12)
    bob.page.locator(".side").evaluate("(side) => side.scrollTo(0, 0)")
    draw(bob.page, ((200, 600), (150, 200)))
    bob.page.wait_for_function("() => document.querySelector('.side').scrollTop > 100")
    assert shown(bob).get_attribute("data-tab") == "work"


VIEW = "document.querySelector('.world').style.transform"


def test_on_the_boat_a_finger_pans_and_two_zoom(bob: Device) -> None:
    bob.tab("Plateau")
    expect(bob.page.locator(".board .world")).to_be_visible()
    bob.page.wait_for_function(f"() => {VIEW}.includes('scale')")
    before = bob.page.evaluate(VIEW)
    draw(bob.page, ((120, 400), (290, 400)))
    panned = bob.page.evaluate(VIEW)
    assert panned != before
    assert panned.split("scale")[1] == before.split("scale")[1]
    draw(bob.page, ((170, 400), (60, 400)), ((190, 400), (300, 400)))
    assert bob.page.evaluate(VIEW).split("scale")[1] != before.split("scale")[1]
    assert shown(bob).get_attribute("data-tab") == "board"


def test_a_tap_on_a_tab_is_a_tap_even_when_it_trembles(bob: Device) -> None:
    tab = bob.page.locator(".tabs button", has_text="Plateau")
    draw(bob.page, across(tab, -6, 4))
    expect(shown(bob)).to_have_attribute("data-tab", "board")


def test_an_open_window_and_other_parts_of_the_page_do_not_swipe(
    made: dict[str, str], bob: Device, device: Callable[..., Device]
) -> None:
    bob.page.locator(".bar .quiet").click()
    draw(bob.page, across(bob.page.get_by_role("dialog"), -160))
    assert shown(bob).get_attribute("data-tab") == "work"
    bob.page.keyboard.press("Escape")
    bob.tab("Liste")
    for by in (-160, 160):
        draw(bob.page, across(bob.page.locator(".tabs"), by))
        assert shown(bob).get_attribute("data-tab") == "list"
    laptop = device({**LAPTOP, "has_touch": True}).join(made["join_url"], "Théo")
    draw(laptop.page, across(laptop.page.locator(".now"), -160))
    assert shown(laptop).get_attribute("data-tab") == "work"


MOVED = """() => {
  window.moved = 0;
  const animate = Element.prototype.animate;
  Element.prototype.animate = function (...how) { window.moved++; return animate.apply(this, how); };
}"""


@pytest.mark.parametrize(("wish", "moves"), [("reduce", 0), ("no-preference", 2)])
def test_nothing_moves_for_those_who_asked_for_stillness(bob: Device, wish: str, moves: int) -> None:
    bob.page.emulate_media(reduced_motion=wish)  # type: ignore[arg-type]
    bob.page.evaluate(MOVED)
    draw(bob.page, across(bob.page.locator(".now"), -160))
    expect(shown(bob)).to_have_attribute("data-tab", "board")
    draw(bob.page, across(bob.page.locator(".tabs"), 160))
    expect(shown(bob)).to_have_attribute("data-tab", "work")
    assert bob.page.evaluate("window.moved") == moves
