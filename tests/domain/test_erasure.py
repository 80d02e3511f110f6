"""Erasing: what is erased with a card or an action; a log without its texts folds to the same board."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speedboat.domain.features.actions import ActionsErased, ActionSet
from speedboat.domain.features.airlock import CardHeld
from speedboat.domain.features.cards import CardAdded, CardEdited, CardsErased
from speedboat.domain.features.discussion import Noted
from speedboat.domain.features.erasure import ERASING, ErasedTexts, EraseRecord, Gone, without_words, words_of
from speedboat.domain.features.themes import ERASED_TITLE, ThemeAdded, ThemeRenamed, ThemesErased
from speedboat.domain.ids import ActionId, CardId, ThemeId
from speedboat.domain.messages import SCREEN, Decision, Event, Fact
from speedboat.domain.projection import fold
from speedboat.domain.rules import decide
from tests.domain.test_convergence import ACTS, fresh, play, viewers
from tests.support.boards import ALICE, BOB, DAN, Table, action, card, theme


@pytest.fixture
def table() -> Table:
    """Everything is open to everybody."""
    table = Table()
    table.do(ALICE, "change_settings", free=True)
    table.do(ALICE, "set_phase", phase="discuss")
    return table


def titles(table: Table) -> dict[str, str]:
    return {record.id: record.title for record in table.seen(SCREEN).values() if record.id.startswith("theme:")}


def test_taking_back_erases_the_cards_i_wrote_and_the_actions_i_proposed_and_nobody_elses(table: Table) -> None:
    mine, theirs = table.add(BOB, 1, "Pas de budget"), table.add(DAN, 2, "Le sourire")
    for n, who in enumerate((BOB, DAN, BOB), 1):
        table.do(who, "add_action", action=action(n), text="Écrire", owner="Zoé")
    table.do(ALICE, "accept_action", action=action(3))
    decision = table.do(BOB, "take_back")
    assert decision.facts == [CardsErased([mine]), ActionsErased([action(1), action(3)])]
    assert not decision.inverse
    seen = table.seen(ALICE)
    assert mine not in seen
    assert [record_id for record_id in seen if record_id.startswith(("card:", "action:"))] == [theirs, action(2)]


def test_a_theme_made_of_erased_cards_alone_goes_with_them_however_it_was_merged(table: Table) -> None:
    for n, who in enumerate((BOB, BOB, BOB, DAN), 1):
        table.add(who, n, f"Une carte à part, la {n}ᵉ")
    for n, cards in ((1, [1]), (2, [2]), (3, [3]), (4, [4]), (5, [])):
        table.do(ALICE, "add_theme", theme=theme(n), title=f"Thème {n}", cards=[card(c) for c in cards])
    table.do(ALICE, "merge_themes", theme=theme(4), into=theme(2))
    table.do(ALICE, "put_in_theme", card=card(1), theme=None)
    table.do(BOB, "take_back")
    # The first held nothing else, ever; the second holds what was merged into it; the fifth never held a card.
    assert titles(table) == {theme(2): "Thème 2", theme(5): "Thème 5"}


def test_titles_and_notes_that_repeat_an_erased_text_are_erased_also_of_an_earlier_wording(table: Table) -> None:
    table.add(BOB, 1, "La mairie ne répond jamais au téléphone")
    table.do(BOB, "edit_card", card=card(1), text="On attend des mois")
    table.add(DAN, 2, "Autre chose")
    for n, title in enumerate(
        (
            "LA MAIRIE ne repond jamais au telephone !",
            "Ne répond jamais au téléphone",
            "La mairie…",
            "« On attend des mois »",
            "Téléphone",
            "La mairie",
        ),
        1,
    ):
        table.do(ALICE, "add_theme", theme=theme(n), title=title, cards=[card(2)])
    table.do(ALICE, "note", target=card(2), text="Comme dit : on attend des mois.")
    table.do(ALICE, "note", target=theme(5), text="On attend")
    table.do(ALICE, "focus", target=card(1))
    table.do(BOB, "take_back")
    assert [titles(table)[theme(n)] for n in range(1, 7)] == ["…", "…", "…", "…", "Téléphone", "La mairie"]
    seen = table.seen(ALICE)
    assert not seen[card(2)].note
    assert seen[theme(5)].note == "On attend"
    assert seen["workshop"].focus is None


def test_a_reason_on_another_card_that_repeats_an_erased_text_is_erased(table: Table) -> None:
    table.add(BOB, 1, "La mairie ne répond jamais au téléphone")
    for n in (2, 3):
        table.add(DAN, n, "Autre chose")
    table.do(ALICE, "hold_card", card=card(2), reason="Déjà dit : la mairie ne répond jamais au téléphone")
    table.do(ALICE, "hold_card", card=card(3), reason="Plus tard")
    table.do(BOB, "take_back")
    assert [table.seen(ALICE)[card(n)].held for n in (2, 3)] == ["…", "Plus tard"]
    kept = blanked(table.log)
    assert not any("mairie" in getattr(event.fact, "reason", "") for event in kept)
    assert fresh(fold(kept), table.viewer(ALICE)).keys() == fresh(table.board, table.viewer(ALICE)).keys()


def test_in_an_anonymous_workshop_nothing_vanishes_at_once_and_each_goes_by_itself(table: Table) -> None:
    table.do(ALICE, "change_settings", anonymous=True)
    table.add(BOB, 1, "Pas de budget")
    table.add(BOB, 2, "Le sourire")
    table.do(BOB, "add_action", action=action(1), text="Écrire")
    decision = table.do(BOB, "take_back")
    assert not decision.facts
    assert decision.later == [card(1), card(2), action(1)]
    for record in decision.later:
        due = decide(table.board, EraseRecord("erasing_", record), SCREEN, table.now)
        assert isinstance(due, Decision)
        assert due.facts == [CardsErased([record]) if record.startswith("card:") else ActionsErased([record])]
        table.take(None, due)
        again = decide(table.board, EraseRecord("erasing_", record), SCREEN, table.now)
        assert again == Decision([])


def test_what_is_asked_over_the_wire_is_never_the_erasing_of_a_record() -> None:
    from speedboat.domain.messages import Refused
    from speedboat.domain.rules import read_command

    for payload in (
        b'{"id":"command-1","name":"erase_record","record":"card:0000000000000001"}',
        b'{"id":"command-1","act":"erase_record","record":"card:0000000000000001"}',
    ):
        with pytest.raises(Refused):
            read_command(payload)


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        ("Oui", True),
        ("oui !", True),
        ("Oui, mais non", False),
        ("Louis", False),
        ("Le manque de temps", True),
        ("Toujours le manque de temps…", True),
        ("Le manque", False),
        ("", False),
        ("…", False),
    ],
)
def test_a_text_repeats_another_by_the_rule(text: str, repeats: bool) -> None:
    assert ErasedTexts(["Oui", "Le manque de temps"]).are_in(text) == repeats


# --- the log --------------------------------------------------------------------------------------------------------


def blanked(log: list[Event]) -> list[Event]:
    """A log as it is kept once everything in it that erases has been written."""
    for end, event in enumerate(log):
        if type(event.fact) in ERASING:
            gone = Gone.of([event.fact])
            words = words_of((one.fact for one in log[: end + 1]), gone)
            past = [Event(one.seq, one.at, one.by, without_words(one.fact, gone, words)) for one in log[: end + 1]]
            log = [*past, *log[end + 1 :]]
    return log


@settings(max_examples=150, deadline=None)
@given(ACTS, st.integers(0, 60), st.sampled_from([ALICE, BOB, DAN]))
def test_a_log_without_the_words_that_were_erased_folds_to_the_same_board(
    acts: list[Any], at: int, who_goes: str
) -> None:
    table = Table()
    for n, (who, (name, arguments)) in enumerate(acts):
        play(table, who, name, arguments)
        if n == at:
            erase_all(table, who_goes)
    erase_all(table, who_goes)
    kept = blanked(table.log)
    again = fold(kept)
    again.names, again.former_names = table.board.names, table.board.former_names
    for viewer in viewers(table):
        assert fresh(again, viewer) == fresh(table.board, viewer)
    gone = Gone.of(event.fact for event in table.log if type(event.fact) in ERASING)
    assert not [
        event.fact
        for event in kept
        if isinstance(event.fact, CardAdded | CardEdited) and event.fact.card in gone.cards and event.fact.text
    ]


def erase_all(table: Table, person: str) -> None:
    if table.board.people[person].removed:
        return
    if decision := play(table, person, "take_back", {}):
        table.erase(decision.later)


# --- what stays of each fact ------------------------------------------------------------------------------------------

HERS, HIS = CardId(card(1)), CardId(card(2))
ERASED = Gone(frozenset({HERS}), frozenset({ThemeId(theme(1))}), frozenset({ActionId(action(1))}))
SAID = ErasedTexts(["La mairie ne répond jamais"])
QUOTE, OTHER = "« La mairie ne répond jamais »", "Rien à voir"


def test_what_facts_erase_is_told_by_kind() -> None:
    facts = [CardsErased([HERS]), ThemesErased([ThemeId(theme(1))]), ActionsErased([ActionId(action(1))])]
    assert Gone.of([*facts, CardHeld(HIS, OTHER)]) == ERASED
    assert ERASED.ids == {HERS, theme(1), action(1)}


@pytest.mark.parametrize(
    ("fact", "kept"),
    [
        (CardAdded(HERS, "anchor", QUOTE, 1, 2, 0.5, BOB, True, "Odette"), {"text": "", "for_": None}),
        (CardAdded(HIS, "anchor", OTHER, 1, 2, 0.5, BOB, True, "Odette"), {}),
        (CardEdited(HERS, QUOTE), {"text": ""}),
        (CardEdited(HIS, QUOTE), {}),
        (CardHeld(HERS, OTHER), {"reason": ""}),
        (CardHeld(HIS, QUOTE), {"reason": ERASED_TITLE}),
        (CardHeld(HIS, OTHER), {}),
        (Noted(HERS, OTHER), {"text": ""}),
        (Noted(ThemeId(theme(1)), OTHER), {"text": ""}),
        (Noted(HIS, QUOTE), {"text": ""}),
        (Noted(HIS, OTHER), {}),
        (ThemeAdded(ThemeId(theme(1)), OTHER), {"title": ERASED_TITLE}),
        (ThemeAdded(ThemeId(theme(2)), QUOTE), {"title": ERASED_TITLE}),
        (ThemeAdded(ThemeId(theme(2)), OTHER), {}),
        (ThemeRenamed(ThemeId(theme(1)), OTHER), {"title": ERASED_TITLE}),
        (ThemeRenamed(ThemeId(theme(2)), QUOTE), {"title": ERASED_TITLE}),
        (ThemeRenamed(ThemeId(theme(2)), OTHER), {}),
        (ActionSet(ActionId(action(1)), OTHER, "accepted", BOB, "Zoé"), {"text": "", "owner": None}),
        (ActionSet(ActionId(action(2)), QUOTE, "accepted", BOB, "Zoé"), {}),
    ],
)
def test_of_each_fact_that_speaks_of_what_is_erased_the_words_go(fact: Fact, kept: dict[str, Any]) -> None:
    assert without_words(fact, ERASED, SAID) == msgspec.structs.replace(fact, **kept)


@pytest.mark.parametrize(
    ("erased", "text", "repeats"),
    [
        ("12345678", "ab 12345678", True),  # eight letters: a text that holds them repeats it, wherever they stand
        ("12345678", "12345678 ab", True),
        ("1234567", "ab 1234567", False),
        ("un deux trois quatre", "deux trois quatre", True),  # three words, sixteen letters and more of it
        ("un deux trois quatre", "un deux trois qu", True),  # just sixteen
        ("un deux trois quatre", "un deux trois q", False),
        ("undeuxtroisquatre cinq", "deuxtroisquatre cinq", False),  # two words
        ("un deux trois quatre", "un deux…", True),
        ("un deux trois quatre", "deux…", False),
        ("un deux", "", False),
    ],
)
def test_how_much_of_a_text_repeats_it(erased: str, text: str, repeats: bool) -> None:
    assert ErasedTexts([erased]).are_in(text) is repeats


def test_where_nothing_was_erased_nothing_repeats_it() -> None:
    assert ErasedTexts([]).are_in("Une phrase de plusieurs mots…") is False
    assert ErasedTexts(["", " "]).are_in("") is False


def test_what_goes_with_a_card_is_not_erased_once_more_by_itself() -> None:
    table = Table()
    table.add(BOB, 1, "Pas de budget")
    table.add(BOB, 2, "XX")
    table.add(DAN, 3, "Le port")
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "add_theme", theme=theme(1), title="Pas de budget", cards=[card(1)])
    table.do(ALICE, "set_phase", phase="discuss")
    table.do(ALICE, "note", target=card(2), text="Pas de budget")
    decision = table.do(BOB, "take_back")
    assert decision.facts == [
        CardsErased([CardId(card(1)), CardId(card(2))]),
        ThemesErased([ThemeId(theme(1))]),
    ]
