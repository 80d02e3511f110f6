"""What facts about people, and about what was erased, leave behind: on the board, and in what everybody is sent."""

from __future__ import annotations

from typing import Any

import pytest

from speedboat.domain.fact_codec import UnknownFact, read_fact
from speedboat.domain.features import cards
from speedboat.domain.features.cards import CardsErased
from speedboat.domain.features.door import PersonAdmitted
from speedboat.domain.features.facilitator_key import KeyRenewed
from speedboat.domain.features.headcount import COUNTED, PeopleCounted
from speedboat.domain.features.people import PersonReady, list_people
from speedboat.domain.features.person_names import PersonRenamed
from speedboat.domain.features.phases import WorkshopCreated
from speedboat.domain.features.prompts import PromptSet
from speedboat.domain.ids import CardId, PersonId
from speedboat.domain.messages import SCREEN, Viewer
from tests.domain.test_folds import sent
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table, card

BOBS = Viewer(PersonId(BOB), "participant")
DANS = Viewer(PersonId(DAN), "participant")
ALICES = Viewer(PersonId(ALICE), "facilitator")


def news(table: Table, fact: Any) -> list[set[str]]:
    """What Bob, Dan, Alice and the screen are sent of a fact."""
    since = table.board.seq
    table.write(None, [fact])
    return [sent(table, since, viewer) for viewer in (BOBS, DANS, ALICES, SCREEN)]


def nameless() -> Table:
    table = Table()
    table.do(ALICE, "change_settings", anonymous=True)
    return table


def test_that_somebody_is_done_changes_their_record_and_the_count() -> None:
    assert news(Table(), PersonReady(BOB)) == [{BOB, "workshop"}] * 4


def test_in_an_anonymous_workshop_that_somebody_is_done_is_told_to_them_alone_and_counted_for_all() -> None:
    assert news(nameless(), PersonReady(BOB)) == [{BOB, "workshop"}, *[{"workshop"}] * 3]


def test_a_new_name_is_told_to_all_and_in_an_anonymous_workshop_to_its_owner_alone() -> None:
    assert news(Table(), PersonRenamed(BOB)) == [{BOB}] * 4
    assert news(nameless(), PersonRenamed(BOB)) == [{BOB}, set(), set(), set()]


def test_a_new_name_of_somebody_unknown_is_told_to_nobody() -> None:
    assert news(Table(), PersonRenamed(CAROL)) == [set()] * 4
    assert news(Table(), PersonRenamed(CAROL, told=True)) == [set()] * 4


def test_the_old_name_stands_on_the_list_of_an_anonymous_workshop_until_it_is_made_anew() -> None:
    table = nameless()
    table.do(ALICE, "lock", locked=True)
    table.write(None, [PersonRenamed(BOB)])
    assert table.board.former_names == {BOB: "Bob"}
    table.board.names[BOB] = "Robert"
    table.write(None, [PersonRenamed(BOB)])
    assert table.board.former_names == {BOB: "Bob"}
    assert table.seen(ALICE)[BOB].name == "Bob"
    table.do(ALICE, "lock", locked=False)
    assert table.board.former_names == {}
    assert table.seen(ALICE)[BOB].name == "Robert"


def test_a_name_that_nobody_kept_is_no_name() -> None:
    table = nameless()
    table.board.names.clear()
    table.do(ALICE, "lock", locked=True)
    table.write(None, [PersonRenamed(BOB)])
    assert table.board.former_names == {BOB: ""}


def test_a_list_made_anew_tells_of_those_who_came_or_went_and_of_the_count() -> None:
    table = nameless()
    table.do(ALICE, "set_phase", phase="group")
    table.join(CAROL, "participant", "Carol")
    since = table.board.seq
    table.do(ALICE, "lock", locked=True)
    assert sent(table, since, ALICES) == {CAROL, "workshop"}
    assert table.board.listed == {ALICE: "facilitator", BOB: "participant", CAROL: "participant", DAN: "participant"}
    table.board.people[PersonId(CAROL)].removed = True
    table.board.touched.clear()
    list_people(table.board)
    assert table.board.touched == ["workshop"]  # that she went, everybody has been told when she did
    assert CAROL not in table.board.listed


def test_where_people_have_names_there_is_no_such_list() -> None:
    table = Table()
    table.board.touched.clear()
    list_people(table.board)
    assert (table.board.touched, table.board.listed) == ([], {})


def test_a_renewed_key_takes_the_role_from_all_but_whoever_renewed_it() -> None:
    table = Table()
    table.join(CAROL, "facilitator", "Carol")
    assert news(table, KeyRenewed(7, kept=ALICE)) == [{CAROL, "workshop"}] * 4
    people = table.board.people
    assert (table.board.key, people[PersonId(ALICE)].key, people[PersonId(CAROL)].key) == (7, 7, 0)
    assert (people[PersonId(ALICE)].role, people[PersonId(CAROL)].role) == ("facilitator", "participant")
    assert people[PersonId(BOB)].key == 0


def test_in_an_anonymous_workshop_a_renewed_key_makes_the_list_anew() -> None:
    table = nameless()
    table.join(CAROL, "participant", "Carol")
    table.write(None, [KeyRenewed(2, kept=ALICE)])
    assert CAROL in table.board.listed


