"""A new phase or kind is noticed on every part of a phone's page; its act is at hand wherever the thing is shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.browser.visual_checks import axe_finds, eye_finds
from tests.support.live_server import Person, Running, theme_id


@pytest.fixture
def made(site: Running) -> dict[str, str]:
    return site.create("Où en sommes-nous ?")


@pytest.fixture
def alice(site: Running, made: dict[str, str]) -> Person:
    return Person(site.url, made["code"], key=made["key"]).join()


@pytest.fixture
def bob(made: dict[str, str], device: Callable[..., Device]) -> Device:
    return device(PHONE).join(made["join_url"], "Bob")


def theme(alice: Person, title: str, *texts: str, kind: str = "anchor") -> str:
    """Make a theme of cards with these texts; return its id."""
    made = theme_id()
    cards = [alice.add(text, kind) for text in texts]
    alice.do("set_phase", phase="group")
    alice.do("add_theme", theme=made, title=title, cards=cards)
    return made


def scrolled(one: Device) -> int:
    return int(one.page.locator(".side").evaluate("(side) => side.scrollTop + window.scrollY"))


@pytest.mark.parametrize("part", ["Participer", "Plateau", "Liste", "Équipage"])
def test_a_new_phase_is_seen_on_every_part_of_the_page(alice: Person, bob: Device, part: str) -> None:
    bob.tab(part)
    for phase, name in (("write", "Écriture"), ("group", "Regroupement"), ("vote", "Vote")):
        alice.do("set_phase", phase=phase)
        expect(bob.page.locator(".now strong")).to_have_text(name)
        expect(bob.page.locator(".now")).to_be_in_viewport(ratio=1)
        expect(bob.page.locator(".now")).to_have_attribute("role", "status")
    alice.leave()


def test_the_kind_that_is_open_is_named_on_the_boat_too(alice: Person, bob: Device) -> None:
    alice.do("set_phase", phase="write")
    bob.tab("Plateau")
    for kind, name in (("wind", "Vents"), ("anchor", "Ancres"), ("shark", "Requins")):
        alice.do("open_kinds", kinds=[kind])
        expect(bob.page.locator(".now .only")).to_have_text(name)
    alice.do("open_kinds", kinds=["wind", "anchor", "shark"])
    expect(bob.page.locator(".now .only")).to_have_count(0)
    alice.leave()


@pytest.mark.parametrize(
    ("command", "arguments"),
    [("set_phase", {"phase": "share"}), ("open_kinds", {"kinds": ["wind"]})],
    ids=["phase", "kind"],
)
def test_a_page_that_was_scrolled_down_goes_back_to_the_top(
    alice: Person, bob: Device, command: str, arguments: dict[str, object]
) -> None:
    alice.do("set_phase", phase="write")
    for i in range(9):
        bob.write(f"Carte {i}")
    expect(bob.page.locator(".card")).to_have_count(9)
    bob.page.locator(".card").last.scroll_into_view_if_needed()
    assert scrolled(bob) > 300
    alice.do(command, **arguments)
    expect(bob.page.locator(".now")).to_contain_text("Partage" if command == "set_phase" else "Vents")
    expect(bob.page.locator(".kinds")).to_be_in_viewport()
    assert scrolled(bob) == 0
    alice.leave()


def test_one_pill_leads_to_the_votes_until_none_is_left(alice: Person, bob: Device) -> None:
    theme(alice, "Matériel", "Pas de salle", "Pas de budget")
    alice.do("change_settings", votes_each=2, votes_per_theme=2)
    alice.do("set_phase", phase="vote")
    bob.tab("Liste")
    way = bob.page.get_by_role("button", name="Aller voter")
    expect(way).to_contain_text("Aller voter, 2 à poser")
    way.click()
    expect(bob.page.get_by_role("button", name="Participer")).to_have_attribute("aria-current", "page")
    expect(way).to_have_count(0)
    for _ in range(2):
        bob.page.get_by_role("button", name="Poser une gommette").click()
    expect(bob.page.locator(".now")).to_contain_text("Toutes vos gommettes sont posées")
    bob.tab("Plateau")
    expect(bob.page.locator(".note")).to_be_visible()
    expect(way).to_have_count(0)
    alice.leave()


def test_the_pill_leads_to_the_act_of_the_other_phases_too(alice: Person, bob: Device) -> None:
    card = alice.add("Pas de salle", "anchor")
    bob.tab("Plateau")
    for phase, words, place in (
        ("write", "Aller écrire", "#text"),
        ("group", "Aller regrouper", "#group-title"),
        ("cut", "Dire combien de nœuds", "#cut-title"),
        ("act", "Proposer une action", "#action"),
    ):
        alice.do("set_phase", phase=phase)
        if phase == "cut":
            alice.do("focus", target=card)
        bob.page.get_by_role("button", name=words).click()
        expect(bob.page.locator(place)).to_be_in_viewport()
        bob.tab("Plateau")
    alice.do("set_phase", phase="closed")
    expect(bob.page.locator(".way")).to_have_count(0)
    alice.leave()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_a_theme_tapped_on_the_boat_is_voted_for_right_there(
    alice: Person, made: dict[str, str], device: Callable[..., Device], language: str, size: dict[str, object]
) -> None:
    theme(alice, "Matériel", "Pas de salle", "Pas de budget")
    alice.do("set_phase", phase="vote")
    bob = device(size, language).join(made["join_url"], "Bob")
    bob.page.locator(".tabs button").nth(1).click() if size is PHONE else None
    bob.card("Matériel").click()
    here = bob.page.locator(".vote-here")
    expect(here).to_be_in_viewport(ratio=1)
    plus = here.get_by_role("button", name="Place a vote" if language == "en" else "Poser une gommette")
    expect(plus).to_be_focused()
    plus.click()
    plus.click()
    expect(here.get_by_role("status")).to_have_text("2votes" if language == "en" else "2gommettes")
    assert eye_finds(bob.page) == []
    assert axe_finds(bob.page) == []
    bob.page.keyboard.press("Escape")
    expect(here).to_have_count(0)
    alice.do("set_phase", phase="discuss")
    expect(bob.card("Matériel")).to_contain_text("2")
    alice.leave()


def test_in_the_list_and_in_an_opened_theme_one_votes_too(alice: Person, bob: Device) -> None:
    alice.add("Une chaise", "wind")
    theme(alice, "Matériel", "Pas de salle", "Pas de budget")
    alice.do("set_phase", phase="vote")
    bob.tab("Liste")
    bob.page.get_by_role("button", name="Poser une gommette : Une chaise").click()
    bob.page.get_by_role("button", name="Poser une gommette : Matériel").click()
    bob.page.get_by_role("button", name="Ouvrir le thème").click()
    bob.page.get_by_role("dialog").get_by_role("button", name="Poser une gommette").click()
    expect(bob.page.get_by_role("dialog").locator(".dot")).to_have_count(2)
    bob.page.keyboard.press("Escape")
    expect(bob.page.locator(".dot")).to_have_count(3)
    alice.leave()


def test_knots_are_given_where_the_rope_in_focus_is_shown(alice: Person, bob: Device) -> None:
    brake = theme(alice, "Matériel", "Pas de salle", "Pas de budget")
    alice.do("set_phase", phase="cut")
    alice.do("focus", target=brake)
    bob.tab("Plateau")
    bob.card("Matériel").click()
    bob.page.get_by_role("dialog").get_by_role("button", name="8", exact=True).click()
    expect(bob.page.get_by_role("dialog").get_by_role("button", name="8", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    bob.page.keyboard.press("Escape")
    bob.tab("Liste")
    expect(bob.page.get_by_role("button", name="8", exact=True)).to_have_attribute("aria-pressed", "true")
    alice.leave()


def test_nobody_stays_done_from_winds_to_anchors(alice: Person, bob: Device) -> None:
    alice.do("set_phase", phase="write")
    alice.do("open_kinds", kinds=["wind"])
    expect(bob.page.locator(".now .only")).to_have_text("Vents")
    bob.page.get_by_role("button", name="J’ai terminé").click()
    expect(bob.page.get_by_role("button", name="✓ J’ai terminé")).to_have_attribute("aria-pressed", "true")
    alice.do("open_kinds", kinds=["anchor"])
    expect(bob.page.get_by_role("button", name="J’ai terminé", exact=True)).to_have_attribute("aria-pressed", "false")
    alice.leave()


def test_one_vote_of_five_is_not_counted_as_having_finished(alice: Person, bob: Device) -> None:
    theme(alice, "Matériel", "Pas de salle", "Pas de budget")
    alice.do("set_phase", phase="vote")
    bob.page.get_by_role("button", name="Poser une gommette").click()
    expect(bob.page.locator(".now")).to_contain_text("4 gommettes à poser")
    expect(bob.page.get_by_text("0 sur 1 a fini de voter")).to_be_visible()
    bob.page.get_by_role("button", name="J’ai terminé").click()
    expect(bob.page.get_by_text("1 sur 1 a fini de voter")).to_be_visible()
    alice.leave()


def test_whoever_placed_more_votes_than_there_are_now_is_told_and_so_is_the_facilitator(
    alice: Person, made: dict[str, str], bob: Device, device: Callable[..., Device]
) -> None:
    theme(alice, "Matériel", "Pas de salle", "Pas de budget")
    alice.do("set_phase", phase="vote")
    for _ in range(3):
        bob.page.get_by_role("button", name="Poser une gommette").click()
    expect(bob.page.locator(".now")).to_contain_text("2 gommettes à poser")
    alice.do("change_settings", votes_each=2, votes_per_theme=2)
    expect(bob.page.locator(".now")).to_contain_text("Il y a désormais moins de gommettes : retirez-en 1.")
    expect(bob.page.locator(".vote-buttons")).to_contain_text("2 au plus ici")
    host = device(LAPTOP).facilitate(made["facilitator_url"])
    expect(host.page.get_by_text("1 personne a posé plus de gommettes qu’il n’y en a désormais.")).to_be_visible()
    bob.tab("Plateau")
    bob.page.get_by_role("button", name="Retirer des gommettes").click()
    bob.page.get_by_role("button", name="Reprendre une gommette").click()
    expect(bob.page.locator(".now")).to_contain_text("Toutes vos gommettes sont posées")
    expect(host.page.get_by_text("1 personne a posé plus de gommettes")).to_have_count(0)
    alice.leave()


def test_what_is_voted_for_shows_its_kind(alice: Person, bob: Device) -> None:
    alice.add("Le beau temps", "wind")
    alice.add("L’hiver", "shark")
    theme(alice, "Entraide", "Un collègue", "Une équipe", kind="wind")
    alice.do("set_phase", phase="vote")
    for text, kind, name in (
        ("Entraide", "wind", "Vent"),
        ("Le beau temps", "wind", "Vent"),
        ("L’hiver", "shark", "Requin"),
    ):
        card = bob.page.locator(f".card.kind-{kind}", has_text=text)
        expect(card.get_by_role("img", name=name)).to_be_visible()
    alice.do("set_phase", phase="discuss")
    expect(bob.page.locator("ol .card.kind-wind", has_text="Entraide")).to_be_visible()
    alice.leave()


def test_the_votes_left_stay_in_sight_at_the_end_of_a_long_list(alice: Person, bob: Device) -> None:
    for i in range(25):
        alice.add(f"Carte {i}", "anchor")
    alice.do("set_phase", phase="vote")
    bob.page.get_by_role("button", name="Poser une gommette : Carte 24").click()
    expect(bob.page.get_by_text("4 gommettes à poser")).to_be_in_viewport(ratio=1)
    alice.leave()
