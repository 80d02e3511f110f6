"""The page where one joins: which workshop, towards what, and what happens with one's name, before anybody writes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.browser.visual_checks import THEMES, axe_finds, eye_finds, wear
from tests.support.live_server import Person, Running

TITLE = "Conseillers numériques du Puy-de-Dôme : où en sommes-nous ?"
ISLAND = "Un travail de médiation numérique visible et lisible sur tout le département"
NAMED = {
    "fr": ["Vous apparaissez à bord sous ce prénom", "Votre prénom accompagne vos cartes", "Le tout est gardé"],
    "en": ["You appear aboard under this name", "Your name stands on your cards", "All of it is kept"],
}
ANONYMOUS = {
    "fr": ["Seule l’animation voit ce prénom", "Vos cartes n’ont pas de nom", "Le tout est gardé"],
    "en": ["Only facilitators see this name", "Your cards carry no name", "All of it is kept"],
}


@pytest.fixture
def made(site: Running) -> dict[str, str]:
    return site.create(TITLE, objective=ISLAND)


@pytest.fixture
def alice(site: Running, made: dict[str, str]) -> Person:
    return Person(site.url, made["code"], key=made["key"]).join()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("anonymous", [False, True], ids=["named", "anonymous"])
def test_title_island_and_what_happens_with_the_name_stand_on_one_screen(
    alice: Person, made: dict[str, str], device: Callable[..., Device], language: str, anonymous: bool
) -> None:
    alice.do("change_settings", anonymous=anonymous)
    bob = device(PHONE, language)
    bob.page.goto(made["join_url"])
    expect(bob.page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(bob.page.locator(".island")).to_contain_text(ISLAND)
    expect(bob.page.locator(".promises li")).to_contain_text((ANONYMOUS if anonymous else NAMED)[language])
    for part in ("h1", ".island", "#name", ".promises", "form .primary"):
        expect(bob.page.locator(part)).to_be_in_viewport(ratio=1)
    for theme in THEMES:
        wear(bob.page, theme)
        assert eye_finds(bob.page) == []
        assert axe_finds(bob.page) == []
    bob.page.locator("form .primary").click()
    expect(bob.page.locator(".shell")).to_be_visible()
    alice.leave()


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Tout est effacé le 1er février 2031"), ("en", "All of it is erased on 1 February 2031")],
)
def test_a_facilitator_sets_the_day_and_whoever_joins_is_told(
    made: dict[str, str], device: Callable[..., Device], language: str, words: str
) -> None:
    alice = device(LAPTOP, language).facilitate(made["facilitator_url"])
    alice.page.locator(".tabs button").last.click()
    alice.page.locator("#purge-on").fill("2031-02-01")
    form = alice.page.locator("form", has=alice.page.locator("#purge-on"))
    form.get_by_role("button").click()
    expect(form.locator(".hint")).to_contain_text(" ".join(words.split()[-5:]))
    assert eye_finds(alice.page) == []
    assert axe_finds(alice.page) == []
    bob = device(PHONE, language)
    bob.page.goto(made["join_url"])
    expect(bob.page.locator(".promises li").last).to_contain_text(words)
    for part in ("h1", ".island", "#name", ".promises", "form .primary"):
        expect(bob.page.locator(part)).to_be_in_viewport(ratio=1)
    assert eye_finds(bob.page) == []


@pytest.mark.parametrize("door", ["passphrase", "approve", "closed"])
def test_behind_a_door_that_is_not_open_the_code_alone_does_not_show_the_island(
    site: Running, alice: Person, made: dict[str, str], door: str
) -> None:
    alice.do("set_door", door=door, **({"passphrase": "phare"} if door == "passphrase" else {}))
    told = invitation(site, made["code"])
    assert "objective" not in told
    assert (told["title"], told["anonymous"]) == (TITLE, False)
    alice.leave()


def test_only_whoever_may_join_by_the_page_is_told_and_the_latest(
    site: Running, alice: Person, made: dict[str, str]
) -> None:
    alice.do("rename_workshop", title="Autre titre", objective="Autre île")
    told = invitation(site, made["code"])
    assert (told["title"], told["objective"]) == ("Autre titre", "Autre île")
    assert "title" not in invitation(site, made["code"], "/screen")
    alice.leave()


def invitation(site: Running, code: str, view: str = "") -> dict[str, Any]:
    """Return what the server puts into a page of a workshop as data."""
    _, _, body = site.request("GET", f"/w/{code}{view}")
    data = re.search(r'<script type="application/json" id="page">(.*?)</script>', body.decode(), re.S)
    assert data
    return dict(json.loads(data[1]))
