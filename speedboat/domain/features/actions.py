"""Actions: what somebody will do, by when. Facts, fold and view. Pure; their commands are in `action_commands.py`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, field

from speedboat.domain.folds import folds
from speedboat.domain.ids import ActionId, PersonId, ThemeId
from speedboat.domain.messages import Event, Fact, Viewer
from speedboat.domain.records import ActionRecord
from speedboat.domain.state import Action, ActionState, Board

WireActionId = Annotated[ActionId, msgspec.Meta(pattern=r"^action:[A-Za-z0-9_-]{16,64}\Z")]
YEARS = (1970, 2200)  # of a date that an action is due; spreadsheets know none before 1900


# --- facts ----------------------------------------------------------------------------------------------------------


class ActionSet(Fact, frozen=True, tag="action_set"):
    """An action as it is afterwards, new or changed."""

    action: ActionId
    text: str
    state: ActionState = "proposed"
    by: PersonId | None = None
    owner: str | None = None
    due: str | None = None
    theme: ThemeId | None = None


class ActionDeleted(Fact, frozen=True, tag="action_deleted"):
    """An action was put in the bin, or taken out of it."""

    action: ActionId
    deleted: bool = True


class ActionsErased(Fact, frozen=True, tag="actions_erased"):
    """Actions were erased for good, with their texts."""

    actions: list[ActionId]


class ActionCarried(Fact, frozen=True, tag="action_carried"):
    """An action of an earlier workshop of the series as it was at the end of that; `from` is its title."""

    action: ActionId
    text: str
    from_: str = field(name="from")
    state: ActionState = "accepted"
    owner: str | None = None
    due: str | None = None


# --- fold -----------------------------------------------------------------------------------------------------------


def action_set(board: Board, fact: ActionSet, event: Event) -> None:
    known = board.actions.get(fact.action)
    board.actions[fact.action] = Action(
        id=fact.action,
        text=fact.text,
        state=fact.state,
        by=fact.by,
        owner=fact.owner,
        due=fact.due,
        theme=fact.theme,
        deleted=known.deleted if known else False,
        from_=known.from_ if known else None,
        came_done=known.came_done if known else False,
    )
    board.touch(fact.action)


def action_carried(board: Board, fact: ActionCarried, event: Event) -> None:
    board.actions[fact.action] = Action(
        id=fact.action,
        text=fact.text,
        state=fact.state,
        owner=fact.owner,
        due=fact.due,
        from_=fact.from_,
        came_done=fact.state == "done",
    )
    board.touch(fact.action)


def action_deleted(board: Board, fact: ActionDeleted, event: Event) -> None:
    if action := board.actions.get(fact.action):
        action.deleted = fact.deleted
        board.touch(action.id)


def actions_erased(board: Board, fact: ActionsErased, event: Event) -> None:
    for action_id in fact.actions:
        board.actions.pop(action_id, None)
        board.touch(action_id)


FOLDS = dict(
    [
        folds(ActionSet, action_set),
        folds(ActionCarried, action_carried),
        folds(ActionDeleted, action_deleted),
        folds(ActionsErased, actions_erased),
    ]
)


# --- who sees what --------------------------------------------------------------------------------------------------


def view(board: Board, action_id: ActionId, viewer: Viewer) -> ActionRecord | None:
    action = board.actions.get(action_id)
    if action is None or action.deleted:
        return None
    return ActionRecord(
        id=action.id,
        seq=board.stamp(action.id, viewer),
        text=action.text,
        state=action.state,
        owner=action.owner or UNSET,
        due=action.due or UNSET,
        theme=action.theme or UNSET,
        from_=action.from_ or UNSET,
    )


def carried_over(board: Board) -> list[ActionCarried]:
    """Return the facts a series' next workshop opens with: every action except those already shown as done once."""
    return [
        ActionCarried(action.id, action.text, action.from_ or board.title, action.state, action.owner, action.due)
        for action in board.actions.values()
        if not action.deleted and not (action.state == "done" and action.came_done)
    ]
