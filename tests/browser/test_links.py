"""Winds tied to brakes: by dragging one onto the other, never by making them one theme without a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.browser.visual_checks import axe_finds
from tests.support.live_server import Person, Running, theme_id


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


def drag(page: Page, what: str, onto: str) -> None:
    """Drag a note onto another, as a mouse does."""
    start, end = (page.locator(".notes .note", has_text=text).bounding_box() for text in (what, onto))
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
