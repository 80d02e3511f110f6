"""Old logs fold for ever: a frozen one for each release, with the board it made then.

`python -m tests.domain.test_frozen_logs VERSION [--anonymous]` freezes one that holds every kind of fact, or what the
archive of an anonymous workshop holds of them; what is frozen is never edited.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from speedboat.domain.anonymity import without_people
from speedboat.domain.fact_codec import FACTS, UnknownFact, read_fact, write_fact
from speedboat.domain.features.actions import ActionCarried, ActionsErased, ActionSet
from speedboat.domain.features.purge_date import WorkshopPurged
from speedboat.domain.features.themes import ERASED_TITLE, ThemeAdded, ThemesErased, TitlesErased
from speedboat.domain.messages import SCREEN, Viewer
from speedboat.domain.projection import changed_since, fold
from speedboat.domain.state import Board
from speedboat.exports.archive import FORMAT, VERSION, Document, LoggedEvent, read
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table, action, card, theme

LOGS = Path(__file__).parents[1] / "logs"


def folded(export: bytes) -> Board:
    """The board of a log."""
    events, names = read(export)
    board = fold(events)
    board.names = names
    return board


def shown(board: Board) -> Any:
    """What the screen shows of a board, as plain JSON."""
    return json.loads(msgspec.json.encode(changed_since(board, 0, SCREEN).put))


@pytest.mark.parametrize("log", sorted(LOGS.glob("*.log.json")), ids=lambda path: path.name)
def test_a_frozen_log_makes_the_board_it_made_then(log: Path) -> None:
    frozen = json.loads(log.with_name(log.name.replace(".log.", ".board.")).read_text(encoding="utf-8"))
    board = folded(log.read_bytes())
    found = {record["id"]: record for record in shown(board)}
    expected = [record for record in frozen if not board.settings.anonymous or _is_still_told(record)]
    assert found.keys() == {record["id"] for record in expected}
    # A newer version may say more of a record, never something else.
    for record in expected:
        untold = {"ready"} if record["type"] == "person" and board.settings.anonymous else set()
        said = {name: value for name, value in record.items() if name not in untold}
        assert _with(found[record["id"]], said) == found[record["id"]]


@pytest.mark.parametrize("log", sorted(LOGS.glob("*anonymous*.log.json")), ids=lambda path: path.name)
def test_whom_the_screen_hides_now_is_on_the_board_as_then(log: Path) -> None:
    frozen = json.loads(log.with_name(log.name.replace(".log.", ".board.")).read_text(encoding="utf-8"))
    board = folded(log.read_bytes())
    told = {record.id: record for record in changed_since(board, 0, Viewer(None, "facilitator")).put}
    for person in (record for record in frozen if record["type"] == "person"):
        assert (told[person["id"]].name, told[person["id"]].role) == (person["name"], person["role"])
        assert board.people[person["id"]].ready == person.get("ready", False)


def _is_still_told(record: dict[str, Any]) -> bool:
    """Whether the screen of an anonymous workshop still has a record: since 0.2, of people, facilitators alone."""
    return record["type"] != "person" or record["role"] == "facilitator"


def _with(more: Any, said: Any) -> Any:
    """`more` with all that is `said` put over it, also inside."""
    if not (isinstance(more, dict) and isinstance(said, dict)):
        return said
    return {**more, **{name: _with(more.get(name), value) for name, value in said.items()}}


def test_every_kind_of_fact_is_frozen_in_some_log() -> None:
    logs = [json.loads(path.read_text(encoding="utf-8")) for path in LOGS.glob("*.log.json")]
    assert {event["fact"]["name"] for log in logs for event in log["events"]} == FACTS.keys()


def test_what_a_newer_version_wrote_is_kept_and_passed_over() -> None:
    line = '{"name":"kite_flown","card":"card:x"}'
    fact = read_fact(line)
    assert isinstance(fact, UnknownFact)
    assert json.loads(write_fact(fact)) == json.loads(line)


def everything() -> Table:
    """A workshop in which everything that can happen has happened."""
    table = Table()
    _prepare(table)
    _write_cards(table)
    _group(table)
    _decide(table)
    _erase(table)
    _change_people(table)
    return table


def _prepare(table: Table) -> None:
    table.write(None, [ActionCarried(action(9), "Un agenda partagé", "L’atelier de mars", "done", "Camille")])
    for name, arguments in (
        ("rename_workshop", {"objective": "Une autre île"}),
        ("change_settings", {"votes_each": 4}),
        ("open_kinds", {"kinds": ["anchor", "wind", "shark"][:2]}),
        ("set_prompt", {"kind": "wind", "text": "Qu’est-ce qui nous porte ?"}),
        ("set_timer", {"seconds": 300}),
        ("lock", {"locked": True}),
        ("lock", {"locked": False}),
        ("open_kinds", {"kinds": ["anchor", "shark", "wind"]}),
        ("set_phase", {"phase": "write"}),
    ):
        table.do(ALICE, name, **arguments)


def _write_cards(table: Table) -> None:
    for n, (kind, text) in enumerate(
        [("anchor", "Pas de budget"), ("wind", "Le sourire"), ("shark", "Fin du contrat")], 1
    ):
        table.add(BOB, n, text, kind, 0.2 * n)
    table.add(DAN, 4, "À effacer")
    table.do(BOB, "edit_card", card=card(1), text="Pas de budget du tout")
    table.do(BOB, "move_card", card=card(1), x=300, y=800)
    table.do(BOB, "delete_card", card=card(3))
    table.do(BOB, "restore_card", card=card(3))
    table.do(DAN, "take_back")
    table.do(BOB, "ready", ready=True)
    table.do(BOB, "rename_me", new_name="Robert")
    table.do(ALICE, "set_phase", phase="share")
    table.do(ALICE, "hold_card", card=card(3), reason="Parlons-en d’abord")
    table.do(ALICE, "release_card", card=card(3))
    table.do(ALICE, "reveal")
    table.do(DAN, "agree", card=card(1))


def _group(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="group")
    for n, title in enumerate(("Argent", "Avenir", "De trop"), 1):
        table.do(BOB, "add_theme", theme=theme(n), title=title, cards=[])
    table.do(BOB, "rename_theme", theme=theme(1), title="L’argent")
    table.do(BOB, "put_in_theme", card=card(1), theme=theme(1))
    table.do(BOB, "put_in_theme", card=card(3), theme=theme(2))
    table.do(BOB, "delete_theme", theme=theme(3))
    table.do(BOB, "restore_theme", theme=theme(3))
    table.do(BOB, "merge_themes", theme=theme(3), into=theme(2))


def _decide(table: Table) -> None:
    table.do(ALICE, "set_phase", phase="vote")
    table.do(BOB, "vote", target=theme(1), count=2)
    table.do(ALICE, "set_phase", phase="cut")
    table.do(ALICE, "focus", target=theme(1))
    table.do(BOB, "estimate", target=theme(1), knots=5)
    table.do(ALICE, "set_phase", phase="act")
    table.do(ALICE, "note", target=theme(1), text="Écrire à la mairie")
    table.do(BOB, "link", wind=card(2), brake=theme(1))
    table.do(BOB, "link", wind=card(2), brake=card(3))
    table.do(BOB, "unlink", wind=card(2), brake=card(3))
    table.do(
        BOB, "add_action", action=action(1), text="Une demande commune", owner="Bob", due="2027-01-31", theme=theme(1)
    )
    table.do(BOB, "add_action", action=action(2), text="De trop")
    table.do(BOB, "delete_action", action=action(2))
    for shared in (True, False, True):
        table.do(ALICE, "share_summary", shared=shared)


def _erase(table: Table) -> None:
    table.write(DAN, [ThemeAdded(theme(4), ERASED_TITLE), TitlesErased([theme(4)])])
    table.write(DAN, [ThemeAdded(theme(5), ERASED_TITLE), ThemesErased([theme(5)])])
    table.write(DAN, [ActionSet(action(3), ""), ActionsErased([action(3)])])
    table.write(None, [WorkshopPurged("2024-06-30")])
    table.do(ALICE, "set_purge_date", on="2024-06-30", keeps_figures=True)


def _change_people(table: Table) -> None:
    table.join(DAN, "facilitator", "Dan")
    table.do(ALICE, "renew_key")
    table.do(ALICE, "remove_person", person=DAN)
    table.do(ALICE, "admit_person", person=DAN)
    table.do(ALICE, "remove_person", person=DAN)
    table.do(ALICE, "set_door", door="approve")
    table.knock(CAROL, "Carol")
    table.do(ALICE, "admit_person", person=CAROL)


if __name__ == "__main__":
    version = sys.argv[1]
    table = everything()
    log, names = (without_people(table.log), {}) if "--anonymous" in sys.argv else (table.log, table.board.names)
    lines = [LoggedEvent(e.seq, e.at, msgspec.Raw(write_fact(e.fact).encode()), e.by) for e in log]
    data = msgspec.json.format(msgspec.json.encode(Document(FORMAT, VERSION, names, lines)), indent=1)
    (LOGS / f"{version}.log.json").write_bytes(data + b"\n")
    records = json.dumps(shown(folded(data)), ensure_ascii=False, indent=1)
    (LOGS / f"{version}.board.json").write_text(records + "\n", encoding="utf-8")
