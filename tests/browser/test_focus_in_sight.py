"""What everybody is to look at comes into sight on a phone, which shows a part of the boat only."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Device
from tests.support.live_server import Person, Running


def test_a_phone_opens_on_what_is_in_focus_and_follows_it(site: Running, device: Callable[..., Device]) -> None:
    made = site.create("Tout le monde regarde")
    alice = Person(site.url, made["code"], key=made["key"], name="Alice").join()
    left, right = alice.add("Un vent léger", "wind", weight=0.0), alice.add("Un requin lointain", "shark", weight=0.0)
    alice.do("set_phase", phase="discuss")
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.tab("Plateau")
    expect(bob.card("Un vent léger")).not_to_be_in_viewport(ratio=1)
    alice.do("focus", target=left)
    expect(bob.card("Un vent léger")).to_be_in_viewport(ratio=1)
    alice.do("focus", target=right)
    expect(bob.card("Un requin lointain")).to_be_in_viewport(ratio=1)
    bob.tab("Participer")
    alice.do("focus", target=left)
    bob.tab("Plateau")
    expect(bob.card("Un vent léger")).to_be_in_viewport(ratio=1)
    # Whoever came closer stays as close.
    bob.page.get_by_role("button", name="Agrandir").click()
    alice.do("focus", target=right)
    expect(bob.card("Un requin lointain")).to_be_in_viewport(ratio=1)
    # Once the room looks at nothing, nobody is moved.
    alice.do("focus", target=None)
    expect(bob.page.locator(".board.has-focus")).to_have_count(0)
    expect(bob.card("Un requin lointain")).to_be_in_viewport(ratio=1)
    alice.leave()
