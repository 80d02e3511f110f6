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


def test_what_is_said_of_themes_changes_the_page_in_place(
    start: Callable[..., Running], device: Callable[..., Any]
) -> None:
    server = start(admin_key=ADMIN_KEY)
    for place in ("Thiers", "Billom", "Ambert"):
        workshop(server, f"Atelier de {place}")
    page = device().page
    page.goto(f"{server.url}/library#key={ADMIN_KEY}")
    expect(page.locator(".book")).to_have_count(3)
    page.goto(f"{server.url}/synthesis")
    page.evaluate("document.documentElement.dataset.loaded = 'once'")
    likely = page.locator(".perhaps")
    likely.locator("summary").click()
    likely.locator("input").last.uncheck()
    confirm = likely.get_by_role("button")
    confirm.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    confirm.click()
    expect(page.locator(".plot").first).to_contain_text("2 ateliers")
    expect(page.locator(".perhaps")).to_be_visible()  # of the two and the third
    assert before > 0
    assert page.evaluate("document.documentElement.dataset.loaded") == "once"
    assert page.evaluate("scrollY") > 0

    undo = page.locator(".changed").get_by_role("button", name="Annuler")
    expect(undo).to_be_focused()
    undo.click()
    expect(page.locator(".changed")).to_have_count(0)
    expect(page.locator(".plot")).to_have_count(1)  # no theme comes back any more

    fold = page.locator("details[id^='single']")
    fold.locator("summary").click()
    for tick in (0, 2):
        fold.get_by_role("checkbox").nth(tick).check()
    expect(page.locator(".tie")).to_be_in_viewport()
    page.get_by_role("button", name="Réunir les thèmes cochés").click()
    page.locator(".undo > summary").click()
    page.get_by_label("Nom dans la synthèse").fill("L’argent")
    page.get_by_role("button", name="Renommer").click()
    expect(page.locator("table th[scope='row']").first).to_have_text("L’argent")
    expect(page.locator(".undo h3")).to_be_visible()  # still open
    page.reload()
    expect(page.locator("table th[scope='row']").first).to_have_text("L’argent")
