"""A whole workshop in real browsers: a facilitator on a phone, the wall, three participants, from welcome to closed.

With SPEEDBOAT_SCREENSHOTS set (`make screenshots`), a picture of every phase and view is kept in that folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, WALL, Device
from tests.support.live_server import Running

CARDS = {
    "Bob": [
        ("Le sourire d’une dame qui envoie son premier mail", "wind"),
        ("Pas de budget pour le petit matériel", "anchor"),
    ],
    "Dan": [("Échanger entre collègues", "wind"), ("Les subventions arrivent trop tard", "anchor")],
    "Zoé": [("Une équipe soudée", "wind"), ("Fin du contrat dans un an", "shark")],
}


class Pictures:
    """Keeps what every device shows at each step, where a folder is named for it."""

    def __init__(self, devices: dict[str, Device]) -> None:
        self.devices = devices
        self.folder = Path(os.environ["SPEEDBOAT_SCREENSHOTS"]) if os.environ.get("SPEEDBOAT_SCREENSHOTS") else None
        self.step = 0

    def take(self, phase: str) -> None:
        self.step += 1
        if not self.folder:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, device in self.devices.items():
            device.page.screenshot(path=self.folder / f"{self.step:02d}-{phase}-{name}.png")


class Afternoon:
    """Alice facilitates from her phone, Théo watches the wall, Bob, Dan and Zoé take part."""

    def __init__(self, site: Running, device: Callable[..., Device]) -> None:
        made = site.create("Médiation numérique", objective="Un travail visible et lisible sur tout le département")
        self.alice = device(PHONE).facilitate(made["facilitator_url"])
        self.theo = device(WALL)
        self.theo.page.goto(f"{made['join_url']}/screen")
        self.room = {name: device(PHONE if name != "Zoé" else LAPTOP).join(made["join_url"], name) for name in CARDS}
        self.bob = self.room["Bob"]
        self.pictures = Pictures({"animation": self.alice, "mur": self.theo, "bob": self.bob, "zoe": self.room["Zoé"]})

    def next_phase(self, name: str) -> None:
        self.alice.tab("Animer")
        self.alice.page.get_by_role("button", name=f"Suite : {name}").click()
        for one in self.room.values():
            expect(one.page.locator(".now strong")).to_have_text(name)
        expect(self.theo.page.locator(".doing p")).to_contain_text(name)

    def write_in_secret(self) -> None:
        """Writing, in secret."""
        self.next_phase("Écriture")
        self.alice.page.get_by_role("button", name="8 min").click()
        expect(self.theo.page.locator(".timer")).to_have_text(re.compile(r"^[78]:\d\d$"))
        for name, written in CARDS.items():
            for text, kind in written:
                self.room[name].write(text, kind)
        for name, written in CARDS.items():
            expect(self.room[name].page.locator(".card .received")).to_have_count(len(written))
            self.room[name].page.get_by_role("button", name="J’ai terminé").click()
        expect(self.alice.page.locator(".figure")).to_have_text("3 sur 3 ont terminé")
        expect(self.theo.page.locator(".figures")).to_contain_text("3 sur 3 ont terminé")
        expect(self.theo.page.locator(".note.closed")).to_have_count(6)
        assert "sourire" not in self.theo.page.content()
        assert "sourire" not in self.alice.page.content()
        self.pictures.take("ecriture")

    def hold_back_and_reveal(self) -> None:
        """The airlock, then the reveal."""
        self.next_phase("Partage")
        self.alice.page.get_by_role("button", name="Lire les 6 cartes une par une").click()
        reader = self.alice.page.locator(".reader")
        while "Fin du contrat" not in reader.locator(".reading").inner_text():
            reader.get_by_role("button", name="Carte suivante").click()
        reader.get_by_label("Avec vos mots").fill("Parlons-en d’abord ensemble")
        reader.get_by_role("button", name="Mettre de côté").click()
        expect(self.room["Zoé"].page.locator(".card", has_text="Parlons-en d’abord")).to_be_visible()
        self.pictures.take("partage-sas")
        self.alice.page.locator(".card", has_text="Fin du contrat").get_by_role(
            "button", name="Remettre en jeu"
        ).click()
        self.alice.page.get_by_role("button", name="Tout montrer").click()
        expect(self.theo.card("Le sourire")).to_be_visible()
        expect(self.theo.page.locator(".note.closed")).to_have_count(0)
        self.pictures.take("partage")

    def group_by_many_hands(self) -> None:
        """Themes, by many hands."""
        self.next_phase("Regroupement")
        for text in ("Pas de budget", "subventions"):
            self.bob.page.get_by_role("checkbox", name=re.compile(text)).check()
        self.bob.page.locator("#new-theme").fill("Argent")
        self.bob.page.get_by_role("button", name="Créer le thème").click()
        expect(self.theo.page.locator(".stack", has_text="Argent")).to_contain_text("2 cartes")
        for text in ("Échanger", "équipe"):
            self.room["Zoé"].page.get_by_role("checkbox", name=re.compile(text)).check()
        self.room["Zoé"].page.locator("#new-theme").fill("Le collectif")
        self.room["Zoé"].page.get_by_role("button", name="Créer le thème").click()
        expect(self.theo.page.locator(".stack", has_text="Le collectif")).to_be_visible()
        self.pictures.take("regroupement")

    def vote_blind(self) -> None:
        """Votes, blind."""
        self.next_phase("Vote")
        for name, count in (("Bob", 2), ("Dan", 3)):
            for _ in range(count):
                self.room[name].page.get_by_role("button", name="Poser une gommette : Argent").click()
        self.room["Zoé"].page.get_by_role("button", name="Poser une gommette : Le collectif").click()
        expect(self.alice.page.locator(".figure")).to_have_text("0 sur 3 a fini de voter")
        for one in self.room.values():
            one.page.get_by_role("button", name="J’ai terminé").click()
        expect(self.alice.page.locator(".figure")).to_have_text("3 sur 3 ont fini de voter")
        expect(self.theo.page.locator(".figures")).to_contain_text("3 sur 3 ont fini de voter")
        expect(self.theo.page.locator(".note .votes")).to_have_count(0)
        self.pictures.take("vote")

    def cut_the_rope(self) -> None:
        """Cut the rope."""
        self.next_phase("Couper la corde")
        expect(self.theo.page.locator(".stack", has_text="Argent").locator(".votes")).to_have_text("5 gommettes")
        self.alice.page.get_by_role("button", name="Afficher au grand écran : Argent").click()
        for name, knots in (("Bob", "3"), ("Dan", "8"), ("Zoé", "5")):
            self.room[name].page.get_by_role("button", name=knots, exact=True).click()
        expect(self.theo.page.locator(".figures")).to_contain_text("3 sur 3 ont répondu")
        self.pictures.take("couper")

    def discuss(self) -> None:
        """Discussion, in order of votes, with what was said of the rope."""
        self.next_phase("Discussion")
        expect(self.bob.page.get_by_text("5 nœuds gagnés (de 3 à 8, 3 réponses)")).to_be_visible()
        expect(self.theo.page.locator(".wall-side li").first).to_contain_text("Argent")
        self.bob.page.locator("ol .card", has_text="Argent").get_by_role("button", name="Ouvrir").click()
        self.bob.page.get_by_label("Choisir un vent").select_option(label="Échanger entre collègues")
        expect(self.bob.page.get_by_role("dialog").get_by_role("button", name="Détacher")).to_be_visible()
        self.bob.page.keyboard.press("Escape")
        self.pictures.take("discussion")

    def agree_on_actions(self) -> None:
        """Actions: proposed by one, accepted by the facilitator."""
        self.next_phase("Actions")
        self.bob.page.locator("#action").fill("Écrire une demande commune de matériel")
        self.bob.page.locator("#action-owner").fill("Bob")
        self.bob.page.locator("#action-due").fill("2027-01-31")
        self.bob.page.get_by_role("button", name="Proposer l’action").click()
        expect(self.theo.page.locator(".wall-side li")).to_contain_text("Écrire une demande commune")
        self.alice.tab("Participer")
        self.alice.page.get_by_role("button", name="Accepter").click()
        expect(self.bob.page.locator(".card", has_text="Écrire une demande").locator(".state")).to_have_text("acceptée")
        self.pictures.take("actions")

    def close(self) -> None:
        self.next_phase("Clôture")
        expect(self.bob.page.locator(".now")).to_contain_text("L’atelier est terminé")
        expect(self.bob.page.locator("#text")).to_have_count(0)
        self.pictures.take("cloture")


def test_a_whole_workshop_is_run_from_a_phone(site: Running, device: Callable[..., Device]) -> None:
    afternoon = Afternoon(site, device)
    afternoon.pictures.take("accueil")
    afternoon.write_in_secret()
    afternoon.hold_back_and_reveal()
    afternoon.group_by_many_hands()
    afternoon.vote_blind()
    afternoon.cut_the_rope()
    afternoon.discuss()
    afternoon.agree_on_actions()
    afternoon.close()


def test_the_timer_shows_the_same_second_though_clocks_are_minutes_off(
    site: Running, device: Callable[..., Device]
) -> None:
    made = site.create()
    alice = device(PHONE).facilitate(made["facilitator_url"])
    late = device(PHONE)
    late.page.add_init_script("const real = Date.now; Date.now = () => real() + 7 * 60 * 1000;")
    late.join(made["join_url"], "Horloge en avance")
    alice.page.get_by_role("button", name="5 min").click()
    expect(late.page.locator(".timer")).to_be_visible()
    alice.page.get_by_role("button", name="Pause").click()
    shown = re.compile(r"^(5:00|4:5\d)")
    for one in (alice, late):
        expect(one.page.locator(".timer")).to_have_text(shown)
    assert alice.page.locator(".timer").inner_text()[:4] == late.page.locator(".timer").inner_text()[:4]
    second = device(PHONE).facilitate(made["facilitator_url"])
    for one in (alice, second):
        one.page.get_by_role("button", name="+1 min").click()
    after = device(PHONE).join(made["join_url"], "En retard")
    for one in (alice, late, second, after):
        expect(one.page.locator(".timer")).to_have_text(re.compile(r"^(7:00|6:5\d)"))
