"""A whole workshop with the keyboard alone, found by roles and names as a screen reader does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.support.live_server import Person, Running

DIST = Path(__file__).parents[2] / "static/dist"
MOST = 90  # presses of Tab to get anywhere on a page


class Hands:
    """Somebody who has only a keyboard: everything is reached by Tab, nothing by pointing at it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, wanted: Locator) -> Locator:
        """Press Tab until it has the focus, and see that one can see so."""
        expect(wanted).to_be_visible()
        handle = wanted.element_handle()
        for _ in range(MOST):
            if self.page.evaluate("(wanted) => document.activeElement === wanted", handle):
                outline = "(el) => el.matches('.note') || getComputedStyle(el).outlineStyle !== 'none'"
                assert self.page.evaluate(outline, handle), "the focus cannot be seen"
                return wanted
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no way to {wanted} by Tab")

    def press(self, role: str, name: str | re.Pattern[str]) -> None:
        self.reach(self.page.get_by_role(role, name=name).first)  # type: ignore[arg-type]
        self.page.keyboard.press("Enter")

    def fill(self, name: str | re.Pattern[str], text: str) -> None:
        self.reach(self.page.get_by_label(name).first)
        self.page.keyboard.insert_text(text)


def test_a_whole_workshop_is_played_without_a_mouse(site: Running, device: Callable[..., Device]) -> None:
    made = site.create("Sans souris", language="en")
    alice = Hands(device(LAPTOP, "en").facilitate(made["facilitator_url"]).page)
    bob = Hands(device(LAPTOP, "en").page)
    bob.page.goto(made["join_url"])
    bob.fill("Your first name", "Bob")
    bob.page.keyboard.press("Enter")
    bob.page.locator(".shell").wait_for()
    acts = {
        "Writing": write,
        "Sharing": move_and_open_a_card,
        "Grouping": group,
        "Voting": vote,
        "Cut the rope": cut,
        "Discussion": discuss,
        "Actions": act,
        "Closed": lambda _alice, _bob: None,
    }
    for phase, play in acts.items():
        alice.press("button", f"Next: {phase}")
        expect(bob.page.locator(".now")).to_contain_text(phase)
        play(alice, bob)


def write(alice: Hands, bob: Hands) -> None:
    for text in ("No budget", "No time"):
        bob.press("button", re.compile("^Anchor"))
        bob.page.keyboard.press("w")
        expect(bob.page.locator("#text")).to_be_focused()
        bob.page.keyboard.insert_text(text)
        bob.page.keyboard.press("Enter")
        expect(bob.page.locator(".card", has_text=text).locator(".received")).to_be_visible()
        bob.page.locator("#text").evaluate("(field) => field.blur()")
    bob.press("button", "I am done")


def move_and_open_a_card(alice: Hands, bob: Hands) -> None:
    """On the board itself."""
    alice.press("button", "Reveal everything")
    expect(bob.page.locator(".note", has_text="No time")).to_be_visible()
    alice.page.keyboard.press("b")
    expect(alice.page.locator(".note:focus")).to_have_count(1)
    before = alice.page.locator(".note:focus").get_attribute("style")
    alice.page.keyboard.press("Shift+ArrowDown")
    expect(alice.page.locator(".note:focus")).not_to_have_attribute("style", before or "")
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_role("dialog", name="Anchor")).to_be_focused()
    alice.page.keyboard.press("Escape")
    expect(alice.page.locator(".note:focus")).to_have_count(1)
    alice.press("button", "Remote")


def group(alice: Hands, bob: Hands) -> None:
    for text in ("No budget", "No time"):
        bob.reach(bob.page.get_by_role("checkbox", name=text))
        bob.page.keyboard.press("Space")
    bob.fill(re.compile("A name for these"), "Means")
    bob.page.keyboard.press("Enter")


def vote(alice: Hands, bob: Hands) -> None:
    bob.press("button", "Place a vote: Means")


def cut(alice: Hands, bob: Hands) -> None:
    alice.press("button", "Show on the big screen: Means")
    bob.press("button", re.compile("^5$"))


def discuss(alice: Hands, bob: Hands) -> None:
    bob.press("button", "Open: Means")
    expect(bob.page.get_by_role("dialog", name="Means")).to_contain_text("No budget")
    bob.page.keyboard.press("Escape")


def act(alice: Hands, bob: Hands) -> None:
    bob.fill("What will be done?", "Ask together")
    bob.page.keyboard.press("Enter")
    alice.press("button", "Take part")
    alice.press("button", "Accept")
    expect(bob.page.locator(".card", has_text="Ask together").locator(".state")).to_have_text("accepted")
    alice.press("button", "Remote")


