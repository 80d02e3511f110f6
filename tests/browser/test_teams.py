"""The pages of teams in a browser: nothing is cut off, axe finds nothing, the keyboard is enough."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.test_accounts import look
from tests.support.live_server import Running
from tests.support.pages import PASSWORD, invite


@pytest.mark.parametrize(("size", "language"), [(PHONE, "fr"), (LAPTOP, "en")])
def test_every_page_of_teams_can_be_read_and_used_by_keyboard(
    size: dict[str, Any], language: str, start: Callable[..., Running], device: Callable[..., Any]
) -> None:
    server, page = start(), device(size, language).page
    assert isinstance(page, Page)
    slug = json.loads(server.speedboat("team", "add", "Éducation et jeunesse", "--json"))["slug"]
    place = "--name", "Alice Martin", "--team", slug, "--as", "organiser"
    page.goto(invite(server, "alice@mediatheque.example", *place))
    page.locator("#password").fill(PASSWORD)
    page.locator("form button.primary").click()
    expect(page).to_have_url(f"{server.url}/account")
    look(page, f"teams-{language}-account")
    bar = page.locator(".bar").bounding_box()
    assert bar
    assert bar["height"] < 120, "two lines on a phone"
    page.goto(f"{server.url}/")
    look(page, f"teams-{language}-home")
    page.locator("#title").fill("Atelier de Thiers")
    page.keyboard.press("Enter")
    page.wait_for_url("**/facilitate*")
    page.goto(f"{server.url}/team/{slug}")
    page.locator("#email").focus()
    page.keyboard.type("bob@mediatheque.example")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("/invitation/")
    look(page, f"teams-{language}-team")
    page.goto(f"{server.url}/library")
    look(page, f"teams-{language}-library")
    page.locator(".book .links a[href$='/people']").click()
    expect(page.locator("#share")).to_be_visible()
    look(page, f"teams-{language}-people")
    page.locator("#share").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".plain-list li")).to_have_count(1)
    look(page, f"teams-{language}-shared")
