"""Votes and estimates: blind, limited, never lost by regrouping."""

from __future__ import annotations

import pytest

from speedboat.domain.messages import SCREEN
from speedboat.domain.projection import changed_since
from tests.support.boards import ALICE, BOB, DAN, Table, card, theme


@pytest.fixture
def table() -> Table:
    """Four cards, two of them in a theme, in the phase of votes."""
    table = Table()
    for n in range(1, 5):
        table.add(BOB, n)
    table.do(ALICE, "set_phase", phase="group")
    table.do(BOB, "add_theme", theme=theme(1), title="Budget", cards=[card(1), card(2)])
    table.do(BOB, "add_theme", theme=theme(2), title="Temps", cards=[card(3)])
    table.do(ALICE, "set_phase", phase="vote")
    return table


def total(table: Table, target: str) -> int:
    table.do(ALICE, "set_phase", phase="cut")
    record = table.seen(SCREEN).get(f"vote:{target}")
    return record.total if record else 0


def test_votes_of_others_are_seen_by_nobody_until_the_vote_is_over(table: Table) -> None:
    table.do(BOB, "vote", target=theme(1), count=3)
    assert table.seen(BOB)[f"vote:{theme(1)}"].mine == 3
    for viewer in (ALICE, DAN, SCREEN):
        assert not [record for record in table.seen(viewer) if record.startswith("vote:")]
    assert table.seen(SCREEN)["workshop"].progress.voted == 1
    assert total(table, theme(1)) == 3
    table.do(ALICE, "set_phase", phase="vote")
    assert f"vote:{theme(1)}" not in table.seen(DAN)


def test_only_who_has_placed_every_vote_or_is_done_has_finished_voting(table: Table) -> None:
    def finished() -> tuple[int, int]:
        progress = table.seen(SCREEN)["workshop"].progress
        return progress.placed, progress.voted

    table.do(BOB, "vote", target=theme(1), count=1)
    assert finished() == (0, 1)
    table.do(BOB, "vote", target=theme(1), count=3)
    table.do(BOB, "vote", target=theme(2), count=2)
    assert finished() == (1, 1)
    table.do(DAN, "ready", ready=True)
    assert finished() == (2, 1)
    table.do(BOB, "vote", target=theme(2), count=1)
    assert finished() == (1, 1)
    table.do(ALICE, "change_settings", votes_each=4)
    assert finished() == (2, 1)


def test_whoever_has_more_votes_than_a_lowered_limit_allows_is_counted_until_they_take_some_back(table: Table) -> None:
    def over() -> int:
        return int(table.seen(ALICE)["workshop"].progress.over)

    table.do(BOB, "vote", target=theme(1), count=3)
    table.do(BOB, "vote", target=theme(2), count=1)
    table.do(DAN, "vote", target=theme(1), count=2)
    assert over() == 0
    table.do(ALICE, "change_settings", votes_each=3)
    assert over() == 1
    table.do(ALICE, "change_settings", votes_per_theme=1)
    assert over() == 2
    table.do(BOB, "vote", target=theme(1), count=1)
    table.do(DAN, "vote", target=theme(1), count=1)
    assert over() == 0


def test_votes_that_a_merge_brings_together_are_not_too_many(table: Table) -> None:
    table.do(ALICE, "change_settings", votes_per_theme=2)
    table.do(BOB, "vote", target=theme(1), count=2)
    table.do(BOB, "vote", target=theme(2), count=2)
    table.do(ALICE, "merge_themes", theme=theme(2), into=theme(1))
    assert table.seen(ALICE)["workshop"].progress.over == 0


def test_the_screen_is_told_when_the_last_vote_is_placed_and_not_of_those_between(table: Table) -> None:
    table.do(BOB, "vote", target=theme(1), count=1)
    since = table.board.seq
    table.do(BOB, "vote", target=theme(1), count=3)
    assert not changed_since(table.board, since, SCREEN).put
    table.do(BOB, "vote", target=theme(2), count=2)
    assert [record.id for record in changed_since(table.board, since, SCREEN).put] == ["workshop"]


def test_nobody_exceeds_their_votes(table: Table) -> None:
    table.do(BOB, "vote", target=theme(1), count=3)
    assert table.refusal(BOB, "vote", target=theme(1), count=4) == "too_many_on_theme"
    assert table.refusal(BOB, "vote", target=theme(2), count=3) == "votes_spent"
    table.do(BOB, "vote", target=theme(2), count=2)
    assert table.refusal(BOB, "vote", target=card(4), count=1) == "votes_spent"
    table.do(BOB, "vote", target=theme(1), count=2)
    table.do(BOB, "vote", target=card(4), count=1)
    assert table.refusal(BOB, "vote", target=card(4), count=-1) == "out_of_range"


