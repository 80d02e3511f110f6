"""The library in a browser: its link, confirming that themes are the same, facilitator keys stored in the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.support.live_server import Running
from tests.web.test_library import ADMIN_KEY, workshop


def test_the_link_opens_the_library_and_a_facilitators_browser_its_own_part(
    start: Callable[..., Running], device: Callable[..., Any]
) -> None:
    server = start(admin_key=ADMIN_KEY)
    first, _ = workshop(server, "Atelier de Thiers"), workshop(server, "Atelier de Billom")
    alice = device().page
    alice.goto(f"{server.url}/library#key={ADMIN_KEY}")
    expect(alice.locator(".book")).to_have_count(2)
    assert ADMIN_KEY not in alice.url
    alice.locator("#all").click()
    alice.get_by_role("button", name="Synthèse des ateliers cochés").click()
    alice.get_by_role("button", name="compter ensemble").or_(alice.get_by_role("button", name="le compter")).click()
    expect(alice.locator(".plot").first).to_contain_text("2 ateliers")
    alice.locator(".figures a").first.click()
    expect(alice.locator(".quotes li")).to_have_count(2)

    bob = device(PHONE)
    bob.facilitate(f"{server.url}/w/{first['code']}/facilitate#key={first['key']}")
    bob.page.goto(f"{server.url}/library")
    bob.page.get_by_role("button", name="Montrer mes ateliers").click()
    expect(bob.page.locator(".book")).to_have_count(1)
    expect(bob.page.locator(".book")).to_contain_text("Atelier de Thiers")
