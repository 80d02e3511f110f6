"""Workshops in their last phase, with any number of cards, for testing exports."""

from __future__ import annotations

import random

from speedboat.cli.demo import ScriptAction, read_script
from speedboat.domain.limits import Limits
from speedboat.domain.messages import SCREEN, Viewer
from speedboat.exports.source import House, Source, source_of
from speedboat.storage.store import Workshop
from tests.support.boards import ALICE, BOB, DAN, NOW, Table, action, card, theme

PHRASES = ("", " depuis la rentrée", ", et cela dure", " : on en parle à chaque réunion", " dans chaque structure")


def lezoux(cards: int, *, anonymous: bool = False) -> Table:
    """Return the Lezoux workshop at its end, with so many cards; its own 58 are repeated."""
    script, table, dice = read_script(), Table(), random.Random(cards)
    table.board.limits = Limits(cards=0, cards_each=0)  # two people write all of them
    table.do(ALICE, "rename_workshop", title=script.title, objective=script.objective)
    table.do(ALICE, "change_settings", anonymous=anonymous)
    grouped: dict[str, list[str]] = {}
    for n in range(cards):
        scripted = script.cards[(n * 7) % len(script.cards)]  # 58 of them: all come, of all kinds from the first few on
        weight = min(1.0, max(0.0, scripted.weight + dice.uniform(-0.1, 0.1)))
        text = (scripted.text + PHRASES[n // len(script.cards) % len(PHRASES)])[:500]
        table.add((BOB, DAN)[n % 2], n + 1, text, scripted.kind, weight)
        if scripted.theme and n % 5:
            grouped.setdefault(scripted.theme, []).append(card(n + 1))
    table.do(ALICE, "set_phase", phase="group")
    themes = list(grouped)
    for number, title in enumerate(themes, 1):
        table.do(ALICE, "add_theme", theme=theme(number), title=title, cards=grouped[title])
    _decide(table, script.actions, themes)
    return table


def _decide(table: Table, actions: list[ScriptAction], themes: list[str]) -> None:
    table.do(ALICE, "set_phase", phase="vote")
    for number in range(1, min(len(themes), 5) + 1):
        table.do(BOB if number % 2 else DAN, "vote", target=theme(number), count=1)
    table.do(ALICE, "set_phase", phase="cut")
    for person, knots in ((BOB, 4), (DAN, 9), (ALICE, 6.5)):
        if themes:
            table.do(person, "estimate", target=theme(1), knots=knots)
    table.do(ALICE, "set_phase", phase="act")
    kinds = {record.id: record.kind for record in table.board.cards.values()}
    winds = [one for one, kind in kinds.items() if kind == "wind"]
    brakes = [one for one, kind in kinds.items() if kind != "wind"]
    for wind, brake in list(zip(winds, brakes, strict=False))[:4]:
        table.do(ALICE, "link", wind=wind, brake=brake)
    for number, todo in enumerate(actions, 1):
        named = {"theme": theme(themes.index(todo.theme) + 1)} if todo.theme in themes else {}
        table.do(
            ALICE, "add_action", action=action(number), text=todo.text, owner=todo.owner, due="2027-01-31", **named
        )
        table.do(ALICE, "accept_action", action=action(number))
    table.do(ALICE, "set_phase", phase="closed")


def source(
    table: Table, viewer: Viewer = SCREEN, language: str = "fr", house: House | None = None, *, names: bool = False
) -> Source:
    """Return what an export is made from, as `viewer` may see the workshop."""
    board = table.board
    row = Workshop(1, "ABC234", board.title, board.objective, language, "speedboat", 1, NOW, board.seq, "")
    return source_of(row, board, viewer, language, house, names=names)
