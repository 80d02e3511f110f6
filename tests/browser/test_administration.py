"""The page for administrators, on a phone and a laptop: who did what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.browser.visual_checks import axe_finds, eye_finds
from tests.support.live_server import Running
from tests.support.pages import PASSWORD, invite


@pytest.mark.parametrize(("size", "language"), [(PHONE, "fr"), (LAPTOP, "en")], ids=["phone", "laptop"])
def test_an_administrator_comes_from_the_library_and_reads_who_did_what(
    start: Callable[..., Running], device: Callable[..., Device], size: dict[str, Any], language: str
) -> None:
    server = start()
    page = device(size, language).page
    page.goto(invite(server, "root@mediatheque.example", "--role", "admin"))
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button").last.click()
    page.goto(f"{server.url}/library")
    page.get_by_role("link", name={"fr": "Qui a fait quoi", "en": "Who did what"}[language]).click()
    said = {"fr": "a choisi son mot de passe", "en": "chose a password"}[language]
    expect(page.get_by_role("row").filter(has_text=said)).to_contain_text("root@mediatheque.example")
    assert axe_finds(page) == []
    assert eye_finds(page) == []
