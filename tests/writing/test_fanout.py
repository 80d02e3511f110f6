"""Fan-out: who gets which patch after each command, and who may drag; nobody who waits or was removed."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from speedboat.domain.messages import SCREEN
from speedboat.live.rooms import Room, Socket
from speedboat.writing.fanout import Fanout
from speedboat.writing.requests import Flush, Leave, Look, Outcome, View
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table

WORKSHOP = 1


class Deck:
    """A table with everybody at it connected."""

    def __init__(self) -> None:
        self.table, self.fanout, self.room = Table(), Fanout(), Room()
        self.shown = self.table.add(BOB)
        for person in (ALICE, BOB, DAN, None):
            self.enter(person)

    def enter(self, person: str | None) -> View:
        outcome = self.show(Look(WORKSHOP, person, 0, lambda _view: None, enters=True))
        ((_, view),) = outcome.replies
        if view.role:
            who = self.table.viewer(person) if person else SCREEN
            self.room.add(Socket("", str(person), WORKSHOP, who, "fr", "", 0, entered=True))
            self.room.learn(view.terms, {person: view.role} if person else {})
        return view

    def show(self, *asked: Any) -> Outcome:
        outcome = Outcome([], [])
        self.fanout.show(WORKSHOP, self.table.board, asked, outcome)
        for flush in outcome.flushes:
            assert flush.terms is not None
            self.room.learn(flush.terms, flush.roles, flush.removed)
        return outcome

    def do(self, name: str, **arguments: Any) -> Flush:
        self.table.do(ALICE, name, **arguments)
        (flush,) = self.show().flushes
        return flush


@pytest.fixture
def deck() -> Deck:
    return Deck()


def test_a_removed_person_is_shown_and_drags_nothing_until_they_are_let_in(deck: Deck) -> None:
    assert deck.room.lets_move(DAN, deck.shown)
    flush = deck.do("remove_person", person=DAN)
    assert flush.removed == {DAN}
    assert DAN not in flush.own.keys() | flush.roles.keys()
    assert not deck.room.lets_move(DAN, deck.shown)
    flush = deck.do("set_phase", phase="group")
    assert not deck.room.lets_move(DAN, deck.shown)
    assert deck.enter(DAN) == View()
    deck.do("admit_person", person=DAN)
    assert deck.enter(DAN).role == "participant"
    assert deck.room.lets_move(DAN, deck.shown)


def test_whoever_waits_is_shown_nothing_and_known_to_facilitators_alone(deck: Deck) -> None:
    deck.do("set_door", door="approve")
    deck.table.knock(CAROL, "Carol")
    assert deck.enter(CAROL) == View(waiting=True)
    assert not deck.room.lets_move(CAROL, deck.shown)
    deck.do("lock", locked=True)
    flush = deck.do("rename_workshop", objective="Une autre île")
    assert CAROL not in flush.roles
    assert CAROL.encode() not in flush.shared["participant"] + flush.shared["screen"]


@pytest.mark.parametrize("anonymous", [False, True])
def test_a_knock_is_flushed_to_facilitators_alone(deck: Deck, anonymous: bool) -> None:
    deck.do("change_settings", anonymous=anonymous, one_phone_one_person=True)
    deck.do("set_door", door="approve")
    deck.table.knock(CAROL, "Carol", device="a device")
    (flush,) = deck.show().flushes
    told = {role: msgspec.json.decode(patch)["put"] for role, patch in flush.shared.items()}
    assert [(record["id"], record["waiting"]) for record in told["facilitator"]] == [(CAROL, True)]
    assert (told["participant"], told["screen"]) == ([], [])
    assert flush.own.keys() <= {ALICE}


def test_who_has_gone_is_no_reason_to_look(deck: Deck) -> None:
    deck.show(*(Leave(WORKSHOP, person) for person in (ALICE, BOB, DAN, None)))
    assert deck.fanout.present() == []
    deck.table.do(ALICE, "lock", locked=True)
    assert deck.show().flushes == []
