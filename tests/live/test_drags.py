"""A drag is accepted only from somebody who may move the card, and reaches only those who may see it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from speedboat.domain.drag_rights import terms_of
from speedboat.domain.messages import Refused
from tests.domain.test_convergence import ACTS, PEOPLE, play, viewers
from tests.support.boards import Table, card
from tests.support.live_server import Person, Running, card_id


@settings(max_examples=150, deadline=None)
@given(ACTS)
def test_a_hand_may_drag_what_it_may_move_and_shows_it_to_those_who_see_it(acts: list[Any]) -> None:
    table = Table()
    for who, (name, arguments) in acts:
        before = table.board.seq
        terms = terms_of(table.board, table.board.cards)
        play(table, who, name, arguments)
        terms.grips.update(terms_of(table.board, table.board.cards_changed_since(before)).grips)
        now = terms_of(table.board, [card(n) for n in range(1, 7)])
        for n in range(1, 7):
            assert terms.grips.get(card(n)) == now.grips[card(n)], "what changed was told"
            for person in PEOPLE:
                if table.board.people[person].removed:
                    continue
                grip, role = now.grips[card(n)], table.viewer(person).role
                may = grip is not None and role in now.movers and grip.moves_for(person, role)
                # To where it is: refused or not, nothing comes of it.
                asked = table.ask(person, "move_card", card=card(n), x=800, y=450)
                assert may == (not isinstance(asked, Refused))
            for viewer in viewers(table):
                if (grip := now.grips[card(n)]) is not None:
                    assert grip.shows_to(viewer.person, viewer.role) == (card(n) in table.seen(viewer))


class Boat:
    """Alice facilitates, Bob and Dan take part, Théo watches the screen."""

    def __init__(self, server: Running) -> None:
        made = server.create()
        self.alice = Person(server.url, made["code"], name="Alice", key=made["key"]).join()
        self.bob = Person(server.url, made["code"], name="Bob").join()
        self.dan = Person(server.url, made["code"], name="Dan").join()
        self.theo = Person(server.url, made["code"], view="screen").join()

    @property
    def all(self) -> list[Person]:
        return [self.alice, self.bob, self.dan, self.theo]

    def drag(self, hand: Person, dragged: str) -> None:
        hand.client.emit("drag", {"card": dragged, "x": 300.0, "y": 700.0})

    def saw(self, watcher: Person, dragged: str) -> bool:
        return any(drag["card"] == dragged for drag in watcher.drags)

    def heard(self) -> None:
        """Wait until the server has taken in what everybody has sent."""
        for hand in (self.bob, self.dan, self.alice):
            hand.client.call("changes", {"since": hand.have}, timeout=60)

    def settle(self) -> None:
        """Alice drags a card of her own where anybody may, until all have seen that: what went before has come, or
        comes never."""
        self.heard()
        fence = self.alice.add("Une amarre", kind="wind")
        for person in self.all:
            person.sees(fence)
        self.drag(self.alice, fence)
        for person in (self.bob, self.dan, self.theo):
            person.until(lambda person=person: self.saw(person, fence))


@pytest.fixture
def boat(any_server: Running) -> Any:
    made = Boat(any_server)
    yield made
    for person in made.all:
        person.leave()


def test_a_hidden_card_is_dragged_by_its_author_alone(boat: Boat) -> None:
    boat.alice.do("set_phase", phase="write")
    hidden = boat.bob.add()
    boat.dan.sees(hidden)
    boat.drag(boat.dan, hidden)
    boat.drag(boat.alice, hidden)
    boat.heard()
    boat.alice.do("set_phase", phase="group")
    boat.settle()
    assert not any(boat.saw(person, hidden) for person in boat.all)
    boat.alice.do("set_phase", phase="write")
    boat.drag(boat.bob, hidden)
    for person in (boat.alice, boat.dan, boat.theo):
        person.until(lambda person=person: boat.saw(person, hidden))


def test_what_is_not_there_or_in_the_bin_is_dragged_by_nobody(boat: Boat) -> None:
    gone, unknown = boat.bob.add(), card_id()
    boat.bob.do("delete_card", card=gone)
    for hand in (boat.alice, boat.bob, boat.dan):
        boat.drag(hand, gone)
        boat.drag(hand, unknown)
    boat.settle()
    assert not any(boat.saw(person, card) for person in boat.all for card in (gone, unknown))


@pytest.mark.parametrize("act", [("lock", {"locked": True}), ("set_phase", {"phase": "vote"})])
def test_where_participants_may_not_move_their_hands_are_still(boat: Boat, act: tuple[str, Any]) -> None:
    shown = boat.bob.add()
    boat.alice.do(act[0], **act[1])
    boat.drag(boat.bob, shown)
    boat.drag(boat.dan, shown)
    boat.settle()
    assert not any(boat.saw(person, shown) for person in boat.all)
    boat.drag(boat.alice, shown)
    boat.bob.until(lambda: boat.saw(boat.bob, shown))


def test_a_held_card_is_dragged_before_its_author_and_facilitators_only(boat: Boat) -> None:
    held = boat.bob.add()
    boat.alice.do("hold_card", card=held, reason="Parlons-en d’abord")
    boat.drag(boat.dan, held)
    boat.drag(boat.alice, held)
    boat.bob.until(lambda: boat.saw(boat.bob, held))
    boat.settle()
    assert not any(boat.saw(person, held) for person in (boat.alice, boat.dan, boat.theo))
    boat.drag(boat.bob, held)
    boat.alice.until(lambda: boat.saw(boat.alice, held))
    boat.settle()
    assert not boat.saw(boat.dan, held)
    assert not boat.saw(boat.theo, held)


def test_the_screen_drags_nothing_and_who_is_demoted_no_more_than_others(boat: Boat) -> None:
    shown = boat.bob.add()
    boat.drag(boat.theo, shown)
    boat.settle()
    assert not any(boat.saw(person, shown) for person in boat.all)
    boat.alice.do("lock", locked=True)
    key = boat.alice.do("renew_key")["key"]
    again = Person(boat.dan.url, boat.dan.auth["code"], token=boat.dan.auth["token"], key=key).join()
    boat.dan.sees(boat.dan.me["id"], role="facilitator")
    boat.drag(boat.dan, shown)
    boat.bob.until(lambda: boat.saw(boat.bob, shown))
    boat.alice.do("renew_key")
    boat.dan.sees(boat.dan.me["id"], role="participant")
    boat.bob.drags.clear()
    boat.drag(boat.dan, shown)
    boat.settle()
    assert not boat.saw(boat.bob, shown)
    again.leave()
