"""The pages of accounts in a browser: nothing is cut off, axe finds nothing, the keyboard is enough."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.visual_checks import THEMES, axe_finds, eye_finds, wear
from tests.support.live_server import Running
from tests.support.pages import PASSWORD, Browser, invite

SIZES = {"phone": PHONE, "laptop": LAPTOP}


def look(page: Page, name: str) -> None:
    """Look at a page in every theme; keep pictures where SPEEDBOAT_SHOTS names a folder."""
    for theme in THEMES:
        wear(page, theme)
        page.evaluate("() => document.fonts.ready")
        if folder := os.environ.get("SPEEDBOAT_SHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{theme}.png", full_page=True)
        found = eye_finds(page) if theme == THEMES[0] else []
        assert not found + axe_finds(page), (name, theme)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_of_accounts_can_be_read_and_used(
    size: str, language: str, start: Callable[..., Running], device: Callable[..., Any]
) -> None:
    server = start()
    page: Page = device(SIZES[size], language).page
    name = f"{size}-{language}"
    page.goto(f"{server.url}/sign-in")
    look(page, f"{name}-begin")
    url = invite(server, "alice@mediatheque.example", "--role", "admin", "--name", "Alice Martin")
    page.goto(url)
    look(page, f"{name}-invitation")
    page.locator("#password").fill("azertyuiop123")
    page.locator("form button.primary").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, f"{name}-refused")
    page.locator("#password").fill(PASSWORD)
    page.locator("form button.primary").click()
    expect(page).to_have_url(f"{server.url}/account")
    assert Browser(server).sign_in("alice@mediatheque.example")[0] == 200
    page.reload()
    look(page, f"{name}-account")
    page.goto(f"{server.url}/library")
    look(page, f"{name}-library")
    page.goto(url)
    look(page, f"{name}-used")
    page.locator("nav form button").click()
    expect(page).to_have_url(f"{server.url}/sign-in")
    look(page, f"{name}-sign-in")


def test_one_signs_in_with_the_keyboard_alone_and_sees_what_one_types(
    start: Callable[..., Running], device: Callable[..., Any]
) -> None:
    server = start()
    assert Browser(server).accept(invite(server, "alice@mediatheque.example", "--role", "admin"))[0] == 200
    page: Page = device().page
    page.goto(f"{server.url}/library")
    page.get_by_role("link", name="Se connecter").focus()
    page.keyboard.press("Enter")
    page.locator("#email").focus()
    page.keyboard.type("alice@mediatheque.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#password")).to_have_attribute("type", "text")
    expect(page.get_by_role("button", name="Afficher", pressed=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server.url}/library")
    expect(page.get_by_role("link", name="alice@mediatheque.example")).to_be_visible()


def test_being_someone_else_signs_out(start: Callable[..., Running], device: Callable[..., Any]) -> None:
    server = start()
    made = server.create()
    alice = device(PHONE)
    alice.page.goto(invite(server, "alice@mediatheque.example", "--role", "admin"))
    alice.page.locator("#password").fill(PASSWORD)
    alice.page.locator("form button.primary").click()
    expect(alice.page).to_have_url(f"{server.url}/account")
    alice.join(f"{server.url}/w/{made['code']}", "Alice")
    alice.tab("Équipage")
    alice.page.get_by_role("button", name="Je suis quelqu’un d’autre").click()
    alice.page.locator("#name").wait_for()
    alice.page.goto(f"{server.url}/account")
    expect(alice.page).to_have_url(f"{server.url}/sign-in")
