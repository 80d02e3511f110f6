"""What remains of an erased workshop counts as it did, and holds no word of a card, no name and no identifier."""

from __future__ import annotations

import pytest

from speedboat.domain.fact_codec import write_fact
from speedboat.domain.features.cards import agrees
from speedboat.domain.log_validation import faults_in
from speedboat.domain.messages import SCREEN
from speedboat.domain.projection import changed_since, fold
from speedboat.domain.residue import residue
from speedboat.domain.state import Board
from speedboat.reports.digest import Digest, digest
from speedboat.reports.summary import summary
from speedboat.reports.visible_records import visible_records
from tests.domain.test_frozen_logs import everything
from tests.support.boards import ALICE, BOB, CAROL, DAN, NOW, Table, action, card, theme
from tests.support.finished_workshops import lezoux

DAY = "2024-06-30"


def remains_of(table: Table) -> Board:
    return fold(residue(table.board, table.board.names, NOW, DAY))


def written(table: Table) -> str:
    return "\n".join(write_fact(event.fact) for event in residue(table.board, table.board.names, NOW, DAY))


def figures_of(board: Board) -> Digest:
    return digest(board, str.split)


@pytest.mark.parametrize("anonymous", [False, True])
def test_figures_themes_and_accepted_actions_are_as_they_were(anonymous: bool) -> None:
    table = lezoux(116, anonymous=anonymous)
    before, after = figures_of(table.board), figures_of(remains_of(table))
    assert [(one.id, one.title, one.votes, one.knots) for one in after.themes] == [
        (one.id, one.title, one.votes, one.knots) for one in before.themes
    ]
    cards = [
        sorted((card.kind, card.weight, card.theme, card.votes or 0) for card in one.cards) for one in (before, after)
    ]
    assert cards[0] == cards[1]
    assert len(after.links) == len(before.links) == 4
    assert after.actions == before.actions
    assert after.people == before.people == 2


def test_nothing_that_somebody_wrote_on_a_card_remains_and_nobody_is_named() -> None:
    table = lezoux(58)
    text = written(table)
    assert not [card.text for card in table.board.cards.values() if card.text in text]
    assert not [name for name in ("person:", "Alice", '"author"', '"owner"', '"by"') if name in text]
    assert {card.text for card in remains_of(table).cards.values()} == {"…"}


def test_names_are_masked_in_titles_and_actions_however_they_are_written() -> None:
    table = Table()
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "rename_workshop", title="Avec Alice", objective="Que BOB respire")
    table.do(ALICE, "add_theme", theme=theme(1), title="Le départ de dan", cards=[])
    table.do(ALICE, "set_phase", phase="act")
    table.do(BOB, "add_action", action=action(1), text="Bob appelle la mairie", owner="Bob")
    table.do(ALICE, "accept_action", action=action(1))
    table.do(DAN, "add_action", action=action(2), text="Rien qui fut accepté")
    after = remains_of(table)
    assert (after.title, after.objective) == ("Avec […]", "Que […] respire")
    assert after.themes[theme(1)].title == "Le départ de […]"
    assert [(one.text, one.owner) for one in after.actions.values()] == [("[…] appelle la mairie", None)]


def test_cards_have_other_ids_in_an_order_that_says_nothing() -> None:
    table = Table()
    table.do(ALICE, "set_phase", phase="write")
    ids = [f"card:written-as-number-{n}" for n in range(6)]
    for n, one in enumerate(ids):
        table.do(BOB, "add_card", card=one, kind="wind", text=f"Carte {n}", weight=(n * 5 % 6) / 6)
    table.do(ALICE, "set_phase", phase="group")
    after = remains_of(table)
    assert len(after.cards) == 6
    assert not after.cards.keys() & set(ids)
    weights = [card.weight for card in after.cards.values()]
    assert weights == sorted(weights)


def test_what_remains_of_everything_is_a_sound_log_that_is_closed_and_says_what_it_is() -> None:
    table = everything()
    events = residue(table.board, table.board.names, NOW, DAY)
    assert list(faults_in(events, {})) == []
    board = fold(events)
    assert (board.phase, board.purged_on, board.purge_on) == ("closed", DAY, "")
    assert {record.purged_on for record in changed_since(board, 0, SCREEN).put if record.id == "workshop"} == {DAY}
    page = summary(visible_records(board, SCREEN))
    assert (page.purged_on, page.alone, page.heavy, page.links) == (DAY, [], [], [])
    assert sum(page.kinds.values()) == 3


def test_too_few_knots_and_what_is_in_the_bin_or_was_never_shown_do_not_remain() -> None:
    table = Table()
    table.do(ALICE, "set_phase", phase="write")
    table.add(BOB, 1)
    table.add(BOB, 2)
    assert not remains_of(table).cards
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "delete_card", card="card:" + "2".rjust(16, "0"))
    table.do(ALICE, "add_theme", theme=theme(1), title="Argent", cards=["card:" + "1".rjust(16, "0")])
    table.do(ALICE, "set_phase", phase="cut")
    for person, knots in ((BOB, 4), (DAN, 9)):
        table.do(person, "estimate", target=theme(1), knots=knots)
    assert len(remains_of(table).cards) == 1
    assert not remains_of(table).estimates
    table.do(ALICE, "estimate", target=theme(1), knots=5)
    assert sorted(remains_of(table).estimates[theme(1)].values()) == [4, 5, 9]


def test_of_what_is_gone_or_does_not_count_nothing_remains_and_the_rest_does() -> None:
    """Each thing that goes stands before one that stays."""
    table = Table()
    table.do(ALICE, "set_phase", phase="write")
    for n, kind in enumerate(("anchor", "wind", "wind"), 1):
        table.add(BOB, n, kind=kind)
    table.do(ALICE, "set_phase", phase="group")
    for n in (1, 2):
        table.do(ALICE, "add_theme", theme=theme(n), title=f"Thème {n}", cards=[card(n)])
    table.do(ALICE, "set_phase", phase="discuss")
    table.do(DAN, "agree", card=card(1))
    for wind in (2, 3):
        table.do(ALICE, "link", wind=card(wind), brake=theme(1))
    table.do(ALICE, "delete_theme", theme=theme(2))
    table.do(ALICE, "delete_card", card=card(2))
    table.do(ALICE, "set_phase", phase="act")
    for n in (1, 2):
        table.do(DAN, "add_action", action=action(n), text=f"Action {n}")
    table.do(ALICE, "accept_action", action=action(2))
    after = remains_of(table)
    assert after.settings.anonymous
    assert [theme.title for theme in after.themes.values()] == ["Thème 1"]
    assert list(after.cards) == [card(1), card(2)]
    assert [agrees(after, one) for one in after.cards.values()] == [1, 0]
    assert [(link.wind, link.brake) for link in after.links.values()] == [(card(2), theme(1))]
    assert [one.text for one in after.actions.values()] == ["Action 2"]


def test_the_knots_of_somebody_who_was_removed_do_not_remain() -> None:
    table = Table()
    table.join(CAROL, "participant", "Carol")
    table.add(BOB, 1)
    table.do(ALICE, "set_phase", phase="cut")
    for person, knots in ((BOB, 4), (DAN, 9), (ALICE, 5), (CAROL, 2)):
        table.do(person, "estimate", target=card(1), knots=knots)
    table.do(ALICE, "remove_person", person=BOB)
    assert [sorted(knots.values()) for knots in remains_of(table).estimates.values()] == [[2, 5, 9]]
