"""A person's download holds everything that mentions them and nothing of others; they withdraw and are erased whole."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from speedboat.domain.features.erasure import CardsErased
from speedboat.domain.messages import Event
from speedboat.domain.personal_data import OTHER, PersonalData, mentions, names_written, personal_data, shown_data
from tests.domain.test_convergence import ACTS
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table, action, card, theme

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


NAMED = st.lists(
    st.tuples(
        st.sampled_from([ALICE, BOB, DAN]),  # writes
        st.sampled_from(["Bob", " bób ", "Dan", "Mme Odette", ""]),  # for whom, or whose action
        st.booleans(),  # as a card, or as an action
    ),
    max_size=8,
)


@given(writings=NAMED, anonymous=st.booleans(), phase=st.sampled_from(["write", "act"]))
@settings(max_examples=60, deadline=None)
def test_a_download_holds_what_bears_a_persons_name_as_far_as_they_are_shown_it(
    writings: list[tuple[str, str, bool]], anonymous: bool, phase: str
) -> None:
    table = Table()
    table.do(ALICE, "change_settings", free=True, anonymous=anonymous)
    table.do(ALICE, "set_phase", phase="act")
    for n, (who, name, is_card) in enumerate(writings, 1):
        if is_card:
            table.do(who, "add_card", card=card(n), kind="wind", text=f"words {n}", weight=1, **{"for": name})
        else:
            table.do(who, "add_action", action=action(n), text=f"words {n}", owner=name)
    table.do(ALICE, "set_phase", phase=phase)
    for person, mine in ((BOB, ("Bob", " bób ")), (DAN, ("Dan",))):
        data, shown = data_of(table, person), table.seen(person)
        named = {n for n, (who, name, _) in enumerate(writings, 1) if name in mine and who != person}
        cards = {card(n) for n in named if writings[n - 1][2] and hasattr(shown[card(n)], "for_")}
        cards = {one for one in cards if shown[one].for_ is not msgspec.UNSET}
        assert {one.id for one in data.cards_for_me} == cards
        assert {one.id for one in data.actions_to_do} == {action(n) for n in named if not writings[n - 1][2]}
        if anonymous or phase == "write":
            assert not data.cards_for_me, "who is meant by a card is no more shown than who wrote it"


def test_for_somebody_without_a_phone_an_organiser_gets_what_facilitators_are_shown() -> None:
    table = busy()
    table.do(ALICE, "set_phase", phase="act")
    table.do(BOB, "add_action", action=action(1), text="Appeler", owner="mme odette")
    data = shown_data(table.board, None, "Mme Odette")
    assert [record.id for record in data.records] == [action(1)]
    assert names_written(table.board) == ["mme odette"]
    of_bob = shown_data(table.board, BOB, "Bob")
    assert [record.id for record in of_bob.records] == [BOB, card(1)]
    facilitator = table.seen(ALICE)
    assert all(facilitator[record.id].text == "Encore de Bob" for record in of_bob.records if record.id == card(1))
    assert "knots" not in msgspec.json.encode(of_bob).decode()


def test_erasing_by_name_leaves_the_actions_of_the_group_and_what_others_own() -> None:
    table = busy()
    table.do(ALICE, "set_phase", phase="act")
    for n, owner in ((1, "Mme Odette"), (2, "Dan")):
        table.do(BOB, "add_action", action=action(n), text="Appeler", owner=owner)
    table.do(ALICE, "erase_by_name", first_name="MME  ODETTE")
    owners = {one: table.board.actions[one].owner for one in (action(1), action(2))}
    assert owners == {action(1): None, action(2): "Dan"}


def test_a_name_that_somebody_else_has_too_stays_when_one_of_them_is_erased() -> None:
    table = busy()
    table.do(ALICE, "set_phase", phase="act")
    table.do(DAN, "rename_me", new_name="BOB")
    table.do(ALICE, "add_action", action=action(1), text="Appeler", owner="Bob")
    assert not table.do(ALICE, "erase_person", person=BOB).erased_names
    assert table.board.actions[action(1)].owner == "Bob"


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


def test_every_field_of_a_download_says_what_is_held_and_others_are_left_out_of_events() -> None:
    table = Table()
    table.do(ALICE, "set_phase", phase="write")
    table.add(BOB, 1, "De Bob")
    table.add(DAN, 2, "De Dan")
    table.do(BOB, "edit_card", card=card(1), text="Encore")
    table.do(ALICE, "set_phase", phase="share")
    table.do(ALICE, "hold_card", card=card(1), reason="Plus tard")
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=card(2), count=1)
    table.do(ALICE, "set_phase", phase="act")
    table.do(BOB, "add_action", action=action(1), text="Mon idée", owner="Mme Durand", due="2030-01-01")
    table.do(DAN, "add_action", action=action(2), text="Idée de Dan", owner="Dan")
    table.do(BOB, "add_action", action=action(3), text="Sans personne")
    table.do(ALICE, "accept_action", action=action(2))
    table.do(ALICE, "renew_key")
    table.do(ALICE, "remove_person", person=BOB)
    table.board.devices[DAN] = "a hash"
    bob = msgspec.to_builtins(data_of(table, BOB))
    events = bob.pop("events")
    assert bob == {
        "format": "speedboat-personal-data",
        "version": 1,
        "id": BOB,
        "name": "Bob",
        "role": "participant",
        "removed": True,
        "waiting": False,
        "has_device": False,
        "cards": [
            {
                "id": card(1),
                "kind": "anchor",
                "text": "Encore",
                "weight": 0.5,
                "former_texts": ["De Bob"],
                "hold_reason": "Plus tard",
            }
        ],
        "actions": [
            {"id": action(1), "text": "Mon idée", "state": "proposed", "owner": "Mme Durand", "due": "2030-01-01"},
            {"id": action(3), "text": "Sans personne", "state": "proposed"},
        ],
        "votes": {card(2): 1},
        "estimates": {},
        "agreements": [],
        "cards_for_me": [],
        "actions_to_do": [],
    }
    assert [(event["fact"]["name"], event.get("by_somebody_else", False)) for event in events] == [
        ("person_joined", False),
        ("card_added", False),
        ("card_edited", False),
        ("voted", False),
        ("action_set", False),
        ("action_set", False),
        ("person_removed", True),
    ]
    assert events[3]["fact"] == {"name": "voted", "person": BOB, "votes": {card(2): 1}}
    assert events[4]["fact"]["text"] == "Mon idée"
    dan = data_of(table, DAN)
    assert (dan.has_device, dan.removed, [one.owner for one in dan.actions]) == (True, False, ["Dan"])
    accepted, renewed, removal = [event.fact for event in data_of(table, ALICE).events][-3:]
    assert accepted == {"name": "action_set", "action": action(2), "by": OTHER, "state": "accepted"}
    assert (renewed["name"], renewed["kept"]) == ("key_renewed", ALICE)
    assert removal == {"name": "person_removed", "person": OTHER, "uncounts": True}


def test_whoever_waits_is_held_as_waiting_and_a_stranger_as_nobody() -> None:
    table = Table()
    table.do(ALICE, "set_door", door="approve")
    assert table.knock(CAROL, "Carol") == "waiting"
    carol, nobody = data_of(table, CAROL), data_of(table, "person:0000000000000000")
    assert (carol.waiting, carol.removed, carol.role, carol.name) == (True, False, "participant", "Carol")
    assert (nobody.waiting, nobody.removed, nobody.role, nobody.name) == (False, False, "participant", "")
    assert (nobody.events, nobody.cards, nobody.actions, nobody.has_device) == ([], [], [], False)


def test_whoever_has_no_name_is_not_the_one_a_card_was_written_for() -> None:
    """No word stands for "no name": it would be somebody's."""
    table = Table()
    table.do(ALICE, "set_phase", phase="write")
    table.do(ALICE, "add_card", card=card(1), kind="wind", text="De plus", weight=0.5, **{"for": "XX"})
    table.do(ALICE, "set_phase", phase="group")
    table.board.names.pop(BOB)
    assert data_of(table, BOB).cards_for_me == []
    table.board.names[BOB] = "xx"
    assert [one.text for one in data_of(table, BOB).cards_for_me] == ["De plus"]


def test_what_an_event_lists_is_in_the_download() -> None:
    table = Table()
    erased = Event(table.board.seq + 1, table.now, BOB, CardsErased([card(1), card(2)]))
    (event,) = personal_data(table.board, [erased], BOB).events
    assert event.fact == {"name": "cards_erased", "cards": [card(1), card(2)]}


def test_what_somebody_is_to_do_is_told_with_its_day_or_without_one() -> None:
    table = Table()
    table.do(ALICE, "set_phase", phase="act")
    table.do(DAN, "add_action", action=action(1), text="Demander", owner="Bob", due="2030-01-31")
    table.do(DAN, "add_action", action=action(2), text="Afficher", owner="BOB")
    todo = data_of(table, BOB).actions_to_do
    assert [(one.text, one.owner, one.due) for one in todo] == [
        ("Demander", "Bob", "2030-01-31"),
        ("Afficher", "BOB", ""),
    ]
