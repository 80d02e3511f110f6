"""The picture of the boat: notes in the order of their weights, a theme in the zone of each of its kinds."""

from __future__ import annotations

import json
import random
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from speedboat.domain.limits import Limits
from speedboat.domain.scene import FRAMES, ZONES, Kind
from speedboat.exports.picture import draw
from speedboat.exports.picture_rows import beside_each_other, in_zone, into_rows
from tests.support.boards import ALICE, BOB, Table, card, theme
from tests.support.finished_workshops import source

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "data/rows.json").read_text(encoding="utf-8"))
NOTE = re.compile(r'<g transform="translate\((\S+) (\S+)\) scale\([\d.]+\)">(.*?)</g></g>', re.DOTALL)
TEXT = re.compile(r"<text [^>]*>([^<]*)</text>")


def drawn(table: Table) -> list[tuple[str, float, float]]:
    """Return the notes of the picture: what each says, and where."""
    svg = draw(source(table)).decode()
    return [(" ".join(TEXT.findall(inside)), float(x), float(y)) for x, y, inside in NOTE.findall(svg)]


def along(kind: Kind, x: float, y: float) -> float:
    """Return how far along the way that a kind weighs: the heavier, the farther."""
    return {"bottom": y, "right": x, "left": -x}[ZONES[kind].heaviest]


@pytest.mark.parametrize("heavy", [False, True])
@pytest.mark.parametrize("count", [20, 58, 68, 120, 300])
def test_no_card_hangs_in_the_wrong_order_of_weight(count: int, heavy: bool) -> None:
    table, dice = Table(), random.Random(count)
    table.board.limits = Limits(cards=0, cards_each=0)
    kinds: dict[str, Kind] = {}
    for n in range(1, count + 1):
        kind: Kind = dice.choice(["wind", "anchor", "shark"])
        kinds[f"C{n}"] = kind
        table.add(BOB, n, f"C{n}", kind, dice.uniform(0.8, 1) if heavy else dice.random())
    table.do(ALICE, "set_phase", phase="group")
    weights = {one.text: one.weight for one in table.board.cards.values()}
    notes = drawn(table)
    assert len(notes) == count
    for (one, x, y), (other, left, top) in combinations(notes, 2):
        kind = kinds[one]
        if kind == kinds[other] and weights[one] != weights[other]:
            # The picture is written in tenths of a unit.
            further = along(kind, x, y) - along(kind, left, top)
            assert further * (weights[one] - weights[other]) >= -1e-9 or abs(further) <= 0.11, (one, other)


def test_a_theme_of_several_kinds_is_drawn_in_the_zone_of_each_with_how_many_lie_there() -> None:
    table = Table()
    kinds: list[Kind] = ["anchor", "anchor", "shark", "wind"]
    for n, kind in enumerate(kinds, 1):
        table.add(BOB, n, f"C{n}", kind, 0.5)
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "add_theme", theme=theme(1), title="Budget", cards=[card(n) for n in (1, 2, 3, 4)])
    notes = drawn(table)
    assert sorted(text for text, _, _ in notes) == [
        "Budget 1 des 4 cartes",
        "Budget 1 des 4 cartes",
        "Budget 2 des 4 cartes",
    ]
    for text, x, y in notes:
        (zone,) = [kind for kind, (left, top, right, bottom) in FRAMES.items() if left < x < right and top < y < bottom]
        assert text == f"Budget {kinds.count(zone)} des 4 cartes"


TIE = re.compile(r'<path d="M(\S+) (\S+)C\S+ \S+ \S+ \S+ (\S+) (\S+)" stroke="#0b6b4f"')


def tied() -> Table:
    """Return a board that is being discussed: a wind, a theme of both sides, a shark, and links between them."""
    table = Table()
    kinds: list[Kind] = ["wind", "wind", "anchor", "shark"]
    for n, kind in enumerate(kinds, 1):
        table.add(BOB, n, f"C{n}", kind, 0.5)
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "add_theme", theme=theme(1), title="Budget", cards=[card(2), card(3)])
    table.do(ALICE, "set_phase", phase="discuss")
    table.do(ALICE, "link", wind=card(1), brake=card(4))
    table.do(ALICE, "link", wind=card(1), brake=theme(1))
    table.do(ALICE, "link", wind=card(2), brake=card(4))
    return table


def test_a_line_goes_from_each_wind_to_the_brake_it_relieves_or_to_the_stack_that_it_lies_in() -> None:
    table = tied()
    svg = draw(source(table)).decode()
    places = {(text, x < 700 and y < 470): (x, y) for text, x, y in drawn(table)}
    wind, shark = places["C1", True], places["C4", False]
    winds, brakes = places["Budget 1 des 2 cartes", True], places["Budget 1 des 2 cartes", False]
    lines = {((float(a), float(b)), (float(c), float(d))) for a, b, c, d in TIE.findall(svg)}
    assert lines == {(wind, shark), (wind, brakes), (winds, shark)}
    assert "3 traits relient des vents aux freins qu’ils soulagent." in svg
    table.do(ALICE, "unlink", wind=card(1), brake=card(4))
    assert len(TIE.findall(draw(source(table)).decode())) == 2


@pytest.mark.parametrize("case", CASES, ids=[f"{case['kind']} {len(case['put'])}" for case in CASES])
def test_rows_are_filled_as_those_of_the_browser_are(case: dict[str, Any]) -> None:
    places = in_zone(case["kind"], [(x, y) for x, y in case["put"]], case["size"])
    assert [[round(x, 2), round(y, 2)] for x, y in places] == case["drawn"]


def test_rows_have_the_least_cost_there_is_and_none_where_there_is_no_room() -> None:
    wishes = [0, 0, 0, 2]

    def cost(note: int, row: int) -> float:
        return abs(wishes[note] - row)

    assert into_rows(4, [2, 2, 2], cost) == [0, 0, 1, 2]
    assert into_rows(4, [1, 1, 1], cost) is None
    assert beside_each_other([10, 11, 30], [0, 10, 20, 30]) == [1, 2, 3]


def test_more_notes_than_any_size_has_room_for_are_drawn_where_they_were_put() -> None:
    places = [(200.0 + n % 7, 700.0) for n in range(2000)]
    assert in_zone("anchor", places, 0.15) == places
