"""Who is sent what after a fact is folded: secret acts reach nobody else, open ones everybody."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from speedboat.domain.features.cards import AgreesCounted, CardAdded, CardAgreed, can_read
from speedboat.domain.features.themes import ThemesMerged
from speedboat.domain.features.votes import Estimated, EstimatesCounted, Voted, VotesCounted
from speedboat.domain.messages import SCREEN, Viewer
from speedboat.domain.projection import changed_since
from tests.support.boards import ALICE, BOB, DAN, Table, card, theme

OTHERS = (Viewer(ALICE, "facilitator"), Viewer(DAN, "participant"), SCREEN)


@pytest.fixture
def table() -> Table:
    """Two cards of Bob's, each in a theme."""
    table = Table()
    table.do(ALICE, "set_phase", phase="group")
    for n in (1, 2):
        table.add(ALICE, n, f"La carte {n}")
        table.do(ALICE, "add_theme", theme=theme(n), title=f"Thème {n}", cards=[card(n)])
    return table


def sent(table: Table, since: int, viewer: Viewer) -> set[str]:
    patch = changed_since(table.board, since, viewer)
    return {*patch.remove, *(record.id for record in patch.put)}


def acts(table: Table, who: str, name: str, **arguments: Any) -> list[set[str]]:
    """What others are sent of an act, then whoever did it."""
    since = table.board.seq
    table.do(who, name, **arguments)
    return [sent(table, since, viewer) for viewer in (*OTHERS, table.viewer(who))]


def test_of_a_secret_vote_others_are_told_at_most_that_somebody_has_begun_or_stopped(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="vote")
    vote = f"vote:{theme(1)}"
    assert acts(table, BOB, "vote", target=theme(1), count=1) == [{"workshop"}] * 3 + [{vote, "workshop"}]
    assert acts(table, BOB, "vote", target=theme(1), count=2) == [set()] * 3 + [{vote}]
    assert acts(table, BOB, "vote", target=theme(1), count=0) == [{"workshop"}] * 3 + [{vote, "workshop"}]


def test_of_a_secret_estimate_others_are_told_at_most_that_somebody_has_answered(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="cut")
    estimate = f"estimate:{theme(1)}"
    assert acts(table, BOB, "estimate", target=theme(1), knots=1) == [{"workshop"}] * 3 + [{estimate, "workshop"}]
    assert acts(table, BOB, "estimate", target=theme(1), knots=2) == [set()] * 3 + [{estimate}]
    assert acts(table, BOB, "estimate", target=theme(1), knots=None) == [{"workshop"}] * 3 + [{estimate, "workshop"}]


def test_what_is_counted_in_the_open_reaches_everybody(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="discuss")
    for fact, record in (
        (Voted(BOB, {theme(1): 1}), f"vote:{theme(1)}"),
        (VotesCounted({theme(1): 4}), f"vote:{theme(1)}"),
        (Estimated(BOB, theme(1), 3), f"estimate:{theme(1)}"),
        (EstimatesCounted(theme(1), [1, 2, 3]), f"estimate:{theme(1)}"),
        (CardAgreed(card(1), BOB), card(1)),
        (AgreesCounted(card(1), 2), card(1)),
    ):
        since = table.board.seq
        table.write(None, [fact])
        assert all(record in sent(table, since, viewer) for viewer in OTHERS), fact


def test_counts_replace_earlier_counts_and_add_to_people_who_are_known(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="discuss")
    table.write(None, [Voted(BOB, {theme(1): 1}), VotesCounted({theme(1): 4}), VotesCounted({theme(1): 2})])
    assert table.seen(SCREEN)[f"vote:{theme(1)}"].total == 3
    table.write(
        None, [Estimated(BOB, theme(1), 8), EstimatesCounted(theme(1), [9, 9]), EstimatesCounted(theme(1), [1])]
    )
    shown = table.seen(SCREEN)[f"estimate:{theme(1)}"]
    assert (shown.n, shown.low, shown.high) == (2, 1, 8)
    table.write(None, [CardAgreed(card(1), BOB), AgreesCounted(card(1), 5), AgreesCounted(card(1), 2)])
    assert table.seen(SCREEN)[card(1)].agrees == 3


def test_as_many_estimates_as_the_strictest_fact_asks_for_make_them_known(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="discuss")
    estimate = f"estimate:{theme(1)}"
    table.write(None, [Estimated(BOB, theme(1), 8)])
    assert table.seen(SCREEN)[estimate].median == 8
    table.write(None, [Estimated(DAN, theme(1), 4, fewest=3), Estimated(BOB, theme(1), 6)])
    assert (table.seen(SCREEN)[estimate].n, table.seen(SCREEN)[estimate].median) == (2, UNSET)
    table.write(None, [Estimated(ALICE, theme(1), 5, fewest=3)])
    assert table.seen(SCREEN)[estimate].median == 5
    table.write(None, [EstimatesCounted(theme(1), [], fewest=4)])
    assert table.seen(SCREEN)[estimate].median is UNSET


