"""What a patch takes away, and who stands apart: event by event, at the bounds."""

from __future__ import annotations

import hashlib

import pytest

from speedboat.domain.features.votes import VotesCounted
from speedboat.domain.messages import SCREEN, Viewer
from speedboat.domain.projection import changed_since, stands_apart
from speedboat.domain.state import Board
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table, card, theme

HERE = {ALICE, BOB, CAROL, DAN}


@pytest.fixture
def table() -> Table:
    """Two cards of Bob's, the second in a theme."""
    table = Table()
    for n in (1, 2):
        table.add(BOB, n, f"La carte {n}")
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "add_theme", theme=theme(1), title="Budget", cards=[card(2)])
    return table


def removed(table: Table, since: int, viewer: Viewer | str) -> set[str]:
    viewer = table.viewer(viewer) if isinstance(viewer, str) else viewer
    return set(changed_since(table.board, since, viewer).remove)


def put(table: Table, since: int, viewer: Viewer | str) -> set[str]:
    viewer = table.viewer(viewer) if isinstance(viewer, str) else viewer
    return {record.id for record in changed_since(table.board, since, viewer).put}


def test_whoever_has_everything_is_sent_nothing_and_whoever_has_more_the_whole(table: Table) -> None:
    patch = changed_since(table.board, table.board.seq, SCREEN)
    assert (patch.since, patch.put, patch.remove) == (table.board.seq, [], [])
    assert changed_since(table.board, table.board.seq + 1, SCREEN).since == 0


def test_an_author_is_told_when_what_was_in_the_bin_is_erased(table: Table) -> None:
    table.do(BOB, "delete_card", card=card(1))
    since = table.board.seq
    table.do(BOB, "take_back")
    assert card(1) in removed(table, since, BOB)
    assert card(1) not in removed(table, since, DAN), "it had gone before"
    assert card(2) in removed(table, since, DAN)


def test_whoever_takes_a_vote_back_that_others_no_longer_see_is_told(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=card(1), count=2)
    table.do(ALICE, "set_phase", phase="cut")
    assert f"vote:{card(1)}" in put(table, 0, DAN)
    table.do(ALICE, "set_phase", phase="vote")
    since = table.board.seq
    table.do(BOB, "vote", target=card(1), count=0)
    assert f"vote:{card(1)}" in removed(table, since, BOB)
    assert f"vote:{card(1)}" not in removed(table, since, DAN)


def test_what_counts_on_a_card_goes_and_comes_with_it(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=card(1), count=1)
    table.do(ALICE, "set_phase", phase="cut")
    table.do(BOB, "estimate", target=card(1), knots=4)
    table.do(ALICE, "set_phase", phase="discuss")
    since = table.board.seq
    table.do(ALICE, "delete_card", card=card(1))
    gone = {card(1), f"vote:{card(1)}", f"estimate:{card(1)}"}
    assert removed(table, since, SCREEN) == gone
    assert "workshop" in put(table, since, SCREEN)
    since = table.board.seq
    table.do(ALICE, "restore_card", card=card(1))
    assert put(table, since, SCREEN) == {*gone, "workshop"}


def test_a_theme_counts_what_its_cards_bring_and_take_along(table: Table) -> None:
    table.do(ALICE, "put_in_theme", card=card(2), theme=None)
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=card(2), count=2)
    table.do(BOB, "vote", target=theme(1), count=1)
    table.do(ALICE, "set_phase", phase="cut")
    table.do(ALICE, "put_in_theme", card=card(2), theme=theme(1))
    assert table.seen(SCREEN)[f"vote:{theme(1)}"].total == 3
    since = table.board.seq
    table.do(ALICE, "delete_card", card=card(2))
    assert f"vote:{theme(1)}" in put(table, since, SCREEN)
    assert table.seen(SCREEN)[f"vote:{theme(1)}"].total == 1


def test_whoever_votes_in_secret_stands_apart_until_they_have_been_told(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=card(1), count=1)
    since = table.board.seq
    table.do(BOB, "vote", target=card(1), count=2)
    assert stands_apart(table.board, since, HERE) == {BOB}
    assert stands_apart(table.board, since, {DAN}) == set()
    assert stands_apart(table.board, since + 1, HERE) == set()


