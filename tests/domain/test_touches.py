"""Whatever an act changes, all who see it are told: with votes, estimates and links on themes that are merged."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from speedboat.domain.messages import SCREEN, Viewer
from speedboat.domain.projection import changed_since
from tests.support.boards import ALICE, BOB, DAN, Table, action, card, theme

Act = tuple[str, str, dict[str, Any]]
VOTED: list[Act] = [
    *((BOB, "vote", {"target": theme(n), "count": n}) for n in (1, 2, 3)),
    (DAN, "vote", {"target": card(4), "count": 5}),
    (ALICE, "set_phase", {"phase": "cut"}),
    *((BOB, "estimate", {"target": theme(n), "knots": n}) for n in (1, 2)),
    (BOB, "estimate", {"target": card(4), "knots": 2}),
    (DAN, "estimate", {"target": theme(1), "knots": 3}),
    (DAN, "estimate", {"target": card(4), "knots": 3}),
    (ALICE, "set_phase", {"phase": "discuss"}),
    (ALICE, "link", {"wind": card(5), "brake": theme(1)}),
    (ALICE, "link", {"wind": card(5), "brake": card(1)}),
    (ALICE, "note", {"target": theme(2), "text": "À reprendre"}),
    (ALICE, "focus", {"target": theme(2)}),
    (BOB, "add_action", {"action": action(1), "text": "Demander", "theme": theme(2)}),
]
# Acts on what has been voted on, estimated and linked.
ACTS: list[Act] = [
    (ALICE, "merge_themes", {"theme": theme(2), "into": theme(1)}),
    (ALICE, "merge_themes", {"theme": theme(1), "into": theme(3)}),
    (ALICE, "restore_theme", {"theme": theme(2)}),
    (ALICE, "put_in_theme", {"card": card(4), "theme": theme(2)}),
    (ALICE, "delete_theme", {"theme": theme(2)}),
    (ALICE, "restore_theme", {"theme": theme(2)}),
    (ALICE, "put_in_theme", {"card": card(4), "theme": None}),
    (ALICE, "merge_themes", {"theme": theme(2), "into": theme(3)}),
    (ALICE, "delete_theme", {"theme": theme(3)}),
    (ALICE, "restore_theme", {"theme": theme(3)}),
    (ALICE, "restore_theme", {"theme": theme(1)}),
    (ALICE, "split_theme", {"theme": theme(1), "new": theme(4), "title": "À part", "cards": [card(1)]}),
    (ALICE, "rename_theme", {"theme": theme(1), "title": "Autrement"}),
    (ALICE, "remove_person", {"person": DAN}),
    (ALICE, "admit_person", {"person": DAN}),
    (ALICE, "rename_person", {"person": DAN, "new_name": "Daniel"}),
    (ALICE, "change_settings", {"votes_each": 2}),
    (BOB, "withdraw", {}),
    (BOB, "take_back", {}),
    (ALICE, "erase_person", {"person": DAN}),
    (ALICE, "set_phase", {"phase": "vote"}),
    (ALICE, "set_phase", {"phase": "closed"}),
]


@pytest.fixture(params=[False, True], ids=["with names", "anonymous"])
def table(request: pytest.FixtureRequest) -> Table:
    table = Table()
    table.do(ALICE, "change_settings", anonymous=request.param, votes_each=8, votes_per_theme=8)
    for n, who in enumerate((BOB, BOB, DAN, DAN), 1):
        table.add(who, n, f"La carte {n}")
    table.add(DAN, 5, "Un sponsor", kind="wind")
    table.do(ALICE, "set_phase", phase="group")
    for n in (1, 2, 3):
        table.do(ALICE, "add_theme", theme=theme(n), title=f"Thème {n}", cards=[card(n)])
    table.do(ALICE, "set_phase", phase="vote")
    return table


def test_a_board_kept_up_by_patches_is_the_board_that_somebody_new_sees(table: Table) -> None:
    kept = {viewer: records(table, viewer) for viewer in viewers(table)}
    for who, name, arguments in (*VOTED, *ACTS):
        since = table.board.seq
        decision = table.do(who, name, **arguments)
        assert decision.facts or decision.later, name
        table.erase(decision.later)
        for viewer in viewers(table):
            have = kept.setdefault(viewer, {})
            patch = changed_since(table.board, since, viewer)
            if patch.since == 0:
                have.clear()
            have.update({record.id: plain(record) for record in patch.put})
            for record in patch.remove:
                have.pop(record, None)
            assert have == records(table, viewer), (name, arguments, viewer)


def viewers(table: Table) -> list[Viewer]:
    """Those who are in, and the screen; by who they are, since a role may change."""
    people = [table.viewer(who) for who in (ALICE, BOB, DAN) if table.board.people[who].is_in]
    return [*people, SCREEN]


def records(table: Table, viewer: Viewer) -> dict[str, Any]:
    return {record.id: plain(record) for record in changed_since(table.board, 0, viewer).put}


def plain(record: Any) -> dict[str, Any]:
    """What it says, without the number of the event."""
    fields: dict[str, Any] = msgspec.to_builtins(record)
    return {name: value for name, value in fields.items() if name != "seq"}
