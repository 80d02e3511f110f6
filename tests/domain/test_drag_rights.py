"""Who may drag which cards, and who may see the drags."""

from __future__ import annotations

import pytest

from speedboat.domain.drag_rights import Grip, grip_on, movers, terms_of
from speedboat.domain.ids import CardId
from speedboat.domain.messages import SCREEN, Refused, Viewer
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table, card


def test_who_may_move_cards_follows_the_phase() -> None:
    table = Table()
    for phase, roles in (
        ("write", {"participant", "facilitator"}),
        ("group", {"participant", "facilitator"}),
        ("vote", {"facilitator"}),
        ("closed", set()),
    ):
        table.do(ALICE, "set_phase", phase=phase)
        assert movers(table.board) == roles
    table.do(ALICE, "set_phase", phase="write")
    table.do(ALICE, "lock", locked=True)
    assert movers(table.board) == {"facilitator"}


def test_a_hidden_card_is_its_authors_a_held_one_the_facilitators_too() -> None:
    hidden, held = Grip(BOB, is_hidden=True), Grip(BOB, is_held=True)
    assert [hidden.moves_for(who, "participant") for who in (BOB, DAN)] == [True, False]
    assert not hidden.moves_for(ALICE, "facilitator")
    assert hidden.shows_to(DAN, "participant")
    assert [held.moves_for(who, "participant") for who in (BOB, DAN, None)] == [True, False, False]
    assert held.moves_for(ALICE, "facilitator")
    assert not Grip(None, is_held=True).shows_to(None, "screen"), "nobody's card is not the screen's"
    assert Grip().moves_for(None, None)


def test_a_card_in_the_bin_or_never_there_cannot_be_taken_hold_of() -> None:
    table = Table()
    table.do(ALICE, "set_phase", phase="write")
    table.add(BOB, 1)
    table.add(BOB, 2)
    table.do(BOB, "delete_card", card=card(2))
    terms = terms_of(table.board, [CardId(card(n)) for n in (1, 2, 3)])
    assert terms.grips == {card(1): Grip(BOB, is_hidden=True), card(2): None, card(3): None}
    assert not terms.anonymous
    table.do(ALICE, "set_phase", phase="group")
    assert grip_on(table.board, CardId(card(1))) == Grip()
    table.do(ALICE, "hold_card", card=card(1), reason="Plus tard")
    assert grip_on(table.board, CardId(card(1))) == Grip(BOB, is_held=True)


def test_whoever_is_not_in_is_no_viewer() -> None:
    table = Table()
    table.do(ALICE, "set_door", door="approve")
    assert table.knock(CAROL, "Carol") == "waiting"
    table.do(ALICE, "remove_person", person=DAN)
    for person, code in ((CAROL, "waiting"), (DAN, "removed"), ("person:nobody_at_all_", "removed")):
        with pytest.raises(Refused) as refusal:
            table.board.viewer_now(Viewer(person, "participant"))
        assert refusal.value.code == code
    assert table.board.viewer_now(SCREEN) == SCREEN
    assert table.board.viewer_now(Viewer(ALICE, "participant")) == Viewer(ALICE, "facilitator")
