"""What somebody wrote is sent, or shown with the reason until they have seen to it: whoever the phone is by then."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.browser.test_offline import texts, until_on_disk
from tests.support.live_server import Person, Running


@pytest.fixture
def made(site: Running) -> dict[str, str]:
    return site.create("Où en sommes-nous ?")


def offline(one: Device) -> None:
    one.context.set_offline(True)
    expect(one.page.locator(".link-state")).to_be_visible()


def with_a_spent_token(one: Device, made: dict[str, str]) -> None:
    """The server no longer knows who this is, as after a month or with another secret key; the page is opened again."""
    place = f"speedboat:me:{made['code']}"
    spent = json.dumps({"token": "spent", "person": "person:AAAAAAAAAAAAAAAA"})
    one.page.evaluate("([place, text]) => localStorage.setItem(place, text)", [place, spent])
    one.context.set_offline(False)
    one.page.goto(made["join_url"])


def test_what_waits_outlives_its_person_and_is_sent_by_the_next(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    offline(bob)
    bob.write("Écrit dans le train")
    until_on_disk(bob.page, 1)
    bob.page.locator("#text").fill("À moitié")
    bob.page.goto("about:blank")
    bob.context.set_offline(False)
    bob.page.goto(site.url)
    with_a_spent_token(bob, made)
    bob.join(made["join_url"], "Bob")
    left = bob.page.get_by_role("alert")
    expect(left).to_contain_text("Écrit dans le train")
    expect(bob.page.locator("#text")).to_have_value("À moitié")
    left.get_by_role("button", name="Envoyer en mon nom").click()
    expect(bob.page.locator(".card", has_text="Écrit dans le train").locator(".received")).to_be_visible()
    expect(left).to_have_count(0)
    watching = Person(site.url, made["code"], view="screen").join()
    assert texts(watching) == ["Écrit dans le train"]
    watching.leave()


def test_what_somebody_before_left_is_erased_only_after_a_question(
    made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    stray = json.dumps({"id": "a" * 21, "name": "add_action", "action": "action:" + "a" * 21, "text": "Un budget"})
    place = f"speedboat:sending:{made['code']}|person:BBBBBBBBBBBBBBBB|000000000000001000000|{'a' * 21}"
    bob.page.evaluate("([place, text]) => localStorage.setItem(place, text)", [place, stray])
    bob.page.reload()
    left = bob.page.get_by_role("alert")
    expect(left).to_contain_text("Un budget")
    left.get_by_role("button", name="Effacer").click()
    left.get_by_role("button", name="Garder").click()
    bob.page.reload()
    left.get_by_role("button", name="Effacer").click()
    left.get_by_role("button", name="Effacer").click()
    expect(left).to_have_count(0)
    bob.page.reload()
    expect(bob.page.locator("#text")).to_be_visible()
    assert bob.page.evaluate("([place]) => localStorage.getItem(place)", [place]) is None


def test_an_edit_that_was_overtaken_while_offline_is_shown_with_both_texts_after_the_tab_was_closed(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice = Person(site.url, made["code"], key=made["key"]).join()
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.write("Ma phrase")
    expect(bob.page.locator(".card .received")).to_have_count(1)
    bob.page.get_by_role("button", name="Ouvrir").click()
    bob.page.get_by_role("button", name="Modifier le texte").click()
    offline(bob)
    bob.page.locator("#rewrite").fill("Ma phrase, en mieux")
    bob.page.get_by_role("button", name="Enregistrer").click()
    until_on_disk(bob.page, 1)
    [card] = [record["id"] for record in alice.records.values() if record["type"] == "card"]
    alice.do("edit_card", card=card, text="La phrase d'Alice")
    bob.page.goto("about:blank")
    bob.context.set_offline(False)
    for _ in range(2):
        bob.page.goto(made["join_url"])
        kept = bob.page.get_by_role("alert")
        expect(kept).to_contain_text("Ma phrase, en mieux")
        expect(kept).to_contain_text("La phrase d'Alice")
    kept.get_by_role("button", name="Garder le mien").click()
    expect(kept).to_have_count(0)
    alice.sees(card, text="Ma phrase, en mieux")
    alice.leave()


def test_an_action_refused_after_its_tab_was_closed_is_shown_with_the_reason_and_can_be_sent_again(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice = Person(site.url, made["code"], key=made["key"]).join()
    alice.do("set_phase", phase="act")
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.page.locator("#action").wait_for()
    offline(bob)
    bob.page.locator("#action").fill("Demander un budget")
    bob.page.locator("#action").press("Enter")
    until_on_disk(bob.page, 1)
    bob.page.goto("about:blank")
    alice.do("set_phase", phase="closed")
    bob.context.set_offline(False)
    bob.page.goto(made["join_url"])
    kept = bob.page.get_by_role("alert")
    expect(kept).to_contain_text("Demander un budget")
    expect(kept.locator(".hint")).not_to_be_empty()
    alice.do("set_phase", phase="act")
    bob.page.reload()
    expect(kept).to_contain_text("Demander un budget")
    kept.get_by_role("button", name="Réessayer").click()
    expect(bob.page.locator(".card", has_text="Demander un budget").locator(".state")).to_have_text("proposée")
    alice.leave()


def test_what_was_refused_is_told_on_the_boat_too_and_is_one_tap_away(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice = Person(site.url, made["code"], key=made["key"]).join()
    bob = device(PHONE).join(made["join_url"], "Bob")
    offline(bob)
    bob.write("Écrit trop tard")
    until_on_disk(bob.page, 1)
    bob.tab("Plateau")
    alice.do("set_phase", phase="closed")
    bob.context.set_offline(False)
    bob.page.get_by_role("button", name="1 texte n’est pas parti").click()
    kept = bob.page.get_by_role("alert")
    expect(kept).to_contain_text("Écrit trop tard")
    expect(kept).to_be_in_viewport(ratio=1)
    alice.leave()


COOKIES_REFUSED = """
for (const name of ['open', 'databases', 'deleteDatabase']) {
  IDBFactory.prototype[name] = () => { throw new DOMException('The operation is insecure.', 'SecurityError'); };
}
Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });
Object.defineProperty(window, 'caches', { get() { throw new DOMException('denied', 'SecurityError'); } });
Object.defineProperty(Document.prototype, 'cookie', {
  get() { throw new DOMException('denied', 'SecurityError'); },
  set() { throw new DOMException('denied', 'SecurityError'); },
});
"""


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_a_browser_that_refuses_to_keep_anything_still_sends_and_says_so(
    site: Running, made: dict[str, str], device: Callable[..., Device], size: dict[str, object]
) -> None:
    bob = device(size)
    bob.page.add_init_script(COOKIES_REFUSED)
    bob.join(made["join_url"], "Bob")
    bob.write("Envoyé quand même")
    expect(bob.page.locator(".card .received")).to_have_count(1)
    offline(bob)
    bob.write("Pas encore")
    expect(bob.page.locator(".link-state")).to_contain_text("Laissez cette page ouverte")
    bob.context.set_offline(False)
    expect(bob.page.locator(".card .received")).to_have_count(2)
    watching = Person(site.url, made["code"], view="screen").join()
    assert texts(watching) == ["Envoyé quand même", "Pas encore"]
    watching.leave()


def test_a_word_that_is_being_composed_is_not_sent_in_the_order_of_safari(
    made: dict[str, str], device: Callable[..., Device]
) -> None:
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.page.locator(".kinds .kind-wind").click()
    bob.page.locator("#text").fill("予算")
    bob.page.evaluate(
        """() => {
          const field = document.querySelector('#text');
          field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: '予算' }));
          const how = { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true };
          field.dispatchEvent(new KeyboardEvent('keydown', how));
        }"""
    )
    expect(bob.page.locator("#text")).to_have_value("予算")
    bob.page.locator("#text").press("Enter")
    expect(bob.page.locator(".card", has_text="予算")).to_have_count(1)


def test_a_text_that_is_too_long_is_not_cut_but_said_to_be(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice = Person(site.url, made["code"], key=made["key"]).join()
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.page.locator(".kinds .kind-wind").click()
    bob.page.locator("#text").fill("é" * 503)
    expect(bob.page.locator("#text")).to_have_value("é" * 503)
    expect(bob.page.locator("#text-excess")).to_have_text("3 caractères de trop : merci de raccourcir le texte.")
    expect(bob.page.locator("form button.primary")).to_be_disabled()
    bob.page.locator("#text").press("Enter")
    expect(bob.page.locator("#text")).to_have_value("é" * 503)
    alice.do("set_phase", phase="act")
    bob.page.locator("#action").fill("a" * 501)
    expect(bob.page.locator("#action-excess")).to_contain_text("1 caractère de trop")
    alice.leave()


def test_what_was_half_written_stays_in_sight_when_the_next_step_begins(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice = Person(site.url, made["code"], key=made["key"]).join()
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.page.locator("#text").fill("Une idée à moit")
    alice.do("set_phase", phase="group")
    left = bob.page.locator(".unfinished")
    expect(left).to_contain_text("Une idée à moit")
    bob.page.reload()
    expect(left).to_contain_text("Une idée à moit")
    alice.do("set_phase", phase="act")
    bob.page.locator("#action").fill("Demander un bud")
    bob.page.reload()
    expect(bob.page.locator("#action")).to_have_value("Demander un bud")
    alice.do("set_phase", phase="write")
    expect(bob.page.locator("#text")).to_have_value("Une idée à moit")
    alice.leave()


def test_many_lines_are_sent_after_a_question_and_can_be_stopped(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice = device(LAPTOP).facilitate(made["facilitator_url"])
    alice.tab("Participer")
    alice.page.locator(".kinds .kind-wind").click()
    alice.page.locator("#text").fill("\n".join(f"Idée {n}" for n in range(250)))
    alice.page.locator("#text").press("Enter")
    question = alice.page.get_by_role("alert")
    expect(question).to_contain_text("250 cartes")
    expect(alice.page.locator(".card")).to_have_count(0)
    offline(alice)
    question.get_by_role("button", name="Envoyer 250 cartes").click()
    progress = alice.page.locator(".block", has_text="encore en route")
    expect(progress).to_contain_text("250 cartes")
    progress.get_by_role("button", name="Arrêter").click()
    expect(progress).to_have_count(0)
    assert len(alice.page.locator("#text").input_value().split("\n")) == 250
    alice.context.set_offline(False)
    alice.page.locator("#text").press("Enter")
    question.get_by_role("button", name="Envoyer 250 cartes").click()
    watching = Person(site.url, made["code"], view="screen").join()
    watching.until(lambda: len(texts(watching)) == 250)
    assert texts(watching) == [f"Idée {n}" for n in range(250)]
    expect(progress).to_have_count(0)
    mine = alice.page.locator("[aria-labelledby=mine-title]")
    expect(mine.locator(".card")).to_have_count(60)
    mine.get_by_role("button", name="Afficher les 250").click()
    expect(mine.locator(".card")).to_have_count(250)
    watching.leave()


def paste(one: Device, field: str, text: str) -> None:
    """Paste as a keyboard does, which a browser's own limit would cut."""
    one.page.locator(field).focus()
    one.page.keyboard.insert_text(text)


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "1 caractère de trop"), ("en", "1 character too many")], ids=["fr", "en"]
)
def test_a_long_island_title_or_first_name_is_said_to_be_too_long_and_stays_whole(
    site: Running, made: dict[str, str], device: Callable[..., Device], language: str, words: str
) -> None:
    one = device(PHONE, language)
    one.page.goto(site.url)
    one.page.locator("#title").fill("Numérique")
    for field, limit in (("#title", 200), ("#objective", 500)):
        one.page.locator(field).fill("")
        paste(one, field, "é" * (limit + 1))
        expect(one.page.locator(field)).to_have_value("é" * (limit + 1))
        said = one.page.locator(field).evaluate("(field) => field.validationMessage")
        assert said.startswith(words)
        one.page.locator("#create button").click()
        assert "/facilitate" not in one.page.url
        one.page.locator(field).fill("é" * limit)
        assert one.page.locator(field).evaluate("(field) => field.checkValidity()")
    one.page.goto(made["join_url"])
    paste(one, "#name", "B" * 61)
    assert one.page.locator("#name").evaluate("(field) => field.validationMessage").startswith(words)
    expect(one.page.locator("#name")).to_have_value("B" * 61)


def test_a_card_that_is_being_rewritten_is_still_there_after_a_reload_with_the_text_it_began_from(
    site: Running, made: dict[str, str], device: Callable[..., Device]
) -> None:
    alice = Person(site.url, made["code"], key=made["key"]).join()
    bob = device(PHONE).join(made["join_url"], "Bob")
    bob.write("Pas de budget")
    expect(bob.page.locator(".card .received")).to_have_count(1)
    bob.page.get_by_role("button", name="Ouvrir").click()
    bob.page.get_by_role("button", name="Modifier le texte").click()
    bob.page.locator("#rewrite").fill("Pas de budget du tout")
    [card] = [id for id, record in alice.records.items() if record["type"] == "card"]
    alice.do("edit_card", card=card, text="Peu de budget")
    bob.page.reload()
    expect(bob.page.locator(".card", has_text="Peu de budget")).to_be_visible()
    bob.page.get_by_role("button", name="Ouvrir").click()
    expect(bob.page.locator("#rewrite")).to_have_value("Pas de budget du tout")
    bob.page.get_by_role("button", name="Enregistrer").click()
    expect(bob.page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Pas de budget du tout")
    expect(bob.page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Peu de budget")
    alice.leave()
