"""A person's download holds everything that mentions them and nothing of others; they withdraw and are erased whole."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
from hypothesis import given, settings

from speedboat.domain.personal_data import PersonalData, mentions, personal_data
from tests.domain.test_convergence import ACTS
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table, card, theme

NAMES = {ALICE: "Alice", BOB: "Bob", DAN: "Dan", CAROL: "Carol"}
WORDED = ("text", "owner", "reason", "new_name")


def data_of(table: Table, person: str) -> PersonalData:
    return personal_data(table.board, table.log, person)


def play(acts: list[Any]) -> tuple[Table, dict[str, list[str]]]:
    """Play acts in which every word says whose it is; return the table and the words of each person."""
    table, numbers = Table(), itertools.count()
    words: dict[str, list[str]] = {person: [] for person in NAMES}
    for who, (name, arguments) in acts:
        if name == "knock":
            table.knock(CAROL, "Carol", device=arguments["device"])
            continue
        # Titles of themes and prompts are the group's, and everybody's to change.
        mine = {field: f"word-{who}-{next(numbers)}".replace(":", "-")[:50] for field in WORDED if field in arguments}
        outcome = table.ask(who, name, **{**arguments, **mine})
        if hasattr(outcome, "facts"):
            words[who] += mine.values()
            table.take(who, outcome)
            table.erase(outcome.later)
    return table, words


@given(acts=ACTS)
@settings(max_examples=150, deadline=None)
def test_a_download_holds_all_that_mentions_somebody_and_nothing_of_others(acts: list[Any]) -> None:
    table, words = play(acts)
    for person in table.board.people:
        data = data_of(table, person)
        text = msgspec.json.encode(data).decode()
        seqs = [event.seq for event in table.log if event.by == person or mentions(event.fact, person)]
        assert [event.seq for event in data.events] == seqs
        assert {one.id for one in data.cards} == {one.id for one in table.board.cards.values() if one.author == person}
        assert data.votes == table.board.votes.get(person, {})
        others = NAMES.keys() - {person}
        assert not [other for other in others if f'"{other}"' in text]
        foreign = {word for other in others for word in words[other]} - {
            # A reason is said to the author of the card, and the name by which a facilitator called somebody is theirs.
            *(one.hold_reason for one in data.cards),
            *(one.text for one in data.cards),
            *(text for one in data.cards for text in one.former_texts),
            *(word for one in data.actions for word in (one.text, one.owner)),
            data.name,
        }
        assert not [word for word in foreign if f'"{word}"' in text]


def busy() -> Table:
    table = Table()
    table.do(ALICE, "set_phase", phase="write")
    table.add(BOB, 1, "De Bob")
    table.add(DAN, 2, "De Dan")
    table.do(BOB, "edit_card", card=card(1), text="Encore de Bob")
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=card(2), count=2)
    table.do(BOB, "agree", card=card(2))
    table.do(ALICE, "set_phase", phase="cut")
    table.do(BOB, "estimate", target=card(2), knots=8)
    table.do(ALICE, "set_phase", phase="closed")
    return table


def test_what_is_held_is_told_as_it_is_and_as_it_was() -> None:
    data = data_of(busy(), BOB)
    assert [(one.text, one.former_texts) for one in data.cards] == [("Encore de Bob", ["De Bob"])]
    assert (data.name, data.votes, data.estimates, data.agreements) == ("Bob", {card(2): 2}, {card(2): 8}, [card(2)])
    assert "Dan" not in msgspec.json.encode(data).decode()


def test_choices_are_withdrawn_even_when_the_workshop_is_over() -> None:
    table = busy()
    table.do(BOB, "withdraw")
    data = data_of(table, BOB)
    assert (data.votes, data.estimates, data.agreements) == ({}, {}, [])
    assert table.board.total_on(card(2)) == 0
    assert len(data.cards) == 1


def test_a_facilitator_erases_somebody_who_cannot_and_the_log_says_who_did() -> None:
    table = busy()
    assert table.refusal(DAN, "erase_person", person=BOB) == "facilitators_only"
    table.do(ALICE, "erase_person", person=BOB)
    data = data_of(table, BOB)
    assert (data.cards, data.votes, data.estimates, data.agreements, data.name) == ([], {}, {}, [], "")
    assert {event.by for event in table.log[-5:]} == {ALICE}
    assert card(2) in table.board.cards


def test_in_an_anonymous_workshop_the_cards_of_whoever_is_erased_go_one_by_one() -> None:
    table = Table()
    table.do(ALICE, "change_settings", anonymous=True)
    table.do(ALICE, "set_phase", phase="write")
    for n in (1, 2):
        table.add(BOB, n)
    assert table.do(ALICE, "erase_person", person=BOB).later == [card(1), card(2)]
    assert theme(1) not in table.board.themes
