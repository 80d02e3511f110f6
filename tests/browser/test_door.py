"""The door on phones: passphrase, approval, a closed workshop, being removed and let in again."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, WALL, Device
from tests.support.live_server import Person, Running


@pytest.fixture
def made(site: Running) -> dict[str, str]:
    return site.create("Derrière la porte")


@pytest.fixture
def alice(site: Running, made: dict[str, str]) -> Person:
    return Person(site.url, made["code"], key=made["key"], name="Alice").join()


def knock(bob: Device, made: dict[str, str], name: str = "Bob") -> None:
    bob.page.goto(made["join_url"])
    bob.page.locator("#name").fill(name)
    bob.page.locator("form button.primary").click()


def test_the_passphrase_is_asked_for_and_opens(
    alice: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice.do("set_door", door="passphrase", passphrase="Île au trésor")
    bob = device(PHONE)
    knock(bob, made)
    field = bob.page.locator("#passphrase")
    expect(field).to_be_focused()
    expect(bob.page.locator(".wrong")).to_contain_text("mot de passe")
    field.fill("perdu")
    field.press("Enter")
    expect(bob.page.locator(".wrong")).to_contain_text("Ce n’est pas le bon")
    field.fill("île au trésor")
    field.press("Enter")
    bob.page.locator(".shell").wait_for()
    alice.until(lambda: "Bob" in [record.get("name") for record in alice.records.values()])
    bob.page.reload()
    bob.page.locator(".shell").wait_for()


def test_whoever_waits_is_let_in_from_the_remote_and_their_page_opens_by_itself(
    made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice = device(LAPTOP).facilitate(made["facilitator_url"])
    alice.tab("Équipage")
    alice.page.get_by_role("radio", name="Sur accord").check()
    bob, eve = device(PHONE), device(PHONE)
    knock(bob, made)
    expect(bob.page.get_by_role("heading", name="Un instant")).to_be_visible()
    knock(eve, made, "Eve")
    expect(eve.page.get_by_role("heading", name="Un instant")).to_be_visible()
    expect(alice.page.locator(".tabs .knocks")).to_have_text("2 personnes attendent à la porte")
    alice.tab("Animer")
    alice.page.locator(".block").get_by_text("2 personnes attendent à la porte").wait_for()
    alice.page.get_by_role("button", name="Refuser : Eve").click()
    expect(eve.page.get_by_text("L’animation vous a retiré")).to_be_visible()
    bob.page.reload()
    expect(bob.page.get_by_role("heading", name="Un instant")).to_be_visible()
    alice.page.get_by_role("button", name="Faire entrer : Bob").click()
    bob.page.locator(".shell").wait_for()
    expect(alice.page.get_by_text("attend à la porte")).to_have_count(0)
    alice.tab("Équipage")
    alice.page.locator("summary", has_text="Personnes retirées").click()
    alice.page.get_by_role("button", name="Laisser revenir : Eve").click()
    eve.page.get_by_role("button", name="Réessayer").click()
    eve.page.locator(".shell").wait_for()


def test_a_removed_phone_stays_out_also_as_someone_new(
    alice: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    alice.until(lambda: "Bob" in [record.get("name") for record in alice.records.values()])
    who = next(record["id"] for record in alice.records.values() if record.get("name") == "Bob")
    alice.do("remove_person", person=who)
    expect(bob.page.get_by_text("L’animation vous a retiré")).to_be_visible()
    bob.page.evaluate("localStorage.clear()")
    knock(bob, made, "Tom")
    expect(bob.page.get_by_text("L’animation vous a retiré")).to_be_visible()
    alice.do("admit_person", person=who)
    bob.page.reload()
    knock(bob, made, "Tom")
    bob.page.locator(".shell").wait_for()


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (("set_phase", {"phase": "closed"}), "Cet atelier est terminé"),
        (("set_door", {"door": "closed"}), "n’accueille plus personne pour le moment"),
    ],
)
def test_a_newcomer_is_told_why_not(
    alice: Person, made: dict[str, str], device: Callable[..., Device], act: tuple[str, dict[str, str]], sentence: str
) -> None:
    alice.do(act[0], **act[1])
    bob = device(PHONE)
    knock(bob, made)
    expect(bob.page.locator(".wrong")).to_contain_text(sentence)


def test_the_wall_is_opened_from_the_facilitators_page_while_the_door_is_closed(
    alice: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice.do("set_door", door="closed")
    theo = device(WALL)
    theo.page.goto(f"{made['join_url']}/screen")
    expect(theo.page.locator(".wall-away")).to_contain_text("page d’animation")
    desk = device(LAPTOP).facilitate(made["facilitator_url"])
    desk.tab("Équipage")
    link = desk.page.get_by_role("link", name="Ouvrir le grand écran").get_attribute("href")
    theo.page.goto("about:blank")
    theo.page.goto(made["join_url"].rsplit("/w/", 1)[0] + str(link))
    expect(theo.page.locator(".wall-bar")).to_be_visible()
    assert "key" not in theo.page.url
    assert made["key"] not in theo.page.evaluate("JSON.stringify(localStorage)")
    theo.page.reload()
    expect(theo.page.locator(".wall-bar")).to_be_visible()
    theo.page.goto(f"{made['join_url']}/replay")
    expect(theo.page.locator("main")).to_be_visible()
    expect(theo.page.get_by_text("page d’animation")).to_have_count(0)


def test_a_card_written_under_a_promise_waits_for_its_author_to_decide(
    alice: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice.do("change_settings", anonymous=True)
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.page.locator(".kinds .kind-anchor").first.click()
    bob.page.locator("#text").fill("Un secret")
    expect(bob.page.locator("form .hint", has_text="Anonyme")).to_be_visible()
    alice.do("change_settings", anonymous=False)
    alice.do("lock", locked=True)
    expect(bob.page.get_by_text("Le plateau est verrouillé")).to_be_visible()
    alice.do("lock", locked=False)
    bob.page.locator("#text").press("Enter")
    refused = bob.page.get_by_role("alert").filter(has_text="Un secret")
    expect(refused).to_contain_text("personne ne devait savoir")
    alice.do("set_timer", seconds=60)
    assert not [record for record in alice.records.values() if record["type"] == "card"]
    refused.get_by_role("button", name="avec mon prénom").click()
    expect(bob.page.locator(".card", has_text="Un secret").locator(".received")).to_be_visible()


def test_a_phone_keeps_one_id_for_all_workshops(site: Running, device: Callable[..., Device]) -> None:
    bob = device(PHONE)
    ids = set()
    for _ in range(2):
        bob.join(site.create(secrets.token_hex(4))["join_url"], "Bob")
        ids.add(bob.page.evaluate("localStorage.getItem('speedboat:device')"))
        bob.page.evaluate("localStorage.removeItem('speedboat:device')")
    assert len(ids) == 1
