"""What a workshop leaves behind, in browsers: suggestions, the shared summary, the replay, the next of a series."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.browser.visual_checks import THEMES, axe_finds, eye_finds, wear
from tests.support.live_server import Person, Running


def test_a_proposed_group_is_taken_by_a_person_and_undone(site: Running, device: Callable[..., Device]) -> None:
    made = site.create()
    alice = Person(site.url, made["code"], name="Alice", key=made["key"]).join()
    for text in ("Pas de budget pour le matériel", "Le budget du matériel est trop petit"):
        alice.add(text)
    alice.do("set_phase", phase="group")
    bob = device(PHONE).join(f"{site.url}/w/{made['code']}", "Bob")
    bob.page.get_by_role("button", name="Proposer des regroupements").click()
    expect(bob.page.get_by_text("1 regroupement proposé")).to_be_visible()
    assert not any(record["type"] == "theme" for record in alice.records.values())
    bob.page.locator("form", has=bob.page.get_by_role("button", name="Laisser")).get_by_text("Créer le thème").click()
    alice.until(lambda: any(record["type"] == "theme" for record in alice.records.values()))
    bob.page.get_by_role("button", name="Annuler", exact=True).first.click()
    alice.until(
        lambda: not any(record["type"] == "theme" and not record.get("deleted") for record in alice.records.values())
    )
    alice.leave()


def test_the_summary_is_shared_and_the_next_workshop_made_from_the_facilitators_phone(
    site: Running, device: Callable[..., Device]
) -> None:
    made = site.create("Premier")
    alice = Person(site.url, made["code"], name="Alice", key=made["key"]).join()
    alice.add("Pas de budget")
    alice.do("add_action", action="action:0000000000000001", text="Écrire à la mairie", owner="Camille")
    alice.do("set_phase", phase="closed")
    phone = device(PHONE).facilitate(made["facilitator_url"])
    phone.tab("Équipage")
    phone.page.get_by_label("Le lien s’ouvre").select_option("0")
    phone.page.get_by_label("Partager le bilan par un lien").check()
    link = phone.page.get_by_label("Lien vers le bilan").input_value()
    reader = device(PHONE, java_script_enabled=False)
    reader.page.goto(link)
    expect(reader.page.get_by_role("heading", name="Premier")).to_be_visible()
    expect(reader.page.get_by_text("Écrire à la mairie")).to_be_visible()
    phone.page.get_by_label("Partager le bilan par un lien").uncheck()
    alice.until(lambda: "shared" not in alice.records["workshop"])
    reader.page.reload()
    expect(reader.page.get_by_text("Ce bilan n’est plus partagé.")).to_be_visible()
    phone.page.get_by_role("button", name="Créer l’atelier suivant").click()
    expect(phone.page.get_by_role("heading", name="Que sont devenues les actions de la dernière fois")).to_be_visible()
    phone.page.get_by_role("button", name="Marquer").first.click()
    expect(phone.page.get_by_text("Faites\u00a0: 1 sur 1")).to_be_visible()
    alice.leave()


def test_the_replay_is_scrubbed_and_played_by_keys(site: Running, device: Callable[..., Device]) -> None:
    made = site.create()
    alice = Person(site.url, made["code"], name="Alice", key=made["key"]).join()
    alice.add("La première")
    alice.add("La dernière")
    watcher = device(reduced_motion="no-preference")
    watcher.page.clock.install()
    watcher.page.goto(f"{site.url}/w/{made['code']}/replay")
    slider = watcher.page.get_by_role("slider")
    expect(slider).to_be_visible()
    watcher.page.keyboard.press("End")
    expect(watcher.card("La dernière")).to_be_visible()
    watcher.page.keyboard.press("Home")
    expect(watcher.card("La dernière")).to_have_count(0)
    watcher.page.keyboard.press("End")
    expect(watcher.card("La première")).to_be_visible()
    watcher.page.keyboard.press("Home")
    watcher.page.get_by_label("Vitesse").select_option("Rapide")
    watcher.page.locator("h1").click()
    watcher.page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    watcher.page.keyboard.press("Space")
    expect(watcher.page.get_by_role("button", name="Pause")).to_be_visible()
    # "Rapide" takes twenty seconds, and the last card is the end of it.
    watcher.page.clock.run_for(19_000)
    expect(watcher.card("La dernière")).to_have_count(0)
    watcher.page.clock.run_for(1_500)
    expect(watcher.card("La première")).to_be_visible()
    expect(watcher.card("La dernière")).to_be_visible()
    expect(watcher.page.get_by_role("button", name="Lire")).to_be_visible()
    alice.leave()


@pytest.mark.parametrize(("size", "language"), [(PHONE, "fr"), (LAPTOP, "en")])
def test_nothing_is_wrong_with_the_summary_and_the_replay(
    site: Running, device: Callable[..., Device], size: dict[str, Any], language: str
) -> None:
    made = site.create("Où en sommes-nous ?", objective="Une île", language=language)
    alice = Person(site.url, made["code"], name="Alice", key=made["key"]).join()
    for kind, text in (("anchor", "Pas de budget"), ("shark", "é" * 120), ("wind", "Le sourire")):
        alice.add(text, kind, weight=0.9)
    alice.do("add_action", action="action:0000000000000001", text="Écrire à la mairie", owner="Camille")
    secret = alice.do("share_summary", shared=True)["secret"]
    reader = device(size, language)
    for path in (f"/s/{secret}", f"/w/{made['code']}/replay"):
        reader.page.goto(f"{site.url}{path}")
        reader.page.locator("h1", has_text="Où en sommes-nous").wait_for()
        assert reader.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for worn in THEMES:
            wear(reader.page, worn)
            assert axe_finds(reader.page) == [], (path, worn)
        assert eye_finds(reader.page) == [], path
    alice.leave()