def test_whoever_comes_stands_apart_until_they_have_been_told(table: Table) -> None:
    since = table.board.seq
    table.join(CAROL, "participant", "Carol")
    came = table.board.seq
    assert stands_apart(table.board, since, HERE) == {CAROL}
    assert stands_apart(table.board, came, HERE) == set()
    table.do(DAN, "ready", ready=True)
    assert CAROL not in stands_apart(table.board, came, HERE)


def test_the_author_of_a_hidden_card_stands_apart() -> None:
    table = Table()
    table.do(ALICE, "set_phase", phase="write")
    since = table.board.seq
    table.add(BOB)
    assert stands_apart(table.board, since, HERE) == {BOB}


def test_of_what_was_never_there_nothing_is_known(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=card(1), count=1)
    assert table.board.stamp(card(9), SCREEN) == 0
    assert table.board.stamp(card(9), table.viewer(BOB)) == 0
    assert table.board.sees_from(None) == table.board.sees_from(CAROL) == 0


def test_phones_are_told_apart(table: Table) -> None:
    table.board.devices = {ALICE: "one", BOB: "another", DAN: "another"}
    assert table.board.sharers(BOB) == {BOB}
    table.do(ALICE, "change_settings", one_phone_one_person=True)
    assert table.board.sharers(ALICE) == {ALICE}
    assert table.board.sharers(BOB) == {BOB, DAN}
    assert table.board.sharers(CAROL) == {CAROL}


def test_a_board_without_events_has_no_title_and_is_a_speedboat() -> None:
    board = Board()
    assert (board.seq, board.title, board.objective) == (0, "", "")
    assert (board.format, board.format_version, board.phase, board.people_seq) == ("speedboat", 1, "welcome", 0)


def test_two_records_that_change_together_come_in_an_order_that_says_nothing(table: Table) -> None:
    for order in ((1, 2), (2, 1), (1, 2)):  # the first one changes the workshop too
        since = table.board.seq
        table.write(None, [VotesCounted({card(n): 1 for n in order})])
        patch = changed_since(table.board, since, SCREEN)
        votes = [record.id for record in patch.put if record.id.startswith("vote:")]
        assert votes == sorted(votes, key=lambda record: hashlib.sha256(record.encode()).digest())


@pytest.mark.parametrize("another_voted", [False, True])
def test_what_went_is_taken_away_once_however_often_it_is_touched_afterwards(table: Table, another_voted: bool) -> None:
    table.do(ALICE, "set_phase", phase="vote")
    if another_voted:
        table.do(DAN, "vote", target=card(1), count=1)
    table.do(BOB, "vote", target=card(1), count=1)
    before = table.board.seq
    table.do(BOB, "vote", target=card(1), count=0)
    assert removed(table, before, BOB) == {f"vote:{card(1)}"}
    since = table.board.seq
    table.do(ALICE, "delete_card", card=card(1))
    assert (f"vote:{card(1)}" in removed(table, since, DAN)) == another_voted
    assert f"vote:{card(1)}" not in removed(table, since, BOB)


def test_those_who_voted_or_estimated_stand_apart_and_the_others_do_not(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=card(1), count=1)
    table.do(DAN, "vote", target=theme(1), count=1)
    since = table.board.seq
    table.do(ALICE, "set_phase", phase="cut")
    table.do(ALICE, "focus", target=card(1))
    table.do(DAN, "estimate", target=card(1), knots=3)
    since_estimated = table.board.seq
    table.do(ALICE, "set_phase", phase="discuss")
    assert stands_apart(table.board, since, HERE) >= {BOB}
    table.write(None, [VotesCounted({card(1): 1})])
    assert stands_apart(table.board, table.board.seq - 1, HERE) == {BOB}, "who has not voted there is told the same"
    assert stands_apart(table.board, since_estimated, HERE) == {BOB, DAN}
    table.do(BOB, "rename_me", new_name="Robert")
    assert stands_apart(table.board, table.board.seq - 1, HERE) == set()


def test_of_what_was_changed_since_only_cards_are_cards(table: Table) -> None:
    since = table.board.seq
    table.do(ALICE, "rename_theme", theme=theme(1), title="Argent")
    table.do(ALICE, "weigh_card", card=card(1), weight=0.9)
    assert table.board.cards_changed_since(since) == [card(1)]
    assert sorted(table.board.cards_changed_since(0)) == [card(1), card(2)]