def test_whoever_is_let_in_again_is_shown_everything_anew() -> None:
    table = Table()
    table.do(ALICE, "remove_person", person=BOB)
    table.write(None, [PersonAdmitted(BOB)])
    assert table.board.people[PersonId(BOB)].role_seq == table.board.seq
    assert table.board.sees_from(PersonId(BOB)) == table.board.seq


def test_nameless_people_are_counted_by_role_the_first_of_them_being_done() -> None:
    table = nameless()
    counted = PeopleCounted(
        participants=3, facilitators=2, ready=1, ready_facilitators=1, voted=2, estimated=1, placed=2
    )
    since = table.board.seq
    table.write(None, [counted])
    assert "workshop" in sent(table, since, SCREEN)
    people = {key: person for key, person in table.board.people.items() if key.startswith(COUNTED)}
    assert [(one.role, one.ready, one.voted, one.estimated, one.placed) for one in people.values()] == [
        ("participant", True, True, True, True),
        ("participant", False, True, False, True),
        ("participant", False, False, False, False),
        ("facilitator", True, False, False, False),
        ("facilitator", False, False, False, False),
    ]
    assert all(table.board.listed[key] == person.role for key, person in people.items())
    table.write(None, [PeopleCounted(participants=1, facilitators=2, ready_facilitators=1)])
    gone = [key for key, person in people.items() if table.board.people[key].removed]
    assert len(gone) == 2
    assert not set(gone) & table.board.listed.keys()


def test_where_people_have_names_nameless_ones_are_on_no_list() -> None:
    table = Table()
    table.write(None, [PeopleCounted(participants=2)])
    assert not table.board.listed


def test_the_same_count_again_changes_nobody() -> None:
    table = nameless()
    table.write(None, [PeopleCounted(participants=2)])
    assert news(table, PeopleCounted(participants=2)) == [{"workshop"}] * 4


def test_of_an_erased_card_everybody_is_told_that_it_went_also_where_it_was_none() -> None:
    table = Table()
    table.add(BOB, 1)
    since = table.board.seq
    table.write(None, [CardsErased([CardId(card(1))])])
    assert all(card(1) in sent(table, since, viewer) for viewer in (BOBS, ALICES))
    table.write(None, [CardsErased([CardId(card(9))])])
    assert table.board.stamps[card(9)] == table.board.seq


@pytest.mark.parametrize(
    ("prepare", "apart"),
    [
        ((), set()),
        (((ALICE, "set_phase", {"phase": "write"}),), {BOB}),
        (((BOB, "delete_card", {"card": card(1)}),), {BOB}),
        (((ALICE, "hold_card", {"card": card(1), "reason": "Hors sujet"}),), {BOB}),
        (((DAN, "agree", {"card": card(1)}),), {DAN}),
        (((DAN, "agree", {"card": card(1)}), (BOB, "delete_card", {"card": card(1)})), {BOB, DAN}),
    ],
)
def test_whose_view_of_a_card_is_their_own(prepare: tuple[Any, ...], apart: set[str]) -> None:
    table = Table()
    table.add(BOB, 1)
    for who, name, arguments in prepare:
        table.do(who, name, **arguments)
    assert cards.concerns(table.board, CardId(card(1))) == apart


def test_in_an_anonymous_workshop_the_author_always_has_a_view_of_their_own() -> None:
    table = nameless()
    table.add(BOB, 1)
    assert cards.concerns(table.board, CardId(card(1))) == {BOB}
    table.board.cards[CardId(card(1))].author = None
    assert cards.concerns(table.board, CardId(card(1))) == set()


def test_nobody_has_a_view_of_a_card_that_is_not_there() -> None:
    assert cards.concerns(Table().board, CardId(card(1))) == set()


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("[1]", {"value": [1]}),
        ('"card_added"', {"value": "card_added"}),
        ('{"name":"card_folded","card":"card:1"}', {"name": "card_folded", "card": "card:1"}),
        ('{"card":"card:1"}', {"card": "card:1"}),
        ('{"name":"card_deleted"}', {"name": "card_deleted"}),
    ],
)
def test_a_line_that_is_no_fact_of_ours_is_kept_as_it_is(text: str, fields: dict[str, Any]) -> None:
    assert read_fact(text) == UnknownFact(fields)


def test_a_new_prompt_reaches_everybody() -> None:
    table = Table()
    assert news(table, PromptSet("anchor", "Qu’est-ce qui vous freine ?")) == [{"workshop"}] * 4


def test_a_workshop_speaks_the_language_it_was_created_in() -> None:
    table = Table()
    table.write(None, [WorkshopCreated("A title", "An island", language="en")])
    assert table.board.settings.language == "en"


def test_how_many_have_answered_is_counted_for_what_is_in_focus() -> None:
    table = Table()
    table.add(BOB, 1)
    table.do(ALICE, "set_phase", phase="cut")
    assert table.seen(SCREEN)["workshop"].progress.estimated == 0
    table.do(ALICE, "focus", target=card(1))
    table.do(BOB, "estimate", target=card(1), knots=2)
    assert table.seen(SCREEN)["workshop"].progress.estimated == 1


def test_a_phone_without_an_id_is_nobodys_phone() -> None:
    table = Table()
    table.board.devices = {PersonId(BOB): "a phone"}
    table.do(ALICE, "remove_person", person=BOB)
    assert table.knock(CAROL, "Carol", device="a phone") == "removed"
    table.board.devices = {}
    assert table.knock(CAROL, "Carol", device=None) == ""