def test_what_is_opened_just_as_its_part_arrives_is_shown(site: Running, device: Callable[..., Device]) -> None:
    made = site.create("Au même moment")
    bob = Person(site.url, made["code"], name="Bob").join()
    bob.add("Pas de budget")
    (part,) = (file.name for file in DIST.glob("chunk-*.js") if '"split_theme"' in file.read_text(encoding="utf-8"))
    alice = device(service_workers="block")
    held: list[Route] = []
    # Once it has been fetched it is imported, which asks once more: there is no cache where requests are intercepted.
    alice.context.route(f"**/{part}", lambda route: route.continue_() if held else held.append(route))
    alice.page.clock.install()
    with alice.page.expect_request(f"**/{part}") as fetched_beforehand:
        alice.facilitate(made["facilitator_url"])
    expect(alice.card("Pas de budget")).to_be_visible()
    alice.page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=4))
    # Time stands still: the card is opened, and the part comes before the page is painted again.
    alice.card("Pas de budget").press("Enter")
    expect(alice.page.locator("[data-part=coming]")).to_have_count(1)
    held[0].continue_()
    alice.page.evaluate("async (file) => { await import(file); }", fetched_beforehand.value.url)
    alice.page.clock.run_for(1000)
    expect(alice.page.get_by_role("dialog", name="Ancre")).to_be_focused()
    bob.leave()


def test_a_note_keeps_the_focus_while_it_overtakes_others_in_the_order_of_weight(
    site: Running, device: Callable[..., Device]
) -> None:
    made = site.create("Plus lourd")
    bob = Person(site.url, made["code"], name="Bob").join()
    for text, weight in (("Lourd", 0.8), ("Moyen", 0.5), ("Autre", 0.4), ("Mince", 0.1)):
        bob.add(text, weight=weight)
    alice = device().facilitate(made["facilitator_url"])
    notes = alice.page.locator(".notes .note")
    expect(notes).to_contain_text(["Lourd", "Moyen", "Autre", "Mince"])
    alice.card("Mince").focus()
    for _ in range(4):
        weight = alice.card("Mince").get_attribute("data-weight") or ""
        alice.page.keyboard.press("Shift+ArrowDown")
        expect(alice.card("Mince")).not_to_have_attribute("data-weight", weight)
    expect(notes).to_contain_text(["Mince", "Lourd", "Moyen", "Autre"])
    expect(alice.card("Mince")).to_be_focused()
    bob.leave()


# As a screen reader tells it: what a phone shows at first.
JOINING = """
- banner:
  - heading "À l’écoute" [level=1]
  - button "Help and display"
- status:
  - strong: Welcome
- navigation "Parts of the page":
  - button "Take part"
  - button "Board"
  - button "List"
- main:
  - region "Write a card":
    - group "Kind of card":
      - button /Wind/
      - button /Anchor/
      - button /Shark/
    - textbox "Choose a kind, then write"
    - button "Add the card" [disabled]
  - region "My cards":
    - heading "My cards" [level=3]
"""
# As a screen reader tells it: the facilitator’s remote.
REMOTE = """
- main:
  - region "Welcome":
    - heading "Welcome" [level=2]
    - status: /0 of 1 are done/
    - 'button "Next: Writing"'
    - combobox "Go to a step"
    - group "Timer":
      - button "5 min"
    - group "Kinds that are open":
      - button "Anchor"
    - button "Lock the board"
"""
# As a screen reader tells it: the list of cards.
CARDS = """
- main:
  - region "All the cards":
    - heading "All the cards" [level=2]
    - searchbox "Search"
    - heading /Anchor.*1/ [level=3]
    - list:
      - listitem:
        - paragraph: No budget
        - 'button "Open: No budget"'
"""
# As a screen reader tells it: a card that is opened.
CARD = """
- dialog "Anchor":
  - heading "Anchor" [level=2]
  - button "Close"
  - button "Edit the text"
  - group "How much does it weigh?":
    - button "Heavy anchor"
  - button "Me too"
  - 'button "Change into a wind"'
  - button "Delete"
"""


def test_a_screen_reader_is_told_the_page_the_board_and_what_changes(
    site: Running, device: Callable[..., Device]
) -> None:
    made = site.create("À l’écoute", language="en")
    alice = device(PHONE, "en").facilitate(made["facilitator_url"])
    bob = device(PHONE, "en").join(made["join_url"], "Bob")
    expect(bob.page.locator("body")).to_match_aria_snapshot(JOINING)
    expect(alice.page.locator("main")).to_match_aria_snapshot(REMOTE)
    alice.tab("List")
    bob.write("No budget")
    expect(alice.page.locator("main")).to_match_aria_snapshot(CARDS)
    expect(alice.page.locator("[aria-live=polite]", has_text="1 new card on the board")).to_have_count(1)
    alice.page.get_by_role("button", name="Open: No budget").click()
    expect(alice.page.get_by_role("dialog", name="Anchor")).to_match_aria_snapshot(CARD)
