"""Actions that are carried over from one workshop of a series to the next."""

from __future__ import annotations

from speedboat.domain.features.actions import ActionCarried, carried_over
from tests.support.boards import ALICE, Table, action


def test_every_action_is_carried_over_but_deleted_ones_and_those_shown_as_done_once() -> None:
    table = Table()
    table.write(
        None,
        [
            ActionCarried(action(1), "Déjà faite", "Avant", "done"),
            ActionCarried(action(2), "En cours", "Avant", "accepted"),
        ],
    )
    for n, text in ((3, "Neuve"), (4, "Faite"), (5, "À la corbeille")):
        table.do(ALICE, "add_action", action=action(n), text=text)
    table.do(ALICE, "edit_action", action=action(4), state="done", owner="Bob", due="2026-12-31")
    table.do(ALICE, "delete_action", action=action(5))
    assert carried_over(table.board) == [
        ActionCarried(action(2), "En cours", "Avant", "accepted"),
        ActionCarried(action(3), "Neuve", table.board.title, "accepted"),
        ActionCarried(action(4), "Faite", table.board.title, "done", "Bob", "2026-12-31"),
    ]
