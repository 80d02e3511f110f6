"""The facilitated path: phases, reveal, airlock, timer, roles."""

from __future__ import annotations

import msgspec
import pytest

from speedboat.domain.features.prompts import KindsOpened
from speedboat.domain.messages import PHASES, SCREEN, Viewer
from speedboat.domain.permissions import OPEN
from speedboat.domain.projection import changed_since
from speedboat.domain.rules import COMMANDS, PERMISSIONS
from tests.support.boards import ALICE, BOB, DAN, Table, card


@pytest.fixture
def table() -> Table:
    return Table()


def test_every_command_has_its_line_in_the_table_of_who_may() -> None:
    assert PERMISSIONS.keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", [name for name, may in PERMISSIONS.items() if not may.participants])
def test_what_is_for_facilitators_is_refused_to_participants(table: Table, name: str) -> None:
    command = COMMANDS[name]
    values = {"card": card(), "cards": [card()], "person": DAN, "target": card(), "action": "action:" + "0" * 16}
    typed = {
        "phase": "vote",
        "door": "closed",
        "kinds": [],
        "kind": "wind",
        "text": "t",
        "reason": "r",
        "first_name": "n",
        "seconds": 5,
        "locked": True,
        "shared": True,
        "new_name": "n",
        "on": None,
    }
    given = {**values, **typed}
    required = [field.name for field in msgspec.structs.fields(command) if field.required and field.name != "id"]
    assert table.refusal(BOB, name, **{field: given[field] for field in required}) == "facilitators_only"


def test_sharing_reveals_nothing_until_it_is_revealed(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="write")
    table.add(BOB, 1, "Un secret")
    table.do(ALICE, "set_phase", phase="share")
    assert table.seen(DAN)[card(1)].text is msgspec.UNSET
    assert table.seen(SCREEN)[card(1)].text is msgspec.UNSET
    airlock = table.seen(ALICE)[card(1)]
    assert (airlock.text, airlock.author) == ("Un secret", msgspec.UNSET)
    table.do(ALICE, "reveal", cards=[card(1)])
    assert table.seen(DAN)[card(1)].author == BOB


def test_what_was_revealed_stays_revealed_and_what_was_not_is_not_shown_by_going_back(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="write")
    table.add(BOB, 1)
    table.add(BOB, 2)
    table.do(ALICE, "set_phase", phase="share")
    table.do(ALICE, "reveal", cards=[card(1)])
    table.do(ALICE, "set_phase", phase="write")
    assert table.seen(DAN)[card(1)].text is msgspec.UNSET
    table.do(ALICE, "set_phase", phase="welcome")
    assert table.seen(DAN)[card(1)].text == "Pas de budget"
    assert table.seen(DAN)[card(2)].text is msgspec.UNSET


def test_grouping_reveals_the_rest_except_what_is_held_back(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="write")
    table.add(BOB, 1)
    table.add(BOB, 2, "Blessant")
    table.do(ALICE, "set_phase", phase="share")
    table.do(ALICE, "hold_card", card=card(2), reason="Blessant pour un collègue")
    table.do(ALICE, "set_phase", phase="group")
    assert table.seen(DAN)[card(1)].text == "Pas de budget"
    assert card(2) not in table.seen(DAN)
    assert card(2) not in table.seen(SCREEN)
    assert table.seen(BOB)[card(2)].held == "Blessant pour un collègue"
    table.do(ALICE, "release_card", card=card(2))
    assert table.seen(DAN)[card(2)].text == "Blessant"


def test_a_card_added_while_sharing_is_seen_at_once(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="share")
    table.add(BOB, 1)
    assert table.seen(DAN)[card(1)].text == "Pas de budget"


def test_a_timer_runs_pauses_and_is_extended_by_two_facilitators_at_once(table: Table) -> None:
    table.do(ALICE, "set_timer", seconds=60)
    start = table.now
    table.now += 20_000
    table.do(ALICE, "pause_timer")
    assert table.board.timer is not None
    assert table.board.timer.left == 40_000
    table.do(ALICE, "extend_timer", seconds=60)
    table.do(ALICE, "extend_timer", seconds=60)
    table.now += 500_000
    table.do(ALICE, "resume_timer")
    assert table.board.timer.ends == start + 520_000 + 160_000
    table.do(ALICE, "set_timer", seconds=None)
    assert table.refusal(ALICE, "extend_timer", seconds=60) == "no_timer"


def test_a_timer_that_ran_out_starts_again_from_now(table: Table) -> None:
    table.do(ALICE, "set_timer", seconds=1)
    table.now += 600_000
    table.do(ALICE, "extend_timer", seconds=60)
    assert table.board.timer is not None
    assert table.board.timer.ends == table.now + 60_000


def test_a_timer_that_ran_out_goes_with_its_phase_and_one_that_runs_goes_on(table: Table) -> None:
    table.do(ALICE, "set_timer", seconds=60)
    running = table.board.timer
    table.now += 59_999
    table.do(ALICE, "set_phase", phase="write")
    assert table.board.timer == running
    table.now += 1
    table.do(ALICE, "set_phase", phase="share")
    assert table.board.timer is None
    table.do(ALICE, "set_timer", seconds=60)
    table.do(ALICE, "pause_timer")
    table.now += 600_000
    table.do(ALICE, "set_phase", phase="group")
    assert table.board.timer is not None, "one that was paused has not run out"


