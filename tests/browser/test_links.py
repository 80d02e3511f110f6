"""Winds tied to brakes: by dragging one onto the other, never by making them one theme without a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import LAPTOP, PHONE, WALL, Device
from tests.browser.visual_checks import axe_finds
from tests.support.live_server import Person, Running, theme_id

# Of the one line: the notes that its ends lie in.
ENDS = """() => {
  const line = document.querySelector('.tie .line');
  const screen = line.getScreenCTM();
  const at = (share) => {
    const { x, y } = line.getPointAtLength(line.getTotalLength() * share).matrixTransform(screen);
    return [...document.querySelectorAll('.notes .note')].filter((note) => {
      const box = note.getBoundingClientRect();
      return x > box.left && x < box.right && y > box.top && y < box.bottom;
    }).map((note) => note.querySelector('.text').textContent);
  };
  return { from: at(0), to: at(1) };
}"""


class Room:
    """A workshop with a wind, another wind, and two brakes in a theme."""

    def __init__(self, site: Running) -> None:
        self.made = site.create("Où en sommes-nous ?")
        self.alice = Person(site.url, self.made["code"], key=self.made["key"], name="Alice").join()
        self.wind = self.alice.add("Un bon directeur", "wind", weight=0.4)
        self.gale = self.alice.add("Les bénévoles", "wind", weight=0.9)
        self.brakes = [self.alice.add(text, "anchor", weight=0.6) for text in ("Pas de budget", "Trop peu d’argent")]
        self.shark = self.alice.add("La fin des contrats", "shark", weight=0.5)
        self.theme = theme_id()
        self.alice.do("set_phase", phase="group")
        self.alice.do("add_theme", theme=self.theme, title="Argent", cards=self.brakes)

    def links(self) -> set[tuple[str, str]]:
        return {(one["wind"], one["brake"]) for one_id, one in self.alice.records.items() if one_id.startswith("link:")}


@pytest.fixture
def room(site: Running) -> Any:
    room = Room(site)
    yield room
    room.alice.leave()


def note(page: Page, text: str) -> Locator:
    """Return the note that bears this text; others may say it to screen readers."""
    return page.locator(".notes .note", has=page.locator(".text", has_text=text))


def drag(page: Page, what: str, onto: str) -> None:
    """Drag a note onto another, as a mouse does."""
    start, end = (note(page, text).bounding_box() for text in (what, onto))
    assert start
    assert end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=6)
    page.mouse.up()


@pytest.mark.parametrize("phase", ["discuss", "act"])
@pytest.mark.parametrize("facilitates", [True, False])
def test_a_wind_dragged_onto_a_brake_is_tied_to_it_and_stays_a_wind(
    room: Room, device: Callable[..., Device], phase: str, facilitates: bool
) -> None:
    room.alice.do("set_phase", phase=phase)
    before = {one: dict(room.alice.records[one]) for one in (room.wind, room.gale, room.shark)}
    one = device(LAPTOP)
    if facilitates:
        one.facilitate(room.made["facilitator_url"])
    else:
        one.join(room.made["join_url"], "Bob")
    drag(one.page, "Un bon directeur", "Argent")
    room.alice.until(lambda: room.links() == {(room.wind, room.theme)})
    drag(one.page, "La fin des contrats", "Les bénévoles")
    room.alice.until(lambda: room.links() == {(room.wind, room.theme), (room.gale, room.shark)})
    for card, record in before.items():
        now = room.alice.records[card]
        assert (now["kind"], now["x"], now["y"], now.get("theme")) == (record["kind"], record["x"], record["y"], None)
    assert [one for one in room.alice.records if one.startswith("theme:")] == [room.theme]


@pytest.mark.parametrize(("language", "name"), [("fr", "Relier le vent au frein"), ("en", "Tie the wind to the brake")])
def test_while_grouping_a_wind_dropped_on_a_brake_asks_and_may_be_tied(
    room: Room, device: Callable[..., Device], language: str, name: str
) -> None:
    alice = device(LAPTOP, language).facilitate(room.made["facilitator_url"])
    question = alice.page.get_by_role("alertdialog")
    drag(alice.page, "Un bon directeur", "Argent")
    expect(question).to_be_focused()
    assert axe_finds(alice.page) == []
    alice.page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    drag(alice.page, "Un bon directeur", "Argent")
    question.get_by_role("button", name=name).click()
    room.alice.until(lambda: room.links() == {(room.wind, room.theme)})
    assert not room.alice.records[room.wind].get("theme")


def test_whoever_may_not_tie_yet_is_asked_before_a_theme_holds_winds_and_brakes(
    room: Room, device: Callable[..., Device]
) -> None:
    bob = device(PHONE).join(room.made["join_url"], "Bob")
    bob.tab("Plateau")
    question = bob.page.get_by_role("alertdialog")
    bob.page.get_by_role("button", name="Tout le plateau").click()
    drag(bob.page, "Un bon directeur", "Argent")
    expect(question.get_by_role("button")).to_have_text(["Les mettre dans un même thème", "Annuler"])
    question.get_by_role("button", name="Annuler").click()
    assert not room.alice.records[room.wind].get("theme")
    drag(bob.page, "Un bon directeur", "Argent")
    question.get_by_role("button", name="Les mettre dans un même thème").click()
    room.alice.sees(room.wind, theme=room.theme)


def test_cards_of_one_side_make_a_theme_without_a_question(room: Room, device: Callable[..., Device]) -> None:
    alice = device(LAPTOP).facilitate(room.made["facilitator_url"])
    drag(alice.page, "La fin des contrats", "Argent")
    room.alice.sees(room.shark, theme=room.theme)
    expect(alice.page.get_by_role("alertdialog")).to_have_count(0)


def test_a_link_is_drawn_on_every_boat_told_to_screen_readers_and_gone_once_untied(
    room: Room, device: Callable[..., Device]
) -> None:
    wall, bob = device(WALL), device(PHONE).join(room.made["join_url"], "Bob")
    wall.page.goto(f"{room.made['join_url']}/screen")
    bob.tab("Plateau")
    room.alice.do("set_phase", phase="discuss")
    room.alice.do("link", wind=room.wind, brake=room.brakes[0])
    for page in (wall.page, bob.page):
        expect(page.locator(".ties .tie")).to_have_count(1)
        ends = page.evaluate(ENDS)
        assert ends == {"from": ["Un bon directeur"], "to": ["Argent"]}
    expect(note(bob.page, "Un bon directeur")).to_contain_text("Soulage Argent.")
    expect(note(bob.page, "Argent")).to_contain_text("Soulagé par Un bon directeur.")
    assert axe_finds(bob.page) == []
    bob.page.locator(".tie .knot").click(force=True)
    bob.page.get_by_role("dialog").get_by_role("button", name="Détacher").click()
    room.alice.until(lambda: not room.links())
    for page in (wall.page, bob.page):
        expect(page.locator(".ties .tie")).to_have_count(0)


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_a_wind_is_tied_on_the_boat_by_taps(room: Room, device: Callable[..., Device], size: dict[str, object]) -> None:
    room.alice.do("set_phase", phase="discuss")
    bob = device(size).join(room.made["join_url"], "Bob")
    bob.tab("Liste")
    bob.page.locator(".side").get_by_role("button", name="Un bon directeur").click()
    bob.page.get_by_role("button", name="Le montrer sur le bateau").click()
    expect(bob.page.get_by_role("dialog")).to_have_count(0)
    bar = bob.page.locator(".tie-bar")
    expect(bar.get_by_role("status")).to_have_text("Touchez le frein que soulage «\xa0Un bon directeur\xa0».")
    expect(bob.page.locator(".note.may-tie")).to_have_count(2)
    assert axe_finds(bob.page) == []
    note(bob.page, "La fin des contrats").focus()
    bob.page.keyboard.press("Enter")
    room.alice.until(lambda: room.links() == {(room.wind, room.shark)})
    expect(bar).to_be_hidden()
    expect(bob.page.locator(".ties .tie")).to_have_count(1)


def test_tying_is_begun_with_keys_on_a_brake_and_given_up_with_escape(
    room: Room, device: Callable[..., Device]
) -> None:
    room.alice.do("set_phase", phase="act")
    bob = device(LAPTOP, "en").join(room.made["join_url"], "Bob")

    def begin() -> None:
        note(bob.page, "Argent").focus()
        bob.page.keyboard.press("Enter")
        bob.page.get_by_role("button", name="Show it on the boat").press("Enter")
        expect(bob.page.locator(".tie-bar")).to_be_visible()

    begin()
    bob.page.keyboard.press("Escape")
    expect(bob.page.locator(".tie-bar")).to_be_hidden()
    expect(bob.page.locator(".may-tie")).to_have_count(0)
    begin()
    expect(note(bob.page, "Les bénévoles")).to_be_focused()  # the first that fits
    bob.page.keyboard.press("Enter")
    room.alice.until(lambda: room.links() == {(room.gale, room.theme)})


def test_a_theme_of_winds_is_dragged_onto_a_brake_and_lies_where_it_was(
    room: Room, device: Callable[..., Device]
) -> None:
    winds = theme_id()
    room.alice.do("add_theme", theme=winds, title="Soutiens", cards=[room.wind, room.gale])
    room.alice.do("set_phase", phase="discuss")
    bob = device(LAPTOP).join(room.made["join_url"], "Bob")
    before = note(bob.page, "Soutiens").bounding_box()
    drag(bob.page, "Soutiens", "La fin des contrats")
    room.alice.until(lambda: room.links() == {(winds, room.shark)})
    expect(bob.page.locator(".ties .tie")).to_have_count(1)
    assert note(bob.page, "Soutiens").bounding_box() == before
