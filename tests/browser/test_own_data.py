"""On one's phone, without an account: taking away what is kept about one, and taking back what one chose."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.browser.visual_checks import axe_finds, eye_finds
from tests.support.live_server import Person, Running, card_id

WORDS = {
    "fr": ("Télécharger tout ce qui est conservé sur moi", "Retirer mes gommettes", "Oui, les retirer"),
    "en": ("Take away all that is kept about me", "Take back my votes", "Yes, take them back"),
}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_all_that_is_kept_about_one_is_a_file_and_choices_are_taken_back(
    site: Running, device: Callable[..., Device], language: str
) -> None:
    made, (take, withdraw, sure) = site.create(), WORDS[language]
    alice = Person(site.url, made["code"], name="Alice", key=made["key"]).join()
    alice.do("set_phase", phase="write")
    bob = device(PHONE, language).join(made["join_url"], "Bob")
    alice.add("La carte d’Alice")
    alice.do("set_phase", phase="vote")
    me = next(one for one, record in alice.records.items() if record.get("name") == "Bob")
    bob.page.locator(".tabs button").last.click()
    with bob.page.expect_download() as saving:
        bob.page.get_by_role("button", name=take).click()
    data = json.loads(Path(saving.value.path()).read_text(encoding="utf-8"))
    assert (data["id"], data["name"]) == (me, "Bob")
    assert "Alice" not in json.dumps(data, ensure_ascii=False)
    bob.page.get_by_role("button", name=withdraw).click()
    bob.page.get_by_role("button", name=sure).click()
    expect(
        bob.page.get_by_role("status").filter(has_text="moi aussi" if language == "fr" else "me too")
    ).to_be_visible()
    assert eye_finds(bob.page) == []
    assert axe_finds(bob.page) == []
    alice.leave()


def test_a_facilitator_erases_what_somebody_wrote_who_asks_for_it(site: Running, device: Callable[..., Device]) -> None:
    made = site.create()
    alice = device(LAPTOP, "en").facilitate(made["facilitator_url"])
    bob = Person(site.url, made["code"], name="Bob").join()
    dan = Person(site.url, made["code"], name="Dan").join()
    card = bob.add("Pas de budget")
    dan.sees(card)
    alice.page.locator(".tabs button").last.click()
    alice.page.get_by_role("button", name="Manage: Bob").click()
    alice.page.get_by_role("button", name="Erase what they wrote and chose").click()
    assert eye_finds(alice.page) == []
    alice.page.get_by_role("button", name="Yes, erase all of it for good").click()
    dan.sees_no(card)
    dan.sees(bob.me["id"], name="")
    for person in (bob, dan):
        person.leave()


def test_a_facilitator_erases_what_was_written_for_somebody_without_a_phone(
    site: Running, device: Callable[..., Device]
) -> None:
    made = site.create()
    alice = device(LAPTOP, "en").facilitate(made["facilitator_url"])
    bob = Person(site.url, made["code"], name="Bob").join()
    card = card_id()
    bob.do("add_card", card=card, kind="anchor", text="Pas de bus", weight=0.5, **{"for": "Mme Odette"})
    alice.page.locator(".tabs button").last.click()
    alice.page.get_by_text("People without a phone").click()
    alice.page.get_by_label("Erase what was written for").fill("mme odette")
    alice.page.get_by_role("button", name="Erase", exact=True).click()
    assert eye_finds(alice.page) == []
    assert axe_finds(alice.page) == []
    alice.page.get_by_role("button", name="Yes, erase all of it for good").click()
    bob.sees_no(card)
    bob.leave()
