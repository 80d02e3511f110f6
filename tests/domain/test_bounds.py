"""The rules at their bounds: somebody who is not there, nothing said, exactly as many as may be."""

from __future__ import annotations

import msgspec
import pytest

from speedboat.domain.days import valid_time_zone
from speedboat.domain.features.headcount import PeopleCounted
from speedboat.domain.features.people import PersonRemoved, is_here, is_listed
from speedboat.domain.features.person_names import PersonRenamed, is_removed_name
from speedboat.domain.features.phases import WorkshopCreated
from speedboat.domain.features.purge_date import WorkshopPurged, day_after, default_purge_day
from speedboat.domain.ids import PersonId
from speedboat.domain.messages import SCREEN, Decision, Refused, Viewer, undo
from speedboat.domain.name_mask import NameMask
from speedboat.domain.projection import changed_since
from speedboat.domain.rules import convert_command, read_command
from speedboat.domain.state import Board
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table, action, card

NOBODY_KNOWN = PersonId("person:0000000000000000")
FACILITATOR = Viewer(None, "facilitator")


@pytest.fixture
def table() -> Table:
    return Table()


# --- somebody who is not there --------------------------------------------------------------------------------------


def test_whoever_never_came_is_neither_here_nor_listed(table: Table) -> None:
    assert not is_here(table.board, NOBODY_KNOWN)
    assert not any(is_listed(table.board, NOBODY_KNOWN, viewer) for viewer in (FACILITATOR, SCREEN))


def test_a_log_that_renames_somebody_who_never_came_tells_nobody_anything(table: Table) -> None:
    since = table.board.seq
    table.write(ALICE, [PersonRenamed(NOBODY_KNOWN, told=True), PersonRenamed(NOBODY_KNOWN)])
    for viewer in (FACILITATOR, SCREEN):
        patch = changed_since(table.board, since, viewer)
        assert (patch.put, patch.remove) == ([], [])


def test_whoever_sends_no_device_is_not_taken_for_a_removed_person_who_sent_none(table: Table) -> None:
    """Clients may send no `device`: whoever sends none is not the removed person who sent none."""
    table.board.devices[ALICE] = "hers"  # or she would vouch for it
    table.do(ALICE, "remove_person", person=BOB)
    assert isinstance(table.come(CAROL, "participant", "Carol"), Decision)


def test_only_a_facilitator_who_is_in_vouches_for_a_phone_that_was_removed(table: Table) -> None:
    table.take(CAROL, decided(table.come(CAROL, "participant", "Carol", device="one phone")))
    other = PersonId("person:erin____________")
    table.take(other, decided(table.come(other, "participant", "Erin", device="one phone")))
    table.do(ALICE, "remove_person", person=CAROL)
    outcome = table.come(NOBODY_KNOWN, "participant", "Fay", device="one phone")
    assert isinstance(outcome, Refused)
    assert outcome.code == "removed"


def decided(outcome: Decision | Refused) -> Decision:
    assert isinstance(outcome, Decision)
    return outcome


# --- nothing said ---------------------------------------------------------------------------------------------------


def test_whoever_has_no_name_has_that_of_nobody(table: Table) -> None:
    """No word stands for "no name": it would be somebody's."""
    table.join(CAROL, "participant", "XX")
    table.write(ALICE, [PersonRemoved(CAROL)])
    nameless = PersonId("person:erin____________")
    assert isinstance(table.come(nameless, "participant", None), Decision)
    table.board.names.pop(CAROL)
    assert not is_removed_name(table.board, "XX")
    assert is_removed_name(table.board, "") is False
    table.board.names.pop(BOB)
    assert table.do(BOB, "rename_me", new_name="XX").inverse[0]["new_name"] == ""
    table.board.names.pop(DAN)
    assert table.do(ALICE, "rename_person", person=DAN, new_name="XX").facts


def test_an_inverse_says_nothing_of_what_was_not_set() -> None:
    assert undo("move_card", card="card:1", weight=msgspec.UNSET, x=None) == {
        "name": "move_card",
        "card": "card:1",
        "x": None,
    }


# --- days -----------------------------------------------------------------------------------------------------------


def test_what_is_a_time_zone_is_taken_as_it_is_written() -> None:
    assert [valid_time_zone(name) for name in ("", "Pacific/Noumea", "UTC")] == ["", "Pacific/Noumea", "UTC"]


def test_a_workshop_is_dated_by_the_zone_it_was_created_with() -> None:
    table = Table()
    table.board = Board()
    table.write(None, [WorkshopCreated("Nouméa", time_zone="Pacific/Noumea")])
    assert table.board.time_zone == "Pacific/Noumea"


def test_the_day_after_the_last_is_the_last() -> None:
    assert day_after("9999-12-31", 1) == "9999-12-31"
    assert day_after("2026-12-31", 1) == "2027-01-01"


def test_what_remains_of_a_purged_workshop_tells_its_day_at_once(table: Table) -> None:
    since = table.board.seq
    table.write(None, [WorkshopPurged("2026-11-27")])
    assert [record.purged_on for record in changed_since(table.board, since, SCREEN).put] == ["2026-11-27"]


def test_a_day_that_was_promised_is_kept_after_a_sooner_one_was_set(table: Table) -> None:
    for day in ("2030-01-01", "2029-01-01"):
        table.do(ALICE, "set_purge_date", on=day)
        table.add(BOB, 1 if day.startswith("2030") else 2)
    assert table.refusal(ALICE, "set_purge_date", on="2029-06-01") == "already_promised"
    table.do(ALICE, "set_purge_date", on="2028-01-01")
    assert table.refusal(ALICE, "set_purge_date", on="2031-01-01") == "already_promised"
    table.do(ALICE, "set_purge_date", on="2029-01-01")


