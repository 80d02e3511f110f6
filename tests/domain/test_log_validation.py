"""Validation of imported logs: taken whole or not at all, every fact by the rules of its command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from speedboat.domain import log_validation
from speedboat.domain.fact_codec import FACTS, read_fact
from speedboat.domain.features.cards import AgreesCounted, CardEdited
from speedboat.domain.features.settings import SettingsChanged
from speedboat.domain.features.themes import ThemeRenamed
from speedboat.domain.ids import CardId, ThemeId
from speedboat.domain.log_validation import CHECKS, DEEPEST, LARGEST_FACT, faults_in
from speedboat.domain.messages import SCREEN, Event, Refused, Viewer
from speedboat.domain.projection import changed_since, fold
from speedboat.domain.records import Settings
from speedboat.exports import archive
from speedboat.i18n.formatting import Words, utc
from tests.domain.test_convergence import ACTS, play
from tests.support.boards import ALICE, BOB, DAN, NOW, Table, action, card, theme
from tests.support.finished_workshops import lezoux

LOGS = Path(__file__).parents[1] / "logs"
CREATED = {"name": "workshop_created", "title": "Où en sommes-nous ?"}
ADDED = {"name": "card_added", "card": card(), "kind": "anchor", "text": "Oui", "x": 200, "y": 700, "weight": 0.5}
HUGE = 10**400
CONTROL, HALF = "a\x1b[2Jb", "a\nb"


def faults(*facts: dict[str, Any], at: int = NOW, by: str | None = None, **names: str) -> list[tuple[str, str, str]]:
    """Of a log that holds these facts after a good first one: row, code, field."""
    log = [Event(1, NOW, None, read_fact(json.dumps(CREATED)))]
    log += [Event(n, at, by, read_fact(json.dumps(fact))) for n, fact in enumerate(facts, 2)]
    return [(fault.row, fault.code, fault.field or "") for fault in faults_in(log, names)]


def test_every_fact_and_every_field_of_it_is_looked_at() -> None:
    assert CHECKS.keys() == set(FACTS.values())
    for fact, checks in CHECKS.items():
        assert checks.keys() == {field.name for field in msgspec.structs.fields(fact)}, fact


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"card": "foo"}, "malformed_id", "card"),
        ({"card": "card:x"}, "malformed_id", "card"),
        ({"card": card() + "\n"}, "malformed_id", "card"),
        ({"card": "card:" + "x" * 5000}, "malformed_id", "card"),
        ({"text": CONTROL}, "text_malformed", "text"),
        ({"text": "x" * 501}, "text_too_long", "text"),
        ({"x": -1}, "out_of_range", "x"),
        ({"x": 1601}, "out_of_range", "x"),
        ({"y": 1e300}, "out_of_range", "y"),
        ({"weight": 1.01}, "out_of_range", "weight"),
        ({"weight": HUGE}, "wrong_type", "fact"),
        ({"kind": "kite"}, "wrong_type", "fact"),
        ({"author": "Bob"}, "malformed_id", "author"),
        ({"for": "x" * 61}, "text_too_long", "for"),
        ({"text": 3}, "wrong_type", "fact"),
    ],
)
def test_a_card_that_no_command_could_add_is_a_bad_row(change: dict[str, Any], code: str, field: str) -> None:
    assert faults(ADDED) == []
    assert faults({**ADDED, **change}) == [("event 2", code, field)]


@pytest.mark.parametrize(
    ("fact", "code", "field"),
    [
        ({"name": "workshop_renamed", "title": " "}, "text_empty", "title"),
        ({"name": "workshop_renamed", "title": HALF}, "text_malformed", "title"),
        ({"name": "workshop_renamed", "title": "x", "objective": CONTROL}, "text_malformed", "objective"),
        ({"name": "prompt_set", "kind": "wind", "text": "x" * 501}, "text_too_long", "text"),
        ({"name": "theme_added", "theme": "foo", "title": "x"}, "malformed_id", "theme"),
        ({"name": "theme_added", "theme": theme(), "title": "x" * 201}, "text_too_long", "title"),
        ({"name": "theme_renamed", "theme": theme(), "title": CONTROL}, "text_malformed", "title"),
        ({"name": "card_put_in_theme", "card": card(), "theme": card()}, "malformed_id", "theme"),
        ({"name": "themes_merged", "theme": theme(), "into": "x"}, "malformed_id", "into"),
        ({"name": "voted", "person": BOB, "votes": {theme(): 21}}, "out_of_range", "votes"),
        ({"name": "voted", "person": BOB, "votes": {theme(): -1}}, "out_of_range", "votes"),
        ({"name": "voted", "person": BOB, "votes": {theme(): HUGE}}, "wrong_type", "fact"),
        ({"name": "voted", "person": BOB, "votes": {"foo": 1}}, "malformed_id", "votes"),
        ({"name": "estimated", "person": BOB, "target": theme(), "knots": 101}, "out_of_range", "knots"),
        ({"name": "estimated", "person": "foo", "target": theme()}, "malformed_id", "person"),
        ({"name": "focused", "target": "action:" + "x" * 16}, "malformed_id", "target"),
        ({"name": "linked", "wind": card(), "brake": "link:x"}, "malformed_id", "brake"),
        ({"name": "noted", "target": card(), "text": CONTROL}, "text_malformed", "text"),
        ({"name": "action_set", "action": action(), "text": "x", "due": "31/01/2027"}, "not_a_date", "due"),
        ({"name": "action_set", "action": action(), "text": "x", "due": "20270131"}, "not_a_date", "due"),
        ({"name": "action_set", "action": action(), "text": "x", "owner": "x" * 61}, "text_too_long", "owner"),
        ({"name": "action_carried", "action": action(), "text": "x", "from": HALF}, "text_malformed", "from"),
        ({"name": "timer_set", "ends": 2**53}, "out_of_range", "ends"),
        ({"name": "timer_set", "left": 24 * 3600 * 1000 + 1}, "out_of_range", "left"),
        ({"name": "key_renewed", "key": HUGE}, "wrong_type", "fact"),
        ({"name": "summary_shared", "link": -1}, "out_of_range", "link"),
        ({"name": "person_joined", "person": "person:x"}, "malformed_id", "person"),
        ({"name": "people_counted", "participants": 20_001}, "too_many", "participants"),
        ({"name": "people_counted", "facilitators": 1_000_000}, "too_many", "facilitators"),
        ({"name": "agrees_counted", "card": card(), "agrees": 20_001}, "too_many", "agrees"),
        ({"name": "kinds_opened", "kinds": ["wind", "wind"]}, "too_many", "kinds"),
        ({"name": "cards_erased", "cards": ["foo"]}, "malformed_id", "cards"),
        ({"name": "cards_revealed", "cards": [card()] * 10_001}, "too_many", "cards"),
        ({"name": "settings_changed", "settings": {"votes_each": 21}}, "out_of_range", "votes_each"),
        ({"name": "settings_changed", "settings": {"minutes_per_theme": 61}}, "out_of_range", "minutes_per_theme"),
        ({"name": "phase_set", "phase": "lunch"}, "wrong_type", "fact"),
        ({**CREATED}, "id_taken", "workshop"),
        ({"name": "Kite flown\x1b"}, "malformed_id", "name"),
        ({"title": "x"}, "missing_field", "name"),
        ({"name": "kite_flown", "far": HUGE}, "out_of_range", "fact"),
        ({"name": "kite_flown", "line": "x" * LARGEST_FACT}, "too_large", "fact"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_fact_that_no_command_could_cause_is_a_bad_row(fact: dict[str, Any], code: str, field: str) -> None:
    assert faults(fact) == [("event 2", code, field)]


@pytest.mark.parametrize("at", [-1, 10**17, HUGE])
def test_a_moment_that_cannot_be_is_a_bad_row(at: int) -> None:
    assert faults(ADDED, at=at) == [("event 2", "out_of_range", "at")]


def test_who_did_it_is_a_person_or_nobody() -> None:
    assert faults(ADDED, by=BOB) == []
    assert faults(ADDED, by="Bob\x1b[2J") == [("event 2", "malformed_id", "by")]


@pytest.mark.parametrize(
    ("person", "name", "code"),
    [("Bob", "Bob", "malformed_id"), (BOB, "x" * 61, "text_too_long"), (BOB, CONTROL, "text_malformed")],
)
def test_a_name_that_nobody_could_take_is_a_bad_row(person: str, name: str, code: str) -> None:
    assert [fault[:2] for fault in faults(**{person: name})] == [("name 1", code)]


@pytest.mark.parametrize(
    "fact",
    [
        ADDED,
        {"name": "theme_added", "theme": theme(), "title": "Argent"},
        {"name": "person_joined", "person": BOB},
        {"name": "action_carried", "action": action(), "text": "x", "from": "Avant"},
    ],
)
def test_nothing_is_made_twice(fact: dict[str, Any]) -> None:
    assert [code for _, code, _ in faults(fact, fact)] == ["id_taken"]


def test_a_fact_nested_too_deeply_is_a_bad_row() -> None:
    deep: Any = []
    for _ in range(50):
        deep = [deep]
    assert faults({"name": "kite_flown", "line": deep}) == [("event 2", "too_large", "fact")]


def test_what_a_newer_version_wrote_and_what_is_about_nothing_is_taken_in() -> None:
    assert faults({"name": "kite_flown", "far": 3, "who": [BOB]}) == []
    assert faults({"name": "card_edited", "card": card(9), "text": "Non"}) == []
    assert faults({"name": "voted", "person": "person:somebody-000000001", "votes": {theme(9): 1}}) == []


@pytest.mark.parametrize("log", sorted(LOGS.glob("*.log.json")), ids=lambda path: path.name)
def test_every_log_ever_frozen_is_taken_in(log: Path) -> None:
    archive.read(log.read_bytes())


@pytest.mark.parametrize("anonymous", [False, True])
@pytest.mark.parametrize("phase", ["write", "vote", "closed"])
def test_whatever_was_archived_is_taken_in_again(anonymous: bool, phase: str) -> None:
    table = lezoux(12, anonymous=anonymous)
    table.do(ALICE, "set_phase", phase=phase)
    archive.read(archive.write(table.log, table.board.names))


@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_whatever_people_do_makes_a_log_without_faults(acts: list[Any]) -> None:
    table = Table()
    table.join("person:" + "c" * 16, "participant", "Carol")
    for who, (name, arguments) in acts:
        play(table, who, name, arguments)
    assert list(faults_in(table.log, table.board.names)) == []
    assert DAN in table.board.people


def test_what_nobody_named_agreed_to_is_a_number_and_no_crowd() -> None:
    table = Table()
    table.add(BOB, 1)
    table.write(None, [AgreesCounted(card(1), 1_000_000)])
    table.do(ALICE, "set_phase", phase="group")
    table.do(DAN, "agree", card=card(1))
    assert table.seen(SCREEN)[card(1)].agrees == 1_000_001
    assert table.board.cards[card(1)].agreed == {DAN}


def test_a_board_passes_over_what_has_an_id_of_no_kind() -> None:
    board = fold([Event(n, NOW, None, read_fact(json.dumps(fact))) for n, fact in enumerate(FOREIGN, 1)])
    shown = changed_since(board, 0, Viewer(None, "facilitator")).put
    assert {record.id for record in shown} == {"workshop", card()}


FOREIGN = [CREATED, {**ADDED, "card": "foo"}, {"name": "theme_added", "theme": "", "title": "x"}, ADDED]


@pytest.mark.parametrize("moment", [-1, 10**17, HUGE])
def test_a_day_that_cannot_be_breaks_nothing(moment: int) -> None:
    assert Words("fr").day("demain") == "demain"
    assert 1970 <= utc(moment).year <= 2200


def bad_file(rows: int) -> bytes:
    document = msgspec.json.decode(archive.write(lezoux(60).log, {}))
    added = [event for event in document["events"] if event["fact"]["name"] == "card_added"]
    for event in added[:rows]:
        event["fact"]["text"] = "SECRET\x1b[2J"
    return msgspec.json.encode(document)


@pytest.mark.parametrize(("rows", "named"), [(1, 1), (10, 10), (40, 10)])
def test_a_bad_file_names_its_first_ten_rows_and_nothing_of_what_they_say(rows: int, named: int) -> None:
    with pytest.raises(Refused) as refusal:
        archive.read(bad_file(rows))
    assert refusal.value.code == "bad_rows"
    found = refusal.value.details["rows"]
    assert len(found) == named
    assert {(row["code"], row["field"]) for row in found} == {("text_malformed", "text")}
    assert "SECRET" not in repr(refusal.value.details)


DEEP = b'{"format":"speedboat-workshop","version":1,"names":{},"events":[{"seq":1,"at":1,"fact":' + b"[" * 100_000
LONG = b'{"format":"speedboat-workshop","version":%s,"names":{},"events":[{"seq":1,"at":1,"fact":{"name":"x"}}]}'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (DEEP, "not_an_export"),
        (b'{"a":' * 50_000, "not_an_export"),
        (LONG % (b"9" * 400), "unknown_version"),
        (LONG % (b"9" * 5000), "not_an_export"),
        (LONG % b"1", "broken_log"),
        (b"\xff\xfe", "not_an_export"),
        (b'{"format": "\\ud800"}', "not_an_export"),
        (b"", "not_an_export"),
    ],
    ids=[
        "deep",
        "deep objects",
        "long version",
        "longer version",
        "no creation",
        "no text",
        "half a letter",
        "nothing",
    ],
)
def test_a_file_that_is_no_export_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        archive.read(data)
    assert refusal.value.code == code


# --- at the bounds ----------------------------------------------------------------------------------------------------


def rows_of(log: list[Event], names: dict[Any, str] | None = None) -> list[tuple[Any, ...]]:
    return [tuple(fault) for fault in faults_in(log, names or {})]


def event(seq: int, fact: dict[str, Any], at: int = 0) -> Event:
    return Event(seq, at, None, read_fact(json.dumps(fact)))


def test_a_log_begins_with_its_workshop() -> None:
    assert rows_of([event(1, ADDED)]) == [("event 1", "missing_field", "workshop_created", {})]
    assert faults(CREATED) == [("event 2", "id_taken", "workshop")]
    assert faults(ADDED, ADDED) == [("event 3", "id_taken", "card")]


def test_events_are_numbered_without_a_hole() -> None:
    bounds = {"low": 2, "high": 2}
    assert rows_of([event(1, CREATED), event(3, ADDED)]) == [("event 2", "out_of_range", "seq", bounds)]
    assert rows_of([event(1, CREATED), event(2, ADDED), event(3, {"name": "phase_set", "phase": "write"})]) == []


def test_too_many_events_or_names_are_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_validation, "MOST_EVENTS", 2)
    monkeypatch.setattr(log_validation, "MOST_PEOPLE", 2)
    log = [event(1, CREATED), event(2, ADDED), event(3, ADDED)]
    assert rows_of(log[:2]) == []
    assert rows_of(log) == [("events", "too_many", None, {"limit": 2})]
    names: dict[Any, str] = {ALICE: "Alice", BOB: "Bob"}
    assert rows_of(log[:2], names) == []
    assert rows_of(log[:2], {**names, DAN: "Dan"}) == [("names", "too_many", None, {"limit": 2})]


def test_a_bad_name_is_told_with_its_field() -> None:
    assert rows_of([event(1, CREATED)], {"Bob": "Bob"}) == [("name 1", "malformed_id", "id", {})]
    assert rows_of([event(1, CREATED)], {BOB: "a\tb"}) == [("name 1", "text_malformed", "name", {})]
    assert rows_of([event(1, CREATED)], {BOB: "a b"}) == []


def test_a_list_of_ids_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_validation, "MOST_IDS", 2)
    for count, found in ((2, []), (3, [("event 2", "too_many", "cards")])):
        assert faults({"name": "cards_revealed", "cards": [card(n) for n in range(count)]}) == found


def test_half_a_character_is_malformed() -> None:
    for fact, field in (
        (CardEdited(CardId(card()), "\ud800"), "text"),
        (ThemeRenamed(ThemeId(theme()), "\ud800"), "title"),
    ):
        log = [event(1, CREATED), Event(2, 0, None, fact)]
        assert rows_of(log) == [("event 2", "text_malformed", field, {})]


def test_the_longest_text_and_the_largest_numbers_are_taken() -> None:
    assert faults({**ADDED, "text": "x" * 500, "x": 1600, "y": 900, "weight": 1, "for": "x" * 60}) == []
    assert faults({**ADDED, "for": "x" * 61}) == [("event 2", "text_too_long", "for")]
    counted = {"name": "agrees_counted", "card": card(), "agrees": 20_000}
    assert faults(counted) == []
    assert faults({**counted, "agrees": 20_001}) == [("event 2", "too_many", "agrees")]


def test_counts_are_of_cards_and_themes_and_knots_of_the_scale() -> None:
    votes = {"name": "votes_counted", "votes": {"nothing": 1}}
    assert faults(votes) == [("event 2", "malformed_id", "votes")]
    estimates = {"name": "estimates_counted", "target": card(), "knots": [0, 100]}
    assert faults(estimates) == []
    assert faults({**estimates, "knots": [101]}) == [("event 2", "out_of_range", "knots")]


@pytest.mark.parametrize(
    ("setting", "least", "most"), [("votes_each", 1, 20), ("votes_per_theme", 1, 20), ("minutes_per_theme", 0, 60)]
)
def test_settings_are_within_their_bounds(setting: str, least: int, most: int) -> None:
    for value in (least, most, least - 1, most + 1):
        changed = SettingsChanged(msgspec.structs.replace(Settings(), **{setting: value}))
        found = rows_of([event(1, CREATED), Event(2, 0, None, changed)])
        bounds = {"low": least, "high": most}
        assert found == ([] if least <= value <= most else [("event 2", "out_of_range", setting, bounds)])


def test_a_fact_of_a_newer_version_is_kept_within_its_bounds() -> None:
    def deep(levels: int) -> dict[str, Any]:
        value: Any = 2**53
        for _ in range(levels):
            value = [value]
        return {"name": "sails_set", "value": value}

    assert faults(deep(LISTS := DEEPEST - 2)) == []
    assert faults(deep(LISTS + 1)) == [("event 2", "too_large", "fact")]
    assert faults({"name": "sails_set", "value": 2**53 + 1}) == [("event 2", "out_of_range", "fact")]
    room = LARGEST_FACT - len('{"name":"sails_set","value":""}')
    assert faults({"name": "sails_set", "value": "x" * room}) == []
    assert faults({"name": "sails_set", "value": "x" * (room + 1)}) == [("event 2", "too_large", "fact")]
