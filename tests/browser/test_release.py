"""Before the summary leaves: on every phone what will be in it, and one's own words reworded or taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.browser.visual_checks import axe_finds, eye_finds
from tests.support.live_server import Person, Running

WORDS = {
    "fr": ("Le bilan part le", "Avec d’autres mots", "Enregistrer", "Retirer", "Oui, la retirer"),
    "en": ("The summary leaves on", "In other words", "Save", "Take back", "Yes, take it back"),
}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_everybody_reads_what_will_leave_and_rewords_or_takes_back_their_own(
    site: Running, device: Callable[..., Device], language: str
) -> None:
    heading, other, save, back, sure = WORDS[language]
    made = site.create()
    alice = Person(site.url, made["code"], name="Alice", key=made["key"]).join()
    alice.do("set_phase", phase="write")
    bob = device(PHONE, language).join(f"{site.url}/w/{made['code']}", "Bob")
    for words in ("Mon chef ne dit rien", "Le bruit"):
        bob.write(words)
        expect(bob.page.locator("#text")).to_have_value("")
    alice.add("De Alice")
    alice.do("set_phase", phase="closed")
    expect(bob.page.get_by_text(heading)).to_have_count(0)
    alice.do("share_summary", shared=True, wait=15)
    expect(bob.page.get_by_role("heading", name=heading)).to_be_visible()
    bob.page.get_by_role("button", name="Mon chef ne dit rien").first.click()
    bob.page.get_by_label(other).fill("On ne nous dit rien")
    bob.page.get_by_role("button", name=save).click()
    alice.until(lambda: "On ne nous dit rien" in str(alice.records))
    expect(bob.page.get_by_role("button", name="On ne nous dit rien").first).to_be_visible()
    expect(bob.page.locator(".flying")).to_have_count(0)
    assert eye_finds(bob.page) == []
    assert axe_finds(bob.page) == []
    gone = next(one for one, record in alice.records.items() if record.get("text") == "Le bruit")
    bob.page.locator("li", has_text="Le bruit").get_by_role("button", name=back).click()
    bob.page.get_by_role("button", name=sure).click()
    alice.sees_no(gone)
    alice.do("share_summary", shared=False)
    expect(bob.page.get_by_text(heading)).to_have_count(0)
    alice.leave()


def test_a_facilitator_says_when_the_link_opens_and_how_long_it_is_valid(
    site: Running, device: Callable[..., Device]
) -> None:
    made = site.create()
    alice = device(LAPTOP, "en").facilitate(made["facilitator_url"])
    bob = Person(site.url, made["code"], name="Bob").join()
    alice.page.locator(".tabs button").last.click()
    alice.page.get_by_label("The link opens").select_option("60")
    alice.page.get_by_label("The link is valid for").select_option("30")
    alice.page.get_by_label("Share the summary by a link").check()
    expect(alice.page.get_by_role("status").filter(has_text="It opens on")).to_be_visible()
    assert eye_finds(alice.page) == []
    assert axe_finds(alice.page) == []
    workshop = bob.records["workshop"]
    assert workshop["shared_until"] - workshop["shared_from"] == 30 * 86_400_000
    bob.leave()
