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
from speedboat.domain.features.themes import ERASED_TITLE, ThemeAdded, ThemesErased, TitlesErased
from speedboat.domain.messages import SCREEN
from speedboat.domain.projection import changed_since, fold
from speedboat.exports.archive import FORMAT, VERSION, Document, LoggedEvent, read
from tests.support.boards import ALICE, BOB, CAROL, DAN, Table, action, card, theme

LOGS = Path(__file__).parents[1] / "logs"


def board_of(export: bytes) -> Any:
    """What the screen shows of a log, as plain JSON."""
    events, names = read(export)
    board = fold(events)
    board.names = names
    return json.loads(msgspec.json.encode(changed_since(board, 0, SCREEN).put))


@pytest.mark.parametrize("log", sorted(LOGS.glob("*.log.json")), ids=lambda path: path.name)
def test_a_frozen_log_makes_the_board_it_made_then(log: Path) -> None:
    frozen = json.loads(log.with_name(log.name.replace(".log.", ".board.")).read_text(encoding="utf-8"))
    found = {record["id"]: record for record in board_of(log.read_bytes())}
    assert found.keys() == {record["id"] for record in frozen}
    # A newer version may say more of a record, never something else.
    for record in frozen:
        assert _with(found[record["id"]], record) == found[record["id"]]


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
    table.do(ALICE, "set_phase", phase="group")
    for n, title in enumerate(("Argent", "Avenir", "De trop"), 1):
        table.do(BOB, "add_theme", theme=theme(n), title=title, cards=[])
    table.do(BOB, "rename_theme", theme=theme(1), title="L’argent")
    table.do(BOB, "put_in_theme", card=card(1), theme=theme(1))
    table.do(BOB, "put_in_theme", card=card(3), theme=theme(2))
    table.do(BOB, "delete_theme", theme=theme(3))
    table.do(BOB, "restore_theme", theme=theme(3))
    table.do(BOB, "merge_themes", theme=theme(3), into=theme(2))
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
    table.write(DAN, [ThemeAdded(theme(4), ERASED_TITLE), TitlesErased([theme(4)])])
    table.write(DAN, [ThemeAdded(theme(5), ERASED_TITLE), ThemesErased([theme(5)])])
    table.write(DAN, [ActionSet(action(3), ""), ActionsErased([action(3)])])
    table.join(DAN, "facilitator", "Dan")
    table.do(ALICE, "renew_key")
    table.do(ALICE, "remove_person", person=DAN)
    table.do(ALICE, "admit_person", person=DAN)
    table.do(ALICE, "remove_person", person=DAN)
    table.do(ALICE, "set_door", door="approve")
    table.knock(CAROL, "Carol")
    table.do(ALICE, "admit_person", person=CAROL)
    return table


if __name__ == "__main__":
    version = sys.argv[1]
    table = everything()
    log, names = (without_people(table.log), {}) if "--anonymous" in sys.argv else (table.log, table.board.names)
    lines = [LoggedEvent(e.seq, e.at, msgspec.Raw(write_fact(e.fact).encode()), e.by) for e in log]
    data = msgspec.json.format(msgspec.json.encode(Document(FORMAT, VERSION, names, lines)), indent=1)
    (LOGS / f"{version}.log.json").write_bytes(data + b"\n")
    shown = json.dumps(board_of(data), ensure_ascii=False, indent=1)
    (LOGS / f"{version}.board.json").write_text(shown + "\n", encoding="utf-8")
