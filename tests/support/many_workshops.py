"""Many workshops at once: variations of the Lezoux afternoon, written straight into a database.

`python -m tests.support.many_workshops FOLDER` seeds twelve of them into the data directory FOLDER, to look at the
library.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

from speedboat.access.entry import create_workshop
from speedboat.access.keys import KeyMaker
from speedboat.domain.features.actions import ActionSet
from speedboat.domain.features.cards import CardAdded
from speedboat.domain.features.links import Linked
from speedboat.domain.features.phases import PhaseSet
from speedboat.domain.features.themes import CardPutInTheme, ThemeAdded
from speedboat.domain.features.votes import Voted
from speedboat.domain.messages import Event, Fact
from speedboat.storage.store import Store, Workshop
from speedboat.writing.creation import NewWorkshop

TOLD: dict[str, Any] = json.loads((Path(__file__).parents[2] / "speedboat/cli/lezoux.json").read_text(encoding="utf-8"))
PLACES = (
    "Lezoux", "Thiers", "Ambert", "Issoire", "Riom", "Courpière", "Billom", "Vic-le-Comte", "Maringues",
    "Saint-Éloy-les-Mines", "La Bourboule", "Les Ancizes-Comps",
)  # fmt: skip
# How the same worry is called elsewhere.
OTHERWISE = {
    "Budget": ("Budget", "Le budget", "budget", "Moyens financiers"),
    "Visibilité": ("Visibilité", "Être visible", "Visibilité du métier"),
    "Temps et charge": ("Temps et charge", "Temps, charge de travail", "Manque de temps"),
    "Réseau et échanges": ("Réseau et échanges", "Échanges entre pairs", "Réseau"),
}
MONTH = 30 * 24 * 3600 * 1000
BEGAN = 1_735_000_000_000


def seed(
    store: Store, secret: str, count: int, cards: int = 58, version: int = 1, phase: str = "closed"
) -> list[Workshop]:
    """Write so many workshops with so many cards each; the same ones every time."""
    workshops = []
    for number in range(count):
        place = PLACES[number % len(PLACES)]
        title = f"Conseillers numériques : {place}" + (f" {number}" if number >= len(PLACES) else "")
        at = BEGAN + number * MONTH // max(1, count // 12)
        workshop, _ = create_workshop(store, KeyMaker(secret), at, NewWorkshop(title, TOLD["objective"], "fr"))
        facts = afternoon(random.Random(number), cards, phase)  # the same every time
        with store.writing() as transaction:
            events = [(workshop.id, Event(seq, at, None, fact)) for seq, fact in enumerate(facts, 2)]
            transaction.append(events, {workshop.id: len(facts) + 1})
            if version != 1:
                transaction.change_workshop(workshop.id, format_version=version)
            row = transaction.get(workshop.id)
        assert row is not None
        workshops.append(row)
    return workshops


def afternoon(chance: random.Random, cards: int, phase: str = "closed") -> list[Fact]:
    """Return the facts of a workshop: cards, themes, votes and actions."""
    scripted = [TOLD["cards"][n % len(TOLD["cards"])] for n in range(cards)]
    scripted = [card for card in scripted if chance.random() < 0.8] if cards < 60 else scripted
    names = sorted({card["theme"] for card in scripted})
    themes = {name: f"theme:{n:016d}" for n, name in enumerate(names)}
    facts: list[Fact] = []
    for n, card in enumerate(scripted):
        weight = round(min(1.0, max(0.0, card["weight"] + chance.uniform(-0.15, 0.15))), 2)
        facts.append(CardAdded(f"card:{n:016d}", card["kind"], card["text"], 700, 500, weight))
    facts += [ThemeAdded(key, chance.choice(OTHERWISE.get(name, (name,)))) for name, key in themes.items()]
    facts += [CardPutInTheme(f"card:{n:016d}", themes[card["theme"]]) for n, card in enumerate(scripted)]
    for person in range(20):
        chosen = chance.sample(sorted(themes.values()), min(3, len(themes)))
        facts.append(Voted(f"person:{person:016d}", dict.fromkeys(chosen, 1)))
    winds = [n for n, card in enumerate(scripted) if card["kind"] == "wind"]
    brakes = [n for n, card in enumerate(scripted) if card["kind"] != "wind"]
    facts += [
        Linked(f"card:{chance.choice(winds):016d}", f"card:{n:016d}")
        for n in chance.sample(brakes, min(6, len(brakes)))
        if winds
    ]
    for n, action in enumerate(TOLD["actions"]):
        state = chance.choice(("accepted", "done"))
        facts.append(ActionSet(f"action:{n:016d}", action["text"], state, theme=themes.get(action["theme"])))  # type: ignore[arg-type]
    return [*facts, PhaseSet(phase)]  # type: ignore[arg-type]


def main() -> None:
    from speedboat.config import Config
    from speedboat.storage.library_queries import add_tag

    config = Config.from_environment({"SPEEDBOAT_DATA_DIR": sys.argv[1]})
    store = Store(config.database_url)
    store.migrate()
    for number, workshop in enumerate(seed(store, config.secret_key, 12)):
        with store.writing() as transaction:
            add_tag(transaction, workshop.id, "puy-de-dôme")
            add_tag(transaction, workshop.id, "printemps" if number < 6 else "automne")
        print(workshop.code)
    store.close()


if __name__ == "__main__":
    main()