def test_a_day_is_promised_to_participants_who_come_and_not_to_facilitators(table: Table) -> None:
    table.do(ALICE, "set_purge_date", on="2029-01-01")
    table.join(CAROL, "facilitator", "Carol")
    table.do(ALICE, "set_purge_date", on="2030-01-01")
    table.join(PersonId("person:erin____________"), "participant", "Erin")
    assert table.refusal(ALICE, "set_purge_date", on="2031-01-01") == "already_promised"


# --- exactly as many ------------------------------------------------------------------------------------------------


def test_as_many_votes_as_there_are_is_not_too_many(table: Table) -> None:
    table.do(ALICE, "change_settings", votes_each=2, votes_per_theme=2)
    table.add(BOB, 1)
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=card(1), count=2)
    assert table.seen(SCREEN)["workshop"].progress.over == 0
    table.do(ALICE, "change_settings", votes_each=1)
    assert table.seen(SCREEN)["workshop"].progress.over == 1


def test_of_people_who_are_only_counted_so_many_have_too_many_votes(table: Table) -> None:
    table.write(None, [PeopleCounted(participants=5, over=2)])
    assert table.seen(SCREEN)["workshop"].progress.over == 2


def test_how_many_have_estimated_is_said_of_the_rope_in_focus(table: Table) -> None:
    for n in (1, 2):
        table.add(BOB, n)
    table.do(ALICE, "set_phase", phase="cut")
    table.do(ALICE, "focus", target=card(1))
    table.do(BOB, "estimate", target=card(1), knots=2)
    table.do(DAN, "estimate", target=card(2), knots=3)
    assert table.seen(SCREEN)["workshop"].progress.estimated == 1
    table.do(ALICE, "focus", target=None)
    assert table.seen(SCREEN)["workshop"].progress.estimated == 2


def test_only_what_somebody_proposed_goes_with_them(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="act")
    for n, who in enumerate((BOB, DAN), 1):
        table.do(who, "add_action", action=action(n), text=f"L’idée {n}")
    table.do(ALICE, "erase_person", person=BOB)
    assert [one.text for one in table.seen(SCREEN).values() if one.id.startswith("action:")] == ["L’idée 2"]


def test_a_facilitator_is_told_which_cards_nobody_else_has_read(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="write")
    table.add(BOB, 1)
    table.add(ALICE, 2)
    table.do(ALICE, "set_phase", phase="share")
    unread = {who: {n: getattr(table.seen(who)[card(n)], "unread", None) for n in (1, 2)} for who in (ALICE, BOB)}
    assert unread == {ALICE: {1: True, 2: True}, BOB: {1: msgspec.UNSET, 2: msgspec.UNSET}}
    table.do(ALICE, "reveal")
    assert {table.seen(ALICE)[card(n)].unread for n in (1, 2)} == {msgspec.UNSET}


# --- names in texts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "text", "masked", "strictly"),
    [
        (["Rose"], "Rose et une rose", "[…] et une rose", "[…] et une […]"),
        (["rose"], "Rose et une rose", "Rose et une rose", "[…] et une […]"),
        (["Al"], "Al et AL", "Al et AL", "Al et AL"),
        (["Éva"], "Éva, Évariste", "[…], Évariste", "[…], Évariste"),
        (["Jean-Luc Roux"], "Jean-Luc et Roux", "[…] et […]", "[…] et […]"),
        (["Jean", "Jean-Luc"], "Jean, Jean-Luc", "[…], […]", "[…], […]"),
        ([], "Rien", "Rien", "Rien"),
        (["…"], "Rien …", "Rien …", "Rien …"),
    ],
)
def test_names_are_masked_where_they_are_names(names: list[str], text: str, masked: str, strictly: str) -> None:
    assert NameMask(names).of(text) == masked
    assert NameMask(names, strict=True).of(text) == strictly


# --- commands -------------------------------------------------------------------------------------------------------


def test_a_command_is_read_as_it_was_sent() -> None:
    sent = {"id": "command-1", "name": "agree", "card": card(1)}
    assert msgspec.to_builtins(read_command(msgspec.json.encode(sent))) == sent
    assert msgspec.to_builtins(convert_command(sent)) == sent


def test_whoever_never_came_may_do_nothing(table: Table) -> None:
    assert table.refusal(NOBODY_KNOWN, "ready", ready=True) == "removed"


def test_a_board_without_events_is_an_open_workshop_with_nothing_in_it() -> None:
    board = Board()
    assert (board.time_zone, board.purge_on, board.purged_on, board.purge_promise) == ("", "", "", ("", False))
    assert (board.summary_link, board.summary_opens, board.summary_expires) == (0, 0, 0)
    assert (board.seq, board.purge_witnesses, board.keeps_figures, board.summary_shared) == (0, 0, False, False)


def test_a_day_to_erase_by_default_is_counted_where_the_workshop_is() -> None:
    evening = 1_764_277_200_000  # 2025-11-27, 21:00 UTC
    assert default_purge_day("Pacific/Noumea", evening, 30) == "2025-12-28"
    assert default_purge_day("", evening, 30) == "2025-12-27"
    assert default_purge_day("", evening, 0) == ""
