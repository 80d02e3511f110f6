"""Actions: filed where one talks, accepted from the remote, completed later; what was agreed stands first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, WALL, Device
from tests.browser.visual_checks import axe_finds, eye_finds
from tests.support.live_server import Person, Running, action_id, theme_id


@pytest.fixture
def made(site: Running) -> dict[str, str]:
    return site.create("Où en sommes-nous ?")


@pytest.fixture
def alice(site: Running, made: dict[str, str]) -> Iterator[Person]:
    alice = Person(site.url, made["code"], key=made["key"], name="Alice").join()
    yield alice
    alice.leave()


@pytest.fixture
def zoe(site: Running, made: dict[str, str]) -> Iterator[Person]:
    zoe = Person(site.url, made["code"], name="Zoé").join()
    yield zoe
    zoe.leave()


def theme(alice: Person, title: str) -> str:
    """Make a theme of one card; return its id."""
    made, card = theme_id(), alice.add(f"Une carte de {title}")
    alice.do("add_theme", theme=made, title=title, cards=[card])
    return made


def open_theme(one: Device, title: str) -> None:
    """Open a theme from the list."""
    section = one.page.locator("section:has(> h3)").filter(has=one.page.get_by_role("heading", name=title, exact=True))
    section.get_by_role("button", name="Ouvrir le thème").click()


def propose(zoe: Person, text: str) -> str:
    """Propose an action, as a participant does; return its id."""
    action = action_id()
    zoe.do("add_action", action=action, text=text, owner=None, due=None, theme=None)
    return action


def test_an_action_is_filed_under_what_is_talked_about_now_or_under_what_one_chose(
    alice: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice.do("set_phase", phase="group")
    first, second = theme(alice, "Moyens"), theme(alice, "Temps")
    alice.do("set_phase", phase="discuss")
    alice.do("focus", target=first)
    bob = device(PHONE).join(made["join_url"], "Bob")
    field = bob.page.locator("#action-theme")
    expect(field).to_have_value(first)
    bob.page.locator("#action").fill("Demander un budget")
    alice.do("focus", target=second)
    expect(field).to_have_value(second)
    expect(bob.page.locator("#action")).to_have_value("Demander un budget")
    bob.page.locator("#action").press("Enter")
    alice.until(
        lambda: any(record.get("theme") == second for record in alice.records.values() if record["type"] == "action")
    )
    field.select_option("")
    alice.do("focus", target=first)
    bob.page.locator("#action").fill("Autre chose")
    expect(field).to_have_value("")


def test_a_theme_s_own_sheet_takes_an_action_for_it(
    alice: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice.do("set_phase", phase="group")
    first, second = theme(alice, "Moyens"), theme(alice, "Temps")
    alice.do("set_phase", phase="act")
    alice.do("focus", target=first)
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.tab("Liste")
    open_theme(bob, "Temps")
    sheet = bob.page.get_by_role("dialog", name="Temps")
    sheet.get_by_text("Proposer une action pour ce thème").click()
    sheet.locator("#own-action").fill("Fixer une heure")
    sheet.locator("#own-action").press("Enter")
    expect(sheet.locator(".arrival")).to_contain_text("Reçu")
    alice.until(
        lambda: any(record.get("theme") == second for record in alice.records.values() if record["type"] == "action")
    )
    assert axe_finds(bob.page) == []


@pytest.mark.parametrize(("size", "language"), [(PHONE, "fr"), (LAPTOP, "en")], ids=["phone", "laptop"])
def test_what_was_proposed_is_accepted_and_completed_from_the_remote(
    alice: Person,
    zoe: Person,
    made: dict[str, str],
    device: Callable[..., Device],
    size: dict[str, object],
    language: str,
) -> None:
    words = {
        "fr": ("Animer", "1 action à accepter", "Modifier", "Enregistrer", "Accepter"),
        "en": ("Remote", "1 action to accept", "Edit", "Save", "Accept"),
    }[language]
    alice.do("set_phase", phase="act")
    action = propose(zoe, "Demander un budget")
    host = device(size, language).facilitate(made["facilitator_url"])
    host.tab(words[0])
    group = host.page.get_by_role("group", name=words[1])
    group.get_by_role("button", name=words[2]).click()
    group.locator("[id$='-owner']").fill("Mme Durand")
    group.locator("[id$='-due']").fill("2199-01-31")
    assert axe_finds(host.page) == []
    group.get_by_role("button", name=words[3]).click()
    alice.sees(action, owner="Mme Durand", due="2199-01-31", text="Demander un budget", state="proposed")
    group.get_by_role("button", name=words[4]).click()
    alice.sees(action, state="accepted")
    expect(group).to_have_count(0)


def test_the_wall_tells_what_is_agreed_from_what_is_proposed_and_the_agreed_stands_first(
    alice: Person, zoe: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice.do("set_phase", phase="act")
    propose(zoe, "Peut-être")
    alice.do("edit_action", action=propose(zoe, "Déjà fait"), state="done")
    alice.do("edit_action", action=propose(zoe, "Promis"), state="accepted")
    wall = device(WALL)
    wall.page.goto(f"{made['join_url']}/screen")
    lines = wall.page.locator(".wall-side li")
    expect(lines).to_have_text(["Promis", "✓ terminéDéjà fait", "Peut-êtreproposée"])
    assert eye_finds(wall.page) == []
    assert axe_finds(wall.page) == []


def test_a_theme_is_merged_by_a_button_and_deleted_after_a_question(
    alice: Person, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice.do("set_phase", phase="group")
    first, second = theme(alice, "Moyens"), theme(alice, "Temps")
    host = device(PHONE).facilitate(made["facilitator_url"])
    host.tab("Liste")
    open_theme(host, "Temps")
    sheet = host.page.get_by_role("dialog", name="Temps")
    sheet.get_by_label("Fusionner avec").select_option(first)
    sheet.get_by_role("button", name="Supprimer le thème").click()
    assert not alice.records[second].get("deleted")
    sheet.get_by_role("button", name="Garder").click()
    assert second in alice.records
    sheet.get_by_role("button", name="Fusionner", exact=True).click()
    alice.sees_no(second)
    open_theme(host, "Moyens")
    sheet = host.page.get_by_role("dialog", name="Moyens")
    sheet.get_by_role("button", name="Supprimer le thème").click()
    sheet.get_by_role("button", name="Supprimer", exact=True).click()
    alice.sees(first, deleted=True)
    assert (
        len([record for record in alice.records.values() if record["type"] == "card" and not record.get("theme")]) == 2
    )
