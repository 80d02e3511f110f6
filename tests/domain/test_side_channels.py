"""Side channels of patches: ids in `remove`, the order of records, and whether anything depends on who did what."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from speedboat.domain.messages import SCREEN, Decision, Viewer
from speedboat.domain.projection import changed_since
from speedboat.domain.records import Patch
from speedboat.domain.state import Board
from tests.domain.test_convergence import ACTS, COMMANDS, PEOPLE, play, viewers
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table, card, theme

# What is done in secret, or in an anonymous workshop without a name: by families that may change hands on their own.
VOTES, ESTIMATES, READY = {"vote"}, {"estimate"}, {"ready"}
CARDS = {"add_card", "edit_card", "change_kind", "delete_card", "restore_card", "take_back", "agree", "disagree"}
ACTIONS = {"add_action", "edit_action", "delete_action", "restore_action"}
MOVES = {"move_card", "weigh_card"} | CARDS  # a hidden card is moved by its author alone
NAMES = {"rename_me"}


# A workshop on its way, so that what is done at random meets something: begun with, as far as a test likes.
BEGUN: list[tuple[str, tuple[str, dict[str, Any]]]] = [
    (ALICE, ("set_phase", {"phase": "write"})),
    (BOB, ("add_card", {"card": card(1), "kind": "wind", "text": "Temps", "weight": 0.1})),
    (DAN, ("add_card", {"card": card(2), "kind": "anchor", "text": "Chef", "weight": 0.2})),
    (BOB, ("add_card", {"card": card(3), "kind": "anchor", "text": "Budget", "weight": 0.3})),
    (DAN, ("add_card", {"card": card(4), "kind": "shark", "text": "Réseau", "weight": 0.4})),
    (ALICE, ("set_phase", {"phase": "group"})),
    (ALICE, ("add_theme", {"theme": theme(1), "title": "Un", "cards": [card(2)]})),
    (ALICE, ("add_theme", {"theme": theme(2), "title": "Deux", "cards": [card(3)]})),
    (ALICE, ("set_phase", {"phase": "vote"})),
    (DAN, ("vote", {"target": theme(1), "count": 2})),
    (BOB, ("vote", {"target": theme(2), "count": 1})),
    (DAN, ("vote", {"target": card(4), "count": 1})),
    (BOB, ("vote", {"target": theme(1), "count": 1})),
    (ALICE, ("set_phase", {"phase": "cut"})),
    (DAN, ("estimate", {"target": theme(2), "knots": 3})),
    (BOB, ("estimate", {"target": theme(1), "knots": 5})),
    (ALICE, ("set_phase", {"phase": "vote"})),
]
BEGINNINGS = st.integers(0, len(BEGUN)).map(lambda length: BEGUN[:length])


LEA = "person:lea_____________"


class Onlooker:
    """Somebody who asks after every event, and forgets nothing."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.have = 0

    def looks(self, board: Board, viewer: Viewer) -> None:
        patch = changed_since(board, self.have, viewer)
        self.known |= {record.id for record in patch.put}
        self.have = patch.to


def all_look(table: Table, onlookers: dict[str | None, Onlooker]) -> None:
    for person, onlooker in onlookers.items():
        if (viewer := viewer_of(table, person)) is not None:
            onlooker.looks(table.board, viewer)


@settings(max_examples=150, deadline=None)
@given(BEGINNINGS, ACTS, st.booleans())
def test_a_patch_takes_away_only_what_its_viewer_was_able_to_see(
    begun: list[Any], acts: list[Any], anonymous: bool
) -> None:
    acts = begun + acts
    table = Table()
    onlookers = {viewer.person: Onlooker() for viewer in viewers(table)}
    all_look(table, onlookers)
    if anonymous:
        acts = [(ALICE, ("change_settings", {"anonymous": True})), *acts]
    for number, (who, (name, arguments)) in enumerate(acts):
        if number == len(acts) // 2:
            # Somebody who comes late, who hears nothing of what went before.
            table.knock(LEA, "Léa")  # unless the door keeps her out
            onlookers[LEA] = Onlooker()
            all_look(table, onlookers)
        if name == "knock":
            table.knock(CAROL, arguments["called"], device=arguments["device"])
            onlookers.setdefault(CAROL, Onlooker())
            all_look(table, onlookers)
            continue
        for by, fact in facts_of(table, who, name, arguments):
            table.write(by, [fact])
            all_look(table, onlookers)
    for person, onlooker in onlookers.items():
        if (viewer := viewer_of(table, person)) is not None:
            for since in range(table.board.seq + 1):
                assert set(changed_since(table.board, since, viewer).remove) <= onlooker.known


