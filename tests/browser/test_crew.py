"""The tab of the room: namesakes, the facilitator link, and what a phone without a connection does not know."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.browser.visual_checks import axe_finds, eye_finds
from tests.support.live_server import Person, Running


def test_namesakes_have_a_number_that_is_the_same_on_every_device(site: Running, device: Callable[..., Device]) -> None:
    made = site.create("Deux Marie")
    others = [Person(site.url, made["code"], name=name).join() for name in ("Chloé", "CHLOE", "Bob")]
    alice = device(LAPTOP).facilitate(made["facilitator_url"])
    chloe = device(PHONE).join(made["join_url"], "Chloé")
    seen = []
    for one in (alice, chloe):
        one.tab("Équipage")
        names = one.page.locator("li strong", has_text="hlo").or_(one.page.locator("li strong", has_text="CHLOE"))
        expect(names).to_have_count(3)
        seen.append(sorted(names.all_inner_texts()))
    assert seen[0] == seen[1]
    assert sorted(name[-3:] for name in seen[0]) == ["(1)", "(2)", "(3)"]
    expect(alice.page.locator("li strong", has_text="Bob")).to_have_text("Bob")
    mine = chloe.page.locator("li", has_text="(moi)").locator("strong").inner_text()
    alice.page.get_by_role("button", name=f"Gérer : {mine}").click()
    alice.page.get_by_label("Prénom", exact=True).fill("Chloé B.")
    alice.page.get_by_role("button", name="Enregistrer").first.click()
    expect(chloe.page.locator("li", has_text="(moi)").locator("strong")).to_have_text("Chloé B.")
    for other in others:
        other.leave()


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_the_facilitator_link_is_copied_and_scanned_from_the_page(
    site: Running, device: Callable[..., Device], size: dict[str, object]
) -> None:
    made = site.create("À deux")
    alice = device(size, permissions=["clipboard-read", "clipboard-write"]).facilitate(made["facilitator_url"])
    alice.tab("Équipage")
    alice.page.get_by_role("button", name="Copier le lien").click()
    expect(alice.page.get_by_text("Copié.")).to_be_visible()
    assert alice.page.evaluate("navigator.clipboard.readText()") == made["facilitator_url"]
    alice.page.get_by_role("button", name="L’afficher en QR code").click()
    picture = alice.page.get_by_role("img", name="QR code du lien d’animation")
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 160, "large enough for another phone"
    expect(alice.page.get_by_text("ne le montrez pas à la salle")).to_be_visible()
    assert axe_finds(alice.page) == []
    assert eye_finds(alice.page) == []
    alice.page.get_by_role("button", name="Le cacher").click()
    expect(picture).to_have_count(0)


def test_where_the_browser_does_not_copy_the_link_is_selected(site: Running, device: Callable[..., Device]) -> None:
    made = site.create("Sans presse-papiers")
    alice = device(PHONE)
    alice.context.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined }); document.execCommand = () => false;"
    )
    alice.facilitate(made["facilitator_url"]).tab("Équipage")
    alice.page.get_by_role("button", name="Copier le lien").click()
    expect(alice.page.get_by_text("Le lien est sélectionné")).to_be_visible()
    assert alice.page.evaluate("String(getSelection()) || document.activeElement.value") == made["facilitator_url"]


def test_a_phone_without_a_connection_does_not_say_that_nobody_is_there(
    site: Running, device: Callable[..., Device]
) -> None:
    made = site.create("Hors ligne")
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.tab("Équipage")
    expect(bob.page.get_by_role("heading", name="1 personne présente")).to_be_visible()
    bob.context.set_offline(True)
    expect(bob.page.get_by_role("heading", name="on ne sait pas qui est là")).to_be_visible()
    bob.context.set_offline(False)
    expect(bob.page.get_by_role("heading", name="1 personne présente")).to_be_visible()


def test_the_search_of_list_and_board_finds_words_however_they_are_written(
    site: Running, device: Callable[..., Device]
) -> None:
    made = site.create("Recherche")
    bob = Person(site.url, made["code"], name="Bob").join()
    for text in ("Le Wi‑Fi de la médiathèque", "L’équipe a du cœur", "Autre chose"):
        bob.add(text)
    alice = device(LAPTOP).facilitate(made["facilitator_url"])
    alice.tab("Liste")
    for sought, text in (("wifi", "Le Wi‑Fi"), ("MEDIATHEQUE", "Le Wi‑Fi"), ("lequipe", "cœur"), ("coeur", "cœur")):
        alice.page.get_by_label("Rechercher").fill(sought)
        expect(alice.page.locator(".panel .card")).to_have_count(1)
        expect(alice.page.locator(".panel .card")).to_contain_text(text)
        expect(alice.page.locator(".notes .note.found")).to_have_count(1)
    bob.leave()
