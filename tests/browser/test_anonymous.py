"""An anonymous workshop on screen: people are a number, and nobody is shown as here, away or done by name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WALL, Device
from tests.support.live_server import Person, Running


@pytest.fixture
def made(site: Running) -> dict[str, str]:
    return site.create("Où en sommes-nous ?")


WORDS = {
    "fr": ("3 personnes présentes", "L’atelier est anonyme", "3 personnes à bord", "Équipage"),
    "en": ("3 people here", "The workshop is anonymous", "3 people aboard", "Room"),
}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_people_are_a_number_on_the_phone_and_the_wall(
    site: Running, made: dict[str, str], device: Callable[..., Device], language: str
) -> None:
    here, why, aboard, room = WORDS[language]
    alice = Person(site.url, made["code"], name="Alice", key=made["key"]).join()
    alice.do("change_settings", anonymous=True)
    bob = Person(site.url, made["code"], name="Bob").join()
    bob.do("ready", ready=True)
    alice.do("lock", locked=True)
    alice.do("lock", locked=False)
    phone = device(PHONE, language).facilitate(made["facilitator_url"])
    wall = device(WALL, language)
    wall.page.goto(f"{site.url}/w/{made['code']}/screen?lang={language}")
    expect(wall.page.locator(".figures")).to_contain_text(aboard, timeout=40_000)  # it comes with the beat
    phone.tab(room)
    section = phone.page.locator("section[aria-labelledby='room-title']")
    expect(section).to_contain_text(here, timeout=40_000)
    expect(section).to_contain_text(why)
    bobs = section.locator("li", has_text="Bob")
    expect(bobs).to_have_count(1)
    assert bobs.locator(".hint").count() == 0
    if folder := os.environ.get("SPEEDBOAT_SHOTS"):
        phone.page.screenshot(path=Path(folder) / f"room-{language}.png", full_page=True)
        wall.page.screenshot(path=Path(folder) / f"wall-{language}.png")
    for person in (alice, bob):
        person.leave()
