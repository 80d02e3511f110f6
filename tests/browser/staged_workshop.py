"""A workshop of any size that is led from phase to phase on real sockets, for looking at its pages."""

from __future__ import annotations

import json
from itertools import cycle, islice
from pathlib import Path

from tests.support.live_server import Person, Running, theme_id

LEZOUX = json.loads((Path(__file__).parents[2] / "speedboat/cli/lezoux.json").read_text(encoding="utf-8"))
PHASES = ("welcome", "write", "share", "group", "vote", "cut", "discuss", "act", "closed")
WRITERS = 8


class Afternoon:
    """A workshop with so many cards, its facilitator and its writers on sockets."""

    def __init__(self, site: Running, cards: int, language: str = "fr") -> None:
        self.made = site.create(LEZOUX["title"], objective=LEZOUX["objective"], language=language)
        code = self.made["code"]
        self.alice = Person(site.url, code, key=self.made["key"], name="Alice").join()
        self.writers = [Person(site.url, code, name=name).join() for name in LEZOUX["participants"][:WRITERS]]
        known = LEZOUX["cards"]
        few = min(cards, len(known))
        spread = [known[i * len(known) // few] for i in range(few)]
        self.wanted = list(islice(cycle(spread), cards))
        self.themes: dict[str, str] = {}
        self.cards: dict[str, list[str]] = {}

    def go(self, phase: str) -> None:
        """Move to a phase, and do there what people do."""
        self.alice.do("set_phase", phase=phase)
        doing = getattr(self, f"_{phase}", None)
        if doing:
            doing()

    def _write(self) -> None:
        for writer, card in zip(cycle(self.writers), self.wanted, strict=False):
            made = writer.add(card["text"], card["kind"], weight=card["weight"])
            self.cards.setdefault(card["theme"], []).append(made)
        self.writers[0].do("ready", ready=True)
        self.alice.do("set_timer", seconds=480)

    def _share(self) -> None:
        self.alice.do("reveal")
        self.alice.do("set_timer", seconds=None)

    def _group(self) -> None:
        for title, cards in list(self.cards.items())[: max(1, len(self.cards) - 3)]:
            self.themes[title] = theme_id()
            # Some stay by themselves: boards are never quite tidy.
            kept = cards if len(cards) < 4 else cards[: len(cards) * 3 // 4]
            self.alice.do("add_theme", theme=self.themes[title], title=title, cards=kept)

    def _vote(self) -> None:
        for writer, theme in zip(self.writers[:5], cycle(self.themes.values()), strict=False):
            writer.do("vote", target=theme, count=2)

    def _cut(self) -> None:
        self.alice.do("focus", target=self.first)
        for writer, knots in zip(self.writers, (3, 5, 8), strict=False):
            writer.do("estimate", target=self.first, knots=knots)

    def _discuss(self) -> None:
        winds = [card for cards in self.cards.values() for card in cards if self.kind(card) == "wind"]
        for wind in winds[:1]:
            self.alice.do("link", wind=wind, brake=self.first)
        self.alice.do("note", target=self.first, text="Demander ensemble, une fois par an.")

    def _act(self) -> None:
        for i, action in enumerate(LEZOUX["actions"]):
            self.writers[0].do(
                "add_action",
                action=theme_id().replace("theme:", "action:"),
                text=action["text"],
                owner=action["owner"],
                due=f"2027-0{i + 1}-15",
            )

    @property
    def first(self) -> str:
        return next(iter(self.themes.values()))

    def kind(self, card: str) -> str:
        return str(self.alice.sees(card)["kind"])

    def leave(self) -> None:
        for person in (self.alice, *self.writers):
            person.leave()