def test_a_hidden_card_that_is_edited_reaches_its_author_and_in_the_airlock_facilitators(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="write")
    table.add(BOB, 3, "Un secret")
    assert acts(table, BOB, "edit_card", card=card(3), text="Un autre") == [set()] * 3 + [{card(3)}]
    table.do(ALICE, "set_phase", phase="share")
    assert card(3) in acts(table, BOB, "edit_card", card=card(3), text="Un troisième")[0]
    table.do(ALICE, "reveal")
    assert all(card(3) in seen for seen in acts(table, BOB, "edit_card", card=card(3), text="Un dernier"))


def test_a_log_that_merges_in_a_circle_folds_without_the_last_merge(table: Table) -> None:
    facts = [ThemesMerged(theme(1), theme(2)), ThemesMerged(theme(2), theme(1)), ThemesMerged(theme(2), theme(2))]
    table.write(None, facts)
    seen = table.seen(SCREEN)
    assert theme(1) not in seen
    assert seen[card(1)].theme == seen[card(2)].theme == theme(2)


def test_facts_about_what_is_not_there_change_nothing(table: Table) -> None:
    before = {viewer: table.seen(viewer) for viewer in OTHERS}
    table.write(None, [CardAgreed(card(9), BOB), AgreesCounted(card(9), 2), ThemesMerged(theme(9), theme(1))])
    assert {viewer: table.seen(viewer) for viewer in OTHERS} == before


def test_a_written_card_counts_for_its_author_also_when_it_is_nobodys(table: Table) -> None:
    table.write(None, [CardAdded(card(8), "wind", "Le port", 300, 300, 0.5)])
    assert (table.board.cards_by[None], table.board.cards_by[ALICE]) == (1, 2)


def test_in_a_free_workshop_totals_and_estimates_are_secret_only_while_they_are_given(table: Table) -> None:
    table.do(ALICE, "change_settings", free=True)
    table.do(ALICE, "vote", target=theme(1), count=1)
    table.do(ALICE, "estimate", target=theme(1), knots=7)
    secret = {"vote": f"vote:{theme(1)}", "cut": f"estimate:{theme(1)}"}
    for phase in ("group", "vote", "cut"):
        table.do(ALICE, "set_phase", phase=phase)
        expected = {record for record in secret.values() if record != secret.get(phase)}
        assert secret.values() & table.seen(SCREEN).keys() == expected
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "change_settings", free=False)
    assert not secret.values() & table.seen(SCREEN).keys()


def test_one_counted_estimate_is_known_where_its_fact_asks_for_no_more(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="discuss")
    table.write(None, [EstimatesCounted(theme(2), [7])])
    assert table.seen(SCREEN)[f"estimate:{theme(2)}"].median == 7


def test_a_card_carries_its_note_and_its_theme_where_it_has_any(table: Table) -> None:
    table.do(ALICE, "note", target=card(1), text="À suivre")
    table.do(ALICE, "put_in_theme", card=card(2), theme=None)
    seen = table.seen(SCREEN)
    assert (seen[card(1)].note, seen[card(1)].theme) == ("À suivre", theme(1))
    assert (seen[card(2)].note, seen[card(2)].theme) == (UNSET, UNSET)


def test_what_is_in_the_bin_or_was_never_there_can_be_read_by_no_stranger(table: Table) -> None:
    table.do(ALICE, "delete_card", card=card(1))
    assert can_read(table.board, card(1), table.viewer(ALICE))
    assert not can_read(table.board, card(1), table.viewer(BOB))
    assert not can_read(table.board, card(9), table.viewer(ALICE))


def test_the_record_of_a_card_says_nothing_that_is_not_so(table: Table) -> None:
    table.do(ALICE, "put_in_theme", card=card(1), theme=None)
    assert msgspec.to_builtins(table.seen(DAN)[card(1)]).keys() == {
        "type", "id", "seq", "kind", "x", "y", "weight", "text", "agrees", "author",
    }  # fmt: skip


def test_in_an_anonymous_workshop_only_the_author_is_told_for_whom_they_wrote(table: Table) -> None:
    table.do(ALICE, "change_settings", anonymous=True, free=True)
    table.do(BOB, "add_card", card=card(3), kind="wind", text="Le port", weight=1, **{"for": "Odette"})
    assert (table.seen(BOB)[card(3)].for_, table.seen(DAN)[card(3)].for_) == ("Odette", UNSET)
