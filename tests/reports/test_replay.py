"""The replay: what the big screen showed, with what may be shown now."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speedboat.domain.features.cards import CardsErased
from speedboat.domain.messages import SCREEN, Decision
from speedboat.domain.projection import changed_since
from speedboat.reports import replay as module
from speedboat.reports.replay import Replay, replay
from tests.domain.test_convergence import COMMANDS, WHO
from tests.support.boards import ALICE, BOB, Table, action, theme


def played(made: Replay) -> dict[str, dict[str, Any]]:
    """The records at the end, as a client puts them together."""
    records: dict[str, dict[str, Any]] = {}
    for frame in made.frames:
        for put in frame.put:
            record = {**records.get(put["id"], {}), **put}
            records[put["id"]] = {name: value for name, value in record.items() if value is not None}
        for gone in frame.remove:
            del records[gone]
    return records


def said(made: Replay) -> str:
    return json.dumps(msgspec.to_builtins(made), ensure_ascii=False)


def test_a_card_is_closed_until_it_was_revealed() -> None:
    table = Table()
    table.do(ALICE, "set_phase", phase="write")
    card = table.add(text="Pas de budget")
    table.do(ALICE, "set_phase", phase="group")
    texts = [put.get("text") for frame in replay(table.log).frames for put in frame.put if put["id"] == card]
    assert texts == [None, "Pas de budget"]


def test_nothing_is_read_before_the_reveal_of_now() -> None:
    table = Table()
    table.do(ALICE, "set_phase", phase="write")
    table.add(text="Encore secret")
    assert "Encore secret" not in said(replay(table.log))


def test_what_was_reworded_deleted_held_or_erased_is_said_no_more() -> None:
    table = Table()
    reworded, deleted, held, erased = (table.add(n=n, text=f"Ancien texte {n}") for n in range(1, 5))
    table.do(BOB, "edit_card", card=reworded, text="Nouveau texte")
    table.do(BOB, "delete_card", card=deleted)
    table.do(ALICE, "hold_card", card=held, reason="Blessant")
    table.write(BOB, [CardsErased([erased])])
    told = said(replay(table.log))
    assert "Ancien texte" not in told
    assert "Blessant" not in told
    assert told.count("Nouveau texte") == 1
    # They were there all the same: closed, until they went.
    gone = [record for frame in replay(table.log).frames for record in frame.remove]
    assert gone == [deleted, held, erased]


def test_what_was_taken_back_in_an_anonymous_workshop_was_never_there() -> None:
    """Gone together, the cards of one person would still be the cards of one person."""
    table = Table()
    table.do(ALICE, "change_settings", anonymous=True)
    mine = [table.add(BOB, n) for n in (1, 2)]
    table.add(ALICE, 3)
    table.erase(table.do(BOB, "take_back").later)
    told = said(replay(table.log))
    assert not [card for card in mine if card in told]
    assert not [record for frame in replay(table.log).frames for record in frame.remove]


def test_no_author_and_nobody_is_named() -> None:
    table = Table()
    table.add()
    table.do(ALICE, "change_settings", anonymous=True)
    told = said(replay(table.log))
    assert "author" not in told
    assert "person:" not in told
    assert "Alice" not in told


def test_votes_are_shown_once_they_were_and_not_while_a_vote_is_on() -> None:
    table = Table()
    card = table.add()
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=card, count=3)
    assert "vote:" not in said(replay(table.log))
    table.do(ALICE, "set_phase", phase="cut")
    assert played(replay(table.log))[f"vote:{card}"]["total"] == 3
    table.do(ALICE, "set_phase", phase="vote")
    assert "vote:" not in said(replay(table.log))


def test_a_theme_that_went_has_no_title_any_more() -> None:
    table = Table()
    card = table.add()
    table.do(ALICE, "set_phase", phase="group")
    table.do(ALICE, "add_theme", theme=theme(1), title="Mal nommé", cards=[card])
    table.do(ALICE, "delete_theme", theme=theme(1))
    made = replay(table.log)
    assert "Mal nommé" not in said(made)
    assert theme(1) not in played(made)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(WHO, COMMANDS), max_size=40))
def test_it_ends_on_what_the_screen_shows_now(acts: list[tuple[str, tuple[str, dict[str, Any]]]]) -> None:
    table = Table()
    for who, (name, arguments) in acts:
        decision = table.ask(who, name, **arguments)
        if isinstance(decision, Decision):
            table.take(who, decision)
    records = played(replay(table.log))
    fresh = {record.id: msgspec.to_builtins(record) for record in changed_since(table.board, 0, SCREEN).put}
    kept = ("text", "title", "theme", "total", "median", "x", "y", "weight", "kind", "owner", "state", "phase", "wind")
    for record_id, record in fresh.items():
        if not record_id.startswith("person:"):
            shown = records[record_id]
            assert {n: v for n, v in shown.items() if n in kept} == {n: v for n, v in record.items() if n in kept}
    assert records.keys() <= fresh.keys()


def test_a_long_replay_comes_in_parts_that_make_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table()
    for n in range(1, 8):
        table.add(n=n)
    table.do(ALICE, "add_action", action=action(1), text="Créer un agenda partagé", owner="Camille")
    whole = replay(table.log)
    monkeypatch.setattr(module, "MOST_FRAMES", 3)
    frames, after = [], 0
    while True:
        part = replay(table.log, after)
        frames += part.frames
        if part.next is None:
            break
        after = part.next
    assert len(frames) > 6
    assert frames == whole.frames