def test_each_theme_of_the_discussion_has_its_time(table: Table) -> None:
    table.add(BOB, 1)
    table.add(BOB, 2)
    table.do(ALICE, "change_settings", minutes_per_theme=5)
    table.do(ALICE, "focus", target=card(1))
    assert table.board.timer is None
    table.do(ALICE, "set_phase", phase="discuss")
    table.do(ALICE, "focus", target=card(2))
    assert table.board.timer is not None
    assert table.board.timer.ends == table.now + 300_000
    table.now += 200_000
    table.do(ALICE, "focus", target=card(1))
    assert table.board.timer.ends == table.now + 300_000
    table.do(ALICE, "focus", target=None)
    assert table.board.timer.ends == table.now + 300_000
    assert table.refusal(ALICE, "change_settings", minutes_per_theme=61) == "out_of_range"


def test_a_locked_board_takes_nothing_from_participants_but_what_is_their_right(table: Table) -> None:
    table.add(BOB, 1)
    table.do(ALICE, "lock", locked=True)
    assert table.refusal(BOB, "add_card", card=card(2), kind="wind", text="x", weight=1) == "locked"
    table.do(ALICE, "edit_card", card=card(1), text="Corrigé")
    table.do(BOB, "take_back")


def test_free_opens_everything_at_once_but_not_a_closed_workshop(table: Table) -> None:
    table.add(BOB, 1)
    assert table.refusal(BOB, "vote", target=card(1), count=1) == "wrong_phase"
    table.do(ALICE, "change_settings", free=True)
    table.do(BOB, "vote", target=card(1), count=1)
    table.do(ALICE, "set_phase", phase="closed")
    assert table.refusal(BOB, "vote", target=card(1), count=2) == "wrong_phase"


@pytest.mark.parametrize("phase", [phase for phase in PHASES if phase not in ("welcome", "write", "share")])
def test_participants_write_only_where_writing_is_asked_for(table: Table, phase: str) -> None:
    table.do(ALICE, "set_phase", phase=phase)
    assert table.refusal(BOB, "add_card", card=card(1), kind="wind", text="x", weight=1) == "wrong_phase"
    if phase in OPEN:
        table.add(ALICE, 2)


def test_being_done_is_forgotten_in_the_next_phase(table: Table) -> None:
    table.do(BOB, "ready", ready=True)
    assert table.seen(SCREEN)["workshop"].progress.ready == 1
    table.do(ALICE, "set_phase", phase="write")
    assert table.seen(SCREEN)["workshop"].progress.ready == 0


@pytest.mark.parametrize("anonymous", [False, True])
def test_nobody_is_done_with_a_kind_that_was_just_opened(table: Table, anonymous: bool) -> None:
    table.do(ALICE, "change_settings", anonymous=anonymous)
    table.do(ALICE, "set_phase", phase="write")
    for kind in ("wind", "anchor", "shark"):
        table.do(ALICE, "open_kinds", kinds=[kind])
        assert table.seen(SCREEN)["workshop"].progress.ready == 0
        assert table.seen(BOB)[BOB].ready is False
        table.do(BOB, "ready", ready=True)
    since = table.board.seq
    table.do(ALICE, "open_kinds", kinds=["shark"])  # as it was
    assert table.board.seq == since
    assert table.seen(BOB)[BOB].ready is True
    table.do(ALICE, "open_kinds", kinds=["wind"])
    told = {record.id for record in changed_since(table.board, since, Viewer(DAN, "participant")).put}
    assert told == ({"workshop"} if anonymous else {"workshop", BOB})


def test_a_log_from_before_leaves_people_done_when_a_kind_is_opened(table: Table) -> None:
    table.do(BOB, "ready", ready=True)
    table.write(ALICE, [KindsOpened(["wind"])])
    assert table.seen(BOB)[BOB].ready is True


def test_a_removed_person_is_gone_and_their_cards_stay(table: Table) -> None:
    table.add(BOB, 1)
    table.do(ALICE, "remove_person", person=BOB)
    assert BOB not in table.seen(DAN)
    assert card(1) in table.seen(DAN)
    assert table.refusal(BOB, "ready", ready=True) == "removed"
    assert table.refusal(ALICE, "remove_person", person=ALICE) == "not_yourself"


def test_renewing_the_key_ends_the_roles_others_got_by_the_old_one(table: Table) -> None:
    table.join(DAN, "facilitator", "Dan")
    assert table.seen(BOB)[DAN].role == "facilitator"
    table.do(ALICE, "renew_key")
    assert table.seen(BOB)[DAN].role == "participant"
    assert table.seen(BOB)[ALICE].role == "facilitator"
    assert table.refusal(DAN, "lock", locked=True) == "facilitators_only"


def test_a_timer_that_ran_out_is_paused_at_nothing_and_the_least_is_a_second() -> None:
    table = Table()
    table.do(ALICE, "set_timer", seconds=1)
    ends = table.now + 1000
    table.do(ALICE, "extend_timer", seconds=1)
    assert table.board.timer is not None
    assert table.board.timer.ends == ends + 1000
    assert table.refusal(ALICE, "extend_timer", seconds=0) == "out_of_range"
    table.now += 600_000
    table.do(ALICE, "pause_timer")
    assert table.board.timer.left == 0
