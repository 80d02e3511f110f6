"""Refusals: a rule uses only the codes it declares, and gives every value that the sentence needs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speedboat.domain.limits import Limits
from speedboat.domain.messages import Decision, Refused
from speedboat.domain.rules import DECLARATIONS
from tests.domain.test_convergence import CARD, KIND, TARGET, TEXT, THEME, WHO, command, play
from tests.domain.test_convergence import COMMANDS as FITTING
from tests.support.boards import ALICE, BOB, DAN, Table, card, theme

BEFORE_ANY_RULE = {"facilitators_only", "wrong_phase", "locked", "only_watching", "removed", "waiting"}
DECLARED = {declaration.name: set(declaration.refusals) for declaration in DECLARATIONS}
ANY_TEXT = st.one_of(TEXT, st.sampled_from(["", " ", "\ud800", "x" * 61, "x" * 201, "x" * 501]))
ANY_NUMBER = st.one_of(st.floats(), st.integers(-1, 2000))
UNFITTING = st.one_of(
    command("add_card", card=CARD, kind=KIND, text=ANY_TEXT, weight=ANY_NUMBER, anonymous=st.booleans()),
    command("add_card", card=CARD, kind=KIND, text=TEXT, x=ANY_NUMBER, y=ANY_NUMBER, **{"for": ANY_TEXT}),
    command("add_card", card=CARD, kind=KIND, text=TEXT, x=ANY_NUMBER),
    command("edit_card", card=CARD, text=ANY_TEXT, base=st.integers(0, 30)),
    command("move_card", card=CARD, x=ANY_NUMBER, y=ANY_NUMBER),
    command("weigh_card", card=CARD, weight=ANY_NUMBER),
    command("change_kind", card=CARD, kind=KIND, x=ANY_NUMBER, y=ANY_NUMBER),
    command("change_kind", card=CARD, kind=KIND, y=ANY_NUMBER),
    command("add_theme", theme=THEME, title=ANY_TEXT, cards=st.lists(CARD, max_size=2)),
    command("rename_theme", theme=THEME, title=ANY_TEXT),
    command("split_theme", theme=THEME, new=THEME, title=ANY_TEXT, cards=st.lists(CARD, max_size=2)),
    command("vote", target=TARGET, count=st.integers(-1, 25)),
    command("estimate", target=TARGET, knots=ANY_NUMBER),
    command("set_timer", seconds=st.integers(-1, 10**6)),
    command("extend_timer", seconds=st.integers(-1, 10**6)),
)
ACTS = st.lists(st.tuples(WHO, st.one_of(FITTING, UNFITTING)), min_size=1, max_size=60)


@settings(max_examples=200, deadline=None)
@given(ACTS, st.booleans())
def test_no_rule_refuses_by_a_code_it_has_not_declared(acts: list[Any], one_device: bool) -> None:
    table = Table()
    table.board.limits = Limits(cards=5, cards_each=3, people=4, themes=3, actions=2, links=2)
    table.board.devices = dict.fromkeys((BOB, DAN), "a device") if one_device else {}
    for who, (name, arguments) in acts:
        outcome = table.ask(who, name, **arguments)
        if isinstance(outcome, Refused):
            assert outcome.code in DECLARED.get(name, {outcome.code}) | BEFORE_ANY_RULE, name
        else:
            play(table, who, name, arguments)


@pytest.fixture
def table() -> Table:
    """Three cards, two of them in a theme each."""
    table = Table()
    for n in (1, 2, 3):
        table.add(BOB, n, f"La carte {n}")
    table.do(ALICE, "set_phase", phase="group")
    for n in (1, 2):
        table.do(ALICE, "add_theme", theme=theme(n), title=f"Thème {n}", cards=[card(n)])
    return table


def details(table: Table, who: str, name: str, **arguments: Any) -> dict[str, Any]:
    refusal = table.ask(who, name, **arguments)
    assert isinstance(refusal, Refused), refusal
    return refusal.details


def test_a_closed_kind_is_named(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="share")
    table.do(ALICE, "open_kinds", kinds=["wind"])
    asked = {"card": card(9), "kind": "shark", "text": "Fin", "weight": 1}
    assert details(table, BOB, "add_card", **asked) == {"kind": "shark"}


def test_a_text_that_changed_comes_with_the_other_and_its_card(table: Table) -> None:
    said = details(table, BOB, "edit_card", card=card(1), text="Autre", base=1)
    assert said == {"current": "La carte 1", "card": card(1)}


def test_a_limit_is_told_and_whether_a_device_shares_it(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="vote")
    assert details(table, BOB, "vote", target=theme(1), count=4) == {"limit": 3}
    table.do(BOB, "vote", target=theme(1), count=3)
    assert details(table, BOB, "vote", target=theme(2), count=3) == {"limit": 5}
    table.do(ALICE, "change_settings", one_phone_one_person=True)
    table.board.devices = dict.fromkeys((BOB, DAN), "a device")
    assert details(table, DAN, "vote", target=theme(1), count=1) == {"limit": 3, "device": True}
    assert details(table, DAN, "vote", target=theme(2), count=3) == {"limit": 5, "device": True}


def test_a_ceiling_is_told(table: Table) -> None:
    table.board.limits = Limits(cards=3, themes=2)
    assert details(table, ALICE, "add_card", card=card(9), kind="wind", text="Le port", weight=1) == {"limit": 3}
    assert details(table, ALICE, "add_theme", theme=theme(9), title="Le port") == {"limit": 2}


def test_bounds_are_told(table: Table) -> None:
    assert details(table, BOB, "weigh_card", card=card(1), weight=2) == {"low": 0, "high": 1}
    table.do(ALICE, "set_phase", phase="cut")
    assert details(table, BOB, "estimate", target=theme(1), knots=200) == {"low": 0, "high": 100}


# --- no undo where it would be refused ------------------------------------------------------------------------------


def inverse(table: Table, who: str, name: str, **arguments: Any) -> list[dict[str, Any]]:
    decision = table.ask(who, name, **arguments)
    assert isinstance(decision, Decision), decision.code
    assert decision.facts
    return decision.inverse


def test_votes_beyond_the_limits_are_taken_back_for_good(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=theme(1), count=3)
    table.do(BOB, "vote", target=theme(2), count=2)
    assert inverse(table, BOB, "vote", target=theme(1), count=1) == [{"name": "vote", "target": theme(1), "count": 3}]
    table.do(ALICE, "change_settings", votes_each=4)
    assert inverse(table, BOB, "vote", target=theme(1), count=1) == []
    table.do(ALICE, "change_settings", votes_each=5)
    table.do(ALICE, "merge_themes", theme=theme(2), into=theme(1))
    assert inverse(table, BOB, "vote", target=theme(1), count=4) == []


def test_what_one_device_gave_twice_before_it_was_one_person_is_taken_back_for_good(table: Table) -> None:
    for person in (ALICE, DAN):
        table.do(person, "agree", card=card(1))
    table.do(ALICE, "set_phase", phase="cut")
    for person in (ALICE, DAN):
        table.do(person, "estimate", target=theme(1), knots=5)
    table.board.devices = dict.fromkeys((ALICE, DAN), "a device")
    assert inverse(table, DAN, "disagree", card=card(1))
    assert inverse(table, DAN, "estimate", target=theme(1), knots=None)
    table.do(ALICE, "change_settings", one_phone_one_person=True)
    assert inverse(table, DAN, "disagree", card=card(1)) == []
    assert inverse(table, DAN, "estimate", target=theme(1), knots=None) == []


def test_a_card_that_came_without_its_text_is_edited_for_good(table: Table) -> None:
    table.board.cards[card(1)].text = ""
    assert inverse(table, BOB, "edit_card", card=card(1), text="Enfin") == []


def test_an_edit_is_undone_only_while_nobody_has_edited_the_text_since(table: Table) -> None:
    decision = table.do(BOB, "edit_card", card=card(1), text="La première")
    arguments = {name: value for name, value in decision.inverse[0].items() if name != "name"}
    assert isinstance(table.ask(BOB, "edit_card", **arguments), Decision)
    table.do(ALICE, "edit_card", card=card(1), text="La toute première")
    assert table.refusal(BOB, "edit_card", **arguments) == "text_changed"
