"""A browser that cannot run the page says so in words, and nothing of it stays where the page runs."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Device
from tests.support.live_server import Running

OLD = "import('nothing-that-an-old-browser-knows') ?? ]"  # no browser can read this


def test_a_browser_too_old_for_the_script_says_what_one_can_do(site: Running, device: Callable[..., Device]) -> None:
    made = site.create("Où en sommes-nous ?")
    bob = device(PHONE)
    bob.context.route("**/participant-*.js", lambda route: route.fulfill(body=OLD, content_type="text/javascript"))
    bob.page.goto(made["join_url"])
    late = bob.page.get_by_text("Toujours rien ici")
    expect(late).to_be_hidden()
    late.evaluate("(late) => late.getAnimations().forEach((one) => one.finish())")
    expect(late).to_be_visible()
    bob.faults.clear()  # the script that it cannot read
    expect(late).to_contain_text("demandez à l’animation d’écrire pour vous")


def test_where_the_page_runs_nothing_of_it_is_left(site: Running, device: Callable[..., Device]) -> None:
    made = site.create("Où en sommes-nous ?")
    bob = device(PHONE).join(made["join_url"], "Bob")
    expect(bob.page.locator(".late")).to_have_count(0)
    expect(bob.page.locator("noscript")).to_have_count(0)
