"""Cards on everybody's screen in real browsers, on phones that come, go and lose their network."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WALL, Device
from tests.support.live_server import Person, Running, theme_id

ODD_TEXTS = ["<img src=x onerror=document.title='owned'>", "{{7*7}}", "\u202eà l'envers", "👩🏽‍🚀🌊", "x" * 500]


@pytest.fixture
def made(site: Running) -> dict[str, str]:
    return site.create("Où en sommes-nous ?", objective="Un travail visible et lisible")


def test_from_the_front_page_to_a_card_on_everyones_screen(site: Running, device: Callable[..., Device]) -> None:
    alice = device()
    alice.page.goto(site.url)
    alice.page.locator("#title").fill("Médiation numérique")
    alice.page.locator("#objective").fill("Visible et lisible")
    alice.page.locator("#create button").click()
    alice.page.locator(".shell").wait_for()
    assert "key=" not in alice.page.url  # links are copied from address bars
    code = alice.page.url.split("/w/")[1][:6]

    bob = device(PHONE)
    bob.page.goto(site.url)
    bob.page.locator("#code").fill(f" {code[:3].lower()} {code[3:]}")
    bob.page.locator("#join button").click()
    bob.page.locator("#name").fill("Bob")
    bob.page.locator("form button.primary").click()
    bob.page.locator(".shell").wait_for()
    theo = device(WALL)
    theo.page.goto(f"{site.url}/w/{code}/screen")

    bob.write("Pas de budget")
    expect(bob.page.locator(".card", has_text="Pas de budget").locator(".received")).to_be_visible()
    for other in (alice, theo):
        expect(other.card("Pas de budget")).to_be_visible()
    expect(theo.page.locator(".objective")).to_have_text("Visible et lisible")
    expect(theo.page.locator(".wall-bar .code")).to_have_text(code)
    expect(theo.page.locator(".figures")).to_contain_text("2 personnes à bord")


def test_two_browsers_and_the_screen_see_each_others_cards_and_a_sleeper_catches_up(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob, dan, zoe = (device().join(made["join_url"], name) for name in ("Bob", "Dan", "Zoé"))
    theo = device(WALL)
    theo.page.goto(f"{made['join_url']}/screen")
    bob.write("De Bob")
    dan.write("De Dan", "wind")
    for one in (bob, dan, zoe, theo):
        expect(one.card("De Bob")).to_be_visible()
        expect(one.card("De Dan")).to_be_visible()
    zoe.context.set_offline(True)
    expect(zoe.page.locator(".link-state")).to_be_visible()
    bob.page.locator(".card", has_text="De Bob").get_by_role("button").click()
    bob.page.get_by_role("button", name="Supprimer").click()
    dan.write("Pendant l'absence", "shark")
    expect(theo.card("De Bob")).to_have_count(0)
    expect(zoe.card("De Bob")).to_be_visible()
    zoe.context.set_offline(False)
    expect(zoe.card("De Bob")).to_have_count(0)
    expect(zoe.card("Pendant l'absence")).to_be_visible()
    expect(zoe.page.locator(".link-state")).to_have_count(0)


def test_a_reload_is_the_same_person(site: Running, made: dict[str, str], device: Callable[..., Device]) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.write("La mienne")
    expect(bob.page.locator(".card .received")).to_be_visible()
    bob.page.reload()
    bob.page.locator(".shell").wait_for()
    expect(bob.page.locator(".card", has_text="La mienne")).to_be_visible()
    watching = Person(site.url, made["code"], view="screen").join()
    assert [record["name"] for record in watching.records.values() if record["type"] == "person"] == ["Bob"]
    watching.leave()


def test_what_is_written_without_a_network_arrives_once_and_in_order(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    watching = Person(site.url, made["code"], view="screen").join()
    bob.context.set_offline(True)
    expect(bob.page.locator(".link-state")).to_be_visible()
    for text in ("Un", "Deux", "Trois"):
        bob.write(text)
        expect(bob.page.locator(".card", has_text=text).locator(".waiting")).to_be_visible()
    bob.context.set_offline(False)
    expect(bob.page.locator(".card .received")).to_have_count(3)
    watching.until(lambda: len(cards(watching)) == 3)
    assert [card["text"] for card in cards(watching)] == ["Un", "Deux", "Trois"]
    watching.leave()


def test_a_server_that_dies_and_comes_back_loses_nothing_that_was_written(
    start: Callable[..., Running], device: Callable[..., Device]
) -> None:
    server = start()
    made = server.create()
    bob = device(PHONE).join(f"{server.url}/w/{made['code']}", "Bob")
    server.kill()
    bob.write("Pendant la panne")
    expect(bob.page.locator(".card .waiting")).to_be_visible()
    server.start()
    expect(bob.page.locator(".card .received")).to_be_visible(timeout=30_000)
    watching = Person(server.url, made["code"], view="screen").join()
    assert [card["text"] for card in cards(watching)] == ["Pendant la panne"]
    watching.leave()


def cards(person: Person) -> list[dict[str, Any]]:
    return sorted((r for r in person.records.values() if r["type"] == "card"), key=lambda card: card["seq"])


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_a_text_is_shown_as_text_everywhere(
    site: Running, made: dict[str, str], device: Callable[..., Device], text: str
) -> None:
    bob = Person(site.url, made["code"], name=text[:60]).join()
    bob.add(text)
    alice = device().facilitate(made["facilitator_url"])
    theo = device(WALL)
    theo.page.goto(f"{made['join_url']}/screen")
    for one in (alice, theo):
        expect(one.card(text)).to_be_visible()
        assert one.page.title() != "owned"
    alice.tab("Liste")
    expect(alice.page.locator(".card", has_text=text)).to_be_visible()
    assert alice.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bob.leave()


def test_a_card_is_dragged_and_others_see_it_move(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = Person(site.url, made["code"]).join()
    card = bob.add(weight=0.2)
    alice = device().facilitate(made["facilitator_url"])
    note = alice.card("Pas de budget")
    box = note.bounding_box()
    assert box
    alice.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    alice.page.mouse.down()
    alice.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 40, steps=8)
    alice.page.mouse.up()
    bob.until(lambda: bob.records[card]["weight"] > 0.25)
    assert bob.drags
    bob.leave()


def test_a_key_moves_a_card_too(site: Running, made: dict[str, str], device: Callable[..., Device]) -> None:
    bob = Person(site.url, made["code"]).join()
    card = bob.add(weight=0.5)
    alice = device().facilitate(made["facilitator_url"])
    alice.card("Pas de budget").press("Shift+ArrowDown")
    bob.until(lambda: bob.records[card]["weight"] > 0.55)
    alice.card("Pas de budget").press("Enter")
    expect(alice.page.get_by_role("dialog")).to_be_visible()
    alice.page.keyboard.press("Escape")
    expect(alice.page.get_by_role("dialog")).to_have_count(0)
    bob.leave()


def test_an_edit_of_a_text_that_changed_meanwhile_shows_both(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = Person(site.url, made["code"]).join()
    card = bob.add("Ma phrase")
    alice = device().facilitate(made["facilitator_url"])
    alice.card("Ma phrase").press("Enter")
    alice.page.get_by_role("button", name="Modifier le texte").click()
    alice.page.locator("#rewrite").fill("La phrase d'Alice")
    bob.do("edit_card", card=card, text="La phrase de Bob")
    alice.page.get_by_role("button", name="Enregistrer").click()
    conflict = alice.page.get_by_role("dialog").get_by_role("alert")
    expect(conflict).to_contain_text("La phrase de Bob")
    expect(conflict.first).to_contain_text("La phrase d'Alice")
    conflict.get_by_role("button", name="Garder le mien").click()
    bob.sees(card, text="La phrase d'Alice")
    bob.leave()


def test_undo_takes_the_last_act_back(site: Running, made: dict[str, str], device: Callable[..., Device]) -> None:
    bob = device().join(made["join_url"], "Bob")
    bob.write("Une erreur")
    expect(bob.page.locator(".card .received")).to_be_visible()
    bob.page.locator(".title").click()
    bob.page.keyboard.press("u")
    expect(bob.card("Une erreur")).to_have_count(0)


def test_i_am_someone_else_is_a_new_person(site: Running, made: dict[str, str], device: Callable[..., Device]) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.tab("Équipage")
    bob.page.get_by_role("button", name="Je suis quelqu’un d’autre").click()
    bob.page.locator("#name").fill("Bob")
    bob.page.locator("form button.primary").click()
    bob.page.locator(".shell").wait_for()
    watching = Person(site.url, made["code"], view="screen").join()
    names = [record["name"] for record in watching.records.values() if record["type"] == "person"]
    assert names == ["Bob", "Bob"]
    watching.leave()


def test_lines_pasted_for_somebody_without_a_phone_become_as_many_cards(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice = device(PHONE).facilitate(made["facilitator_url"])
    alice.tab("Participer")
    alice.page.locator(".kinds .kind-wind").click()
    alice.page.locator("#for").fill("Odette")
    alice.page.locator("#text").fill("Le sourire\nLes gâteaux\n\nLa formation")
    alice.page.locator("#text").press("Enter")
    expect(alice.page.locator(".card .received")).to_have_count(3)
    watching = Person(site.url, made["code"], view="screen").join()
    assert {(card["text"], card["for"]) for card in cards(watching)} == {
        ("Le sourire", "Odette"),
        ("Les gâteaux", "Odette"),
        ("La formation", "Odette"),
    }
    watching.leave()


def test_a_card_dragged_onto_another_makes_a_theme_of_the_two(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = Person(site.url, made["code"], name="Bob").join()
    one, other = bob.add("Pas de budget", weight=0.2), bob.add("Trop peu d’argent", weight=0.9)
    alice = device().facilitate(made["facilitator_url"])
    alice.page.get_by_label("Aller à une étape").select_option("group")
    bob.sees("workshop", phase="group")
    start, end = (alice.card(text).bounding_box() for text in ("Pas de budget", "Trop peu"))
    assert start
    assert end
    alice.page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    alice.page.mouse.down()
    alice.page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=6)
    alice.page.mouse.up()
    bob.until(
        lambda: bob.records[one].get("theme") and bob.records[one].get("theme") == bob.records[other].get("theme")
    )
    expect(alice.page.locator(".stack")).to_contain_text("2 cartes")
    bob.leave()


def test_undo_of_a_merge_gives_both_themes_back(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = Person(site.url, made["code"], name="Bob").join()
    cards = [bob.add(text) for text in ("Un", "Deux")]
    alice = device().facilitate(made["facilitator_url"])
    alice.page.get_by_label("Aller à une étape").select_option("group")
    bob.sees("workshop", phase="group")
    themes = [theme_id() for _ in cards]
    for theme, card, title in zip(themes, cards, ("Premier", "Second"), strict=True):
        bob.do("add_theme", theme=theme, title=title, cards=[card])
    alice.card("Premier").press("Enter")
    alice.page.get_by_label("Fusionner avec").select_option(label="Second")
    expect(alice.page.get_by_label("Fusionner avec")).to_have_value(re.compile("theme:"))
    alice.page.get_by_role("button", name="Fusionner", exact=True).click()
    bob.sees_no(themes[0])
    alice.page.get_by_role("button", name="Annuler").click()
    bob.sees(themes[0], title="Premier")
    bob.sees(cards[0], theme=themes[0])
    bob.leave()


def test_a_theme_is_split_by_choosing_what_leaves_it(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = Person(site.url, made["code"], name="Bob").join()
    cards = [bob.add(text) for text in ("Un", "Deux")]
    alice = device().facilitate(made["facilitator_url"])
    alice.page.get_by_label("Aller à une étape").select_option("group")
    bob.sees("workshop", phase="group")
    bob.do("add_theme", theme=(theme := theme_id()), title="Tout", cards=cards)
    alice.card("Tout").press("Enter")
    alice.page.get_by_text("Scinder le thème").click()
    alice.page.locator("details").get_by_label("Deux").check()
    alice.page.get_by_label("Nom du nouveau thème").fill("À part")
    alice.page.get_by_role("button", name="Scinder", exact=True).click()
    alice.card("À part").wait_for()
    apart = next(record["id"] for record in bob.records.values() if record.get("title") == "À part")
    bob.sees(cards[1], theme=apart)
    bob.sees(cards[0], theme=theme)
    bob.leave()