def facts_of(table: Table, who: str, name: str, arguments: dict[str, Any]) -> list[tuple[str, Any]]:
    """What a command comes to, one fact after the other."""
    decision = table.ask(who, name, **arguments)
    if not isinstance(decision, Decision):
        return []
    table.board.names.update(decision.names)
    return [(who, fact) for fact in decision.facts]


def viewer_of(table: Table, person: str | None) -> Viewer | None:
    if person is None:
        return SCREEN
    known = table.board.people.get(person)
    return None if known is None or not known.is_in else table.viewer(person)


OTHER = {BOB: DAN, DAN: BOB}


def two_workshops(anonymous: bool) -> tuple[Table, Table]:
    """The same workshop twice, with Carol besides, who takes part like Bob and Dan."""
    tables = Table(), Table()
    for table in tables:
        table.join(CAROL, "participant", "Carol")
        if anonymous:
            table.do(ALICE, "change_settings", anonymous=True)
    return tables


def everything_shown(table: Table) -> list[bytes]:
    """What Alice, Carol and the screen may be sent, from any moment on, byte for byte."""
    shown = [table.viewer(ALICE), table.viewer(CAROL), SCREEN, Viewer(None, "participant"), Viewer(None, "facilitator")]
    return [
        msgspec.json.encode(changed_since(table.board, since, viewer))
        for viewer in shown
        for since in range(max(0, table.board.seq - 6), table.board.seq + 1)
    ] + [msgspec.json.encode(changed_since(table.board, 0, viewer)) for viewer in shown]


# Bob and Dan are told apart by name where they are removed, renamed or erased. What somebody withdraws is of several
# families at once, and whoever sees totals before and after can subtract.
NAMING = ("remove_person", "rename_person", "rename_me", "erase_person", "withdraw")
NEUTRAL = COMMANDS.filter(lambda command: command[0] not in NAMING)
SWAPPED_ACTS = st.lists(st.tuples(st.sampled_from(PEOPLE), NEUTRAL), min_size=1, max_size=60)


@settings(max_examples=150, deadline=None)
@given(BEGINNINGS, SWAPPED_ACTS, st.booleans())
def test_nobody_can_tell_who_of_two_people_cast_which_secret_votes(
    begun: list[Any], acts: list[Any], free: bool
) -> None:
    left, right = two_workshops(anonymous=False)
    if free:
        for table in (left, right):
            table.do(ALICE, "change_settings", free=True)
    for who, (name, arguments) in begun + acts:
        done = play(left, who, name, arguments)
        other = play(right, OTHER.get(who, who) if name in VOTES | ESTIMATES else who, name, arguments)
        # Only its author may vote for a card that is hidden: then there are no two workshops to tell apart.
        assume((done is None) == (other is None))
        assert everything_shown(left) == everything_shown(right)


@settings(max_examples=200, deadline=None)
@given(
    BEGINNINGS,
    SWAPPED_ACTS,
    st.sets(st.sampled_from(["votes", "estimates", "cards", "actions", "ready"]), min_size=1),
)
def test_in_an_anonymous_workshop_nobody_can_tell_who_of_two_people_did_what(
    begun: list[Any], acts: list[Any], families: set[str]
) -> None:
    hands = {"votes": VOTES, "estimates": ESTIMATES, "cards": MOVES, "actions": ACTIONS, "ready": READY}
    changed = set().union(*(hands[family] for family in families))
    left, right = two_workshops(anonymous=True)
    for who, (name, arguments) in begun + acts:
        done = play(left, who, name, arguments)
        other = play(right, OTHER.get(who, who) if name in changed else who, name, arguments)
        assume((done is None) == (other is None))
        assert everything_shown(left) == everything_shown(right)


def order(patch: Patch) -> list[str]:
    return [record.id for record in patch.put]


def reveal_by_phase(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="group")


def reveal_by_command(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="share")
    table.do(ALICE, "reveal")


@pytest.mark.parametrize("act", [reveal_by_phase, reveal_by_command])
@pytest.mark.parametrize("anonymous", [True, False])
def test_cards_are_revealed_in_an_order_that_says_nothing_of_who_wrote_which_or_when(act: Any, anonymous: bool) -> None:
    orders: set[tuple[str, ...]] = set()
    for numbers, hands in (
        ((1, 2, 3, 4, 5, 6), (BOB, BOB, BOB, DAN, DAN, DAN)),
        ((6, 5, 4, 3, 2, 1), (BOB, DAN, BOB, DAN, BOB, DAN)),
        ((2, 4, 6, 1, 3, 5), (DAN, DAN, BOB, BOB, DAN, BOB)),
    ):
        table = Table()
        table.do(ALICE, "change_settings", anonymous=anonymous)
        table.do(ALICE, "set_phase", phase="write")
        for number, hand in zip(numbers, hands, strict=True):
            table.add(hand, number)
        since = table.board.seq
        act(table)
        told = order(changed_since(table.board, since, SCREEN))
        loaded = order(changed_since(table.board, 0, SCREEN))
        cards = tuple(record for record in told if record.startswith("card:"))
        assert cards == tuple(record for record in loaded if record.startswith("card:"))
        orders.add(cards)
    (one,) = orders
    assert one != tuple(map(card, (1, 2, 3, 4, 5, 6)))


