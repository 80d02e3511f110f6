"""Every headline figure of the synthesis of the twelve workshops equals what one counts in what was written down.

The truth is counted here from the scripts alone, before anything was played: no record, digest or figure of the product
has a part in it.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from speedboat.reports.figures import Figures
from speedboat.reports.synthesis import Fleet, Strand, synthesise
from tests.support.twelve_workshops import (
    PlayedWorkshop,
    ScriptedCard,
    ScriptedTheme,
    ScriptedWorkshop,
    play_all,
    read_scripts,
    selected,
    truth_of,
)

SCRIPTS = read_scripts()
# What counts as one workshop: the first of a series stands for all of it.
UNIT = {one.key: one.follows or one.key for one in SCRIPTS}
BRAKES = ("anchor", "shark")


@pytest.fixture(scope="module")
def played() -> list[PlayedWorkshop]:
    return play_all()


@pytest.fixture(scope="module")
def fleet(played: list[PlayedWorkshop]) -> Fleet:
    """The synthesis once somebody has said of all themes which are the same."""
    (fleet,) = synthesise(selected(played), truth_of(played))
    return fleet


def by_meaning(fleet: Fleet, played: list[PlayedWorkshop]) -> dict[str, Strand]:
    """The themes by what they are about."""
    meanings = {f"{number}.{theme}": same for (number, theme), same in truth_of(played).items()}
    return {meanings[strand.key]: strand for strand in fleet.strands}


def is_loose(card: ScriptedCard) -> bool:
    return card.theme is None


def counted(script: ScriptedWorkshop) -> bool:
    """Whether it went as far as the vote."""
    return script.stops is None


@pytest.mark.parametrize("kind", ["wind", "anchor", "shark"])
def test_cards_are_counted_by_kind_and_those_without_a_theme_too(fleet: Fleet, kind: str) -> None:
    cards = [card for script in SCRIPTS for card in script.cards if card.kind == kind]
    assert getattr(fleet.figures, kind) == len(cards)
    assert getattr(fleet.without_theme, kind) == sum(map(is_loose, cards))
    assert sum(getattr(strand.figures, kind) for strand in fleet.strands) == sum(not is_loose(card) for card in cards)


def test_workshops_are_counted_with_a_series_as_one_and_by_what_they_did(fleet: Fleet) -> None:
    def units(did: list[ScriptedWorkshop]) -> int:
        return len({UNIT[script.key] for script in did})

    assert fleet.bases.workshops == units(SCRIPTS) == 11
    assert fleet.bases.grouped == units([one for one in SCRIPTS if one.themes])
    assert fleet.bases.voted == units([one for one in SCRIPTS if counted(one) and any(t.votes for t in one.themes)])
    assert fleet.bases.linked == units([one for one in SCRIPTS if counted(one) and one.links])
    assert fleet.bases.estimated == units(
        [one for one in SCRIPTS if counted(one) and any(topic.knots is not None for topic in one.themes)]
    )
    assert fleet.bases.people == sum(script.people for script in SCRIPTS)


def test_brakes_are_with_and_without_a_lever_only_where_levers_were_linked(fleet: Fleet) -> None:
    relieved = unrelieved = 0
    for script in SCRIPTS:
        if not (counted(script) and script.links):
            continue
        ends = {brake for _, brake in script.links}
        brakes = [place for place, card in enumerate(script.cards) if card.kind in BRAKES]
        relieved += sum(place in ends for place in brakes)
        unrelieved += sum(place not in ends for place in brakes)
    figures = fleet.figures
    assert (figures.relieved, figures.relieved_by_theme, figures.unrelieved) == (relieved, 0, unrelieved)


def test_actions_are_counted_once_by_their_latest_state(fleet: Fleet) -> None:
    latest: dict[tuple[str, str], str] = {}
    for script in SCRIPTS:
        for action in script.actions:
            latest[UNIT[script.key], action.text] = action.state
    there = {key: state for key, state in latest.items() if state != "abandoned"}
    assert (fleet.figures.actions, fleet.figures.done) == (len(there), list(there.values()).count("done"))


def test_every_theme_has_its_workshops_cards_votes_and_knots(fleet: Fleet, played: list[PlayedWorkshop]) -> None:
    strands = by_meaning(fleet, played)
    themes = [(script, topic) for script in SCRIPTS for topic in script.themes]
    assert strands.keys() == {topic.same for _, topic in themes}
    for same, strand in strands.items():
        own = [(script, topic) for script, topic in themes if topic.same == same]
        assert strand.workshops == len({UNIT[script.key] for script, _ in own}), same
        cards = [card for script, topic in own for card in script.cards if card.theme == topic.title]
        assert strand.figures.brakes + strand.figures.wind == len(cards), same
        assert strand.figures.shark == sum(card.kind == "shark" for card in cards), same
        knots = [topic.knots for script, topic in own if counted(script) and topic.knots is not None]
        assert (strand.knots_n, strand.knots) == (
            len(knots),
            pytest.approx(sum(knots) / len(knots), abs=1e-3) if knots else None,
        ), same
        assert_shares(strand.figures, own)


def assert_shares(figures: Figures, own: list[tuple[ScriptedWorkshop, ScriptedTheme]]) -> None:
    """Assert that a theme has the mean share of the votes of its workshops, a series being one."""
    shares: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for script, topic in own:
        total = sum(each.votes for each in script.themes)
        if counted(script) and total:
            shares[UNIT[script.key]][script.key] += topic.votes / total
    means = [sum(of.values()) / len(of) for of in shares.values()]
    assert figures.voted == len(means)
    if means:
        assert figures.vote_share == pytest.approx(sum(means) / len(means), abs=1e-3)
        assert (figures.vote_share_low, figures.vote_share_high) == pytest.approx((min(means), max(means)), abs=1e-3)


def test_weights_are_the_means_of_the_cards(fleet: Fleet) -> None:
    brakes = [card.weight for script in SCRIPTS for card in script.cards if card.kind in BRAKES]
    assert fleet.figures.brake_weight == pytest.approx(sum(brakes) / len(brakes), abs=1e-3)
