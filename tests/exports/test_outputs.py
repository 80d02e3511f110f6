"""No output gives a viewer more than their own socket does: every role, every phase, named and anonymous.

Random workshops are played in memory; `tests/live/test_outputs_live.py` does the same with a running server. With
`make chaos` ten thousand are played.
"""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from speedboat.domain.messages import PHASES, SCREEN, Refused, Viewer
from speedboat.domain.projection import changed_since
from speedboat.exports.source import source_of
from tests.domain.test_convergence import ACTS
from tests.support.boards import ALICE, BOB, DAN, action
from tests.support.chaos import size
from tests.support.finished_workshops import lezoux, source
from tests.support.outputs import (
    NAME,
    PERSON,
    Handed,
    Played,
    exported,
    named_doors,
    names_beside_words,
    neighbours,
    neighbours_in_lines,
    unnamed_doors,
    words_in,
)

WORKSHOPS = settings(
    max_examples=size(300, 10_000),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PHASE = st.sampled_from(PHASES)
SEED = st.integers(0, 2**32)


@WORKSHOPS
@given(ACTS, st.booleans(), PHASE, SEED)
def test_no_door_gives_more_than_the_viewers_socket(acts: list[Any], anonymous: bool, phase: str, seed: int) -> None:
    played, dice = Played(acts, anonymous=anonymous, phase=phase, seed=seed), random.Random(seed)
    for viewer in played.viewers():
        projection = played.projection(viewer)
        assert viewer.facilitates or not played.outside() & projection.keys()
        shown = words_in(msgspec.json.encode(projection).decode())
        for handed in unnamed_doors(played, viewer, dice):
            assert words_in(handed.text) <= shown, (handed.door, viewer)
            assert_names_nobody(handed)
            if handed.door == "json":
                assert_is_of(handed.structure["records"], projection)


def assert_names_nobody(handed: Handed) -> None:
    """Neither by name nor by any id, real or made up, that could be followed from one thing to another."""
    assert not NAME.findall(handed.text), handed.door
    assert not PERSON.findall(handed.text), handed.door


def assert_is_of(records: list[dict[str, Any]], projection: dict[str, dict[str, Any]]) -> None:
    """Each record is the viewer's own, with nothing added."""
    for record in records:
        own = projection[record["id"]]
        assert {**own, **record, "mine": own.get("mine")} == {**own, "mine": own.get("mine")}


@WORKSHOPS
@given(ACTS, st.booleans(), PHASE, SEED)
def test_names_are_given_to_facilitators_alone_and_only_beside_what_shows_them(
    acts: list[Any], anonymous: bool, phase: str, seed: int
) -> None:
    played = Played(acts, anonymous=anonymous, phase=phase, seed=seed)
    for viewer in played.viewers():
        if not viewer.facilitates:
            with pytest.raises(Refused, match="facilitators_only"):
                exported(played, viewer, "json", names=True)
            continue
        projection, outside = played.projection(viewer), played.outside()
        for handed in named_doors(played, viewer):
            assert not outside & {*NAME.findall(handed.text), *PERSON.findall(handed.text)}, handed.door
            if played.anonymous:
                assert_names_nobody(handed)
            elif handed.structure:
                assert handed.structure["records"] == [
                    {name: value for name, value in record.items() if name != "author" or value not in outside}
                    for record in projection.values()
                    if record["id"] not in outside
                ]
            else:
                assert neighbours_in_lines(handed.text) <= names_beside_words(projection), handed.door


@WORKSHOPS
@given(ACTS, st.booleans(), PHASE, SEED)
def test_whoever_is_late_gets_what_a_fresh_load_gives(acts: list[Any], anonymous: bool, phase: str, seed: int) -> None:
    """Patches are the socket's and the polling's door: since any number, they hold what the whole board holds."""
    played = Played(acts, anonymous=anonymous, phase=phase, seed=seed)
    for viewer in played.viewers():
        projection = played.projection(viewer)
        since = random.Random(seed).randint(0, played.table.board.seq)
        for record in msgspec.to_builtins(changed_since(played.table.board, since, viewer).put):
            assert record == projection[record["id"]]


@WORKSHOPS
@given(ACTS, st.booleans(), PHASE, SEED)
def test_nobody_is_told_that_something_went_which_they_never_had(
    acts: list[Any], anonymous: bool, phase: str, seed: int
) -> None:
    played = Played(acts, anonymous=anonymous, phase=phase, seed=seed, watched=True)
    assert not played.unheard_of
    for viewer in played.viewers():
        since = random.Random(seed).randint(0, played.table.board.seq)
        assert set(changed_since(played.table.board, since, viewer).remove) <= played.had[viewer.person]


# --- the faults that were found -------------------------------------------------------------------------------------

VIEWERS = pytest.mark.parametrize("who", [ALICE, BOB, DAN, None], ids=["facilitator", "author", "other", "screen"])


def viewer_of(played: Played, who: str | None) -> Viewer:
    return played.table.viewer(who) if who else SCREEN


@VIEWERS
@pytest.mark.parametrize("phase", ["write", "share"])
def test_no_export_says_who_wrote_a_hidden_card(who: str | None, phase: str) -> None:
    played = Played([], phase="write")
    played.table.add(BOB, text="jeton99999")
    played.table.do(ALICE, "set_phase", phase=phase)
    handed = exported(played, viewer_of(played, who), "json")
    assert_names_nobody(handed)
    may_read = who == BOB or (who == ALICE and phase == "share")
    assert words_in(handed.text) == ({"jeton99999"} if may_read else set())


@VIEWERS
@pytest.mark.parametrize("anonymous", [False, True])
def test_no_export_links_what_one_person_did(who: str | None, anonymous: bool) -> None:
    """Agreements, votes and estimates are numbers: whoever has agreed with all cards but one would have written it."""
    table = lezoux(12, anonymous=anonymous)
    table.do(ALICE, "set_phase", phase="share")
    table.do(ALICE, "reveal")
    one, other = list(table.board.cards)[:2]
    table.do(DAN, "agree", card=one)
    table.do(BOB, "agree", card=other)
    for phase in ("cut", "closed"):
        table.do(ALICE, "set_phase", phase=phase)
        played = Played([])
        played.table = table
        assert_names_nobody(exported(played, viewer_of(played, who), "json"))


@VIEWERS
@pytest.mark.parametrize("anonymous", [False, True])
def test_no_export_says_who_proposed_an_action(who: str | None, anonymous: bool) -> None:
    played = Played([], anonymous=anonymous, phase="act")
    played.table.do(BOB, "add_action", action=action(1), text="jeton99999", owner="Camille")
    handed = exported(played, viewer_of(played, who), "json")
    assert_names_nobody(handed)
    assert neighbours(handed.structure) == set()
    assert [record["owner"] for record in handed.structure["records"] if record["type"] == "action"] == ["Camille"]


def test_a_file_does_not_say_whose_it_is() -> None:
    played = Played([], anonymous=True, phase="welcome")
    played.table.add(BOB)
    (card,) = [record for record in exported(played, played.table.viewer(BOB), "json").structure["records"]
               if record["type"] == "card"]  # fmt: skip
    assert "mine" not in card
    assert played.projection(played.table.viewer(BOB))[card["id"]]["mine"]


def test_an_export_is_made_of_records_and_of_nothing_else() -> None:
    assert not hasattr(source(lezoux(5)), "board")
    assert "events" not in source_of.__annotations__