def test_cards_taken_back_go_in_an_order_that_says_nothing_of_when_they_were_written() -> None:
    orders = set()
    for numbers in ((1, 2, 3, 4), (4, 3, 2, 1), (2, 4, 1, 3)):
        table = Table()
        for number in numbers:
            table.add(BOB, number)
        since = table.board.seq
        table.do(BOB, "take_back")
        orders.add(tuple(changed_since(table.board, since, SCREEN).remove))
    assert len(orders) == 1


def test_votes_become_known_in_an_order_that_says_nothing_of_who_cast_which_or_when() -> None:
    told = set()
    for hands in ((BOB, BOB, DAN, DAN), (BOB, DAN, BOB, DAN), (DAN, DAN, BOB, BOB), (DAN, BOB, BOB, DAN)):
        for targets in ((1, 2, 3, 4), (4, 2, 3, 1)):
            table = Table()
            for number in (1, 2, 3, 4):
                table.add(ALICE, number)
            table.do(ALICE, "set_phase", phase="vote")
            since = table.board.seq
            for hand, number in zip(hands, targets, strict=True):
                table.do(hand, "vote", target=card(number), count=1)
            table.do(ALICE, "set_phase", phase="cut")
            told.add(msgspec.json.encode(changed_since(table.board, since, SCREEN)))
    assert len(told) == 1


@pytest.mark.parametrize("phases", [["share", "vote"], ["write", "vote"], ["vote", "write", "group"]])
def test_nobody_is_told_where_others_have_voted(phases: list[str]) -> None:
    table = Table()
    for number in (1, 2):
        table.add(ALICE, number)
    table.do(ALICE, "set_phase", phase="vote")
    since = table.board.seq
    table.do(BOB, "vote", target=card(1), count=1)
    table.do(BOB, "vote", target=card(2), count=1)
    table.do(BOB, "vote", target=card(2), count=0)
    for phase in phases:
        table.do(ALICE, "set_phase", phase=phase)
        for viewer in (table.viewer(ALICE), table.viewer(DAN), SCREEN):
            assert not [record for record in changed_since(table.board, since, viewer).remove if "vote" in record]
    assert changed_since(table.board, since, table.viewer(BOB)).remove == [f"vote:{card(2)}"]


def test_a_link_to_a_held_card_is_made_known_to_nobody() -> None:
    table = Table()
    wind, brake = table.add(ALICE, 1, kind="wind"), table.add(ALICE, 2)
    table.do(ALICE, "set_phase", phase="discuss")
    table.do(ALICE, "hold_card", card=brake, reason="Parlons-en d’abord")
    since = table.board.seq
    table.do(ALICE, "link", wind=wind, brake=brake)
    assert changed_since(table.board, since, SCREEN).remove == []
    table.do(ALICE, "release_card", card=brake)
    table.do(ALICE, "hold_card", card=brake, reason="Non")
    assert f"link:{wind}>{brake}" in changed_since(table.board, since, SCREEN).remove


def test_who_comes_late_is_told_nothing_of_what_had_gone_before() -> None:
    table = Table()
    table.add(BOB, 1)
    table.do(BOB, "delete_card", card=card(1))
    table.join(CAROL, "participant", "Carol")
    came = table.board.seq
    table.do(ALICE, "set_phase", phase="write")
    assert changed_since(table.board, came, table.viewer(CAROL)).remove == []
    whole = changed_since(table.board, 1, table.viewer(CAROL))
    assert (whole.since, whole.remove) == (0, [])


def test_who_facilitates_no_longer_starts_anew() -> None:
    table = Table()
    table.join(DAN, "facilitator", "Dan")
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "add_theme", theme=theme(1), title="Au rebut", cards=[])
    table.do(ALICE, "delete_theme", theme=theme(1))
    assert table.seen(DAN)[theme(1)].deleted
    since = table.board.seq
    table.do(ALICE, "renew_key")
    patch = changed_since(table.board, since, table.viewer(DAN))
    assert patch.since == 0
    assert theme(1) not in order(patch)
