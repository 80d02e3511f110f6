"""Twelve workshops with known truth (`tests/data/twelve_workshops.json`), played by the rules of the product.

Written for the tests. French, one in English (`leeds`), one anonymous (`anonyme`), one without themes (`billom`), one
that ended early (`maringues`), a series (`issoire`, `issoire2`). `same` of a theme names what it is about: themes with
one `same` are the same, all others are not. A theme about what drives and one about what holds back never are.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from speedboat.domain.features.actions import carried_over
from speedboat.domain.ids import WorkshopNumber
from speedboat.domain.limits import Limits
from speedboat.domain.scene import Kind
from speedboat.domain.state import Board
from speedboat.reports.digest import digest
from speedboat.reports.synthesis import SelectedWorkshop
from speedboat.reports.text_similarity import words_of
from tests.support.boards import ALICE, BOB, DAN, NOW, Table, action, card, theme

DATA = Path(__file__).parents[1] / "data" / "twelve_workshops.json"
DAY = 24 * 3600 * 1000


class ScriptedTheme(msgspec.Struct):
    """A theme; `knots` is what everybody estimated, `votes` how many it got."""

    title: str
    same: str
    votes: int
    knots: float | None


class ScriptedCard(msgspec.Struct):
    """A card, with the title of its theme if it has one."""

    kind: Kind
    weight: float
    text: str
    theme: str | None


class ScriptedAction(msgspec.Struct):
    """An action; `late` is accepted with its day past, `abandoned` deleted, `carried` of the workshop before."""

    text: str
    theme: str
    state: Literal["accepted", "done", "late", "abandoned"]
    due: str
    carried: bool


class ScriptedWorkshop(msgspec.Struct):
    """A workshop; `links` are (wind, brake) by their places among the cards, `people` includes nobody who facilitates.

    `stops` is the phase it ended in without being closed; not `grouped`, nobody made themes.
    """

    key: str
    title: str
    language: str
    place: str
    held_on: str
    tags: list[str]
    people: int
    anonymous: bool
    follows: str | None
    stops: Literal["group"] | None
    grouped: bool
    themes: list[ScriptedTheme]
    cards: list[ScriptedCard]
    links: list[tuple[int, int]]
    actions: list[ScriptedAction]


class PlayedWorkshop(NamedTuple):
    """A workshop as it was written down, and its board after it was played; `number` is its place, from 1."""

    script: ScriptedWorkshop
    board: Board
    number: WorkshopNumber

    def truth(self) -> dict[tuple[WorkshopNumber, str], str]:
        """Return what each of its themes is about."""
        return {(self.number, theme(n)): one.same for n, one in enumerate(self.script.themes, 1)}


def read_scripts(path: Path = DATA) -> list[ScriptedWorkshop]:
    """Read the scripts of the workshops."""
    return msgspec.json.decode(path.read_bytes(), type=list[ScriptedWorkshop])


def play_all(scripts: Sequence[ScriptedWorkshop] | None = None) -> list[PlayedWorkshop]:
    """Play workshops in their order, by commands that the rules allow."""
    played: dict[str, PlayedWorkshop] = {}
    for number, script in enumerate(read_scripts() if scripts is None else scripts, 1):
        before = played[script.follows].board if script.follows else None
        played[script.key] = PlayedWorkshop(script, _play(script, before), WorkshopNumber(number))
    return list(played.values())


def selected(workshops: Sequence[PlayedWorkshop]) -> list[SelectedWorkshop]:
    """Return the workshops as a synthesis takes them."""
    numbers = {one.script.key: one.number for one in workshops}
    return [
        SelectedWorkshop(
            id=one.number,
            code=one.script.key.upper(),
            title=one.script.title,
            language=one.script.language,
            format="speedboat",
            version=1,
            at=NOW + one.number * DAY,
            digest=digest(one.board, lambda text, one=one: [stem for stem, _ in words_of(text, one.script.language)]),  # type: ignore[misc]
            held_on=one.script.held_on,
            series=numbers.get(one.script.follows) if one.script.follows else None,
        )
        for one in workshops
    ]


def truth_of(workshops: Sequence[PlayedWorkshop]) -> dict[tuple[WorkshopNumber, str], str]:
    """Return what each theme of some workshops is about, by workshop and id."""
    return {key: same for one in workshops for key, same in one.truth().items()}


# --- playing --------------------------------------------------------------------------------------------------------


def _play(script: ScriptedWorkshop, before: Board | None) -> Board:
    table = Table()
    table.board.limits = Limits(cards_each=0)  # three of them write all cards
    people = [BOB, DAN, *(f"person:{n:016d}" for n in range(script.people - 2))]
    for n, person in enumerate(people[2:], 1):
        table.join(person, "participant", f"Personne {n}")
    table.do(ALICE, "rename_workshop", title=script.title)
    table.do(
        ALICE, "change_settings", language=script.language, anonymous=script.anonymous, votes_each=5, votes_per_theme=5
    )
    if before is not None:
        table.write(None, carried_over(before))
    for n, one in enumerate(script.cards, 1):
        table.add(people[n % len(people)], n, one.text, one.kind, one.weight)
    table.do(ALICE, "set_phase", phase="group")
    for n, topic in enumerate(script.themes, 1):
        cards = [card(place) for place, one in enumerate(script.cards, 1) if one.theme == topic.title]
        table.do(ALICE, "add_theme", theme=theme(n), title=topic.title, cards=cards)
    if not script.stops:
        _decide(table, script, people)
    return table.board


def _decide(table: Table, script: ScriptedWorkshop, people: list[str]) -> None:
    """Vote, estimate, link and act as the script says, and close."""
    table.do(ALICE, "set_phase", phase="vote")
    ballots = [theme(n) for n, topic in enumerate(script.themes, 1) for _ in range(topic.votes)]
    for n, person in enumerate(people):
        own = ballots[n :: len(people)]
        for target in dict.fromkeys(own):
            table.do(person, "vote", target=target, count=own.count(target))
    table.do(ALICE, "set_phase", phase="cut")
    for n, topic in enumerate(script.themes, 1):
        for person in people if topic.knots is not None else ():
            table.do(person, "estimate", target=theme(n), knots=topic.knots)
    table.do(ALICE, "set_phase", phase="act")
    for wind, brake in script.links:
        table.do(ALICE, "link", wind=card(wind + 1), brake=card(brake + 1))
    _act(table, script)
    table.do(ALICE, "set_phase", phase="closed")


def _act(table: Table, script: ScriptedWorkshop) -> None:
    titles = [topic.title for topic in script.themes]
    for n, todo in enumerate(script.actions, 1):
        if todo.carried:
            (number,) = (str(key) for key, own in table.board.actions.items() if own.text == todo.text)
        else:
            number = action(1000 * len(titles) + n)  # unlike those of another workshop of the series
            about = theme(titles.index(todo.theme) + 1)
            table.do(ALICE, "add_action", action=number, text=todo.text, due=todo.due, theme=about)
        if todo.state == "done":
            table.do(ALICE, "edit_action", action=number, state="done")
        elif todo.state == "abandoned":
            table.do(ALICE, "delete_action", action=number)