def test_a_card_in_a_theme_is_voted_for_by_its_theme(table: Table) -> None:
    assert table.refusal(BOB, "vote", target=card(1), count=1) == "in_a_theme"
    assert table.refusal(BOB, "vote", target=card(9), count=1) == "unknown_target"


def test_a_card_put_in_a_theme_brings_its_votes_and_takes_them_out_again(table: Table) -> None:
    table.do(BOB, "vote", target=card(4), count=2)
    table.do(ALICE, "put_in_theme", card=card(4), theme=theme(1))
    assert table.seen(BOB)[f"vote:{theme(1)}"].mine == 2
    assert f"vote:{card(4)}" not in table.seen(BOB)
    table.do(ALICE, "put_in_theme", card=card(4), theme=None)
    assert table.seen(BOB)[f"vote:{card(4)}"].mine == 2


def test_merging_adds_votes_even_past_the_limit_and_unmerging_parts_them(table: Table) -> None:
    table.do(BOB, "vote", target=theme(1), count=3)
    table.do(BOB, "vote", target=theme(2), count=2)
    merged = table.do(ALICE, "merge_themes", theme=theme(2), into=theme(1))
    assert table.seen(BOB)[f"vote:{theme(1)}"].mine == 5
    assert {record.theme for record in table.seen(BOB).values() if record.id in (card(1), card(2), card(3))} == {
        theme(1)
    }
    table.do(ALICE, merged.inverse[0].pop("name"), **merged.inverse[0])
    assert table.seen(BOB)[f"vote:{theme(1)}"].mine == 3
    assert table.seen(BOB)[f"vote:{theme(2)}"].mine == 2


def test_deleting_a_theme_gives_its_votes_back_and_restoring_takes_them_again(table: Table) -> None:
    table.do(BOB, "vote", target=theme(1), count=3)
    table.do(BOB, "vote", target=theme(2), count=2)
    table.do(ALICE, "delete_theme", theme=theme(1))
    table.do(BOB, "vote", target=card(4), count=3)
    table.do(BOB, "vote", target=card(4), count=0)
    table.do(ALICE, "restore_theme", theme=theme(1))
    assert table.seen(BOB)[f"vote:{theme(1)}"].mine == 3


def test_regrouping_tells_nobody_where_votes_are(table: Table) -> None:
    def heard(voted: bool) -> set[str]:
        other = Table()
        other.add(BOB, 1)
        other.do(ALICE, "set_phase", phase="group")
        other.do(BOB, "add_theme", theme=theme(1), title="Budget", cards=[])
        other.do(ALICE, "set_phase", phase="vote")
        if voted:
            other.do(BOB, "vote", target=card(1), count=2)
        other.do(BOB, "vote", target=theme(1), count=1)
        since = other.board.seq
        other.do(ALICE, "put_in_theme", card=card(1), theme=theme(1))
        patch = changed_since(other.board, since, other.viewer(DAN))
        return {*patch.remove, *(record.id for record in patch.put)}

    assert heard(True) == heard(False)


def test_estimates_are_secret_until_discussed_then_shown_as_median_and_spread(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="cut")
    table.do(ALICE, "focus", target=theme(1))
    for person, knots in ((BOB, 3), (DAN, 8), (ALICE, 4)):
        table.do(person, "estimate", target=theme(1), knots=knots)
    assert table.seen(BOB)[f"estimate:{theme(1)}"].mine == 3
    assert f"estimate:{theme(1)}" not in table.seen(SCREEN)
    assert table.seen(SCREEN)["workshop"].progress.estimated == 2
    table.do(ALICE, "set_phase", phase="discuss")
    shown = table.seen(SCREEN)[f"estimate:{theme(1)}"]
    assert (shown.n, shown.low, shown.median, shown.high) == (3, 3, 4, 8)


def test_a_vote_taken_back_gives_it_back(table: Table) -> None:
    table.do(BOB, "vote", target=theme(1), count=3)
    table.do(BOB, "vote", target=theme(1), count=0)
    assert f"vote:{theme(1)}" not in table.seen(BOB)
    assert table.seen(ALICE)["workshop"].progress.voted == 0


def test_votes_taken_back_from_a_theme_leave_those_on_other_cards() -> None:
    table = Table()
    for n in (1, 2):
        table.add(BOB, n)
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "add_theme", theme=theme(1), title="Budget")
    table.do(ALICE, "set_phase", phase="vote")
    for n in (1, 2):
        table.do(BOB, "vote", target=card(n), count=1)
    table.do(ALICE, "put_in_theme", card=card(2), theme=theme(1))
    table.do(BOB, "vote", target=theme(1), count=0)
    assert table.board.votes[BOB] == {card(1): 1}
