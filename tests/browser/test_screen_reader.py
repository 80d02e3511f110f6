"""A whole workshop with a screen reader: everything is found by role and name."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import LAPTOP, PHONE, Device
from tests.support.live_server import Running

Name = str | re.Pattern[str]


class Ears:
    """Somebody who only hears the page: no part of it is known but by role and name."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def hear(self, role: str, name: Name) -> Locator:
        """The one part of the page, or of the window over it, that is called this."""
        dialog = self.page.get_by_role("dialog")
        within = dialog if dialog.count() else self.page.get_by_role("main")
        exact = isinstance(name, str)
        return within.get_by_role(role, name=name, exact=exact).first  # type: ignore[arg-type]

    def press(self, role: str, name: Name) -> None:
        self.hear(role, name).click()

    def write(self, name: Name, text: str, role: str = "textbox") -> None:
        field = self.hear(role, name)
        field.fill(text)
        field.press("Enter")

    def to(self, part: str) -> None:
        """To a part of the page."""
        self.page.get_by_role("navigation", name="Parts of the page").get_by_role("button", name=part).click()

    def is_told(self, text: Name) -> None:
        """It is said without being asked for."""
        expect(self.page.get_by_role("status").filter(has_text=text).first).to_be_attached()

    def reads(self, shape: str) -> None:
        expect(self.page.get_by_role("main")).to_match_aria_snapshot(shape)

    def open(self, name: str, kind: str) -> Locator:
        """In the list, open what is called this; the window takes the focus, and says what it is."""
        self.press("button", f"Open: {name}")
        dialog = self.page.get_by_role("dialog", name=kind)
        expect(dialog).to_be_focused()
        return dialog

    def close(self) -> None:
        self.press("button", "Close")
        expect(self.page.get_by_role("dialog")).to_have_count(0)


def aboard(site: Running, device: Callable[..., Device]) -> tuple[Ears, Ears]:
    made = site.create("À l’écoute", language="en")
    alice = Ears(device(LAPTOP, "en").page)
    alice.page.goto(made["facilitator_url"])
    bob = Ears(device(PHONE, "en").page)
    bob.page.goto(made["join_url"])
    bob.write("Your first name", "Bob")
    expect(bob.page.get_by_role("heading", name="À l’écoute", level=1)).to_be_visible()
    return alice, bob


def test_a_whole_workshop_is_played_by_ear(site: Running, device: Callable[..., Device]) -> None:
    alice, bob = aboard(site, device)
    acts = {
        "Writing": write,
        "Sharing": share,
        "Grouping": group,
        "Voting": vote,
        "Cut the rope": cut,
        "Discussion": discuss,
        "Actions": act,
        "Closed": look_back,
    }
    for phase, play in acts.items():
        alice.to("Remote")
        alice.press("button", f"Next: {phase}")
        bob.is_told(phase)
        play(alice, bob)


def write(alice: Ears, bob: Ears) -> None:
    alice.press("button", "5 min")
    expect(bob.page.get_by_role("timer")).to_be_visible()
    for kind, weight, text in (
        ("Anchor", "Heavy anchor", "No budget"),
        ("Anchor", "Middling anchor", "No time"),
        ("Wind", "Light wind", "Thanks"),
    ):
        bob.press("button", re.compile(f"^{kind}"))
        bob.press("button", weight)
        bob.write(re.compile("."), text)
        expect(bob.hear("listitem", re.compile("")).filter(has_text=text)).to_contain_text("received")
    bob.press("button", "I am done")
    expect(bob.hear("button", "✓ I am done")).to_have_attribute("aria-pressed", "true")
    alice.is_told("1 of 1 is done")


def share(alice: Ears, bob: Ears) -> None:
    alice.press("button", "Reveal everything")
    alice.to("List")
    alice.reads("""
- main:
  - region "All the cards":
    - heading "All the cards" [level=2]
    - searchbox "Search"
    - heading /Wind.*1/ [level=3]
    - list:
      - listitem:
        - paragraph: Thanks
        - 'button "Open: Thanks"'
    - heading /Anchor.*2/ [level=3]
    - list:
      - listitem:
        - paragraph: No budget
        - text: /Heavy anchor/
        - 'button "Open: No budget"'
      - listitem:
        - paragraph: No time
        - 'button "Open: No time"'
""")
    change_cards_in_the_list(alice, bob)


def change_cards_in_the_list(alice: Ears, bob: Ears) -> None:
    """The list twin: the same acts as on the board, nothing dragged."""
    alice.open("No time", "Anchor")
    alice.press("button", "Me too")
    expect(alice.hear("button", "Me too (1)")).to_have_attribute("aria-pressed", "true")
    alice.press("button", "Heavy anchor")
    expect(alice.hear("button", "Heavy anchor")).to_have_attribute("aria-pressed", "true")
    alice.close()
    bob.to("List")
    bob.open("No budget", "Anchor")
    bob.press("button", "Edit the text")
    bob.hear("textbox", "Text").fill("No budget at all")
    bob.press("button", "Save")
    expect(bob.hear("listitem", re.compile("")).first).to_contain_text("No budget at all")
    bob.close()


def group(alice: Ears, bob: Ears) -> None:
    bob.to("List")
    bob.open("No time", "Anchor")
    bob.write("New theme", "Means")
    bob.close()
    bob.open("No budget at all", "Anchor")
    bob.hear("combobox", "Theme").select_option(label="Means")
    bob.close()
    alice.to("List")
    expect(alice.hear("heading", "Means")).to_be_visible()
    alice.press("button", "Open the theme")
    alice.hear("textbox", "Note").fill("Ask for both at once.")
    alice.press("button", "Save the note")
    alice.close()


def vote(alice: Ears, bob: Ears) -> None:
    bob.to("Take part")
    bob.press("button", "Place a vote: Means")
    alice.is_told("0 of 1 have finished voting")
    bob.press("button", "I am done")
    alice.is_told("1 of 1 has finished voting")


def cut(alice: Ears, bob: Ears) -> None:
    alice.press("button", "Show on the big screen: Means")
    bob.press("button", "5")
    expect(bob.hear("button", "5")).to_have_attribute("aria-pressed", "true")
    alice.is_told("1 of 1 has answered")


def discuss(alice: Ears, bob: Ears) -> None:
    bob.press("button", "Open: Means")
    expect(bob.page.get_by_role("dialog", name="Means")).to_contain_text("Ask for both at once.")
    bob.close()


def act(alice: Ears, bob: Ears) -> None:
    bob.write("What will be done?", "Ask together")
    alice.to("Take part")
    alice.press("button", "Accept")
    expect(bob.hear("listitem", re.compile("")).filter(has_text="Ask together").first).to_contain_text("accepted")


def look_back(alice: Ears, bob: Ears) -> None:
    bob.reads("""
- main:
  - region "Actions":
    - heading "Actions" [level=2]
    - list:
      - listitem:
        - paragraph:
          - strong: Ask together
        - text: /accepted Means/
  - region "In order of votes":
    - heading "In order of votes" [level=2]
    - list:
      - listitem:
        - paragraph:
          - strong: Means
          - text: 1 vote
        - paragraph: Ask for both at once.
        - 'button "Open: Means"'
""")
