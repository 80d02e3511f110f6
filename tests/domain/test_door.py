"""The door: who joins, who waits, who stays out, and which of a removed person's choices count."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import UNSET

from speedboat.domain.features.joining import Watch
from speedboat.domain.messages import SCREEN, Refused, Viewer
from speedboat.domain.projection import changed_since
from speedboat.domain.rules import decide
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table, card, theme

PHONE = "the hash of a phone"
EVE = "person:eve_____________"


@pytest.fixture
def table() -> Table:
    return Table()


def watches(table: Table, **asked: Any) -> str:
    """What somebody is told who wants to see the big screen; "" where they may."""
    decision = decide(table.board, Watch("watching", **asked), Viewer(None, "participant"), table.now)
    return decision.code if isinstance(decision, Refused) else ""


# --- the four doors -------------------------------------------------------------------------------------------------


def test_an_open_door_lets_everybody_in(table: Table) -> None:
    assert table.knock(CAROL, "Carol") == ""
    assert table.seen(BOB)[CAROL].name == "Carol"


def test_a_closed_door_takes_nobody_new_and_those_who_are_in_come_back(table: Table) -> None:
    table.do(ALICE, "set_door", door="closed")
    assert table.knock(CAROL, "Carol") == "door_closed"
    assert table.knock(BOB) == ""
    table.do(ALICE, "set_door", door="open")
    assert table.knock(CAROL, "Carol") == ""


def test_a_door_with_a_passphrase_opens_to_those_who_know_it(table: Table) -> None:
    assert table.refusal(ALICE, "set_door", door="passphrase") == "passphrase_needed"
    table.do(ALICE, "set_door", door="passphrase", passphrase="sealed")
    assert table.knock(CAROL, "Carol") == "wrong_passphrase"
    assert table.knock(BOB) == ""
    assert table.knock(CAROL, "Carol", knows_passphrase=True) == ""


def test_a_passphrase_is_kept_while_another_door_is_used(table: Table) -> None:
    table.do(ALICE, "set_door", door="passphrase", passphrase="sealed")
    back = table.do(ALICE, "set_door", door="open").inverse[0]
    table.do(ALICE, back.pop("name"), **back)
    assert table.board.door == "passphrase"
    assert table.refusal(ALICE, "set_door", door="open", passphrase="sealed") == "no_passphrase_door"


def test_no_record_and_no_fact_holds_the_passphrase(table: Table) -> None:
    table.do(ALICE, "set_door", door="passphrase", passphrase="sealed")
    assert "sealed" not in repr([event.fact for event in table.log])
    assert "sealed" not in repr(table.seen(ALICE))
    assert table.seen(BOB)["workshop"].door == "passphrase"


def test_whoever_needs_approval_waits_and_is_let_in(table: Table) -> None:
    table.do(ALICE, "set_door", door="approve")
    assert table.knock(CAROL, "Carol") == "waiting"
    assert table.knock(CAROL, "Carol") == "waiting", "and again, as one who waits"
    assert table.refusal(CAROL, "ready", ready=True) == "waiting"
    assert table.seen(ALICE)[CAROL].waiting
    table.do(ALICE, "admit_person", person=CAROL)
    assert table.knock(CAROL) == ""
    table.do(CAROL, "ready", ready=True)


def test_nobody_but_facilitators_hears_of_those_who_wait(table: Table) -> None:
    table.do(ALICE, "set_door", door="approve")
    since, shown = table.board.seq, table.seen(BOB)
    table.knock(CAROL, "Carol")
    table.do(ALICE, "rename_person", person=CAROL, new_name="Caroline")
    table.do(ALICE, "refuse_person", person=CAROL)
    for viewer in (table.viewer(BOB), SCREEN):
        patch = changed_since(table.board, since, viewer)
        assert (patch.put, patch.remove) == ([], [])
    assert table.seen(BOB) == shown
    assert table.seen(BOB)["workshop"].progress.of == 2


def test_a_facilitator_who_is_one_no_more_forgets_who_waits(table: Table) -> None:
    table.do(ALICE, "set_door", door="approve")
    table.knock(CAROL, "Carol")
    table.join(DAN, "facilitator", "Dan")
    since = table.board.seq
    table.do(ALICE, "renew_key")
    patch = changed_since(table.board, since, table.viewer(DAN))
    assert patch.since == 0  # with another role, the board is shown anew
    assert CAROL not in {record.id for record in patch.put}


def test_whoever_is_refused_stays_out_until_let_in(table: Table) -> None:
    table.do(ALICE, "set_door", door="approve")
    table.knock(CAROL, "Carol", device=PHONE)
    table.do(ALICE, "refuse_person", person=CAROL)
    assert table.knock(CAROL) == "removed"
    assert table.knock(EVE, "Eve", device=PHONE) == "removed"
    assert table.refusal(ALICE, "refuse_person", person=CAROL) == "not_waiting"
    table.do(ALICE, "admit_person", person=CAROL)
    assert table.knock(CAROL) == ""


def test_a_door_that_is_opened_lets_those_in_who_wait(table: Table) -> None:
    table.do(ALICE, "set_door", door="approve")
    table.knock(CAROL, "Carol")
    table.do(ALICE, "set_door", door="closed")
    assert table.knock(CAROL) == "door_closed"
    table.do(ALICE, "set_door", door="open")
    assert table.knock(CAROL) == ""
    assert table.seen(BOB)[CAROL].name == "Carol"


@pytest.mark.parametrize("door", ["approve", "closed"])
def test_a_facilitator_key_opens_every_door(table: Table, door: str) -> None:
    table.do(ALICE, "set_door", door=door)
    table.join(CAROL, "facilitator", "Carol")
    assert table.seen(ALICE)[CAROL].role == "facilitator"


def test_a_key_brought_by_somebody_who_waits_lets_them_in(table: Table) -> None:
    table.do(ALICE, "set_door", door="approve")
    table.knock(CAROL, "Carol")
    table.join(CAROL, "facilitator", "Carol")
    assert table.board.viewer(CAROL).facilitates
    assert table.board.people[CAROL].is_in


def test_the_door_is_for_facilitators_to_keep(table: Table) -> None:
    for name, arguments in (
        ("set_door", {"door": "closed"}),
        ("admit_person", {"person": DAN}),
        ("refuse_person", {"person": DAN}),
    ):
        assert table.refusal(BOB, name, **arguments) == "facilitators_only"
    assert table.refusal(ALICE, "admit_person", person=CAROL) == "unknown_person"


# --- when a workshop takes nobody new -------------------------------------------------------------------------------


def test_a_closed_workshop_takes_nobody_new_and_is_read_by_those_who_were_in(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="closed")
    assert table.knock(CAROL, "Carol") == "closed"
    assert table.knock(BOB) == ""


def test_a_locked_board_takes_nobody_new(table: Table) -> None:
    table.do(ALICE, "lock", locked=True)
    assert table.knock(CAROL, "Carol") == "locked"
    assert table.knock(BOB) == ""
    table.join(EVE, "facilitator", "Eve")


# --- the big screen -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["passphrase", "approve", "closed"])
def test_the_code_alone_shows_the_big_screen_only_while_the_door_is_open(table: Table, door: str) -> None:
    assert watches(table) == ""
    given = {"passphrase": "sealed"} if door == "passphrase" else {}
    table.do(ALICE, "set_door", door=door, **given)
    assert watches(table) == "screen_closed"
    assert watches(table, is_known=True) == ""
    assert watches(table, person=BOB) == ""


def test_who_waits_and_who_was_removed_does_not_see_the_big_screen(table: Table) -> None:
    table.knock(EVE, "Eve", device=PHONE)
    table.do(ALICE, "remove_person", person=EVE)
    table.do(ALICE, "set_door", door="approve")
    table.knock(CAROL, "Carol")
    assert watches(table, person=CAROL) == "waiting"
    assert watches(table, person=EVE) == "removed"
    assert watches(table, device=PHONE) == "removed"
    assert watches(table, device=PHONE, is_known=True) == "removed"


# --- out, and in again ----------------------------------------------------------------------------------------------


def test_a_removed_person_stays_out_by_token_device_and_name(table: Table) -> None:
    table.knock(CAROL, "Carol", device=PHONE)
    table.do(ALICE, "remove_person", person=CAROL)
    assert table.knock(CAROL) == "removed"
    assert table.knock(EVE, "Eve", device=PHONE) == "removed"
    for name in ("Carol", "cárol", " C A R O L ", "Carol!"):
        assert table.knock(EVE, name, device="another phone") == "name_removed", name
    assert table.knock(EVE, "Eve", device="another phone") == ""
    assert table.refusal(EVE, "rename_me", new_name="CAROL") == "name_removed"


def test_a_removed_person_comes_back_once_let_in_and_so_do_their_phone_and_name(table: Table) -> None:
    table.knock(CAROL, "Carol", device=PHONE)
    table.do(ALICE, "remove_person", person=CAROL)
    assert table.seen(ALICE)[CAROL].removed
    assert CAROL not in table.seen(BOB)
    table.do(ALICE, "admit_person", person=CAROL)
    assert table.knock(CAROL) == ""
    assert table.knock(EVE, "Carol", device=PHONE) == ""


def test_removing_somebody_can_be_undone(table: Table) -> None:
    back = table.do(ALICE, "remove_person", person=BOB).inverse[0]
    table.do(ALICE, back.pop("name"), **back)
    assert table.knock(BOB) == ""


def test_a_namesake_is_looked_at_by_a_facilitator_where_everybody_is(table: Table) -> None:
    table.knock(CAROL, "Carol")
    table.do(ALICE, "remove_person", person=CAROL)
    table.do(ALICE, "set_door", door="approve")
    assert table.knock(EVE, "Carol") == "waiting"


def test_a_removed_facilitator_does_not_come_back_by_the_key_on_the_same_phone(table: Table) -> None:
    table.knock(CAROL, "Carol", device=PHONE)
    table.join(CAROL, "facilitator", "Carol")
    table.do(ALICE, "remove_person", person=CAROL)
    decision = table.come(EVE, "facilitator", "Eve", device=PHONE)
    assert isinstance(decision, Refused)
    assert decision.code == "removed"


def test_a_facilitator_who_tried_the_phone_page_and_removed_it_is_not_shut_out(table: Table) -> None:
    table.take(CAROL, table.come(CAROL, "facilitator", "Carol", device=PHONE))
    table.knock(EVE, "essai", device=PHONE)
    table.do(CAROL, "remove_person", person=EVE)
    assert table.knock("person:another_________", "Flo", device=PHONE) == ""


# --- what counts ----------------------------------------------------------------------------------------------------


@pytest.fixture
def voted() -> Table:
    """Dan has agreed, voted and estimated, and the room talks about it."""
    table = Table()
    table.add(BOB, 1)
    table.add(BOB, 2)
    table.do(ALICE, "set_phase", phase="group")
    table.do(BOB, "add_theme", theme=theme(1), title="Budget", cards=[card(1)])
    table.do(DAN, "agree", card=card(1))
    table.do(ALICE, "set_phase", phase="vote")
    for person, count in ((BOB, 1), (DAN, 3)):
        table.do(person, "vote", target=theme(1), count=count)
    table.do(DAN, "vote", target=card(2), count=1)
    table.do(ALICE, "set_phase", phase="cut")
    for person, knots in ((ALICE, 1), (BOB, 2), (DAN, 20)):
        table.do(person, "estimate", target=theme(1), knots=knots)
    table.do(ALICE, "set_phase", phase="discuss")
    return table


def choices(table: Table) -> dict[str, Any]:
    seen = table.seen(SCREEN)
    estimate, other = seen[f"estimate:{theme(1)}"], seen.get(f"vote:{card(2)}")
    return {
        "votes": seen[f"vote:{theme(1)}"].total,
        "other": other.total if other else 0,
        "agrees": seen[card(1)].agrees,
        "n": estimate.n,
        "high": estimate.high,
        "voted": seen["workshop"].progress.voted,
        "estimated": seen["workshop"].progress.estimated,
        "of": seen["workshop"].progress.of,
    }


def test_what_a_removed_person_chose_counts_no_more_and_again_once_they_are_let_in(voted: Table) -> None:
    before = choices(voted)
    assert (before["votes"], before["other"], before["agrees"], before["n"], before["high"]) == (4, 1, 1, 3, 20)
    since = voted.board.seq
    voted.do(ALICE, "remove_person", person=DAN)
    assert choices(voted) == {
        "votes": 1,
        "other": 0,
        "agrees": 0,
        "n": 2,
        "high": UNSET,  # of two, each would know the other's
        "voted": 1,
        "estimated": 1,
        "of": 1,
    }
    patch = changed_since(voted.board, since, SCREEN)
    assert {card(1), f"vote:{theme(1)}", f"estimate:{theme(1)}"} <= {record.id for record in patch.put}
    assert f"vote:{card(2)}" in patch.remove
    since = voted.board.seq
    back = voted.do(ALICE, "admit_person", person=DAN).inverse
    assert choices(voted) == before
    assert back == [{"name": "remove_person", "person": DAN}]
    patch = changed_since(voted.board, since, SCREEN)
    assert {card(1), f"vote:{theme(1)}", f"vote:{card(2)}", f"estimate:{theme(1)}"} <= {r.id for r in patch.put}


def test_removing_somebody_tells_nobody_where_they_voted_while_that_is_secret(voted: Table) -> None:
    voted.do(ALICE, "set_phase", phase="vote")
    since = voted.board.seq
    voted.do(ALICE, "remove_person", person=DAN)
    patch = changed_since(voted.board, since, voted.viewer(BOB))
    ids = {*patch.remove, *(record.id for record in patch.put)}
    assert not [record_id for record_id in ids if record_id.startswith(("vote:", "estimate:"))]


# --- one phone, one person ------------------------------------------------------------------------------------------


@pytest.fixture
def shared() -> Table:
    """Carol and Eve came from the same phone, and the room votes."""
    table = Table()
    table.knock(CAROL, "Carol", device=PHONE)
    table.knock(EVE, "Eve", device=PHONE)
    for n in (1, 2):
        table.add(BOB, n)
    table.do(ALICE, "set_phase", phase="vote")
    return table


def test_a_phone_has_the_votes_of_one_person_where_the_facilitator_says_so(shared: Table) -> None:
    shared.do(ALICE, "change_settings", one_phone_one_person=True)
    shared.do(CAROL, "vote", target=card(1), count=2)
    shared.do(EVE, "vote", target=card(1), count=1)
    refusal = shared.ask(EVE, "vote", target=card(1), count=2)
    assert isinstance(refusal, Refused)
    assert (refusal.code, refusal.details["device"]) == ("too_many_on_theme", True)
    shared.do(EVE, "vote", target=card(2), count=2)
    assert shared.refusal(CAROL, "vote", target=card(2), count=1) == "votes_spent"
    shared.do(BOB, "vote", target=card(1), count=3)
    shared.do(EVE, "vote", target=card(2), count=0)
    shared.do(CAROL, "vote", target=card(2), count=2)


def test_a_phone_agrees_and_answers_once_where_it_is_one_person(shared: Table) -> None:
    shared.do(ALICE, "change_settings", one_phone_one_person=True)
    shared.do(CAROL, "agree", card=card(1))
    assert shared.refusal(EVE, "agree", card=card(1)) == "agreed_on_device"
    shared.do(ALICE, "set_phase", phase="cut")
    shared.do(CAROL, "estimate", target=card(1), knots=3)
    assert shared.refusal(EVE, "estimate", target=card(1), knots=9) == "estimated_on_device"
    shared.do(CAROL, "estimate", target=card(1), knots=None)
    shared.do(EVE, "estimate", target=card(1), knots=9)
    shared.do(CAROL, "disagree", card=card(1))
    shared.do(EVE, "agree", card=card(1))


def test_a_removed_identity_leaves_its_phone_no_fresh_votes(shared: Table) -> None:
    shared.do(ALICE, "change_settings", one_phone_one_person=True)
    shared.do(CAROL, "vote", target=card(1), count=3)
    shared.do(ALICE, "remove_person", person=CAROL)
    assert shared.refusal(EVE, "vote", target=card(1), count=1) == "too_many_on_theme"


def test_without_that_setting_people_may_share_a_phone(shared: Table) -> None:
    for person in (CAROL, EVE):
        shared.do(person, "vote", target=card(1), count=3)


def test_where_a_phone_is_one_person_whoever_comes_says_from_which(table: Table) -> None:
    table.do(ALICE, "change_settings", one_phone_one_person=True)
    assert table.knock(CAROL, "Carol") == "device_needed"
    assert table.knock(CAROL, "Carol", device=PHONE) == ""
    table.join(EVE, "facilitator", "Eve")
