"""The wall speaks the workshop's language, whatever browser draws it; its switch changes no other page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WALL, Device
from tests.browser.visual_checks import axe_finds
from tests.support.live_server import Person, Running


@pytest.mark.parametrize(("workshop", "laptop"), [("fr", "en"), ("en", "fr")])
def test_the_wall_speaks_the_workshops_language_and_can_be_switched_by_itself(
    site: Running, device: Callable[..., Device], workshop: str, laptop: str
) -> None:
    made = site.create("Où en sommes-nous ?", language=workshop)
    alice = Person(site.url, made["code"], key=made["key"], name="Alice").join()
    bob = Person(site.url, made["code"], name="Bob").join()
    wall = device(WALL, laptop)
    wall.page.goto(f"{site.url}/w/{made['code']}/screen")
    expect(wall.page.locator("html")).to_have_attribute("lang", workshop)
    switch = wall.page.get_by_role("link", name={"fr": "Français", "en": "English"}[laptop])
    expect(switch).to_be_visible()
    assert axe_finds(wall.page) == []
    switch.click()
    expect(wall.page.locator("html")).to_have_attribute("lang", laptop)
    wall.page.reload()
    expect(wall.page.locator("html")).to_have_attribute("lang", laptop)
    assert not [cookie for cookie in wall.context.cookies() if cookie.get("name") == "language"]
    phone = device(PHONE, workshop)
    phone.page.goto(made["join_url"])
    expect(phone.page.locator("html")).to_have_attribute("lang", workshop)
    for one in (alice, bob):
        one.leave()


def test_the_wall_follows_when_the_workshop_changes_its_language(site: Running, device: Callable[..., Device]) -> None:
    made = site.create("Où en sommes-nous ?")
    alice = Person(site.url, made["code"], key=made["key"], name="Alice").join()
    wall = device(WALL, "fr")
    wall.page.goto(f"{site.url}/w/{made['code']}/screen")
    expect(wall.page.locator("html")).to_have_attribute("lang", "fr")
    expect(wall.page.locator(".wall-bar")).to_be_visible()
    alice.do("change_settings", language="en")
    expect(wall.page.locator("html")).to_have_attribute("lang", "en")
    alice.leave()
