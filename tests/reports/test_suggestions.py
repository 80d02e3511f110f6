"""Suggestions: which are made, to whom, and never about a card they may not read."""

from __future__ import annotations

import pytest

from speedboat.domain.messages import Refused
from speedboat.domain.scene import Kind
from speedboat.reports import text_similarity
from speedboat.reports.group_titles import first_noun, shared_noun
from speedboat.reports.suggestions import Writing, suggest, suggestions
from tests.support.boards import ALICE, BOB, Table, theme

FRENCH = [
    "Pas de budget pour le matériel",
    "Le budget du matériel est trop petit",
    "Aucun budget matériel cette année",
    "Le sourire des habitants",
]
ENGLISH = ["No money for travel", "Travel money comes too late", "A supportive team", "Nobody reads our newsletter"]


@pytest.fixture(params=["words", "meaning"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With the extra and without it."""
    monkeypatch.setattr(text_similarity, "knows_meaning", lambda: request.param == "meaning")
    return str(request.param)


def cards(texts: list[str], themes: dict[int, str] | None = None) -> list[Writing]:
    return [Writing(f"card:{n}", "anchor", text, (themes or {}).get(n)) for n, text in enumerate(texts)]


def test_cards_that_say_the_same_are_proposed_as_a_theme(way: str) -> None:
    found = suggest(cards(FRENCH), {}, "fr").themes
    assert [group.cards for group in found] == [["card:0", "card:1", "card:2"]]
    assert found[0].title == "Budget"


def test_english_is_understood_too(way: str) -> None:
    assert suggest(cards(ENGLISH), {}, "en").themes[0].cards == ["card:0", "card:1"]


def test_a_theme_is_proposed_for_a_card(way: str) -> None:
    texts = [*FRENCH, "Encore un budget refusé"]
    found = suggest(
        cards(texts, {0: "theme:b", 1: "theme:b", 3: "theme:g"}),
        {"theme:b": "Budget", "theme:g": "Gratification"},
        "fr",
    )
    best = next(proposal for proposal in found.cards if proposal.card == "card:4")
    assert best.theme == "theme:b"
    assert {proposal.card for proposal in found.cards} <= {"card:2", "card:4"}


def test_nothing_to_group_is_nothing_proposed(way: str) -> None:
    assert suggest([], {"theme:b": "Budget"}, "fr").themes == []
    assert suggest(cards(["Budget"]), {}, "fr").themes == []
    assert suggest(cards(["!!!", "…", "👍"]), {}, "fr").themes == []


def test_the_words_stand_in_where_the_extra_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_similarity.importlib.util, "find_spec", lambda name: None)
    assert not text_similarity.knows_meaning()
    assert suggest(cards(FRENCH), {}, "fr").themes


def test_only_who_may_make_themes_is_answered_and_nobody_while_people_write() -> None:
    table = Table()
    for n, text in enumerate(FRENCH, 1):
        table.add(n=n, text=text)
    for phase, who, code in (
        ("write", ALICE, "wrong_phase"),
        ("share", BOB, "wrong_phase"),
        ("closed", ALICE, "wrong_phase"),
        ("group", ALICE, ""),
    ):
        table.do(ALICE, "set_phase", phase=phase)
        if code:
            with pytest.raises(Refused) as refused:
                suggestions(table.board, table.viewer(who))
            assert refused.value.code == code
    table.do(ALICE, "change_settings", free=True)
    table.do(ALICE, "set_phase", phase="write")
    with pytest.raises(Refused):
        suggestions(table.board, table.viewer(ALICE))
    table.do(ALICE, "set_phase", phase="group")
    assert suggestions(table.board, table.viewer(BOB)).themes


def test_a_card_one_may_not_read_is_never_part_of_it() -> None:
    table = Table()
    ids = [table.add(n=n, text=text) for n, text in enumerate(FRENCH, 1)]
    table.do(ALICE, "hold_card", card=ids[0], reason="Non")
    table.do(BOB, "delete_card", card=ids[1])
    table.do(ALICE, "set_phase", phase="group")
    told = suggestions(table.board, table.viewer(BOB))
    assert not {ids[0], ids[1]} & {card for group in told.themes for card in group.cards}
    table.do(ALICE, "add_theme", theme=theme(1), title="Budget", cards=[])
    told = suggestions(table.board, table.viewer(BOB))
    assert not {ids[0], ids[1]} & {proposal.card for proposal in told.cards}


# --- what groups are called ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "title"),
    [
        (["Le budget est trop petit", "Pas de budget", "On attend des budgets"], "Budget"),
        (["On doit voir le chef", "Il faut voir le chef"], "Chef"),
        (["Deux personnes pour trois postes", "Deux personnes absentes"], ""),
        (["Il voudrait voir quelqu’un", "Voir quelqu’un d’autre"], ""),
        (["The printer jams", "Our printer is old"], ""),
    ],
)
def test_a_title_is_a_noun_that_most_cards_have(texts: list[str], title: str) -> None:
    assert shared_noun(texts, "fr") == title


def test_english_nouns_are_known_by_what_stands_before_them() -> None:
    assert shared_noun(["The printer jams", "Our printers are old", "No paper in the printer"], "en") == "Printer"
    assert first_noun("We need to see the head teacher", "en") == "Head"
    assert first_noun("Running late again", "en") == ""


def test_cards_that_look_alike_and_have_no_noun_are_no_theme(way: str) -> None:
    same = ["Voir venir encore", "Voir venir toujours", "Voir venir enfin"]
    assert suggest(cards(same), {}, "fr").themes == []


def test_no_group_and_no_theme_for_a_card_mixes_winds_and_brakes(way: str) -> None:
    texts = [*FRENCH[:3], "Un budget pour le matériel", "Le budget matériel est voté", "Un budget matériel généreux"]
    texts += [FRENCH[3], "La mairie répond au téléphone", "Les horaires changent sans prévenir", "Le Wi-Fi tombe"]
    kinds: list[Kind] = ["anchor", "shark", "anchor", *("wind",) * 5, "shark", "anchor"]
    written = [Writing(f"card:{n}", kind, text) for n, (kind, text) in enumerate(zip(kinds, texts, strict=True))]
    sides = [{kinds[int(card.removeprefix("card:"))] == "wind" for card in group.cards}
             for group in suggest(written, {}, "fr").themes]  # fmt: skip
    assert sorted(sides, key=sorted) == [{False}, {True}], "a group of each, and none of both"
    in_theme = [*written[:2], *(Writing(one.id, one.kind, one.text, "theme:b") for one in written[3:6])]
    assert suggest(in_theme, {"theme:b": "Budget matériel"}, "fr").cards == []
    assert suggest([*in_theme, Writing("card:x", "anchor", FRENCH[2], "theme:b")], {"theme:b": "Budget"}, "fr").cards
