"""An anonymous workshop: no record of any viewer puts a name next to a time."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from speedboat.domain.messages import SCREEN
from speedboat.domain.projection import changed_since, fold
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table, action, card, theme


@pytest.fixture
def table() -> Table:
    made = Table()
    made.do(ALICE, "change_settings", anonymous=True)
    made.do(ALICE, "set_phase", phase="write")
    return made


def people(table: Table, viewer: Any) -> dict[str, Any]:
    return {record.id: record for record in table.seen(viewer).values() if record.id.startswith("person:")}


def test_participants_and_the_screen_are_told_of_themselves_and_of_facilitators_only(table: Table) -> None:
    assert people(table, BOB).keys() == {BOB, ALICE}
    assert people(table, SCREEN).keys() == {ALICE}
    assert people(table, ALICE).keys() == {ALICE, BOB, DAN}


def test_nobody_is_told_of_others_whether_they_are_done(table: Table) -> None:
    since = table.board.seq
    table.do(BOB, "ready", ready=True)
    assert people(table, BOB)[BOB].ready is True
    for viewer in (table.viewer(ALICE), table.viewer(DAN), SCREEN):
        patch = changed_since(table.board, since, viewer)
        assert [record.id for record in patch.put] == ["workshop"]
        assert table.seen(viewer)["workshop"].progress.ready == 1
    assert {record.ready for record in people(table, ALICE).values() if record.id != ALICE} == {msgspec.UNSET}


@pytest.mark.parametrize(
    "act", [("set_phase", {"phase": "share"}), ("lock", {"locked": True}), ("change_settings", {"votes_each": 4})]
)
def test_who_comes_is_listed_with_the_next_act_for_the_whole_room(table: Table, act: tuple[str, Any]) -> None:
    since = table.board.seq
    before = {viewer: table.seen(viewer)["workshop"].progress for viewer in (ALICE, BOB)}
    table.join(CAROL, "participant", "Carol")
    table.add(CAROL, 1)
    for viewer in (ALICE, BOB, DAN):
        patch = changed_since(table.board, since, table.viewer(viewer))
        assert [record.id for record in patch.put] == ["card:0000000000000001"]
        assert CAROL not in people(table, viewer)
    assert {viewer: table.seen(viewer)["workshop"].progress for viewer in before} == before
    assert people(table, CAROL)[CAROL].name == "Carol"
    table.do(ALICE, act[0], **act[1])
    listed = people(table, ALICE)[CAROL]
    assert (listed.name, listed.seq) == ("Carol", table.board.seq)
    assert CAROL not in people(table, BOB)
    assert table.seen(BOB)["workshop"].progress.of == 3


def test_whoever_is_let_in_is_listed_with_the_next_act_for_the_whole_room(table: Table) -> None:
    table.do(ALICE, "set_door", door="approve")
    assert table.knock(CAROL, "Carol") == "waiting"
    assert people(table, ALICE)[CAROL].waiting
    since = table.board.seq
    table.do(ALICE, "admit_person", person=CAROL)
    for viewer in (table.viewer(BOB), SCREEN):
        patch = changed_since(table.board, since, viewer)
        assert (patch.put, patch.remove) == ([], [])
    assert changed_since(table.board, since, table.viewer(ALICE)).remove == [CAROL]
    assert people(table, CAROL).keys() == {ALICE, CAROL}
    table.do(ALICE, "lock", locked=True)
    assert people(table, ALICE)[CAROL].name == "Carol"
    assert CAROL not in people(table, BOB)


def test_a_new_name_is_told_with_the_next_act_for_the_whole_room(table: Table) -> None:
    since = table.board.seq
    table.do(BOB, "rename_me", new_name="Robert")
    assert people(table, BOB)[BOB].name == "Robert"
    assert people(table, ALICE)[BOB].name == "Bob"
    assert changed_since(table.board, since, table.viewer(ALICE)).put == []
    table.do(BOB, "rename_me", new_name="Bobby")
    assert people(table, ALICE)[BOB].name == "Bob"
    table.do(ALICE, "lock", locked=True)
    assert people(table, ALICE)[BOB].name == "Bobby"
    assert BOB in [record.id for record in changed_since(table.board, since, table.viewer(ALICE)).put]


def test_a_new_name_is_told_by_a_process_too_that_was_started_meanwhile(table: Table) -> None:
    """It reads the log, and the new name alone: the old one is kept nowhere."""
    table.do(BOB, "rename_me", new_name="Robert")
    since, names = table.board.seq, table.board.names
    table.board = fold(table.log)
    table.board.names = names
    table.do(ALICE, "lock", locked=True)
    told = {record.id: record for record in changed_since(table.board, since, table.viewer(ALICE)).put}
    assert told[BOB].name == "Robert"


def test_a_name_that_a_facilitator_gives_is_told_at_once(table: Table) -> None:
    table.do(BOB, "rename_me", new_name="Robert")
    table.do(ALICE, "rename_person", person=BOB, new_name="Monsieur B.")
    assert people(table, ALICE)[BOB].name == "Monsieur B."


def test_a_name_that_was_erased_is_told_no_more_either(table: Table) -> None:
    table.do(BOB, "rename_me", new_name="Robert")
    table.board.names[BOB] = ""
    assert people(table, ALICE)[BOB].name == ""


def test_a_new_role_is_told_to_others_with_the_next_act_for_the_whole_room(table: Table) -> None:
    since = table.board.seq
    table.join(BOB, "facilitator", "Bob")
    assert people(table, BOB)[BOB].role == "facilitator"
    assert people(table, BOB).keys() == {ALICE, BOB, DAN}
    assert people(table, ALICE)[BOB].role == "participant"
    assert people(table, DAN).keys() == {DAN, ALICE}
    assert changed_since(table.board, since, table.viewer(DAN)).put == []
    table.do(ALICE, "set_phase", phase="share")
    assert people(table, DAN)[BOB].role == "facilitator"
    assert table.seen(DAN)["workshop"].progress.of == 1


def test_who_is_removed_goes_at_once_and_only_for_those_who_knew(table: Table) -> None:
    since = table.board.seq
    table.do(ALICE, "remove_person", person=DAN)
    assert [r.removed for r in changed_since(table.board, since, table.viewer(ALICE)).put if r.id == DAN] == [True]
    assert changed_since(table.board, since, table.viewer(BOB)).remove == []
    assert table.seen(BOB)["workshop"].progress.of == 1


def test_who_was_known_before_is_known_no_more() -> None:
    table = Table()
    assert DAN in people(table, BOB)
    since = table.board.seq
    table.do(ALICE, "change_settings", anonymous=True)
    assert changed_since(table.board, since, table.viewer(BOB)).remove == [DAN]


def test_all_are_listed_again_where_anonymity_is_lifted_before_the_first_card(table: Table) -> None:
    table.join(CAROL, "participant", "Carol")
    table.do(ALICE, "change_settings", anonymous=False)
    assert people(table, BOB).keys() == {ALICE, BOB, CAROL, DAN}
    assert people(table, BOB)[CAROL].ready is False


# --- a promise that is kept ------------------------------------------------------------------------------------------


def test_a_card_written_under_a_promise_of_anonymity_is_not_taken_without_it() -> None:
    table = Table()
    table.do(ALICE, "change_settings", anonymous=True)
    table.do(ALICE, "change_settings", anonymous=False)
    add = {"card": card(1), "kind": "wind", "text": "Un secret", "weight": 0.5}
    assert table.refusal(BOB, "add_card", **add, anonymous=True) == "anonymity_changed"
    assert not table.board.cards
    table.do(BOB, "add_card", **add, anonymous=False)


def test_a_card_written_without_the_promise_is_taken_with_it() -> None:
    table = Table()
    table.do(ALICE, "change_settings", anonymous=True)
    table.do(BOB, "add_card", card=card(1), kind="wind", text="Un secret", weight=0.5, anonymous=False)
    assert table.refusal(ALICE, "change_settings", anonymous=False) == "anonymity_is_kept"
    table.do(BOB, "take_back")
    assert table.refusal(ALICE, "change_settings", anonymous=False) == "anonymity_is_kept"


def test_anonymity_is_kept_for_actions_and_votes_as_for_cards() -> None:
    for phase, name, arguments in (
        ("act", "add_action", {"action": action(1), "text": "Demander au maire"}),
        ("vote", "vote", {"target": theme(1), "count": 1}),
        ("cut", "estimate", {"target": theme(1), "knots": 3}),
    ):
        table = Table()
        table.do(ALICE, "set_phase", phase="group")
        table.do(ALICE, "add_theme", theme=theme(1), title="Budget", cards=[])
        table.do(ALICE, "set_phase", phase=phase)
        table.do(ALICE, "change_settings", anonymous=True)
        table.do(ALICE, "change_settings", anonymous=False)
        table.do(ALICE, "change_settings", anonymous=True)
        table.do(BOB, name, **arguments)
        assert table.refusal(ALICE, "change_settings", anonymous=False) == "anonymity_is_kept", name
